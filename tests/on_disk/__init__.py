"""What is on the disk, and what becomes of it."""
