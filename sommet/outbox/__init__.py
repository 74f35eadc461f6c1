"""What is owed to whom, and the ways to bring it."""
