"""Read a story: every field against the format, every id against the parties and documents.

The first thing that is wrong raises ``StoryError`` with its path, lists counted from 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bordereau.cli.story import format as story_format
from bordereau.cli.story.values import StoryError, date, items, load, mapping, optional, text


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its number in the story, day, kind and step, and its fields read."""

    number: int
    date: dt.date
    do: str
    step: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """A question at the end of a day."""

    number: int
    date: dt.date
    name: str | None
    expect: Any


@dataclass(frozen=True, slots=True)
class Story:
    """A story that keeps the format."""

    title: str
    sellers: tuple[str, ...]
    debtors: Mapping[str, str]
    contracts: tuple[Mapping[str, Any], ...]
    terms: tuple[Mapping[str, Any], ...]
    rates: Mapping[str, list[Mapping[str, Any]]]
    given_order: frozenset[dt.date]
    events: tuple[Event, ...]
    asks: tuple[Ask, ...]
    due_dates: Mapping[int, tuple[dt.date, dt.date]] = field(default_factory=dict)


def read_story(source: str) -> Story:
    """Return the story in a YAML text; raises ``StoryError`` for the first thing wrong."""
    top = mapping(load(source), "", story_format.TOP)
    settings = mapping(top["settings"] or {}, "settings", story_format.SETTINGS)
    given = [
        date(value, f"settings.given_order[{number}]")
        for number, value in enumerate(settings["given_order"] or [], 1)
    ]
    story = Story(
        title=top["story"],
        sellers=tuple(row["id"] for row in _rows(top, "sellers", story_format.SELLER)),
        debtors={row["id"]: row["kind"] for row in _rows(top, "debtors", story_format.DEBTOR)},
        contracts=tuple(_rows(top, "contracts", story_format.CONTRACT)),
        terms=tuple(_rows(top, "terms", story_format.TERMS)),
        rates=_rates(top["rates"] or {}),
        given_order=frozenset(given),
        events=tuple(_events(top["events"])),
        asks=tuple(_asks(top["asks"])),
    )
    _check_parties(top, story)
    _check_terms(story)
    _check_dates(story)
    _Documents(story).check()
    return story


def _rows(
    top: Mapping[str, Any], name: str, fields: story_format.Fields
) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(top[name], 1):
        yield mapping(row, f"{name}[{number}]", fields)


def _rates(given: object) -> dict[str, list[Mapping[str, Any]]]:
    lists = mapping(
        given,
        "rates",
        {name: optional(items, []) for name in story_format.RATES},
    )
    rates: dict[str, list[Mapping[str, Any]]] = {}
    for name, fields in story_format.RATES.items():
        rows: list[Mapping[str, Any]] = [
            mapping(row, f"rates.{name}[{number}]", fields)
            for number, row in enumerate(lists[name], 1)
        ]
        _refuse_doubles([tuple(row.values())[:-1] for row in rows], f"rates.{name}", "rate")
        rates[name] = rows
    return rates


def _refuse_doubles(keys: list[Any], path: str, what: str) -> None:
    seen = set()
    for number, key in enumerate(keys, 1):
        if key in seen:
            raise StoryError(f"{path}[{number}]", f"the same {what} twice")
        seen.add(key)


def _events(rows: list[Any]) -> Iterator[Event]:
    for number, row in enumerate(rows, 1):
        path = f"events[{number}]"
        if not isinstance(row, dict):
            raise StoryError(path, "an event is a mapping")
        head = {key: row[key] for key in ("date", "do") if key in row}
        if "do" not in row:
            raise StoryError(f"{path}.do", "is missing")
        do = story_format.EVENT_HEAD["do"].read(row["do"], f"{path}.do")
        kind = story_format.EVENTS[do]
        facts = mapping(
            row,
            path,
            {
                **story_format.EVENT_HEAD,
                "note": optional(text, ""),
                **kind.fields,
            },
        )
        _check_event(do, facts, path)
        yield Event(number, date(head["date"], f"{path}.date"), do, kind.step, facts)


