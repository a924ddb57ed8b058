"""The function apply_decisions."""
