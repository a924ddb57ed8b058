"""Receipts that no bank file brings: a line of « Règlements manuels » is one receipt."""

from __future__ import annotations

from typing import Final

from bordereau.domain.books import BankHead, Receipt
from bordereau.domain.decisions import AllocationDecision, ManualReceiptDecision, NamedAmount
from bordereau.domain.money import EUR
from bordereau.domain.work import Command, SheetLine
from bordereau.services.apply_receipt import ReceiptKey
from bordereau.services.book_receipt import book_receipt
from bordereau.services.decisions.cash import allocate
from bordereau.services.decisions.reply import Desk, Reply, refusal, wrong
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Status
from bordereau.services.reverse_entry import reverse_receipt
from bordereau.services.take_receipt import is_undone

TAB: Final = "manual_receipts"
"""The tab whose lines they are."""


def book_manual(desk: Desk, command: Command, decision: ManualReceiptDecision) -> Reply:
    """Book a payment that no file brings, and apply what it names; or undo it while unapplied.

    It is in the currency of its account.
    """
    head = desk.ledger.get(BankHead, account=decision.account)
    receipt = Receipt(
        account=decision.account,
        booked_on=decision.received_on,
        ref=command.ref,
        amount_cents=decision.amount_cents,
        left_cents=decision.amount_cents,
        currency=head.currency if head else EUR,
        value_on=decision.received_on,
        debtor=decision.debtor,
        text=f"{decision.means} {decision.reference}".strip(),
    )
    if decision.action == "reverse":
        return _undo(desk, receipt)
    if not _stands_on_its_line(desk, receipt):
        return wrong("decision-number-conflict", "received_on")
    outcome = book_receipt(desk.ledger, receipt, today=desk.today)
    if outcome.is_refused:
        return refusal(outcome, "amount")
    if outcome.status is Status.ALREADY and _is_reversed(desk, receipt):
        return wrong("decision-receipt-reversed", "action")
    if not decision.pays:
        amount = desk.money(receipt.amount_cents, receipt.currency)
        return Reply("ok", desk.phrases.say("sheet.receipt_booked", amount=amount))
    return allocate(desk, command, _as_allocation(receipt, decision.pays))


def _stands_on_its_line(desk: Desk, receipt: Receipt) -> bool:
    """Return whether a line means the receipt that it first meant: one line is one receipt.

    Day and account are part of what names a receipt: retyped, they would book a second one.
    """
    number = int(receipt.ref.rpartition("-")[2])
    named = f"{receipt.account}#{receipt.booked_on}#{receipt.ref}"

    def decide(draft: Draft) -> bool:
        taken = draft.read(SheetLine, tab=TAB, number=number)
        if taken is None:
            draft.write(SheetLine(TAB, number, named, desk.today))
        return taken is None or taken.object == named

    return attempt(desk.ledger, "number-line", decide)


def _is_reversed(desk: Desk, receipt: Receipt) -> bool:
    key = {"account": receipt.account, "booked_on": receipt.booked_on, "ref": receipt.ref}
    known = desk.ledger.get(Receipt, **key)
    assert known is not None, "booked before"
    return is_undone(desk.ledger, known)


def _as_allocation(receipt: Receipt, pays: tuple[NamedAmount, ...]) -> AllocationDecision:
    return AllocationDecision(
        receipt.account, receipt.booked_on, receipt.ref, "apply", pays, receipt.debtor
    )


def _undo(desk: Desk, receipt: Receipt) -> Reply:
    key = ReceiptKey(receipt.account, receipt.booked_on, receipt.ref)
    outcome = reverse_receipt(desk.ledger, key, today=desk.today)
    if outcome.is_refused:
        return refusal(outcome, "action")
    return Reply("cancelled", desk.phrases.say("sheet.receipt_reversed"))