def _check_event(do: str, facts: dict[str, Any], path: str) -> None:
    """Check what goes together within one event."""
    if do == "receipt":
        facts["apply"] = _apply_lines(facts["apply"] or [], f"{path}.apply", with_other=True)
    if do == "apply":
        if (facts["receipt"] is None) == (facts["debtor"] is None):
            raise StoryError(path, "an application has a receipt or a debtor")
        has_receipt = facts["receipt"] is not None
        facts["lines"] = _apply_lines(facts["lines"], f"{path}.lines", with_other=has_receipt)
    if do == "credit_note" and (facts["invoice"] is None) == (facts["debtor"] is None):
        raise StoryError(path, "a credit note has an invoice or a debtor")
    if do == "line" and (facts["insurer_ht"] is None) != (facts["insurer_vat"] is None):
        raise StoryError(path, "insurer_ht and insurer_vat go together")
    if do == "assign":
        _assign_dates(facts, path)


def _assign_dates(facts: dict[str, Any], path: str) -> None:
    issued = facts["issued"] or facts["date"]
    due = facts["due"] or issued + dt.timedelta(30)
    if issued > facts["date"]:
        raise StoryError(f"{path}.issued", "an invoice is issued before it is assigned")
    if due < issued:
        raise StoryError(f"{path}.due", "an invoice falls due after it is issued")
    facts["issued"], facts["due"] = issued, due


def _apply_lines(rows: list[Any], path: str, *, with_other: bool) -> list[dict[str, Any]]:
    lines = []
    named: set[tuple[str, str]] = set()
    for number, row in enumerate(rows, 1):
        place = f"{path}[{number}]"
        line = mapping(row, place, story_format.APPLY_LINE)
        given = {key for key in row if key != "credit"}
        shapes = [{"contract", "invoice", "amount"}]
        if with_other:
            shapes += [{"contract", "not_assigned"}, {"over_payment"}]
        if given not in shapes:
            raise StoryError(place, "a line pays an invoice, is not assigned or is an over-payment")
        if line["credit"] and line["invoice"] is None:
            raise StoryError(f"{place}.credit", "a credit is used on an invoice")
        if line["invoice"] is not None:
            if line["credit"] > line["amount"]:
                raise StoryError(f"{place}.credit", "is more than the amount")
            if (line["contract"], line["invoice"]) in named:
                raise StoryError(f"{place}.invoice", "an invoice is paid once in an application")
            named.add((line["contract"], line["invoice"]))
        lines.append(line)
    return lines


def _asks(rows: list[Any]) -> Iterator[Ask]:
    for number, row in enumerate(rows, 1):
        ask = mapping(row, f"asks[{number}]", story_format.ASK)
        yield Ask(number, ask["date"], ask["name"], ask["expect"])


def _check_parties(top: Mapping[str, Any], story: Story) -> None:
    _refuse_doubles(list(story.sellers), "sellers", "id")
    _refuse_doubles([row.get("id") for row in top["debtors"]], "debtors", "id")
    _refuse_doubles([row["id"] for row in story.contracts], "contracts", "id")
    for number, contract in enumerate(story.contracts, 1):
        if contract["seller"] not in story.sellers:
            raise StoryError(f"contracts[{number}].seller", f"no seller {contract['seller']!r}")
    _refuse_doubles([row["seller"] for row in story.contracts], "contracts", "seller")


def _check_terms(story: Story) -> None:
    known = {row["id"] for row in story.contracts}
    for number, row in enumerate(story.terms, 1):
        path = f"terms[{number}]"
        if row["contract"] not in known:
            raise StoryError(f"{path}.contract", f"no contract {row['contract']!r}")
        _check_one_set(row, path)
    _refuse_doubles([(row["contract"], row["from"]) for row in story.terms], "terms", "date")
    for number, contract in enumerate(story.contracts, 1):
        starts = [row["from"] for row in story.terms if row["contract"] == contract["id"]]
        if not any(start <= contract["start"] for start in starts):
            raise StoryError(f"contracts[{number}].start", "no terms are in force at the start")


