"""The concentration hold, computed and never posted (settled reading 13)."""

from __future__ import annotations

from collections.abc import Iterable

from bordereau.domain.invoices import Invoice
from bordereau.domain.money import BPS, floor_rate
from bordereau.domain.terms import FundMethod, Terms


def hold(invoices: Iterable[Invoice], terms: Terms) -> int:
    """Return what the newest invoices of too large debtors withhold from the available.

    ``cap = floor(Σ eligible x limit)``, eligible = approved less its disputed part, nothing once
    de-funded; per debtor the hold is ``max(0, Σ advances - floor(cap x advance rate))``. Per
    debtor, not on totals: 18 063.04 where totals would give 18 063.03 (scenario 13).
    """
    if terms.concentration_bps is None:
        return 0
    eligible = 0
    advances: dict[str, int] = {}
    for invoice in invoices:
        if not invoice.is_defunded:
            disputed = max(0, invoice.disputed_cents - invoice.unapproved_cents)
            eligible += invoice.approved_cents - disputed
        held = invoice.hold_dispute_cents + invoice.hold_defunded_cents
        financed = invoice.approved_cents - invoice.retained_cents - held
        advances[invoice.debtor] = advances.get(invoice.debtor, 0) + financed
    cap = floor_rate(eligible, terms.concentration_bps)
    on_outstanding = terms.fund_method is FundMethod.ON_OUTSTANDING
    quota = floor_rate(cap, BPS if on_outstanding else terms.advance_rate_bps)
    return sum(max(0, financed - quota) for financed in advances.values())
