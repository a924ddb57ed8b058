"""Approved documents: what changes in them is looked at by a person before it is approved."""
