"""The aged balance of what is open, as of a day: buckets by days after the due date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

AGE_DAYS: Final = (0, 30, 60, 90)
"""A bucket holds what is later than its number: not due, 1-30, 31-60, 61-90, more than 90."""

BUCKET_COUNT: Final = len(AGE_DAYS) + 1


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An invoice that is open at the end of a day; cents."""

    contract: str
    currency: str
    debtor: str
    invoice: str
    due_on: dt.date
    open_cents: int
    approved_cents: int
    disputed_cents: int = 0


@dataclass(frozen=True, slots=True)
class AgedBalance:
    """What one debtor owes of one contract, by age; ``buckets_cents`` in the order of the ages."""

    contract: str
    currency: str
    debtor: str
    buckets_cents: tuple[int, ...]
    count: int

    @property
    def total_cents(self) -> int:
        """All that is open."""
        return sum(self.buckets_cents)


def bucket_of(due_on: dt.date, on: dt.date) -> int:
    """Return the place of an age among the buckets: 0 is not due yet.

    >>> [bucket_of(dt.date(2026, 1, 1), dt.date(2026, 1, day)) for day in (1, 2, 31)]
    [0, 1, 1]
    >>> bucket_of(dt.date(2026, 1, 1), dt.date(2026, 2, 1))
    2
    """
    late = (on - due_on).days
    return sum(late > days for days in AGE_DAYS)


def aged(items: Iterable[OpenItem], on: dt.date) -> list[AgedBalance]:
    """Return one balance for each contract and debtor, in their order."""
    buckets: dict[tuple[str, str, str], list[int]] = {}
    counts: dict[tuple[str, str, str], int] = {}
    for item in items:
        key = (item.contract, item.currency, item.debtor)
        found = buckets.setdefault(key, [0] * BUCKET_COUNT)
        found[bucket_of(item.due_on, on)] += item.open_cents
        counts[key] = counts.get(key, 0) + 1
    return [AgedBalance(*key, tuple(buckets[key]), counts[key]) for key in sorted(buckets)]
