"""Play a story, day by day, through the production services on in-memory ports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from bordereau.cli.story.events import HANDLERS, payout_key
from bordereau.cli.story.reader import Event, Story
from bordereau.cli.story.world import CURRENCY, Refused, World, contract, open_world, party
from bordereau.domain.guarantee_lines import FactorLine, RelationLine, is_expired
from bordereau.domain.identifiers import BatchId, InvoiceId
from bordereau.domain.tables import INDEX_SHARDS, Index
from bordereau.domain.terms import PayoutMode
from bordereau.services.assign_invoices import Assignment, assign_invoices
from bordereau.services.bill_fees import bill_fees
from bordereau.services.contract_terms import terms_on
from bordereau.services.defund_overdue import defund_overdue
from bordereau.services.financing_fee import charge_financing
from bordereau.services.lines import expire_line
from bordereau.services.move_fund import release_surplus
from bordereau.services.outcome import Outcome, Status
from bordereau.services.payouts import order_payout
from bordereau.services.promote_waiting import promote_waiting

_LAST_GIVEN_STEP: Final = 8
_NO_REFUSALS: Final = ("line-known", "limit-known", "applied")


def play(story: Story) -> Iterator[tuple[int, World]]:
    """Play every civil day; yield (number of the ask, world) at the end of the day it is asked."""
    world = open_world(story)
    day = story.events[0].date
    last = max([story.events[-1].date, *(ask.date for ask in story.asks)])
    while day <= last:
        _Day(world, day).run()
        yield from ((ask.number, world) for ask in story.asks if ask.date == day)
        day += dt.timedelta(1)


class _Day:
    """One civil day of a story, in the order of its steps."""

    def __init__(self, world: World, today: dt.date) -> None:
        self._world, self._today = world, today
        self._ledger = world.ledger
        self._events = [event for event in world.story.events if event.date == today]

    def run(self) -> None:
        self._expire_lines()
        if self._today in self._world.story.given_order:
            self._as_given()
        else:
            self._by_steps()
        self._age()
        self._in_steps(9, 9)
        self._bill()
        self._in_steps(10, 10)
        self._pay_automatically()

    def _expire_lines(self) -> None:
        """A line ends with its last valid day: its queue no longer blocks other contracts."""
        for name in self._world.story.debtors:
            for line in list(self._ledger.list(RelationLine, first="LINE#", debtor=party(name))):
                if line.counted_cents and is_expired(line, self._today):
                    expire_line(self._ledger, line, today=self._today)

    def _by_steps(self) -> None:
        self._in_steps(1, 5)
        self._promote()
        self._try_held()
        self._assign_batches([event for event in self._events if event.do == "assign"])
        for event in self._events:
            if event.do == "correct":
                self._do(event)
        self._in_steps(_LAST_GIVEN_STEP, _LAST_GIVEN_STEP)

    def _as_given(self) -> None:
        for event in self._events:
            if event.step > _LAST_GIVEN_STEP:
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
        self._note(event, HANDLERS[event.do](self._world, event, self._today))

    def _note(self, event: Event, outcome: Outcome) -> None:
        """Keep a refusal; a duplicate is one, though the production code calls it done already."""
        if not (outcome.is_refused or outcome.status is Status.ALREADY):
            return
        if outcome.reason not in _NO_REFUSALS:
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
                number=self._world.numbers.of("invoice", name, event.facts["number"]),
                issued_on=event.facts["issued"],
                due_on=event.facts["due"],
                amount_cents=event.facts["amount"],
                checks_double_financing=False,
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

    def _age(self) -> None:
        """De-fund what is too long overdue; at a month's end give back a fund's surplus."""
        is_month_end = (self._today + dt.timedelta(1)).day == 1
        for name in self._world.contracts:
            defund_overdue(self._ledger, contract(name), today=self._today)
            if is_month_end:
                release_surplus(self._ledger, contract(name), today=self._today)

    def _bill(self) -> None:
        for name in self._world.contracts:
            financing = charge_financing(self._ledger, contract(name), today=self._today)
            billed = bill_fees(self._ledger, contract(name), today=self._today)
            missing = (*financing.alerts, *billed.alerts)
            self._world.alerts[name] = missing
            self._world.index_alerts |= {
                (name, rate) for rate in missing if rate.startswith("index/")
            }

    def _pay_automatically(self) -> None:
        for name in self._world.contracts:
            terms = terms_on(self._ledger, contract(name), self._today)
            if terms is None or terms.payout is not PayoutMode.AUTOMATIC:
                continue
            outcome = order_payout(self._ledger, contract(name), today=self._today)
            if outcome.status is Status.DONE:
                key = (name, f"{name}:{self._today}")
                self._world.payouts[key] = payout_key(name, self._today, outcome)


def _in_order(events: list[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.facts["issued"], event.facts["number"]))
