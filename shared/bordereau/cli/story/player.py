"""Play a story, day by day, through the production services on in-memory ports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.cli.story.reader import Event, Story
from bordereau.domain.books import Receipt
from bordereau.domain.guarantee_lines import FactorLine, RelationLine
from bordereau.domain.identifiers import (
    AccountId,
    BatchId,
    ContractId,
    InvoiceId,
    PartyId,
    contract_id,
)
from bordereau.domain.money import EUR
from bordereau.domain.parties import Contract, Rate
from bordereau.domain.tables import INDEX_SHARDS, Index
from bordereau.domain.terms import FundMethod, PayoutMode, Terms
from bordereau.services.accept_short_payment import accept_short_payment
from bordereau.services.apply_receipt import (
    ApplicationLine,
    NotAssigned,
    OverPayment,
    Pays,
    ReceiptKey,
    apply_receipt,
)
from bordereau.services.assign_invoices import Assignment, assign_invoices
from bordereau.services.bill_fees import bill_fees
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.book_receipt import book_receipt, open_bank_account
from bordereau.services.contract_terms import open_contract, set_terms, terms_on
from bordereau.services.correct_invoice import Correction, correct_invoice
from bordereau.services.draft import Draft, attempt
from bordereau.services.lines import set_factor_limit, set_line
from bordereau.services.outcome import Outcome, Status, refused
from bordereau.services.payouts import confirm_payout, order_payout, return_payout
from bordereau.services.promote_waiting import promote_waiting

ACCOUNT: Final = AccountId("FACTOR")
CURRENCY: Final = EUR

PayoutKey = tuple[ContractId, dt.date, int]


@dataclass(frozen=True, slots=True)
class Refused:
    """One refusal, as the output lists it."""

    event: int
    date: dt.date
    do: str
    reason: str


@dataclass(slots=True)
class World:
    """The books of a story, and what its names stand for in them."""

    story: Story
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    refused: list[Refused] = field(default_factory=list)
    alerts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    invoices: dict[tuple[str, str], InvoiceId] = field(default_factory=dict)
    receipts: dict[str, dt.date] = field(default_factory=dict)
    payouts: dict[tuple[str, str], PayoutKey] = field(default_factory=dict)
    held: list[Event] = field(default_factory=list)


def party(name: str) -> PartyId:
    """Return the identity of a story's seller or debtor."""
    return PartyId(f"local:{name}")


def contract(name: str) -> ContractId:
    """Return the identity of a story's contract; a seller has one, so its own name will do."""
    return contract_id(party(name), CURRENCY)


def play(story: Story) -> Iterator[tuple[int, World]]:
    """Play every civil day; yield (number of the ask, world) at the end of the day it is asked."""
    world = World(story)
    _prepare(world)
    last = max(story.events[-1].date, *(ask.date for ask in story.asks), story.events[0].date)
    day = story.events[0].date
    while day <= last:
        _Day(world, day).run()
        yield from ((ask.number, world) for ask in story.asks if ask.date == day)
        day += dt.timedelta(1)


def _prepare(world: World) -> None:
    """Open accounts and contracts, and type in terms and rates."""
    open_bank_account(world.ledger, ACCOUNT, CURRENCY)
    for row in world.story.contracts:
        name = row["id"]
        dated = sorted(
            (terms for terms in world.story.terms if terms["contract"] == name),
            key=lambda terms: terms["from"],
        )
        first = Contract(
            contract(name), party(row["seller"]), CURRENCY, row["start"], ACCOUNT, line_ref=name
        )
        open_contract(world.ledger, first, _terms(dated[0], row["start"]))
        for terms in dated[1:]:
            set_terms(world.ledger, _terms(terms, row["start"]))
    for row in world.story.rates.get("vat", []):
        rate = Rate(f"vat/{row['code']}", row["from"], row["rate"])
        attempt(world.ledger, "set-rate", partial(Draft.write, record=rate))


def _terms(row: Mapping[str, Any], start: dt.date) -> Terms:
    return Terms(
        contract=contract(row["contract"]),
        from_on=max(row["from"], start),
        advance_rate_bps=row["advance_rate"],
        fund_method=FundMethod(row["fund_method"]),
        factoring_rate_bps=row["factoring_rate"],
        factoring_minimum_cents=row["factoring_minimum"],
        tolerance_cents=row["tolerance"],
        ceiling_cents=row["facility_ceiling"],
        minimum_payout_cents=row["minimum_payout"],
        payout=PayoutMode(row["payout"]),
        late_interest=row["late_interest"],
    )


