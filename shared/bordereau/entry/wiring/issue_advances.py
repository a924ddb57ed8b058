"""The wiring of issue_advances."""

import functools

from bordereau.entry.types import Handle
from bordereau.entry.unwired import not_wired


@functools.cache
def wired() -> Handle:
    """Return the function, wired; a warm one is wired once."""
    return not_wired("issue_advances")
