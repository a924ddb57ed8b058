"""Decisions on one invoice: disputes, promises, delays, payments to the seller, credit notes."""

from __future__ import annotations

from typing import Final

from bordereau.domain.cases import CaseEnd, CaseKind
from bordereau.domain.decisions import CaseDecision
from bordereau.services.desk.context import Context, Result
from bordereau.services.desk.reading import Line
from bordereau.services.desk.wanted_cash import party_named
from bordereau.services.desk.wanted_register import bad, day_of

_KINDS: Final = {"direct": CaseKind.DIRECT_PAYMENT, "credit": CaseKind.CREDIT_AWAITED}
_DATED: Final = (CaseKind.PROMISE, CaseKind.DELAY)


def case(line: Line, context: Context) -> Result:
    """Return what is said of an invoice: a promise has its day, a closed dispute its outcome."""
    kind = _KINDS.get(line.text("kind")) or CaseKind(line.text("kind"))
    seller = party_named(line, context, "seller")
    if isinstance(seller, tuple):
        return seller
    promised_on, closed_on = day_of(line, "promised_on"), day_of(line, "closed_on")
    if promised_on is None and kind in _DATED:
        return bad(line, "promised_on", "cell-missing")
    if closed_on is not None and closed_on > context.today:
        return bad(line, "closed_on", "cell-future", typed=f"{closed_on:%d/%m/%Y}")
    amount, outcome = line.number("amount"), line.text("outcome")
    if amount == 0:
        return bad(line, "amount", "cell-amount", typed="0")
    if kind is CaseKind.DISPUTE and bool(outcome) != (closed_on is not None):
        return bad(line, "closed_on" if outcome else "outcome", "cell-missing")
    if outcome == CaseEnd.SETTLED and amount is None:
        return bad(line, "amount", "cell-missing")
    return CaseDecision(
        number=line.text("invoice"),
        kind=kind,
        seller=seller,
        amount_cents=amount,
        promised_on=promised_on,
        reason=line.text("reason"),
        outcome=outcome if kind is CaseKind.DISPUTE else "",
        closed_on=closed_on,
        spoken_to=line.text("spoken_to"),
        channel=line.text("channel"),
        comment=line.text("comment"),
    )
