"""Days and hours that count: TARGET days, French working days, the 48 hours (decisions 7).

Two calendars differ on purpose: on 8 May the bank is open and the firm closed; on Good Friday the
reverse. Own code instead of a library: 25 lines, tested against two of them, and no import cost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import takewhile
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
ADVANCE_HOURS = 48
"""Within how many hours of completeness an invoice is advanced."""

_SATURDAY = 5


def easter(year: int) -> dt.date:
    """Return Easter Sunday (Gregorian computus).

    >>> easter(2026)
    datetime.date(2026, 4, 5)
    """
    century = year // 100
    golden = year % 19
    moon = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon -= (moon // 28) * (1 - (moon // 28) * (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    offset = moon - weekday
    month = 3 + (offset + 40) // 44
    return dt.date(year, month, offset + 28 - 31 * (month // 4))


def target_closing_days(year: int) -> frozenset[dt.date]:
    """Return the weekdays and others on which TARGET is closed."""
    sunday = easter(year)
    fixed = ((1, 1), (5, 1), (12, 25), (12, 26))
    moving = (sunday - dt.timedelta(2), sunday + dt.timedelta(1))
    return frozenset({*moving, *(dt.date(year, month, day) for month, day in fixed)})


def french_holidays(year: int) -> frozenset[dt.date]:
    """Return the eleven public holidays of metropolitan France (Code du travail L3133-1)."""
    sunday = easter(year)
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    moving = (1, 39, 50)
    return frozenset(
        {
            *(dt.date(year, month, day) for month, day in fixed),
            *(sunday + dt.timedelta(days) for days in moving),
        }
    )


def is_bank_day(day: dt.date) -> bool:
    """Return whether money moves on that day (TARGET).

    >>> is_bank_day(dt.date(2026, 5, 8)), is_bank_day(dt.date(2026, 4, 3))
    (True, False)
    """
    return day.weekday() < _SATURDAY and day not in target_closing_days(day.year)


def is_working_day(day: dt.date) -> bool:
    """Return whether the firm works on that day.

    >>> is_working_day(dt.date(2026, 5, 8)), is_working_day(dt.date(2026, 4, 3))
    (False, True)
    """
    return day.weekday() < _SATURDAY and day not in french_holidays(day.year)


def next_bank_day(day: dt.date) -> dt.date:
    """Return the first bank day after ``day``."""
    following = day + dt.timedelta(1)
    while not is_bank_day(following):
        following += dt.timedelta(1)
    return following


def advance_deadline(complete_at: dt.datetime, hours: int = ADVANCE_HOURS) -> dt.datetime:
    """Return when the hours have run out, the hours of closing days of the bank not counted.

    Complete on Friday 9 January 2026 at 10:00 in Paris, the deadline is Tuesday at 10:00:

    >>> advance_deadline(dt.datetime(2026, 1, 9, 9, tzinfo=dt.UTC)).isoformat()
    '2026-01-13T09:00:00+00:00'
    """
    rest = dt.timedelta(hours=hours)
    spans = _open_spans(complete_at)
    start, end = next(spans)
    while end - start < rest:
        rest -= end - start
        start, end = next(spans)
    return (start + rest).astimezone(dt.UTC)


def hours_between(start: dt.datetime, end: dt.datetime) -> int:
    """Return the whole hours from start to end that count, rounded up.

    >>> hours_between(dt.datetime(2026, 1, 9, 9, tzinfo=dt.UTC),
    ...               dt.datetime(2026, 1, 12, 9, 30, tzinfo=dt.UTC))
    25
    """
    counted = dt.timedelta()
    for opens, closes in takewhile(lambda span: span[0] < end, _open_spans(start)):
        counted += min(closes, end.astimezone(dt.UTC)) - opens
    return -(-counted // dt.timedelta(hours=1))


def _open_spans(start: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Yield the bank's days from ``start`` on as spans of instants in UTC."""
    day = start.astimezone(PARIS).date()
    opens = start.astimezone(dt.UTC)
    while True:
        midnight = dt.datetime.combine(day + dt.timedelta(1), dt.time(), PARIS).astimezone(dt.UTC)
        if is_bank_day(day):
            yield opens, midnight
        day, opens = day + dt.timedelta(1), midnight
