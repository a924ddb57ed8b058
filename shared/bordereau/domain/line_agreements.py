"""What a line rests on: what we agreed to ourselves, and what an insurer covers (ADR 0015).

Each has its own basis and its own time. A line is the least of both in TTC, valid until the
earlier end (handbook: domain 2.3; stories, step 4).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bordereau.domain.money import BPS, floor_rate

REVIEW_DAYS: Final = 365
"""A line is looked at again a year after it was agreed, at the latest."""

REVIEW_LEAD_DAYS: Final = 30
"""A line that ends is looked at again so many days before its end."""


class Source(StrEnum):
    """Whose agreement it is."""

    INTERNAL = "internal"
    INSURER = "insurer"


class Basis(StrEnum):
    """Whether an amount includes VAT; insurers think net of it."""

    TTC = "TTC"
    HT = "HT"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What one source agreed to, in cents of the line's currency, on its own basis.

    ``from_on`` and ``valid_until`` are its first and last day. ``policy_ref`` is the insurer's own
    number, ``insured_share_bps`` what it pays of a loss net of VAT.
    """

    amount_cents: int
    from_on: dt.date
    valid_until: dt.date | None = None
    basis: Basis = Basis.TTC
    vat_bps: int = 0
    policy_ref: str = ""
    insured_share_bps: int = 0

    @property
    def ttc_cents(self) -> int:
        """The amount with VAT, floored (R1): an insurer's 100 000.00 HT at 20 % are 120 000.00.

        >>> Agreement(10_000_000, dt.date(2026, 1, 1), basis=Basis.HT, vat_bps=2000).ttc_cents
        12000000
        >>> Agreement(3333, dt.date(2026, 1, 1), basis=Basis.HT, vat_bps=550).ttc_cents
        3516
        """
        if self.basis is Basis.TTC:
            return self.amount_cents
        return floor_rate(self.amount_cents, BPS + self.vat_bps)


def effective_cents(*agreements: Agreement | None) -> int | None:
    """Return the least of what was agreed, with VAT; ``None`` where nothing was.

    >>> own = Agreement(15_000_000, dt.date(2026, 1, 1))
    >>> insurer = Agreement(10_000_000, dt.date(2026, 1, 1), basis=Basis.HT, vat_bps=2000)
    >>> effective_cents(own, insurer), effective_cents(own, None), effective_cents(None, None)
    (12000000, 15000000, None)
    """
    return min((one.ttc_cents for one in agreements if one), default=None)


def valid_until(*agreements: Agreement | None) -> dt.date | None:
    """Return the earlier end; ``None`` where none ends."""
    return min((one.valid_until for one in agreements if one and one.valid_until), default=None)


def review_on(*agreements: Agreement | None) -> dt.date | None:
    """Return the day on which a line is to be looked at again; ``None`` where nothing was agreed.

    A year after the older agreement, or thirty days before the first end, whichever is earlier.

    >>> review_on(Agreement(1, dt.date(2026, 1, 5), valid_until=dt.date(2026, 12, 31)))
    datetime.date(2026, 12, 1)
    >>> review_on(Agreement(1, dt.date(2026, 1, 5)), None)
    datetime.date(2027, 1, 5)
    """
    found = [one for one in agreements if one]
    ends = valid_until(*found)
    days = [one.from_on + dt.timedelta(REVIEW_DAYS) for one in found]
    if ends is not None:
        days.append(ends - dt.timedelta(REVIEW_LEAD_DAYS))
    return min(days, default=None)
