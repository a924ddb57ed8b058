"""Operations on a client's account: pay-outs, charges, reserves, the fund, reversals, its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bordereau.domain.charges import CHARGE_LABELS, PendingCharge
from bordereau.domain.decisions import Operation
from bordereau.domain.entries import contract_journal
from bordereau.domain.invoices import Invoice
from bordereau.services.bill_fees import add_charge
from bordereau.services.contract_terms import price_on
from bordereau.services.decisions.order import Order, of_invoice
from bordereau.services.decisions.reply import Reply, wrong
from bordereau.services.move_fund import close_contract, reserve, use_fund
from bordereau.services.move_invoice import use_retained
from bordereau.services.payouts import order_payout
from bordereau.services.register import seller_of
from bordereau.services.reverse_charge import reverse_charge
from bordereau.services.reverse_entry import reverse_entry


def _pay_out(order: Order) -> Reply:
    desk, seller = order.desk, order.decision.seller
    known = seller_of(desk.ledger, seller) if seller else None
    if known is None or not known.iban:
        return wrong("decision-no-iban", "seller")
    beneficiary = known.name, known.iban
    return order.run(
        lambda also: order_payout(
            desk.ledger,
            order.contract,
            today=desk.today,
            amount_cents=order.decision.amount_cents,
            beneficiary=beneficiary,
            also=also,
        ),
        lambda outcome: order.say(
            "payout_ordered",
            amount=order.money(outcome.amounts["amount"]),
            left=order.money(outcome.amounts["left"]),
        ),
    )


def _charge(order: Order) -> Reply:
    desk, code = order.desk, order.decision.code
    cents = order.amount_cents or price_on(
        desk.ledger, code, desk.today, seller=order.decision.seller
    )
    if not cents:
        return wrong("decision-no-price", "amount", charge=CHARGE_LABELS.get(code, code))
    charge = PendingCharge(code, cents, desk.today)
    return order.run(
        lambda also: add_charge(
            order.desk.ledger, order.contract, charge, today=order.desk.today, also=also
        ),
        lambda _: order.say("charge_added", amount=order.money(cents)),
    )


def _reserve(order: Order) -> Reply:
    releases = order.decision.operation == Operation.RESERVE_RELEASE
    cents = -order.amount_cents if releases else order.amount_cents
    phrase = "reserve_released" if releases else "reserve_held"
    return order.run(
        lambda also: reserve(
            order.desk.ledger, order.contract, cents, today=order.desk.today, also=also
        ),
        lambda _: order.say(phrase, amount=order.money(order.amount_cents)),
    )


def _use_fund(order: Order) -> Reply:
    if order.decision.number:
        return of_invoice(_use_retained)(order)
    return order.run(
        lambda also: use_fund(
            order.desk.ledger,
            order.contract,
            order.amount_cents,
            today=order.desk.today,
            also=also,
        ),
        lambda _: order.say("fund_used", amount=order.money(order.amount_cents)),
    )


def _use_retained(order: Order, invoice: Invoice) -> Reply:
    return order.run(
        lambda also: use_retained(
            order.desk.ledger,
            invoice.contract,
            invoice.invoice,
            order.amount_cents,
            today=order.desk.today,
            also=also,
        ),
        lambda _: order.say("fund_used", amount=order.money(order.amount_cents, invoice)),
    )


def _reverse(order: Order) -> Reply:
    journal, seq = contract_journal(order.contract), order.decision.entry or 0
    if code := order.decision.code:
        return order.run(
            lambda also: reverse_charge(
                order.desk.ledger, order.contract, seq, code, today=order.desk.today, also=also
            ),
            lambda done: order.say("charge_reversed", amount=order.money(done.amounts["net"])),
        )
    return order.run(
        lambda also: reverse_entry(
            order.desk.ledger, journal, seq, today=order.desk.today, also=also
        ),
        lambda _: order.say("entry_reversed", number=str(seq)),
    )


def _close(order: Order) -> Reply:
    return order.run(
        lambda also: close_contract(
            order.desk.ledger, order.contract, today=order.desk.today, also=also
        ),
        lambda _: order.say("contract_closed", day=order.desk.day(order.desk.today)),
    )


SELLER_OPERATIONS: Final[Mapping[Operation, Callable[[Order], Reply]]] = {
    Operation.PAYOUT: _pay_out,
    Operation.CHARGE: _charge,
    Operation.RESERVE: _reserve,
    Operation.RESERVE_RELEASE: _reserve,
    Operation.USE_FUND: _use_fund,
    Operation.REVERSAL: _reverse,
    Operation.CLOSING: _close,
}
