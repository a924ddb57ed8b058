"""Where in a journal to begin reading: what is long ago is not read again."""

from __future__ import annotations

import datetime as dt

from bordereau.domain.entries import Entry
from bordereau.ports import Ledger


def first_of_day(ledger: Ledger, journal: str, day: dt.date, *, last: int) -> int:
    """Return the first place in a journal that is not before a day, ``last + 1`` when none is.

    Days never go back in a journal, so a few reads find it, however long the journal is. ``last``
    is its last place.
    """
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        entry = ledger.get(Entry, journal=journal, seq=middle)
        if entry is not None and entry.booked_on < day:
            low = middle + 1
        else:
            high = middle
    return low
