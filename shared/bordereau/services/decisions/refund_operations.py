"""Operations on a debtor's credit: its refund, and the end of one that nobody paid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bordereau.domain.decisions import Operation
from bordereau.domain.refunds import Refund, RefundState, named_refund
from bordereau.services.control_books import own_accounts
from bordereau.services.decisions.order import Order
from bordereau.services.decisions.reply import Reply, wrong
from bordereau.services.refund_debtor import account_of_credit, order_refund, return_refund
from bordereau.services.register import contracts, debtor_of


def _refund(order: Order) -> Reply:
    desk, decision = order.desk, order.decision
    debtor = debtor_of(desk.ledger, decision.debtor) if decision.debtor else None
    if debtor is None:
        return wrong("decision-no-debtor", "debtor")
    wanted = decision.amount_cents
    found = account_of_credit(desk.ledger, debtor.party, decision.currency, wanted)
    if found is None:
        return wrong("decision-over-credit", "amount")
    account, cents = found
    return order.run(
        lambda also: order_refund(
            desk.ledger,
            debtor.party,
            account,
            cents,
            payee=(debtor.name, decision.iban),
            today=desk.today,
            also=also,
        ),
        lambda outcome: order.say(
            "refund_ordered",
            amount=order.money(cents),
            debtor=debtor.name,
            iban=decision.iban,
            number=outcome.ids[0],
        ),
    )


def _cancel(order: Order) -> Reply:
    found = _refund_named(order)
    if found is None:
        return wrong("decision-no-such-refund", "invoice", number=order.decision.number)
    key = found.account, found.ordered_on, found.ordinal
    return order.run(
        lambda also: return_refund(order.desk.ledger, key, today=order.desk.today, also=also),
        lambda _: order.say("refund_cancelled", number=found.id),
    )


def _refund_named(order: Order) -> Refund | None:
    """Return the refund, ordered and not paid, whose id stands in the cell of the invoice."""
    ledger = order.desk.ledger
    names = [listing.contract for listing in contracts(ledger)]
    for account in own_accounts(ledger, names):
        key = named_refund(account, order.decision.number.upper())
        if key is None:
            continue
        refund = ledger.get(Refund, account=key[0], ordered_on=key[1], ordinal=key[2])
        if refund is not None and refund.state is not RefundState.CONFIRMED:
            return refund
    return None


REFUND_OPERATIONS: Final[Mapping[Operation, Callable[[Order], Reply]]] = {
    Operation.REFUND: _refund,
    Operation.REFUND_CANCEL: _cancel,
}
