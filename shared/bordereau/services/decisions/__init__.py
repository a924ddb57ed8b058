"""What each kind of staff's decisions does: one module for each group of them."""
