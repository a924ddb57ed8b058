"""The in-memory twin of the clock: it stands until it is set or moved on."""

from __future__ import annotations

import datetime as dt


class MemoryClock:
    """A clock that shows ``at``, an aware instant; whoever holds it may set it."""

    def __init__(self, at: dt.datetime) -> None:
        self.set(at)

    def set(self, at: dt.datetime) -> None:
        """Set the clock, backwards too."""
        assert at.tzinfo is not None, "an instant has a time zone"
        self._at = at.astimezone(dt.UTC)

    def advance(self, by: dt.timedelta) -> None:
        """Move the clock on."""
        self._at += by

    def now(self) -> dt.datetime:
        """Return the instant that it shows, in UTC."""
        return self._at
