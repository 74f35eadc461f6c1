"""What travels between the parts: messages, their topics, JSON Schemas and examples."""
