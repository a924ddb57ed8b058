"""Whom a decision wakes: what was held for want of it, and what has new room.

Sent after the commit, again on every repetition: whoever is woken finds by reading what is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bordereau.domain.cases import Case
from bordereau.domain.decisions import (
    CaseDecision,
    CompletionDecision,
    LineDecision,
    MailReleaseDecision,
    ManualReceiptDecision,
    Operation,
    OperationDecision,
    TakeOnDecision,
    TermsDecision,
)
from bordereau.domain.figures import DocumentKind
from bordereau.domain.identifiers import ContractId, InvoiceId
from bordereau.domain.parties import Debtor, Sender
from bordereau.domain.work import Command, Intent
from bordereau.services.allocate_receipts import after_payment
from bordereau.services.bank_mail import bank_mail_key
from bordereau.services.control_books import object_event
from bordereau.services.decisions import line_requests
from bordereau.services.decisions.guarantee import notice_id
from bordereau.services.decisions.order import contract_of_operation
from bordereau.services.decisions.reply import Desk
from bordereau.services.decisions.take_on import snapshot_of
from bordereau.services.find_invoice import invoices_numbered
from bordereau.services.mail_release import MAIL, release_key, released
from bordereau.services.refund_debtor import forget_refund, watch_refunds
from bordereau.services.register import aliases_of_party, contracts
from bordereau.services.watch_claims import watch_claim

Message = tuple[str, dict[str, Any], str]
"""Function, message, group."""


def wake(desk: Desk, command: Command, decision: object) -> int:
    """Send every message that follows a decision; return how many."""
    count = 0
    if isinstance(decision, OperationDecision):
        count += after_operation(desk, decision)
    if isinstance(decision, CaseDecision):
        case = desk.ledger.get(Case, ref=command.ref)
        assert case is not None, "its answer was in the same commit"
        count += after_move(desk, case.contract, case.invoice)
    if isinstance(decision, LineDecision) and decision.from_on <= desk.today:
        line_requests.answer(desk, decision)
    for function, message, group in _messages(desk, command, decision):
        desk.queue.send(function, message, group=group)
        count += 1
    return count


def _of_mail(desk: Desk, decision: MailReleaseDecision) -> Iterator[Message]:
    """A released mail is read: a seller's parts are tried again, a bank's files are applied."""
    mail = decision.object[len(MAIL) :]
    if released(desk.ledger, mail) is None:
        return
    if decision.object.startswith(MAIL):
        yield _held(release_key(mail))
    else:
        yield "apply_bank_statement", object_event(bank_mail_key(mail)), ""


def _of_debtor(desk: Desk, debtor: Debtor) -> Iterator[Message]:
    watch_claim(desk.ledger, debtor, on=desk.today)
    if debtor.ended_on is not None:  # its lines count again: who waits may be promoted
        day = desk.today.isoformat()
        for currency in sorted({listing.currency for listing in contracts(desk.ledger)}):
            room = {"debtor": debtor.party, "currency": currency, "on": day}
            yield "update_reserves", room, ""
    for alias in aliases_of_party(debtor):
        yield _held(f"debtor:{alias}")


def after_move(desk: Desk, contract: ContractId, invoice: InvoiceId) -> int:
    """Look again at who waits for room and at the alerts of a contract; return how many wakes."""
    after_payment(desk.ledger, desk.queue, contract, invoice, today=desk.today)
    again = {"contract": contract, "on": desk.today.isoformat()}
    desk.queue.send("raise_overdue_alerts", again)
    return 2


def after_operation(desk: Desk, decision: OperationDecision) -> int:
    """Look again at the invoice of an operation, or at its contract and debtor.

    Whoever has an invoice of that number is looked at: it does no harm, and the one that was meant
    is closed now, so that it is not told apart any more.
    """
    if decision.operation == Operation.REFUND and decision.debtor is not None:
        watch_refunds(desk.ledger, decision.debtor, on=desk.today)
    if decision.operation == Operation.REFUND_CANCEL:
        forget_refund(desk.ledger, decision.number.strip().upper(), on=desk.today)
    if decision.number:
        seller, today = decision.seller, desk.today
        meant = invoices_numbered(desk.ledger, decision.number, seller=seller, today=today)
        return sum(after_move(desk, one.contract, one.invoice) for one in meant)
    contract = contract_of_operation(decision)
    if contract is None:
        return 0
    day = desk.today.isoformat()
    desk.queue.send("raise_overdue_alerts", {"contract": contract, "on": day})
    if decision.debtor is None:
        return 1
    room = {"debtor": decision.debtor, "currency": decision.currency, "on": day}
    desk.queue.send("update_reserves", room)
    return 2


def _messages(desk: Desk, command: Command, decision: object) -> Iterator[Message]:
    if isinstance(decision, Sender):
        yield _held(f"sender:{decision.address}")
    elif isinstance(decision, Debtor):
        yield from _of_debtor(desk, decision)
    elif isinstance(decision, TermsDecision):
        yield _held(f"contract:{decision.terms.contract}")
    elif isinstance(decision, TakeOnDecision):
        yield from _of_take_on(desk, decision)
    elif isinstance(decision, MailReleaseDecision):
        yield from _of_mail(desk, decision)
    elif isinstance(decision, CompletionDecision):
        yield _held(f"fields:{decision.ref}")
    elif isinstance(decision, LineDecision):
        if decision.action != "request" and decision.from_on <= desk.today:
            yield from of_line(desk, decision)
    elif isinstance(decision, ManualReceiptDecision):
        yield from _of_receipt(command, decision)


def _of_take_on(desk: Desk, decision: TakeOnDecision) -> Iterator[Message]:
    """Try what waited for the contracts, and propose what the unallocated cash seems to be for."""
    snapshot = snapshot_of(desk, decision)
    for row in snapshot.contracts:
        yield _held(f"contract:{row.name}")
    for receipt in snapshot.receipts:
        key = {
            "account": receipt.account,
            "booked_on": receipt.received_on.isoformat(),
            "ref": receipt.reference,
        }
        yield "allocate_receipts", key, receipt.account


def _held(key: str) -> Message:
    return "register_invoices", {"wake": key}, ""


def of_line(desk: Desk, decision: LineDecision) -> Iterator[Message]:
    """Yield whom a line that took effect wakes: the queue, held invoices, the notice's PDF."""
    room = {
        "debtor": decision.debtor,
        "currency": decision.currency,
        "on": desk.today.isoformat(),
    }
    yield "update_reserves", room, ""
    if decision.contract is None:
        return
    yield _held(f"line:{decision.contract}|{decision.debtor}")
    identity = notice_id(decision.contract, decision.debtor)
    kind = DocumentKind.DEBTOR_NOTICE
    if desk.ledger.get(Intent, kind=kind, id=identity) is not None:
        yield "write_documents", {"kind": kind, "id": identity}, ""


def _of_receipt(command: Command, decision: ManualReceiptDecision) -> Iterator[Message]:
    if decision.action == "book" and not decision.pays:
        key = {
            "account": decision.account,
            "booked_on": decision.received_on.isoformat(),
            "ref": command.ref,
            "cause": f"{command.ref}#{command.revision}",
        }
        yield "allocate_receipts", key, decision.account
