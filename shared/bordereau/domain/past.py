"""A contract as it stood at the end of a past day: a fold over its entries, which never change."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bordereau.domain import chart
from bordereau.domain.books import Position
from bordereau.domain.entries import Entry, InvoiceAfter


@dataclass(frozen=True, slots=True)
class PastInvoice:
    """An invoice as its contract's entries leave it; cents."""

    invoice: str
    debtor: str
    open_cents: int
    approved_cents: int
    retained_cents: int
    disputed_cents: int
    is_defunded: bool
    hold_dispute_cents: int
    hold_defunded_cents: int
    due_on: dt.date | None = None

    @property
    def unapproved_cents(self) -> int:
        """What stands above the debtor's line."""
        return self.open_cents - self.approved_cents


def entries_until(entries: Iterable[Entry], on: dt.date) -> tuple[Entry, ...]:
    """Return what was booked by the end of a day; days never decrease within a journal."""
    return tuple(entry for entry in entries if entry.booked_on <= on)


def position_after(position: Position, entries: Sequence[Entry]) -> Position:
    """Return where the contract stood after these entries, the first of its journal.

    Its balances, number and hash are those of the last entry; what entries do not say (status,
    counters) is as it is now.
    """
    if not entries:
        return dataclasses.replace(position, seq=0, balances={}, head_hash="", booked_on=None)
    return dataclasses.replace(position.after(entries[-1]), fund_moves=position.fund_moves)


def open_invoices_after(entries: Iterable[Entry]) -> list[PastInvoice]:
    """Return the invoices that were open after these entries, in the order of their assignment."""
    standing: dict[str, InvoiceAfter] = {}
    debtors: dict[str, str] = {}
    held: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        standing |= {after.invoice: after for after in entry.invoices}
        for line in entry.lines:
            if line.invoice and line.debtor:
                debtors.setdefault(line.invoice, line.debtor)
            held[line.invoice, line.account] -= line.cents
    return [
        PastInvoice(
            invoice=name,
            debtor=debtors[name],
            open_cents=after.open_cents,
            approved_cents=after.approved_cents,
            retained_cents=after.retained_cents,
            disputed_cents=after.disputed_cents,
            is_defunded=after.is_defunded,
            hold_dispute_cents=held[name, chart.HOLD_DISPUTE],
            hold_defunded_cents=held[name, chart.HOLD_DEFUNDED],
            due_on=after.due_on,
        )
        for name, after in standing.items()
        if after.open_cents
    ]
