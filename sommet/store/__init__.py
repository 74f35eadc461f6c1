"""Tables and queries over what the topics say, for people and programs that ask."""
