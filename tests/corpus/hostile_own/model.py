"""One hostile file of our own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file: ``expect`` as in the shared manifest (``accept-N``, ``reject``, ``a-or-b`` …)."""

    name: str
    data: bytes
    expect: str
    what: str
