"""Decisions of « Opérations »: each kind needs its own cells, and says which one is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bordereau.domain.decisions import NamedReceipt, Operation, OperationDecision
from bordereau.services.desk.context import Bad, Context, Result
from bordereau.services.desk.reading import Line
from bordereau.services.desk.wanted_cash import party_named, receipt_key
from bordereau.services.desk.wanted_register import PPM_PER_BPS, bad, day_of

NEEDS: Final[Mapping[Operation, tuple[str, ...]]] = {
    Operation.PAYOUT: ("seller",),
    Operation.PAY_IN: ("seller",),
    Operation.REFUND: ("debtor", "iban"),
    Operation.REFUND_CANCEL: ("invoice", "reason"),
    Operation.CREDIT_NOTE: ("document", "amount", "reason"),
    Operation.CHARGEBACK: ("invoice", "reason"),
    Operation.ACCEPT_SHORT: ("invoice",),
    Operation.CHARGE: ("seller", "code"),
    Operation.RESERVE: ("seller", "amount", "reason"),
    Operation.RESERVE_RELEASE: ("seller", "amount"),
    Operation.USE_FUND: ("amount",),
    Operation.FORMAL_NOTICE: ("invoice",),
    Operation.INTEREST: ("invoice",),
    Operation.GUARANTEE: ("seller", "debtor", "share", "vat"),
    Operation.INDEMNITY: ("seller", "debtor"),
    Operation.DIVIDEND: ("seller", "debtor"),
    Operation.WRITE_OFF: ("invoice", "reason"),
    Operation.REVERSAL: ("seller", "entry", "reason"),
    Operation.UNAPPLY: ("invoice", "reason"),
    Operation.CLOSING: ("seller", "reason"),
}
"""The cells without which an operation is nothing, besides its type."""

_OF_MONEY: Final = (
    Operation.PAY_IN,
    Operation.INDEMNITY,
    Operation.DIVIDEND,
    Operation.INTEREST,
)
"""Kinds whose amount may be what is left of a receipt."""

_NUMBERS: Final = ("amount", "share", "vat", "indemnity", "entry")


def operation(line: Line, context: Context) -> Result:
    """Return an operation; empty cells that its kind needs are what is wrong with it."""
    kind = Operation(line.text("kind").replace("_", "-"))
    if missing := _missing(line, kind):
        return missing
    seller, debtor = (party_named(line, context, key) for key in ("seller", "debtor"))
    for found in (seller, debtor):
        if isinstance(found, tuple):
            return found
    receipt = _receipt(line, context)
    if isinstance(receipt, tuple):
        return receipt
    on = day_of(line, "on")
    if on is not None and on > context.today:
        return bad(line, "on", "cell-future", typed=f"{on:%d/%m/%Y}")
    for key in ("share", "vat"):
        if (line.number(key) or 0) % PPM_PER_BPS:
            return bad(line, key, "cell-rate-decimals", typed=str(line.number(key)))
    return OperationDecision(
        operation=kind,
        seller=None if isinstance(seller, tuple) else seller,
        currency=line.text("currency"),
        debtor=None if isinstance(debtor, tuple) else debtor,
        number=line.text("invoice"),
        amount_cents=line.number("amount"),
        indemnity_cents=line.number("indemnity") or 0,
        receipt=receipt,
        code=line.text("code"),
        share_bps=_bps(line, "share"),
        vat_bps=_bps(line, "vat"),
        entry=line.number("entry"),
        on=on,
        iban=line.text("iban"),
        document=line.text("document"),
        reason=line.text("reason"),
    )


def _missing(line: Line, kind: Operation) -> Bad:
    needs = list(NEEDS[kind])
    if kind is Operation.USE_FUND and not line.text("invoice"):
        needs.append("seller")
    if kind is Operation.CREDIT_NOTE and not line.text("invoice"):
        needs += ["seller", "debtor"]
    if kind in _OF_MONEY and not line.text("receipt"):
        needs.append("amount")
    found: Bad = ()
    for key in needs:
        if key in _NUMBERS and line.number(key) is not None and line.number(key) != 0:
            continue
        if key == "vat" and line.number(key) == 0:
            continue
        if key in _NUMBERS or not line.text(key):
            found += bad(line, key, "cell-missing")
    if not found and line.number("amount") == 0:
        return bad(line, "amount", "cell-amount", typed="0")
    return found


def _bps(line: Line, key: str) -> int | None:
    number = line.number(key)
    return None if number is None else number // PPM_PER_BPS


def _receipt(line: Line, context: Context) -> NamedReceipt | Bad | None:
    ref = line.text("receipt").upper()
    if not ref:
        return None
    if ref not in context.receipts:
        return bad(line, "receipt", "cell-no-receipt", typed=line.text("receipt"))
    return NamedReceipt(*receipt_key(context.receipts[ref]))
