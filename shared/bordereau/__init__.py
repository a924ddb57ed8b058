"""Bordereau: the open back office for a factoring firm. This module holds the version and nothing else."""

__version__ = "0.1.0"
