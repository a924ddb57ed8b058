"""The function control_books."""
