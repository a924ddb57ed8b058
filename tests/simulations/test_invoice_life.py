"""The table of an invoice's life is what plays take, no more and no less."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordereau.cli.story.world import ACCOUNT, World
from bordereau.domain import invoice_life
from bordereau.domain.entries import Entry, bank_journal, contract_journal
from bordereau.domain.invoice_life import LIFE, InvoiceState, Way, ways
from bordereau.domain.parties import ContractListing
from tests.simulations.compare import by_program, story_for
from tests.simulations.random_terms import Row

START: Final = dt.date(2026, 1, 5)
DUE: Final = 20
RECOURSE: Final = 10
LATE: Final = DUE + RECOURSE
"""The day, counted from the start, on which the invoice of 1 000.00 is de-funded."""

OF: Final = {"contract": "K1", "invoice": "F1"}
LINE: Final = {"do": "line", "contract": "K1", "debtor": "D1"}
DISPUTE: Final = {"do": "dispute", **OF, "amount": "100.00"}


def paying(amount: str, receipt: str = "R1") -> Row:
    """Return a receipt that is applied whole."""
    applied = [{**OF, "amount": amount}]
    return {"do": "receipt", "id": receipt, "debtor": "D1", "amount": amount, "apply": applied}


REACHED: Final[dict[InvoiceState | None, tuple[Row, ...]]] = {
    None: (),
    InvoiceState.OPEN: (),
    InvoiceState.PART_PAID: (paying("150.00", "R0"),),
    InvoiceState.DISPUTED: (DISPUTE,),
    InvoiceState.DEFUNDED: (),
}
"""What brings the assigned invoice into a state; a de-funded one is waited for."""


def credit(amount: str) -> Row:
    """Return a credit note on the invoice."""
    return {"do": "credit_note", "contract": "K1", "number": "A1", "invoice": "F1"} | {
        "amount": amount
    }


def rest_of(before: InvoiceState | None) -> str:
    """Return what is open in a state."""
    return "850.00" if before is InvoiceState.PART_PAID else "1000.00"


def events_of(way: Way) -> tuple[Row, ...]:
    """Return the events that take one way, from the state on."""
    event, before, after = way
    closes = after in invoice_life.ENDS
    cents = rest_of(before) if closes else "50.00"
    if event == "E11":
        back = before is InvoiceState.DISPUTED and after is not before
        return ({"do": "dispute_end", **OF} if back else {**DISPUTE, "amount": "40.00"},)
    if event == "E20":
        return (
            {"do": "insolvency", "debtor": "D1"},
            {"do": "guarantee_effective", "contract": "K1", "debtor": "D1"}
            | {"insured_share": "90.00", "vat": "20.00"},
        )
    if event == "E9":
        leaves = before is InvoiceState.DISPUTED and not closes and after is not before
        return (credit("100.00" if leaves else cents),)
    simple: dict[str, Row | None] = {
        "E1": None,
        "E5": paying(cents),
        "E7": {**LINE, "amount": "900.00"},
        "E12": None,
        "E13": {"do": "chargeback", **OF},
        "E14": {"do": "direct_payment", **OF, "amount": cents},
        "E18": {"do": "accept_short", **OF},
        "E19": {"do": "fund_use", **OF, "amount": "10.00"},
        "E28": {"do": "correct", **OF, "amount": "900.00"},
    }
    row = simple[event]
    return () if row is None else (row,)


def story_of(way: Way) -> Row:
    """Return the shortest story that takes a way."""
    event, before, after = way
    is_late = InvoiceState.DEFUNDED in {before, after}
    terms: Row = {"contract": "K1", "from": str(START)}
    if is_late:
        terms["recourse_days"] = RECOURSE
    limit = "0.00" if event == "E20" and after is InvoiceState.CHARGED_BACK else "800.00"
    due = str(START + dt.timedelta(DUE))
    first = [
        {**LINE, "amount": limit},
        {"do": "assign", "contract": "K1", "debtor": "D1", "number": "F1", "amount": "1000.00"}
        | {"due": due},
    ]
    to_state = list(REACHED[before])
    if before is InvoiceState.DISPUTED and after is InvoiceState.PART_PAID:
        to_state = [paying("150.00", "R0"), DISPUTE]
    rows = [{"date": str(START), **row} for row in first]
    day = START + dt.timedelta(1)
    rows += [{"date": str(day), **row} for row in to_state]
    late_on = START + dt.timedelta(LATE if before is InvoiceState.DEFUNDED else 0)
    day = max(day, late_on) + dt.timedelta(1)
    rows += [{"date": str(day), **row} for row in events_of(way)]
    asked_on = max(day, START + dt.timedelta(LATE + 1 if is_late else 0))
    return {
        "story": "one way",
        "sellers": [{"id": "S1"}],
        "debtors": [{"id": "D1"}],
        "contracts": [{"id": "K1", "seller": "S1", "start": str(START)}],
        "terms": [terms],
        "events": rows,
        "asks": [{"date": str(asked_on)}],
    }


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[Way]:
    """Return the ways that a play takes, each checked as ever."""
    found: list[Way] = []
    real = invoice_life.check

    def noted(event: str, before: InvoiceState | None, after: InvoiceState) -> None:
        real(event, before, after)
        found.append((event, before, after))

    monkeypatch.setattr(invoice_life, "check", noted)
    return found


CORRECTED: Final = ("E28", InvoiceState.OPEN, InvoiceState.OPEN)
"""The other ways of E28 take a payment back: ``test_reverse_application.py`` takes each."""

STORIES = [way for way in ways() if way[0] not in ("E0", "E28", "E30") or way == CORRECTED]
"""A story begins with nothing and buys: take-on and mandate have tests of their own."""


@pytest.mark.parametrize("way", STORIES, ids=str)
def test_every_way_of_the_table_is_taken_by_a_story(way: Way, taken: list[Way]) -> None:
    """One story for each line of ``docs/invoice-life.md``, through the production services."""
    lines, _ = by_program(story_of(way))
    assert way in taken, (taken, lines)


@settings(max_examples=max(8, settings().max_examples // 12))
@given(seed=st.integers(0, 2**32))
def test_no_random_story_takes_a_way_that_is_not_drawn(seed: int) -> None:
    """``invoices.posting`` would stop: the story is played to its end."""
    assert by_program(story_for(seed))[0]


@settings(max_examples=max(4, settings().max_examples // 50))
@given(seed=st.integers(0, 2**32))
def test_an_event_on_an_invoice_stands_in_the_journals_that_the_table_names(seed: int) -> None:
    """What moves cash has an entry in the bank's journal too; nothing else has."""
    _, world = by_program(story_for(seed))
    listed = list(world.ledger.list(ContractListing))
    found: dict[str, set[str]] = {}
    for entry in entries_of(world, listed):
        found.setdefault(entry.kind, set()).add("bank" if entry.journal[0] == "B" else "contract")
    for one in LIFE:
        if one.event in found and one.event != "E28":
            assert found[one.event] == set(one.journals), one.event


def entries_of(world: World, listed: list[ContractListing]) -> Iterator[Entry]:
    """Yield every entry of the books."""
    for listing in listed:
        yield from world.ledger.list(Entry, journal=contract_journal(listing.contract))
    yield from world.ledger.list(Entry, journal=bank_journal(ACCOUNT))