class _Day:
    """One civil day of a story, in the order of its steps."""

    def __init__(self, world: World, today: dt.date) -> None:
        self._world, self._today = world, today
        self._ledger = world.ledger
        self._events = [event for event in world.story.events if event.date == today]

    def run(self) -> None:
        if self._today in self._world.story.given_order:
            self._as_given()
        else:
            self._by_steps()
        self._in_steps(9, 9)
        self._bill()
        self._in_steps(10, 10)
        self._pay_automatically()

    def _by_steps(self) -> None:
        self._in_steps(1, 5)
        self._promote()
        self._try_held()
        self._assign_batches([event for event in self._events if event.do == "assign"])
        for event in self._events:
            if event.do == "correct":
                self._do(event)
        self._in_steps(8, 8)

    def _as_given(self) -> None:
        for event in self._events:
            if event.step > 8:  # noqa: PLR2004 - charges and pay-outs run as always
                continue
            if event.do in ("assign", "correct"):
                self._promote()
            if event.do == "assign":
                self._assign(event.facts["contract"], self._batch_name(event), [event])
            else:
                self._do(event)
        self._promote()
        self._try_held()
        self._promote()

    def _in_steps(self, first: int, last: int) -> None:
        for step in range(first, last + 1):
            for event in self._events:
                if event.step == step:
                    self._do(event)

    def _do(self, event: Event) -> None:
        self._note(event, _HANDLERS[event.do](self._world, event, self._today))

    def _note(self, event: Event, outcome: Outcome) -> None:
        """Keep a refusal; a duplicate is one, though the production code calls it done already."""
        if outcome.is_refused or outcome.status is Status.ALREADY:
            if outcome.reason in _NO_REFUSALS:
                return
            self._world.refused.append(Refused(event.number, self._today, event.do, outcome.reason))

    def _promote(self) -> None:
        for shard in range(INDEX_SHARDS):
            partition = f"promote#{shard}"
            for line in list(self._ledger.find(FactorLine, Index.TODO, partition)):
                promote_waiting(self._ledger, line.debtor, line.currency, today=self._today)

    def _try_held(self) -> None:
        """Try held invoices again, those of a contract as its first batch of the day."""
        waiting, self._world.held = self._world.held, []
        ready = [event for event in waiting if self._has_line(event)]
        self._world.held = [event for event in waiting if event not in ready]
        for name in dict.fromkeys(event.facts["contract"] for event in ready):
            mine = [event for event in ready if event.facts["contract"] == name]
            self._assign(name, f"held#{self._today}", _in_order(mine))

    def _has_line(self, event: Event) -> bool:
        line = self._ledger.get(
            RelationLine,
            debtor=party(event.facts["debtor"]),
            currency=CURRENCY,
            contract=contract(event.facts["contract"]),
        )
        return line is not None

    def _assign_batches(self, events: list[Event]) -> None:
        batches: dict[tuple[str, str], list[Event]] = {}
        for event in events:
            key = (event.facts["contract"], self._batch_name(event))
            batches.setdefault(key, []).append(event)
        for (name, batch), members in batches.items():
            self._assign(name, batch, _in_order(members))

    def _batch_name(self, event: Event) -> str:
        return event.facts["batch"] or f"day#{self._today}"

    def _assign(self, name: str, batch: str, events: list[Event]) -> None:
        documents = [
            Assignment(
                debtor=party(event.facts["debtor"]),
                number=event.facts["number"],
                issued_on=event.facts["issued"],
                due_on=event.facts["due"],
                amount_cents=event.facts["amount"],
            )
            for event in events
        ]
        outcomes = assign_invoices(
            self._ledger,
            contract(name),
            BatchId(f"{self._today}#{batch}"),
            documents,
            today=self._today,
        )
        for event, outcome in zip(events, outcomes, strict=True):
            self._note(event, outcome)
            if outcome.status is Status.HELD:
                self._world.held.append(event)
            elif outcome.status is Status.DONE:
                key = (name, event.facts["number"])
                self._world.invoices[key] = InvoiceId(outcome.ids[0])

    def _bill(self) -> None:
        for row in self._world.story.contracts:
            outcome = bill_fees(self._ledger, contract(row["id"]), today=self._today)
            self._world.alerts[row["id"]] = outcome.alerts

    def _pay_automatically(self) -> None:
        for row in self._world.story.contracts:
            terms = terms_on(self._ledger, contract(row["id"]), self._today)
            if terms is None or terms.payout is not PayoutMode.AUTOMATIC:
                continue
            outcome = order_payout(self._ledger, contract(row["id"]), today=self._today)
            if outcome.status is Status.DONE:
                key = (row["id"], f"{row['id']}:{self._today}")
                self._world.payouts[key] = _payout_key(row["id"], self._today, outcome)


