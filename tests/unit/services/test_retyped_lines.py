"""Lines that are typed anew while they are under way, or after they took effect."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from bordereau.domain import chart
from bordereau.domain.books import BankHead, Receipt
from bordereau.domain.decisions import DecisionKind, NamedAmount
from bordereau.domain.identifiers import AccountId, InvoiceId
from bordereau.services.apply_decisions import apply_decisions
from bordereau.services.book_receipt import open_bank_account
from tests.unit.services import test_apply_decisions as made
from tests.unit.services.decided import FA1, IBAN, books_are_sound, firm, invoice, wrong

ALLOCATION, MANUAL = DecisionKind.ALLOCATION, DecisionKind.MANUAL_RECEIPT
FA2, FA3 = InvoiceId("2026#FA2"), InvoiceId("2026#FA3")


def allocation(*pays: NamedAmount) -> Any:
    """What a receipt of 1 000.00 is for."""
    return made.allocation("apply", *pays)


def test_a_line_retyped_after_half_of_it_was_done_is_no_repetition_of_it() -> None:
    """What was applied stays and is counted; the new words are never answered as the old ones."""
    start = firm("FA1", "FA2", "FA3", cents=500_00)
    made.receive(start, 1_000_00)
    first = allocation(NamedAmount("FA1", 500_00), NamedAmount("FA2", 500_00))
    again = made.command("E-0001", ALLOCATION, allocation(NamedAmount("FA3", 1_00)))
    world, seen = start, set()
    for step in range(15, 45, 3):
        world = copy.deepcopy(start)
        with contextlib.suppress(made.Crash):
            half = made.fused(world, made.Fuse(step))
            apply_decisions(half, made.command("E-0001", ALLOCATION, first))
        seen.add((invoice(world, FA1).open_cents, invoice(world, FA2).open_cents))
        is_stale = apply_decisions(world.desk, again).is_refused
        says = made.answer(world, "E-0001").status
        assert (invoice(world, FA3).open_cents == 499_00) == (says == "ok" and not is_stale), step
    books_are_sound(world)
    assert seen == {(500_00, 500_00), (0, 500_00), (0, 0)}


@pytest.mark.parametrize(
    "change",
    [{"received_on": made.DAY - dt.timedelta(1)}, {"account": "FR7630001007941234567890185"}],
    ids=["day", "account"],
)
def test_a_manual_receipt_retyped_on_another_day_or_account_is_not_booked_twice(
    change: dict[str, Any],
) -> None:
    """One line is one receipt: it says that the first must be taken back."""
    world = made.opened()
    made.post(world, "R-0001", MANUAL, made.MANUAL)
    made.post(world, "R-0001", MANUAL, replace(made.MANUAL, **change), 2)
    head = world.ledger.get(BankHead, account=IBAN)
    assert head is not None
    assert head.balances[chart.BANK] == 60_00
    assert wrong(world, "R-0001", 2) == [("decision-number-conflict", "received_on")]


def test_a_manual_receipt_that_was_reversed_is_not_told_as_booked() -> None:
    """The same words again book nothing, and say so."""
    world = made.opened()
    for revision, action in enumerate(("book", "reverse", "book"), 1):
        made.post(world, "R-0001", MANUAL, replace(made.MANUAL, action=action), revision)
    assert wrong(world, "R-0001", 3) == [("decision-receipt-reversed", "action")]
    books_are_sound(world)


def test_a_manual_receipt_is_in_the_currency_of_its_account() -> None:
    """An account in dollars takes dollars."""
    world = made.opened()
    dollars = AccountId("FR7630001007941234567890185")
    open_bank_account(world.ledger, dollars, "USD")
    made.post(world, "R-0001", MANUAL, replace(made.MANUAL, account=dollars))
    key = {"account": dollars, "booked_on": made.DAY, "ref": "R-0001"}
    booked = world.ledger.get(Receipt, **key)
    assert booked is not None
    assert booked.currency == "USD"
