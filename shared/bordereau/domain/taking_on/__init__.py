"""Take-on of an existing portfolio: the snapshot, its check, and the steps that book it (E0)."""
