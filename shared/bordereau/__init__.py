"""Bordereau: the open back office for a factoring firm. This module holds the version only."""

__version__ = "0.1.0"
