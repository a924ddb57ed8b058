"""A firm whose desk decides things, with an open invoice; crashes anywhere, deliveries twice."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import replace

import pytest

from bordereau.domain import chart
from bordereau.domain.books import Position
from bordereau.domain.decisions import DecisionKind
from bordereau.domain.identifiers import ContractId, InvoiceId
from bordereau.domain.invoices import Invoice
from bordereau.services.apply_decisions import apply_decisions
from bordereau.services.check_books import check_books
from bordereau.services.outcome import Outcome, Status
from tests.unit.desk.desk_world import World
from tests.unit.services import test_apply_decisions as made

ALPHA, ALPHA_EUR, ACME, DAY, IBAN = made.ALPHA, made.ALPHA_EUR, made.ACME, made.DAY, made.IBAN
FA1 = InvoiceId("2026#FA1")
Step = tuple[str, DecisionKind, object, int]
"""Line, kind, decision, revision."""


def firm(*numbers: str, cents: int = 20_000_00) -> World:
    """The firm with a line of 100 000.00, and open invoices of 20 000.00 each."""
    world = made.opened()
    line = replace(made.LINE, amount_cents=100_000_00)
    made.post(world, "G-0001", DecisionKind.LINE, line, 2)
    for number in numbers:
        made.assign(world, number, cents)
    world.queue.sent.clear()
    world.queue.waiting.clear()
    return world


def say(world: World, step: Step) -> Outcome:
    """Post one revision of a line."""
    ref, kind, decision, revision = step
    return made.post(world, ref, kind, decision, revision)


def sentence(world: World, ref: str, revision: int = 1) -> str:
    """The answer beside a line, with plain spaces."""
    text = made.answer(world, ref, revision).message
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def wrong(world: World, ref: str, revision: int = 1) -> list[tuple[str, str]]:
    """Code and cell of what is wrong with a decision."""
    problems = made.answer(world, ref, revision).problems
    return [(problem.code, problem.facts.get("field", "")) for problem in problems]


def invoice(world: World, identity: InvoiceId = FA1, contract: ContractId = ALPHA_EUR) -> Invoice:
    """An invoice as it stands."""
    found = world.ledger.get(Invoice, contract=contract, invoice=identity)
    assert found is not None
    return found


def balance(world: World, account: str = chart.SELLER_CURRENT) -> int:
    """A balance of the contract."""
    position = world.ledger.get(Position, contract=ALPHA_EUR)
    assert position is not None
    return position.balance(account)


def books_are_sound(world: World) -> None:
    """Every invariant holds."""
    checks = check_books(world.ledger, [ALPHA_EUR], [IBAN])
    assert [check.details for check in checks if not check.ok] == []


def crash_anywhere(start: World, before: Iterable[Step], step: Step) -> None:
    """Before and after each call of each port: the redelivery ends in the same books."""
    for earlier in before:
        say(start, earlier)
    start.queue.sent.clear()
    message = made.command(step[0], step[1], step[2], step[3])
    whole, count = copy.deepcopy(start), made.Fuse()
    apply_decisions(made.fused(whole, count), message)
    assert made.answer(whole, step[0], step[3]).problems == ()
    books_are_sound(whole)
    for at in range(count.calls):
        for after in (False, True):
            world = copy.deepcopy(start)
            with pytest.raises(made.Crash):
                apply_decisions(made.fused(world, made.Fuse(at, after=after)), message)
            apply_decisions(world.desk, message)
            assert world.ledger.snapshot() == whole.ledger.snapshot(), (at, after)
            assert {str(one) for one in whole.queue.sent} <= {str(one) for one in world.queue.sent}
    again = whole.ledger.snapshot()
    assert apply_decisions(whole.desk, message).status is Status.ALREADY
    assert whole.ledger.snapshot() == again
