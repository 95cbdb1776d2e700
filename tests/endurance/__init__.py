"""What becomes of it in the long run: after a thousand reloads, and over a whole day."""
