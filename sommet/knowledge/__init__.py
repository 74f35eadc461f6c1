"""Knowledge as data: actors, event types, lexicons, phrases of messages."""
