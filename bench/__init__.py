"""Measurements: ``make bench`` prints each figure that the documentation claims."""
