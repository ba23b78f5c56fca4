"""Post: letters as the standards want them, and the server that takes them."""