def _check_one_set(row: Mapping[str, Any], path: str) -> None:
    on_outstanding = row["fund_method"] == "ON_OUTSTANDING"
    if on_outstanding and row["fund_rate"] is None:
        raise StoryError(f"{path}.fund_rate", "is missing")
    if not on_outstanding:
        for name in ("fund_rate", "fund_minimum", "fund_ceiling"):
            if row[name] not in (None, 0):
                raise StoryError(f"{path}.{name}", "belongs to ON_OUTSTANDING")
        if row["advance_rate"] > story_format.TERMS["advance_rate"].default:
            raise StoryError(f"{path}.advance_rate", "is at most 90.00 with PER_INVOICE")
    _check_what_goes_together(row, path)


def _check_what_goes_together(row: Mapping[str, Any], path: str) -> None:
    if (row["margin"] is None) != (row["index"] is None):
        raise StoryError(f"{path}.margin", "margin and index go together")
    if (row["late_interest"] == "CLAUSE") != (row["late_interest_rate"] is not None):
        raise StoryError(f"{path}.late_interest_rate", "goes with CLAUSE")


def _check_dates(story: Story) -> None:
    if not story.events:
        raise StoryError("events", "a story has an event")
    for name, rows in (("events", story.events), ("asks", story.asks)):
        for number in range(1, len(rows)):
            if rows[number].date < rows[number - 1].date:
                raise StoryError(f"{name}[{number + 1}].date", "goes backwards")
    for ask in story.asks:
        if ask.date < story.events[0].date:
            raise StoryError(f"asks[{ask.number}].date", "is before the first event")


class _Documents:
    """Check that events name parties, contracts and documents that the story has."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._contracts = {row["id"] for row in story.contracts}
        self._invoices: dict[tuple[str, str], int] = {}
        self._receipts: set[str] = set()
        self._payouts: set[tuple[str, str]] = set()

    def check(self) -> None:
        for event in self._story.events:
            self._collect(event)
        for event in self._story.events:
            self._names(event)

    def _collect(self, event: Event) -> None:
        facts, path = event.facts, f"events[{event.number}]"
        if event.do == "assign":
            key, year = (facts["contract"], facts["number"]), facts["issued"].year
            if self._invoices.setdefault(key, year) != year:
                raise StoryError(f"{path}.number", "the number stands in two years of issue")
        elif event.do == "receipt":
            self._receipts.add(facts["id"])
        elif event.do == "payout":
            key = (facts["contract"], facts["id"])
            if key in self._payouts:
                raise StoryError(f"{path}.id", f"pay-out {facts['id']!r} twice")
            self._payouts.add(key)

    def _names(self, event: Event) -> None:
        path = f"events[{event.number}]"
        self._party(event.facts, path)
        self._invoice(event.facts, path)
        if event.do == "apply" and event.facts["receipt"] not in self._receipts:
            raise StoryError(f"{path}.receipt", f"no receipt {event.facts['receipt']!r}")
        for name in ("apply", "lines"):
            for number, line in enumerate(event.facts.get(name) or [], 1):
                self._party(line, f"{path}.{name}[{number}]")
                self._invoice(line, f"{path}.{name}[{number}]")

    def _party(self, facts: Mapping[str, Any], path: str) -> None:
        contract, debtor = facts.get("contract"), facts.get("debtor")
        if contract is not None and contract not in self._contracts:
            raise StoryError(f"{path}.contract", f"no contract {contract!r}")
        if debtor is not None and debtor not in self._story.debtors:
            raise StoryError(f"{path}.debtor", f"no debtor {debtor!r}")

    def _invoice(self, facts: Mapping[str, Any], path: str) -> None:
        invoice = facts.get("invoice")
        if invoice is not None and (facts["contract"], invoice) not in self._invoices:
            raise StoryError(f"{path}.invoice", f"no invoice {invoice!r} is ever assigned")
