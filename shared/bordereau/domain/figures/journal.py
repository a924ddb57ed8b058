"""Entries as the export to other bookkeepers' programs reads them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line: an account of the chart, debit or credit in cents (one of them is zero)."""

    account: str
    debit_cents: int
    credit_cents: int


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One entry of one journal (``K#<contract>`` or ``B#<account>``), balanced."""

    journal: str
    seq: int
    booked_on: dt.date
    description: str
    lines: tuple[JournalLine, ...]
    currency: str = "EUR"
