"""Decisions on what arrived: receipts to allocate, manual receipts, documents to complete."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bordereau.domain.decisions import (
    AllocationDecision,
    CompletionDecision,
    ManualReceiptDecision,
    NamedAmount,
)
from bordereau.domain.identifiers import AccountId, PartyId
from bordereau.domain.money import format_amount
from bordereau.domain.problems import Problem
from bordereau.services.desk.allocation import named_amounts
from bordereau.services.desk.context import Bad, Context, Result
from bordereau.services.desk.naming import label_of
from bordereau.services.desk.reading import Line
from bordereau.services.desk.wanted_register import bad, day_of

ACTIONS: Final = {
    "apply": "apply",
    "settle": "settle",
    "keep": "keep",
    "seller_s": "pass-on",
    "wait": "wait",
}


def receipt_object(account: str, booked_on: dt.date, ref: str) -> str:
    """Return how a numbered line names a receipt."""
    return f"{account}#{booked_on.isoformat()}#{ref}"


def receipt_key(object_: str) -> tuple[AccountId, dt.date, str]:
    """Return the receipt that a numbered line names.

    >>> receipt_key("FR76#2026-01-05#BNK#1")[2]
    'BNK#1'
    """
    account, day, ref = object_.split("#", 2)
    return AccountId(account), dt.date.fromisoformat(day), ref


def _pays(line: Line) -> tuple[NamedAmount, ...] | Problem:
    text = line.text("allocation")
    return named_amounts(text, where=label_of(line.tab, "allocation")) if text else ()


def allocation(line: Line, context: Context) -> Result:
    """Return what a receipt is for."""
    if line.ref not in context.receipts:
        return bad(line, "action", "line-without-receipt")
    action, pays = ACTIONS[line.text("action")], _pays(line)
    if isinstance(pays, Problem):
        return (("allocation", pays),)
    if action in ("apply", "settle") and not pays:
        return bad(line, "allocation", "cell-missing")
    debtor = party_named(line, context, "debtor")
    seller = party_named(line, context, "seller")
    for found in (debtor, seller):
        if isinstance(found, tuple):
            return found
    if action == "pass-on" and seller is None:
        return bad(line, "seller", "cell-missing")
    account, booked_on, ref = receipt_key(context.receipts[line.ref])
    return AllocationDecision(
        account=account,
        booked_on=booked_on,
        ref=ref,
        action=action,
        pays=pays,
        debtor=None if isinstance(debtor, tuple) else debtor,
        seller=None if isinstance(seller, tuple) else seller,
    )


def party_named(line: Line, context: Context, key: str) -> PartyId | Bad | None:
    """Return the seller or debtor that a cell names, nothing when it is empty."""
    if not line.text(key):
        return None
    found = context.debtor(line, key) if key == "debtor" else context.seller(line, key)
    return ((key, found),) if isinstance(found, Problem) else found.party


def manual_receipt(line: Line, context: Context) -> Result:
    """Return a payment that no bank file brings."""
    debtor, account, pays = context.debtor(line), context.account(line), _pays(line)
    if isinstance(debtor, Problem):
        return (("debtor", debtor),)
    if isinstance(account, Problem):
        return (("account", account),)
    if isinstance(pays, Problem):
        return (("allocation", pays),)
    received_on, amount = day_of(line, "received_on"), line.number("amount")
    assert received_on is not None, "a required cell"
    if not amount:
        return bad(line, "amount", "cell-amount", typed="0")
    if received_on > context.today:
        return bad(line, "received_on", "cell-future", typed=f"{received_on:%d/%m/%Y}")
    return ManualReceiptDecision(
        account=AccountId(account.iban),
        received_on=received_on,
        amount_cents=amount,
        debtor=debtor.party,
        reference=line.text("reference"),
        action=line.text("action"),
        means=line.text("means"),
        pays=pays,
    )


def completion(line: Line, context: Context) -> Result:
    """Return what a person confirms of a document: only what was typed, the rest as read."""
    if line.ref not in context.documents:
        return bad(line, "action", "line-without-document")
    confirmed = {"decision": line.text("action")}
    debtor = party_named(line, context, "debtor")
    if isinstance(debtor, tuple):
        return debtor
    if debtor is not None:
        confirmed["debtor"] = debtor
    for key in ("number", "issued_on", "due_on", "reason"):
        if line.text(key):
            confirmed[key] = line.text(key)
    if (amount := line.number("amount")) is not None:
        confirmed["amount"] = format_amount(amount)
    issued_on, due_on = day_of(line, "issued_on"), day_of(line, "due_on")
    if issued_on and due_on and due_on < issued_on:
        return bad(line, "due_on", "cell-before", day=f"{issued_on:%d/%m/%Y}")
    return CompletionDecision(context.documents[line.ref], confirmed)
