"""The in-memory twin of the objects: a dictionary by key."""

from __future__ import annotations

from collections.abc import Iterator


class MemoryObjects:
    """Files in memory. ``stored`` holds bytes by key, ``content_types`` the types said."""

    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}
        self.content_types: dict[str, str] = {}

    def get(self, key: str) -> bytes | None:
        """Return the bytes, or ``None`` when there is no such object."""
        return self.stored.get(key)

    def put(self, key: str, data: bytes, *, content_type: str = "application/json") -> None:
        """Store bytes; the same key again replaces them."""
        self.stored[key] = data
        self.content_types[key] = content_type

    def list(self, prefix: str) -> Iterator[str]:
        """Yield the keys under a prefix, sorted."""
        yield from sorted(key for key in self.stored if key.startswith(prefix))
