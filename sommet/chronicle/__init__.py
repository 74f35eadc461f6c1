"""The life of one event: its turns, its facts with their sources, its copies, its precedents."""
