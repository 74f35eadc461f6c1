"""What is owed to whom: alerts brought to receivers, once each."""
