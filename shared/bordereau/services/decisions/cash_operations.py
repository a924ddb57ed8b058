"""Operations on money that came in: the client's pay-in, indemnity, dividend, late interest.

The money lies in a receipt, which the line names by its reference in « Encaissements »; without one
it is booked here only where no statement is read for the account (docs/adr/0013).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bordereau.domain.books import Receipt
from bordereau.domain.decisions import NamedReceipt, Operation
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import DebtorKind
from bordereau.services.apply_receipt import ReceiptKey
from bordereau.services.decisions.order import Order, of_invoice
from bordereau.services.decisions.reply import Reply, wrong
from bordereau.services.find_invoice import invoices_numbered
from bordereau.services.insolvency import book_dividend, book_indemnity
from bordereau.services.late_interest_claims import book_interest
from bordereau.services.register import debtor_of
from bordereau.services.reverse_application import last_application, reverse_application
from bordereau.services.seller_and_debtor_payments import pay_in
from bordereau.services.take_receipt import Taking, allocations_of


def _taking(order: Order) -> Taking | None:
    named = order.decision.receipt
    if named is None:
        return None
    return Taking(ReceiptKey(named.account, named.booked_on, named.ref), _name(order))


def _name(order: Order) -> str:
    return f"{order.command.ref}#{order.command.revision}"


def _cents(order: Order) -> int:
    """Return the amount that is typed, else all that is left of the receipt."""
    if order.decision.amount_cents is not None:
        return order.decision.amount_cents
    receipt = _receipt(order, order.decision.receipt)
    return receipt.left_cents if receipt else 0


def _receipt(order: Order, named: NamedReceipt | None) -> Receipt | None:
    if named is None:
        return None
    key = {"account": named.account, "booked_on": named.booked_on, "ref": named.ref}
    return order.desk.ledger.get(Receipt, **key)


def _incoming(do: Callable[[Order, int], Reply]) -> Callable[[Order], Reply]:
    """Return the operation on an amount; nothing left of the receipt is refused."""

    def on_amount(order: Order) -> Reply:
        cents = _cents(order)
        return do(order, cents) if cents else wrong("decision-nothing-left", "receipt")

    return on_amount


def _pay_in(order: Order, cents: int) -> Reply:
    return order.run(
        lambda also: pay_in(
            order.desk.ledger,
            order.contract,
            cents,
            today=order.desk.today,
            taking=_taking(order),
            also=also,
        ),
        lambda _: order.say("paid_in", amount=order.money(cents)),
    )


def _indemnity(order: Order, cents: int) -> Reply:
    debtor = order.decision.debtor
    assert debtor is not None, "a required cell"
    return order.run(
        lambda also: book_indemnity(
            order.desk.ledger,
            order.contract,
            debtor,
            cents,
            today=order.desk.today,
            taking=_taking(order),
            also=also,
        ),
        lambda outcome: order.say(
            "indemnity_received",
            amount=order.money(cents),
            left=order.money(outcome.amounts["left"]),
        ),
    )


def _dividend(order: Order, cents: int) -> Reply:
    debtor = order.decision.debtor
    assert debtor is not None, "a required cell"
    return order.run(
        lambda also: book_dividend(
            order.desk.ledger,
            order.contract,
            debtor,
            cents,
            today=order.desk.today,
            taking=_taking(order),
            also=also,
        ),
        lambda outcome: order.say(
            "dividend_received",
            seller=order.money(outcome.amounts["seller"]),
            insurer=order.money(outcome.amounts["insurer"]),
            kept=order.money(outcome.amounts["kept"]),
        ),
    )


def _interest(order: Order, invoice: Invoice) -> Reply:
    cents, indemnity = _cents(order), order.decision.indemnity_cents
    if not cents:
        return wrong("decision-nothing-left", "receipt")
    if indemnity > cents:
        return wrong("decision-over-amount", "indemnity")
    debtor = debtor_of(order.desk.ledger, invoice.debtor)
    return order.run(
        lambda also: book_interest(
            order.desk.ledger,
            invoice.contract,
            invoice.invoice,
            interest_cents=cents - indemnity,
            indemnity_cents=indemnity,
            is_public=debtor is not None and debtor.kind is DebtorKind.PUBLIC,
            today=order.desk.today,
            taking=_taking(order),
            also=also,
        ),
        lambda _: order.say(
            "interest_received", number=invoice.number, amount=order.money(cents, invoice)
        ),
    )


def _unapply(order: Order) -> Reply:
    """Take back what a receipt paid of an invoice; without a receipt named, the last one."""
    named, number = order.decision.receipt, order.decision.number
    key = ReceiptKey(named.account, named.booked_on, named.ref) if named else None
    found = list(_applications(order, key))
    if not found:
        return wrong("decision-not-applied", "receipt" if named else "invoice", number=number)
    if len(found) > 1:
        return wrong("decision-number-of-several", "seller", number=number)
    invoice, meant = found[0]
    return order.run(
        lambda also: reverse_application(
            order.desk.ledger,
            meant,
            invoice.contract,
            invoice.invoice,
            today=order.desk.today,
            also=also,
        ),
        lambda outcome: order.say(
            "application_reversed",
            number=invoice.number,
            amount=order.money(outcome.amounts["amount"], invoice),
            open=order.money(outcome.amounts["open"], invoice),
            left=order.money(outcome.amounts["left"], invoice),
        ),
    )


def _applications(order: Order, named: ReceiptKey | None) -> Iterator[tuple[Invoice, ReceiptKey]]:
    """Yield the invoices of a number that a receipt paid, each with that receipt."""
    ledger, decision = order.desk.ledger, order.decision
    for invoice in invoices_numbered(
        ledger, decision.number, seller=decision.seller, today=order.desk.today
    ):
        place = invoice.contract, invoice.invoice
        if named is None:
            last = last_application(ledger, invoice)
            if last is not None:
                yield invoice, last
        elif any((one.contract, one.invoice) == place for one in allocations_of(ledger, named)):
            yield invoice, named


CASH_OPERATIONS: Final[Mapping[Operation, Callable[[Order], Reply]]] = {
    Operation.PAY_IN: _incoming(_pay_in),
    Operation.INDEMNITY: _incoming(_indemnity),
    Operation.DIVIDEND: _incoming(_dividend),
    Operation.INTEREST: of_invoice(_interest),
    Operation.UNAPPLY: _unapply,
}
