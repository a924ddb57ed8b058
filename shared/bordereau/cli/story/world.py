"""The books of a story: what its names stand for, opened with its contracts, terms and rates."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.cli.story.reader import Event, Story
from bordereau.domain.billing import minimum_periods
from bordereau.domain.books import Position
from bordereau.domain.identifiers import (
    AccountId,
    ContractId,
    InvoiceId,
    PartyId,
    contract_id,
    normalised_number,
)
from bordereau.domain.money import EUR
from bordereau.domain.parties import Contract, Rate
from bordereau.domain.terms import FundMethod, PayoutMode, Terms
from bordereau.services.book_receipt import open_bank_account
from bordereau.services.contract_terms import open_contract, set_terms
from bordereau.services.draft import Draft, attempt

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


class Numbers:
    """Numbers as the services get them: equal where the story writes them equal, else different.

    The services compare numbers without case, separators and leading zeros, as people write them on
    documents; a story means what it writes. A number that the services would take for one before it
    gets a mark that keeps its order.
    """

    def __init__(self) -> None:
        self._given: dict[tuple[str, str, str], str] = {}
        self._taken: dict[tuple[str, str, str], str] = {}

    def of(self, kind: str, name: str, number: str) -> str:
        """Return the number of a kind of document of a contract for the services."""
        place = (kind, name, number)
        if place not in self._given:
            given, mark = number, 1
            while self._taken.setdefault((kind, name, normalised_number(given)), number) != number:
                mark += 1
                given = f"{number}#{mark}"
            self._given[place] = given
        return self._given[place]


@dataclass(slots=True)
class World:
    """The books of a story, and what its names stand for in them.

    ``alerts`` are the missing rates by contract: of the last day for VAT, for ever for an index.
    """

    story: Story
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    refused: list[Refused] = field(default_factory=list)
    alerts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    index_alerts: set[tuple[str, str]] = field(default_factory=set)
    invoices: dict[tuple[str, str], InvoiceId] = field(default_factory=dict)
    receipts: dict[str, dt.date] = field(default_factory=dict)
    credit_notes: dict[tuple[str, str], dt.date] = field(default_factory=dict)
    numbers: Numbers = field(default_factory=Numbers)
    payouts: dict[tuple[str, str], PayoutKey] = field(default_factory=dict)
    held: list[Event] = field(default_factory=list)

    @property
    def contracts(self) -> list[str]:
        """The names of the contracts, as the story lists them."""
        return [row["id"] for row in self.story.contracts]

    def invoice(self, name: str, number: str) -> InvoiceId:
        """Return an invoice's identity; one that was not assigned (yet) is none that exists."""
        return self.invoices.get((name, number), InvoiceId(f"0000#{number}"))

    def is_public(self, debtor: PartyId) -> bool:
        """Return whether a debtor is a public body."""
        return self.story.debtors[debtor.removeprefix("local:")] == "public"


def party(name: str) -> PartyId:
    """Return the identity of a story's seller or debtor."""
    return PartyId(f"local:{name}")


def contract(name: str) -> ContractId:
    """Return the identity of a story's contract; a seller has one, so its own name will do."""
    return contract_id(party(name), CURRENCY)


def open_world(story: Story) -> World:
    """Open accounts and contracts, and type in terms and rates."""
    world = World(story)
    open_bank_account(world.ledger, ACCOUNT, CURRENCY)
    for row in story.contracts:
        dated = sorted(
            (terms for terms in story.terms if terms["contract"] == row["id"]),
            key=lambda terms: terms["from"],
        )
        first = Contract(
            contract(row["id"]),
            party(row["seller"]),
            CURRENCY,
            row["start"],
            ACCOUNT,
            line_ref=row["id"],
        )
        open_contract(world.ledger, first, terms_of_row(dated[0], row["start"]))
        for terms in dated[1:]:
            set_terms(world.ledger, terms_of_row(terms, row["start"]))
        settle_years = partial(_settle_years, start=row["start"], today=story.events[0].date)
        attempt(world.ledger, "set-terms", partial(settle_years, name=row["id"]))
    for rate in _rates(story):
        attempt(world.ledger, "set-rate", partial(Draft.write, record=rate))
    return world


def _settle_years(draft: Draft, *, name: str, start: dt.date, today: dt.date) -> None:
    """Anniversaries before the first day are no days of the story: their years are settled."""
    position = draft.take(Position, contract=contract(name))
    periods = minimum_periods(start, None, None, today - dt.timedelta(1))
    if periods:
        draft.write(dataclasses.replace(position, minimum_to=periods[-1][1]))


def _rates(story: Story) -> Iterator[Rate]:
    for row in story.rates["vat"]:
        yield Rate(f"vat/{row['code']}", row["from"], row["rate"])
    for row in story.rates["index"]:
        month = dt.date.fromisoformat(f"{row['month']}-01")
        yield Rate(f"index/{row['name']}", month, row["rate"])
    for code in ("ecb", "legal"):
        for row in story.rates[code]:
            year, half = row["semester"].split("-")
            yield Rate(code, dt.date(int(year), 1 if half == "H1" else 7, 1), row["rate"])


def terms_of_row(row: Mapping[str, Any], start: dt.date) -> Terms:
    """Return a story's terms; those from before the start count from the start."""
    return Terms(
        contract=contract(row["contract"]),
        from_on=max(row["from"], start),
        advance_rate_bps=row["advance_rate"],
        fund_method=FundMethod(row["fund_method"]),
        fund_rate_bps=row["fund_rate"] or 0,
        fund_minimum_cents=row["fund_minimum"] or 0,
        fund_ceiling_cents=row["fund_ceiling"],
        factoring_rate_bps=row["factoring_rate"],
        factoring_minimum_cents=row["factoring_minimum"],
        fee_on_credit_notes=row["fee_on_credit_notes"],
        annual_minimum_cents=row["annual_minimum"],
        margin_bps=row["margin"] or 0,
        index=row["index"] or "",
        index_floor=row["index_floor"],
        payout_value_days=row["payout_value_days"],
        receipt_value_days=row["receipt_value_days"],
        recourse_days=row["recourse_days"],
        tolerance_cents=row["tolerance"],
        concentration_bps=row["concentration_limit"],
        ceiling_cents=row["facility_ceiling"],
        minimum_payout_cents=row["minimum_payout"],
        payout=PayoutMode(row["payout"]),
        late_interest=row["late_interest"],
        late_interest_rate_bps=row["late_interest_rate"] or 0,
        late_interest_for=row["late_interest_for"],
        dispute_scope=row["dispute_scope"],
    )
