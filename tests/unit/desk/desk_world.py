"""A desk in memory: a sheet with the workbook's keys and numbered lines, books, queues."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.adapters.memory_objects import MemoryObjects
from bordereau.adapters.memory_queue import MemoryQueue
from bordereau.adapters.memory_sheet import MemorySheet
from bordereau.documents.texts import Phrases
from bordereau.domain import workbook
from bordereau.domain.workbook.columns import FIRST_LINE, Kind, Tab, TabKind
from bordereau.ports import SheetBlock, SheetCell, SheetValue
from bordereau.services.apply_decisions import apply_decisions
from bordereau.services.decisions.reply import Desk
from bordereau.services.outcome import Outcome
from bordereau.services.refresh_workbook import Office, refresh_workbook
from local.firm.rows import all_rows

FRENCH = Phrases.load("fr")
START = dt.date(2026, 1, 5)
FORMATS = {Kind.AMOUNT: "NUMBER", Kind.RATE: "PERCENT", Kind.DATE: "DATE"}


def drawn(sheet: MemorySheet, tab: Tab) -> None:
    """Add a tab as ``sheets.create`` draws it, without its looks."""
    sheet.add(tab.sheet_id, tab.title)
    if tab.kind is TabKind.HOME:
        return
    keys = tuple(column.key for column in tab.columns)
    rows: tuple[tuple[SheetValue, ...], ...] = (keys,)
    if tab.kind is not TabKind.HIDDEN:
        rows = (keys, tuple(column.label for column in tab.columns))
    sheet.write([SheetBlock(tab.title, 0, 0, rows)])
    refs = tuple((ref,) for ref in tab.refs())
    if refs:
        sheet.write([SheetBlock(tab.title, FIRST_LINE, 0, refs)])


def drawn_sheet() -> MemorySheet:
    """Return the whole workbook, empty."""
    sheet = MemorySheet()
    for tab in workbook.TABS:
        drawn(sheet, tab)
    return sheet


@dataclass
class World:
    """The desk and what stands behind it; ``today`` moves on by hand."""

    sheet: MemorySheet = field(default_factory=drawn_sheet)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    today: dt.date = START
    hour: int = 8

    @property
    def now(self) -> dt.datetime:
        """The moment of the next call."""
        return dt.datetime.combine(self.today, dt.time(self.hour), dt.UTC)

    def type(self, tab_key: str, number: int, cells: Mapping[str, SheetValue]) -> None:
        """Type cells into a numbered line, as a person does: with the formats of the columns."""
        tab = workbook.STAFF[tab_key]
        for key, value in cells.items():
            kind = FORMATS.get(tab.column(key).kind, "TEXT")
            self.sheet.put(tab.title, FIRST_LINE + number - 1, tab.place(key), _cell(value, kind))

    def type_all(self, rows: Mapping[str, Any]) -> None:
        """Type lines from the first one on."""
        for tab_key, lines in rows.items():
            for number, cells in enumerate(lines, 1):
                self.type(tab_key, number, {k: v for k, v in cells.items() if v is not None})

    def refresh(self) -> Outcome:
        """Run the desk once."""
        office = Office(
            self.sheet, self.ledger, self.objects, self.queue, FRENCH, self.today, self.now
        )
        return refresh_workbook(office)

    @property
    def desk(self) -> Desk:
        """What a decision is given."""
        return Desk(self.ledger, self.objects, self.queue, FRENCH, self.today, self.now)

    def decide_all(self) -> Counter[str]:
        """Post every decision under way; return how they ended."""
        ends: Counter[str] = Counter()
        while waiting := self.queue.take("apply_decisions"):
            ends[apply_decisions(self.desk, waiting.message).reason] += 1
        return ends

    def settle(self) -> Outcome:
        """Refresh, post, and refresh again: what a person sees two runs later."""
        self.refresh()
        self.decide_all()
        return self.refresh()

    def beside(self, ref: str) -> tuple[str, str, str]:
        """Return word, sentence and cells beside a line."""
        for row in self.sheet.values(["_retours"])["_retours"][1:]:
            if row[0] == ref:
                word, sentence, fields = (*row[1:], "", "", "")[:3]
                return str(word), str(sentence), str(fields)
        return "", "", ""

    def woken(self) -> list[str]:
        """Return the keys that register_invoices was woken with."""
        return [
            sent.message["wake"]
            for sent in self.queue.sent
            if sent.queue == "register_invoices" and "wake" in sent.message
        ]


def _cell(value: SheetValue, kind: str) -> SheetCell:
    if isinstance(value, dt.date):
        return SheetCell(Decimal((value - dt.date(1899, 12, 30)).days), "DATE")
    if isinstance(value, bool) or value is None:
        return SheetCell(value, kind)
    if isinstance(value, int | Decimal):
        return SheetCell(Decimal(value), kind)
    assert isinstance(value, str), "texts, numbers, days and flags are what people type"
    return SheetCell(value, kind)


def sample_firm() -> World:
    """Return the sample firm on its first day, everything typed and in force."""
    made = World()
    made.type_all(all_rows())
    made.settle()
    made.queue.waiting.clear()
    return made
