"""What the parts share, and the application that joins them."""
