"""The closing of a month (ADR 11): what is stored of it, and on which day a late entry is booked.

A month is its text ``2026-01``; balances are debit-positive cents. Months close in order, once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bordereau.domain.entries import Entry
from bordereau.domain.past import entries_until
from bordereau.domain.plain import to_plain


@dataclass(frozen=True, slots=True)
class BooksPeriod:
    """Through which day the firm's books are closed: what a new journal begins with.

    ``under_way`` is the month whose closing began and has not ended; empty between closings.
    """

    through_on: dt.date | None = None
    under_way: str = ""
    v: int = 0


@dataclass(frozen=True, slots=True)
class JournalClosing:
    """What one journal stood at when its month ended: its last entry's number, hash, balances."""

    month: str
    journal: str
    seq: int
    head_hash: str
    balances: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MonthClosing:
    """A month is closed, once for ever. ``sha256`` is the seal over all its journals."""

    month: str
    through_on: dt.date
    closed_on: dt.date
    closed_by: str
    journal_count: int
    sha256: str


def open_day(day: dt.date, closed_through_on: dt.date | None) -> dt.date:
    """Return the day itself, or the first open one after what is closed.

    >>> open_day(dt.date(2026, 1, 30), dt.date(2026, 1, 31)).isoformat()
    '2026-02-01'
    """
    return day if closed_through_on is None else max(day, closed_through_on + dt.timedelta(1))


def month_of(day: dt.date) -> str:
    """Return the month of a day.

    >>> month_of(dt.date(2026, 1, 31))
    '2026-01'
    """
    return f"{day:%Y-%m}"


def month_after(month: str) -> str:
    """Return the month that follows.

    >>> month_after("2025-12")
    '2026-01'
    """
    return month_of(first_day(month) + dt.timedelta(31))


def first_day(month: str) -> dt.date:
    """Return the first day of a month; raises ``ValueError`` for what is none.

    >>> first_day("2026-02").isoformat()
    '2026-02-01'
    """
    year, number = month.split("-")
    return dt.date(int(year), int(number), 1)


def last_day(month: str) -> dt.date:
    """Return the last day of a month.

    >>> last_day("2028-02").isoformat()
    '2028-02-29'
    """
    return first_day(month_after(month)) - dt.timedelta(1)


def journal_closing(month: str, journal: str, entries: Sequence[Entry]) -> JournalClosing:
    """Return what a journal stood at when the month ended, from its entries in order."""
    until = entries_until(entries, last_day(month))
    if not until:
        return JournalClosing(month, journal, 0, "", {})
    last = until[-1]
    return JournalClosing(month, journal, last.seq, last.hash, dict(last.balances))


def seal(closings: Iterable[JournalClosing]) -> str:
    """Return the hash over all journals of a month, whatever order they come in."""
    content = to_plain(sorted(closings, key=lambda one: one.journal))
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