_NO_REFUSALS: Final = ("line-known", "limit-known", "applied")


def _in_order(events: list[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.facts["issued"], event.facts["number"]))


def _payout_key(name: str, today: dt.date, outcome: Outcome) -> PayoutKey:
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
    return _apply_lines(world, event.facts["receipt"], event.facts["lines"], event, today)


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
    identity = _invoice(world, row["contract"], row["invoice"])
    return Pays(contract(row["contract"]), identity, row["amount"], row["credit"])


def _invoice(world: World, name: str, number: str) -> InvoiceId:
    """Return an invoice's identity; one that was not assigned (yet) is none that exists."""
    return world.invoices.get((name, number), InvoiceId(f"0000#{number}"))


def _credit_note(world: World, event: Event, today: dt.date) -> Outcome:
    facts = event.facts
    invoice = facts["invoice"]
    request = CreditRequest(
        contract=contract(facts["contract"]),
        number=facts["number"],
        issued_on=today,
        amount_cents=facts["amount"],
        invoice=_invoice(world, facts["contract"], invoice) if invoice else None,
        debtor=party(facts["debtor"]) if facts["debtor"] else None,
    )
    return book_credit_note(world.ledger, request, today=today)


def _correct(world: World, event: Event, today: dt.date) -> Outcome:
    facts = event.facts
    correction = Correction(
        contract(facts["contract"]),
        _invoice(world, facts["contract"], facts["invoice"]),
        facts["amount"],
        facts["due"],
    )
    return correct_invoice(world.ledger, correction, today=today)


def _set_line(world: World, event: Event, today: dt.date) -> Outcome:
    facts = event.facts
    debtor = party(facts["debtor"])
    if facts["contract"] is None:
        limit = FactorLine(
            debtor, CURRENCY, limit_cents=facts["amount"], valid_until=facts["valid_until"]
        )
        return set_factor_limit(world.ledger, limit, today=today)
    line = RelationLine(
        debtor,
        CURRENCY,
        contract(facts["contract"]),
        limit_cents=facts["amount"],
        valid_until=facts["valid_until"],
    )
    return set_line(world.ledger, line, today=today)


def _accept_short(world: World, event: Event, today: dt.date) -> Outcome:
    name = event.facts["contract"]
    identity = _invoice(world, name, event.facts["invoice"])
    return accept_short_payment(world.ledger, contract(name), identity, today=today)


def _pay_out(world: World, event: Event, today: dt.date) -> Outcome:
    name = event.facts["contract"]
    outcome = order_payout(
        world.ledger, contract(name), today=today, amount_cents=event.facts["amount"]
    )
    if outcome.status is Status.DONE:
        world.payouts[name, event.facts["id"]] = _payout_key(name, today, outcome)
    return outcome


def _confirm(world: World, event: Event, today: dt.date) -> Outcome:
    return _settle(world, event, today, confirm_payout)


def _return(world: World, event: Event, today: dt.date) -> Outcome:
    return _settle(world, event, today, return_payout)


def _settle(world: World, event: Event, today: dt.date, settle: Callable[..., Outcome]) -> Outcome:
    key = world.payouts.get((event.facts["contract"], event.facts["payout"]))
    if key is None:
        return refused("no_such_payout")
    return settle(world.ledger, key, today=today)


Handler = Callable[[World, Event, dt.date], Outcome]

_HANDLERS: Final[Mapping[str, Handler]] = {
    "receipt": _receipt,
    "apply": _apply,
    "accept_short": _accept_short,
    "confirm": _confirm,
    "return": _return,
    "credit_note": _credit_note,
    "line": _set_line,
    "correct": _correct,
    "payout": _pay_out,
}
