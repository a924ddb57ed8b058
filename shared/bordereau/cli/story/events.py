"""What each kind of event asks of the services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from bordereau.cli.story.reader import Event
from bordereau.cli.story.world import ACCOUNT, CURRENCY, PayoutKey, World, contract, party
from bordereau.domain.books import Receipt
from bordereau.domain.charges import PendingCharge
from bordereau.domain.guarantee_lines import FactorLine, RelationLine
from bordereau.domain.invoices import Invoice
from bordereau.domain.money import BPS, floor_rate
from bordereau.services import insolvency, move_fund, move_invoice, seller_and_debtor_payments
from bordereau.services.accept_short_payment import accept_short_payment
from bordereau.services.apply_receipt import (
    ApplicationLine,
    NotAssigned,
    OverPayment,
    Pays,
    ReceiptKey,
    apply_credits,
    apply_receipt,
)
from bordereau.services.bill_fees import add_charge
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.book_receipt import book_receipt
from bordereau.services.correct_invoice import Correction, correct_invoice
from bordereau.services.late_interest_claims import book_interest
from bordereau.services.lines import set_factor_limit, set_line
from bordereau.services.outcome import Outcome, Status, refused
from bordereau.services.payouts import confirm_payout, order_payout, return_payout

Handler = Callable[[World, Event, dt.date], Outcome]


def payout_key(name: str, today: dt.date, outcome: Outcome) -> PayoutKey:
    """Return the key of a pay-out that was just ordered."""
    return contract(name), today, outcome.amounts["ordinal"]


def _receipt(world: World, event: Event, today: dt.date) -> Outcome:
    facts = event.facts
    if world.receipts.setdefault(facts["id"], today) != today:
        return refused("number_conflict", facts["id"])
    outcome = book_receipt(
        world.ledger,
        Receipt(
            account=ACCOUNT,
            booked_on=today,
            ref=facts["id"],
            amount_cents=facts["amount"],
            left_cents=facts["amount"],
            currency=CURRENCY,
            value_on=today,
            debtor=party(facts["debtor"]) if facts["debtor"] else None,
        ),
        today=today,
    )
    if outcome.status is not Status.DONE or not facts["apply"]:
        return outcome
    return _apply_lines(world, facts["id"], facts["apply"], event, today)


def _apply(world: World, event: Event, today: dt.date) -> Outcome:
    if event.facts["debtor"] is None:
        return _apply_lines(world, event.facts["receipt"], event.facts["lines"], event, today)
    lines = [_pays(world, row) for row in event.facts["lines"]]
    return apply_credits(world.ledger, ACCOUNT, party(event.facts["debtor"]), lines, today=today)


def _apply_lines(
    world: World, name: str, rows: list[Mapping[str, Any]], event: Event, today: dt.date
) -> Outcome:
    booked_on = world.receipts.get(name)
    if booked_on is None:
        return refused("no_such_receipt", name)
    lines = [_line(world, row) for row in rows]
    key = ReceiptKey(ACCOUNT, booked_on, name)
    return apply_receipt(world.ledger, key, lines, today=today, command=f"story#{event.number}")


def _line(world: World, row: Mapping[str, Any]) -> ApplicationLine:
    if row["over_payment"]:
        return OverPayment(row["over_payment"])
    if row["not_assigned"]:
        return NotAssigned(contract(row["contract"]), row["not_assigned"])
    return _pays(world, row)


def _pays(world: World, row: Mapping[str, Any]) -> Pays:
    identity = world.invoice(row["contract"], row["invoice"])
    return Pays(contract(row["contract"]), identity, row["amount"], row["credit"] or 0)


def _refund(world: World, event: Event, today: dt.date) -> Outcome:
    return seller_and_debtor_payments.refund(
        world.ledger, party(event.facts["debtor"]), ACCOUNT, event.facts["amount"], today=today
    )


def _pay_in(world: World, event: Event, today: dt.date) -> Outcome:
    return seller_and_debtor_payments.pay_in(
        world.ledger, contract(event.facts["contract"]), event.facts["amount"], today=today
    )


def _direct_payment(world: World, event: Event, today: dt.date) -> Outcome:
    name, number = event.facts["contract"], event.facts["invoice"]
    return move_invoice.pay_directly(
        world.ledger,
        contract(name),
        world.invoice(name, number),
        event.facts["amount"],
        today=today,
    )


def _accept_short(world: World, event: Event, today: dt.date) -> Outcome:
    name = event.facts["contract"]
    identity = world.invoice(name, event.facts["invoice"])
    return accept_short_payment(world.ledger, contract(name), identity, today=today)


def _confirm(world: World, event: Event, today: dt.date) -> Outcome:
    key = _payout(world, event)
    if key is None:
        return refused("no_such_payout")
    return confirm_payout(world.ledger, key, today=today)


def _return(world: World, event: Event, today: dt.date) -> Outcome:
    key = _payout(world, event)
    if key is None:
        return refused("no_such_payout")
    return return_payout(world.ledger, key, today=today)


def _payout(world: World, event: Event) -> PayoutKey | None:
    return world.payouts.get((event.facts["contract"], event.facts["payout"]))


def _indemnity(world: World, event: Event, today: dt.date) -> Outcome:
    facts = event.facts
    debtor = party(facts["debtor"])
    return insolvency.book_indemnity(
        world.ledger, contract(facts["contract"]), debtor, facts["amount"], today=today
    )


def _dividend(world: World, event: Event, today: dt.date) -> Outcome:
    facts = event.facts
    debtor = party(facts["debtor"])
    return insolvency.book_dividend(
        world.ledger, contract(facts["contract"]), debtor, facts["amount"], today=today
    )


def _formal_notice(world: World, event: Event, today: dt.date) -> Outcome:
    name = event.facts["contract"]
    identity = world.invoice(name, event.facts["invoice"])
    return move_invoice.note_formal_notice(world.ledger, contract(name), identity, today=today)


def _interest_received(world: World, event: Event, today: dt.date) -> Outcome:
    facts = event.facts
    identity = world.invoice(facts["contract"], facts["invoice"])
    known = world.ledger.get(Invoice, contract=contract(facts["contract"]), invoice=identity)
    return book_interest(
        world.ledger,
        contract(facts["contract"]),
        identity,
        interest_cents=facts["interest"],
        indemnity_cents=facts["indemnity"],
        is_public=known is not None and world.is_public(known.debtor),
        today=today,
    )


def _credit_note(world: World, event: Event, today: dt.date) -> Outcome:
    facts = event.facts
    invoice = facts["invoice"]
    name, number = facts["contract"], facts["number"]
    issued_on = world.credit_notes.get((name, number), today)
    request = CreditRequest(
        contract=contract(name),
        number=world.numbers.of("credit_note", name, number),
        issued_on=issued_on,
        amount_cents=facts["amount"],
        invoice=world.invoice(facts["contract"], invoice) if invoice else None,
        debtor=party(facts["debtor"]) if facts["debtor"] else None,
    )
    outcome = book_credit_note(world.ledger, request, today=today)
    if outcome.status is Status.DONE:
        world.credit_notes[name, number] = issued_on
    return outcome


def _dispute(world: World, event: Event, today: dt.date) -> Outcome:
    name = event.facts["contract"]
    identity = world.invoice(name, event.facts["invoice"])
    move = move_invoice.open_dispute if event.do == "dispute" else move_invoice.end_dispute
    return move(
        world.ledger, contract(name), identity, today=today, amount_cents=event.facts["amount"]
    )


def _set_line(world: World, event: Event, today: dt.date) -> Outcome:
    facts = event.facts
    debtor, amount = party(facts["debtor"]), facts["amount"]
    if facts["insurer_ht"] is not None:
        with_vat = floor_rate(facts["insurer_ht"], BPS + facts["insurer_vat"])
        amount = min(amount, with_vat)
    if facts["contract"] is None:
        limit = FactorLine(debtor, CURRENCY, limit_cents=amount, valid_until=facts["valid_until"])
        return set_factor_limit(world.ledger, limit, today=today)
    line = RelationLine(
        debtor,
        CURRENCY,
        contract(facts["contract"]),
        limit_cents=amount,
        valid_until=facts["valid_until"],
    )
    return set_line(world.ledger, line, today=today)


def _insolvency(world: World, event: Event, today: dt.date) -> Outcome:
    return insolvency.declare_insolvency(
        world.ledger,
        party(event.facts["debtor"]),
        CURRENCY,
        judged_on=today,
        published_on=event.facts["published"],
    )


def _guarantee(world: World, event: Event, today: dt.date) -> Outcome:
    facts = event.facts
    cover = insolvency.Cover(facts["insured_share"], facts["vat"])
    debtor = party(facts["debtor"])
    return insolvency.take_guarantee(
        world.ledger, contract(facts["contract"]), debtor, cover, today=today
    )


def _charge_back(world: World, event: Event, today: dt.date) -> Outcome:
    name = event.facts["contract"]
    identity = world.invoice(name, event.facts["invoice"])
    return move_invoice.charge_back(world.ledger, contract(name), identity, today=today)


def _correct(world: World, event: Event, today: dt.date) -> Outcome:
    facts = event.facts
    identity = world.invoice(facts["contract"], facts["invoice"])
    correction = Correction(
        contract(facts["contract"]), identity, facts["amount"], facts["due"], is_new=True
    )
    return correct_invoice(world.ledger, correction, today=today)


def _fund_use(world: World, event: Event, today: dt.date) -> Outcome:
    facts = event.facts
    name, amount = facts["contract"], facts["amount"]
    if facts["invoice"] is None:
        return move_fund.use_fund(world.ledger, contract(name), amount, today=today)
    identity = world.invoice(name, facts["invoice"])
    return move_invoice.use_retained(world.ledger, contract(name), identity, amount, today=today)


def _reserve(world: World, event: Event, today: dt.date) -> Outcome:
    sign = 1 if event.do == "reserve" else -1
    amount = sign * event.facts["amount"]
    return move_fund.reserve(world.ledger, contract(event.facts["contract"]), amount, today=today)


def _charge(world: World, event: Event, today: dt.date) -> Outcome:
    charge = PendingCharge(event.facts["code"], event.facts["amount"], today)
    return add_charge(world.ledger, contract(event.facts["contract"]), charge, today=today)


def _close_contract(world: World, event: Event, today: dt.date) -> Outcome:
    return move_fund.close_contract(world.ledger, contract(event.facts["contract"]), today=today)


def _pay_out(world: World, event: Event, today: dt.date) -> Outcome:
    name = event.facts["contract"]
    outcome = order_payout(
        world.ledger, contract(name), today=today, amount_cents=event.facts["amount"]
    )
    if outcome.status is Status.DONE:
        world.payouts[name, event.facts["id"]] = payout_key(name, today, outcome)
    return outcome


HANDLERS: Final[Mapping[str, Handler]] = {
    "receipt": _receipt,
    "apply": _apply,
    "refund": _refund,
    "direct_payment": _direct_payment,
    "pay_in": _pay_in,
    "accept_short": _accept_short,
    "confirm": _confirm,
    "return": _return,
    "indemnity": _indemnity,
    "dividend": _dividend,
    "formal_notice": _formal_notice,
    "interest_received": _interest_received,
    "credit_note": _credit_note,
    "dispute": _dispute,
    "dispute_end": _dispute,
    "line": _set_line,
    "insolvency": _insolvency,
    "guarantee_effective": _guarantee,
    "chargeback": _charge_back,
    "correct": _correct,
    "fund_use": _fund_use,
    "reserve": _reserve,
    "reserve_release": _reserve,
    "charge": _charge,
    "close_contract": _close_contract,
    "payout": _pay_out,
}
