"""What brings the world in: feeds, pages and files become raw articles."""
