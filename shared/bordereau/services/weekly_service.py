"""What the weekly statement says of our service: hours to the advance, and what to do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bordereau.domain.advance_hours import financed_at, hours_until
from bordereau.domain.bank_calendar import ADVANCE_HOURS, PARIS
from bordereau.domain.books import AdvanceStatement, PayOut
from bordereau.domain.figures import Action, ActionCode, HoursFigures
from bordereau.domain.money import neutral_money
from bordereau.domain.tables import Index
from bordereau.domain.work import ToComplete
from bordereau.ports import Ledger
from bordereau.services.debtor_figures import DebtorNames
from bordereau.services.weekly_cut import Cut

ANSWER_DAYS = 7
"""How long a seller has to answer what the statement asks for."""


def hours_of(ledger: Ledger, cut: Cut) -> HoursFigures:
    """Return the hours of what was financed in the period, as far as both clocks ran."""
    contract = cut.position.contract
    payouts = list(ledger.list(PayOut, first="P#", last="P#~", contract=contract))
    rows = list(ledger.list(AdvanceStatement, first="S#", last="S#~", contract=contract))
    taken = []
    for invoice in cut.invoices:
        end = financed_at(invoice, payouts, rows)
        if end is None or not cut.first_on <= end.astimezone(PARIS).date() <= cut.last_on:
            continue
        hours = hours_until(invoice, end)
        if hours.from_receipt is not None and hours.from_completeness is not None:
            taken.append((hours.from_receipt, hours.from_completeness))
    return HoursFigures(
        invoices=len(taken),
        within=sum(complete <= ADVANCE_HOURS for _, complete in taken),
        longest_from_receipt=max((receipt for receipt, _ in taken), default=0),
        longest_from_completeness=max((complete for _, complete in taken), default=0),
        promised_hours=ADVANCE_HOURS,
    )


def actions(ledger: Ledger, cut: Cut, names: DebtorNames) -> Iterator[Action]:
    """Yield what the seller should do; facts are plain, who shows them writes them."""
    until, currency = cut.on + dt.timedelta(ANSWER_DAYS), cut.position.currency
    if cut.available.over_advance_cents:
        amount = neutral_money(cut.available.over_advance_cents, currency)
        yield Action(ActionCode.REPAY_OVER_ADVANCE, until, {"amount": amount})
    for invoice in cut.open_invoices:
        if invoice.disputed_cents:
            facts = {
                "debtor": names.of(invoice.debtor),
                "number": invoice.number,
                "amount": neutral_money(invoice.disputed_cents, currency),
            }
            yield Action(ActionCode.SETTLE_DISPUTE, until, facts)
    listed = ledger.find(ToComplete, Index.PENDING, "to-complete")
    waiting = [row for row in listed if row.seller == cut.seller.party]
    if waiting:
        files = ", ".join(sorted({row.file for row in waiting}))
        facts = {"count": str(len(waiting)), "number": files}
        yield Action(ActionCode.COMPLETE_INVOICES, until, facts)
