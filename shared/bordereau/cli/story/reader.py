"""Read a story: every field against the format, every id against the parties and documents.

The first thing that is wrong raises ``StoryError`` with its path, lists counted from 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bordereau.cli.story import format as story_format
from bordereau.cli.story.values import StoryError, date, items, load, mapping, optional


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


def read_story(source: str) -> Story:
    """Return the story in a YAML text; raises ``StoryError`` for the first thing wrong."""
    return story_of(load(source))


def story_of(loaded: Mapping[str, Any]) -> Story:
    """Return the story in what ``values.load`` made of a text; raises ``StoryError`` likewise."""
    top = mapping(loaded, "", story_format.TOP)
    settings = mapping(top["settings"], "settings", story_format.SETTINGS)
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
        rates=_rates(top["rates"]),
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
        *key, dated_by = (field for field in fields if field != "rate")
        keys = [tuple(row[field] for field in (*key, dated_by)) for row in rows]
        _refuse_doubles(keys, f"rates.{name}", dated_by)
        rates[name] = rows
    return rates


def _refuse_doubles(keys: list[Any], path: str, name: str) -> None:
    """Refuse the second row of a list with the same key; ``name`` is the field that says it."""
    seen = set()
    for number, key in enumerate(keys, 1):
        if key in seen:
            raise StoryError(f"{path}[{number}].{name}", "the same twice")
        seen.add(key)


def _events(rows: list[Any]) -> Iterator[Event]:
    for number, row in enumerate(rows, 1):
        path = f"events[{number}]"
        if not isinstance(row, dict) or "do" not in row:
            mapping(row, path, story_format.ANY_EVENT)  # says what it is, or that "do" is missing
        do = story_format.EVENT_HEAD["do"].read(row["do"], f"{path}.do")
        kind = story_format.EVENTS[do]
        facts = mapping(row, path, {**story_format.EVENT_HEAD, **kind.fields})
        _check_event(do, facts, path)
        yield Event(number, facts["date"], do, kind.step, facts)


def _check_event(do: str, facts: dict[str, Any], path: str) -> None:
    """Check what goes together within one event."""
    if do == "receipt":
        facts["apply"] = _apply_lines(facts["apply"] or [], f"{path}.apply", from_receipt=True)
    if do == "apply":
        _either(facts, path, "receipt", "debtor")
        from_receipt = facts["receipt"] is not None
        facts["lines"] = _apply_lines(facts["lines"], f"{path}.lines", from_receipt=from_receipt)
    if do == "credit_note":
        _either(facts, path, "invoice", "debtor")
    if do == "line":
        _both_or_none(facts, path, "insurer_ht", "insurer_vat")
    if do == "assign":
        _assign_dates(facts, path)


def _either(facts: Mapping[str, Any], path: str, first: str, second: str) -> None:
    """Refuse none and both of two fields."""
    if facts[first] is None and facts[second] is None:
        raise StoryError(f"{path}.{first}", f"is missing, or {second}")
    if facts[first] is not None and facts[second] is not None:
        raise StoryError(f"{path}.{second}", f"has no place beside {first}")


def _both_or_none(facts: Mapping[str, Any], path: str, first: str, second: str) -> None:
    """Refuse one of two fields that go together."""
    for name, other in ((first, second), (second, first)):
        if facts[name] is None and facts[other] is not None:
            raise StoryError(f"{path}.{name}", f"is missing, {other} needs it")


def _assign_dates(facts: dict[str, Any], path: str) -> None:
    issued = facts["issued"] or facts["date"]
    due = facts["due"] or issued + dt.timedelta(30)
    if issued > facts["date"]:
        raise StoryError(f"{path}.issued", "an invoice is issued before it is assigned")
    if due < issued:
        raise StoryError(f"{path}.due", "an invoice falls due after it is issued")
    facts["issued"], facts["due"] = issued, due


def _apply_lines(rows: list[Any], path: str, *, from_receipt: bool) -> list[dict[str, Any]]:
    """Read the lines of an application; an invoice stands once in it."""
    lines = []
    named: set[tuple[str, str]] = set()
    for number, row in enumerate(rows, 1):
        place = f"{path}[{number}]"
        line = mapping(row, place, _line_fields(row, from_receipt=from_receipt))
        line = {**dict.fromkeys(story_format.LINE_FIELDS), **line}
        if line["invoice"] is not None:
            if (line["credit"] or 0) > line["amount"]:
                raise StoryError(f"{place}.credit", "is more than the amount")
            if (line["contract"], line["invoice"]) in named:
                raise StoryError(f"{place}.invoice", "an invoice is paid once in an application")
            named.add((line["contract"], line["invoice"]))
        lines.append(line)
    return lines


def _line_fields(row: object, *, from_receipt: bool) -> story_format.Fields:
    """Return the fields of a line: it pays, is not assigned, or is an over-payment."""
    if not from_receipt:
        return story_format.LINE_FROM_CREDITS
    if isinstance(row, dict) and "invoice" not in row:
        for name in ("not_assigned", "over_payment"):
            if name in row:
                return story_format.LINES_SET_ASIDE[name]
    return story_format.LINE_FROM_RECEIPT


def _asks(rows: list[Any]) -> Iterator[Ask]:
    for number, row in enumerate(rows, 1):
        ask = mapping(row, f"asks[{number}]", story_format.ASK)
        yield Ask(number, ask["date"], ask["name"], ask["expect"])


def _check_parties(top: Mapping[str, Any], story: Story) -> None:
    for name in ("sellers", "debtors"):
        _refuse_doubles([row["id"] for row in top[name]], name, "id")
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
    _refuse_doubles([(row["contract"], row["from"]) for row in story.terms], "terms", "from")
    for number, contract in enumerate(story.contracts, 1):
        starts = [row["from"] for row in story.terms if row["contract"] == contract["id"]]
        if not any(start <= contract["start"] for start in starts):
            raise StoryError(f"contracts[{number}].start", "no terms are in force at the start")


def _check_one_set(row: Mapping[str, Any], path: str) -> None:
    if row["fund_method"] == "ON_OUTSTANDING":
        if row["fund_rate"] is None:
            raise StoryError(f"{path}.fund_rate", "is missing")
    else:
        for name in ("fund_rate", "fund_minimum", "fund_ceiling"):
            if row[name] is not None:
                raise StoryError(f"{path}.{name}", "belongs to ON_OUTSTANDING")
        if row["advance_rate"] > story_format.TERMS["advance_rate"].default:
            raise StoryError(f"{path}.advance_rate", "is at most 90.00 with PER_INVOICE")
    _both_or_none(row, path, "margin", "index")
    if row["late_interest"] == "CLAUSE" and row["late_interest_rate"] is None:
        raise StoryError(f"{path}.late_interest_rate", "is missing")
    if row["late_interest"] != "CLAUSE" and row["late_interest_rate"] is not None:
        raise StoryError(f"{path}.late_interest_rate", "belongs to CLAUSE")


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
        self._invoices: dict[tuple[str, str], dt.date] = {}
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
            key, issued = (facts["contract"], facts["number"]), facts["issued"]
            first = self._invoices.setdefault(key, issued)
            if first.year != issued.year:
                raise StoryError(f"{path}.number", "the number stands in two years of issue")
            self._invoices[key] = min(first, issued)
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
        receipt = event.facts.get("receipt")
        if receipt is not None and receipt not in self._receipts:
            raise StoryError(f"{path}.receipt", f"no receipt {receipt!r}")
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
        if facts.get("due") and invoice is not None:
            issued = self._invoices[facts["contract"], invoice]
            if facts["due"] < issued:
                raise StoryError(f"{path}.due", "an invoice falls due after it is issued")
