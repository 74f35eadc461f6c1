"""Two runs compared: which events and alerts one has and the other has not, or has otherwise."""
