"""The proof of a statement: opening + entries = closing, in exact decimals."""

from __future__ import annotations

from decimal import Decimal

from bordereau.domain.claims import BankEntry
from bordereau.readers.amounts import decimal_of


def is_balanced(
    opening: str,
    closing: str,
    booked: tuple[BankEntry, ...],
    waiting: tuple[BankEntry, ...] = (),
) -> bool:
    """Return whether opening + entries is closing; some banks count waiting entries as well.

    >>> is_balanced("10.00", "10.00", ())
    True
    """
    start, end = decimal_of(opening), decimal_of(closing)
    if start is None or end is None:
        return False
    total = start + net_of(booked)
    return end in {total, total + net_of(waiting)}


def net_of(entries: tuple[BankEntry, ...]) -> Decimal:
    """Return the sum of entries as the account sees it."""
    total = Decimal(0)
    for entry in entries:
        amount = Decimal(entry.amount)
        total += amount if entry.sign == "+" else -amount
    return total
