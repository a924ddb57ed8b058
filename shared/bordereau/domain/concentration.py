"""The concentration hold, computed and never posted (settled reading 13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from bordereau.domain.money import BPS, floor_rate
from bordereau.domain.terms import FundMethod, Terms


class Financed(Protocol):
    """What the hold needs of an invoice: as it stands now, or as it stood on a past day."""

    @property
    def invoice(self) -> str:
        """Its identity."""
        ...

    @property
    def debtor(self) -> str:
        """Who owes it."""
        ...

    @property
    def approved_cents(self) -> int:
        """What is within the line."""
        ...

    @property
    def unapproved_cents(self) -> int:
        """What is above it."""
        ...

    @property
    def retained_cents(self) -> int:
        """What the fund keeps of it."""
        ...

    @property
    def disputed_cents(self) -> int:
        """What is disputed of it."""
        ...

    @property
    def hold_dispute_cents(self) -> int:
        """What is held for that."""
        ...

    @property
    def hold_defunded_cents(self) -> int:
        """What is held since it was de-funded."""
        ...

    @property
    def is_defunded(self) -> bool:
        """Whether it was."""
        ...


@dataclass(frozen=True, slots=True)
class DebtorHold:
    """What one debtor's newest invoices withhold: advances by invoice, above the quota."""

    debtor: str
    advances: tuple[tuple[str, int], ...]
    quota_cents: int

    @property
    def cents(self) -> int:
        """The hold; nothing within the quota."""
        return max(0, sum(cents for _, cents in self.advances) - self.quota_cents)


def holds(invoices: Iterable[Financed], terms: Terms) -> tuple[DebtorHold, ...]:
    """Return the hold of each debtor, in the order in which their invoices come.

    ``cap = floor(Σ eligible x limit)``, eligible = approved less its disputed part, nothing once
    de-funded; per debtor the hold is ``max(0, Σ advances - floor(cap x advance rate))``. Per
    debtor, not on totals: 18 063.04 where totals would give 18 063.03 (scenario 13).
    """
    if terms.concentration_bps is None:
        return ()
    eligible = 0
    advances: dict[str, list[tuple[str, int]]] = {}
    for invoice in invoices:
        if not invoice.is_defunded:
            disputed = max(0, invoice.disputed_cents - invoice.unapproved_cents)
            eligible += invoice.approved_cents - disputed
        held = invoice.hold_dispute_cents + invoice.hold_defunded_cents
        financed = invoice.approved_cents - invoice.retained_cents - held
        advances.setdefault(invoice.debtor, []).append((invoice.invoice, financed))
    cap = floor_rate(eligible, terms.concentration_bps)
    on_outstanding = terms.fund_method is FundMethod.ON_OUTSTANDING
    quota = floor_rate(cap, BPS if on_outstanding else terms.advance_rate_bps)
    return tuple(DebtorHold(debtor, tuple(listed), quota) for debtor, listed in advances.items())


def hold(invoices: Iterable[Financed], terms: Terms) -> int:
    """Return what the newest invoices of too large debtors withhold from the available."""
    return sum(one.cents for one in holds(invoices, terms))
