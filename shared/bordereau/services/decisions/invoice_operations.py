"""Operations on invoices: chargeback, short payment, formal notice, guarantee, loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bordereau.domain.decisions import Operation
from bordereau.domain.identifiers import ContractId
from bordereau.domain.invoices import Invoice
from bordereau.services.accept_short_payment import accept_short_payment
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.decisions.order import Order, of_invoice
from bordereau.services.decisions.reply import Reply
from bordereau.services.insolvency import Cover, take_guarantee, write_off
from bordereau.services.move_invoice import charge_back, note_formal_notice


def _charge_back(order: Order, invoice: Invoice) -> Reply:
    place = invoice.contract, invoice.invoice
    return order.run(
        lambda also: charge_back(order.desk.ledger, *place, today=order.desk.today, also=also),
        lambda outcome: order.say(
            "charged_back",
            number=invoice.number,
            amount=order.money(outcome.amounts["was_open"], invoice),
        ),
    )


def _accept_short(order: Order, invoice: Invoice) -> Reply:
    place = invoice.contract, invoice.invoice
    return order.run(
        lambda also: accept_short_payment(
            order.desk.ledger, *place, today=order.desk.today, also=also
        ),
        lambda outcome: order.say(
            "short_accepted",
            number=invoice.number,
            amount=order.money(outcome.amounts["closed"], invoice),
        ),
    )


def _formal_notice(order: Order, invoice: Invoice) -> Reply:
    place = invoice.contract, invoice.invoice
    sent_on = invoice.notice_on or order.decision.on or order.desk.today
    return order.run(
        lambda also: note_formal_notice(order.desk.ledger, *place, today=sent_on, also=also),
        lambda _: order.say("notice_noted", number=invoice.number, day=order.desk.day(sent_on)),
    )


def _guarantee(order: Order) -> Reply:
    decision = order.decision
    assert decision.debtor is not None, "a required cell"
    assert decision.share_bps is not None, "a required cell"
    assert decision.vat_bps is not None, "a required cell"
    cover, debtor = Cover(decision.share_bps, decision.vat_bps), decision.debtor
    return order.run(
        lambda also: take_guarantee(
            order.desk.ledger, order.contract, debtor, cover, today=order.desk.today, also=also
        ),
        lambda outcome: order.say(
            "guarantee_taken",
            claim=order.money(outcome.amounts["claim"]),
            approved=order.money(outcome.amounts["approved"]),
            back=order.money(outcome.amounts["charged_back"]),
        ),
    )


def _write_off(order: Order, invoice: Invoice) -> Reply:
    place = invoice.contract, invoice.invoice
    return order.run(
        lambda also: write_off(order.desk.ledger, *place, today=order.desk.today, also=also),
        lambda outcome: order.say(
            "written_off",
            number=invoice.number,
            amount=order.money(outcome.amounts["lost"], invoice),
        ),
    )


def _credit_note(order: Order) -> Reply:
    """A credit note that came without a file: of an invoice, or of one that we do not hold."""
    if order.decision.number:
        return of_invoice(_credit_invoice)(order)
    return _credit(order, order.contract, None)


def _credit_invoice(order: Order, invoice: Invoice) -> Reply:
    return _credit(order, invoice.contract, invoice)


def _credit(order: Order, contract: ContractId, invoice: Invoice | None) -> Reply:
    decision, today = order.decision, order.desk.today
    request = CreditRequest(
        contract=contract,
        number=decision.document,
        issued_on=decision.on or today,
        amount_cents=order.amount_cents,
        invoice=invoice.invoice if invoice else None,
        debtor=None if invoice else decision.debtor,
        source=order.command.ref,
    )
    return order.run(
        lambda also: book_credit_note(order.desk.ledger, request, today=today, also=also),
        lambda outcome: order.say(
            "credit_noted",
            number=decision.document,
            amount=order.money(outcome.amounts["on_invoice"], invoice),
            rest=order.money(outcome.amounts["to_debtor"], invoice),
        ),
    )


INVOICE_OPERATIONS: Final[Mapping[Operation, Callable[[Order], Reply]]] = {
    Operation.CHARGEBACK: of_invoice(_charge_back),
    Operation.CREDIT_NOTE: _credit_note,
    Operation.ACCEPT_SHORT: of_invoice(_accept_short),
    Operation.FORMAL_NOTICE: of_invoice(_formal_notice),
    Operation.GUARANTEE: _guarantee,
    Operation.WRITE_OFF: of_invoice(_write_off),
}
