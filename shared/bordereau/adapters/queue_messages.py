"""The text of a queue message, and when two of them are the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from bordereau.domain.plain import to_plain


def body_of(message: Mapping[str, Any]) -> str:
    """Return a message as text: the same content gives the same text.

    >>> body_of({"b": 1, "a": "é"})
    '{"a":"é","b":1}'
    """
    plain = to_plain(message)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def deduplication_id(group: str, body: str) -> str:
    """Return what two messages of a FIFO queue have in common when they are the same."""
    return hashlib.sha256(f"{group}\n{body}".encode()).hexdigest()
