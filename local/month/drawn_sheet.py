"""The workbook in memory: the keys and numbered lines that ``sheets.create`` draws, no looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from bordereau.adapters.memory_sheet import MemorySheet
from bordereau.domain import workbook
from bordereau.domain.workbook.columns import FIRST_LINE, Kind, Tab, TabKind
from bordereau.ports import SheetBlock, SheetCell, SheetValue
from local.firm.rows import Row

FORMATS: Final = {Kind.AMOUNT: "NUMBER", Kind.RATE: "PERCENT", Kind.DATE: "DATE"}
EPOCH: Final = dt.date(1899, 12, 30)


def drawn_sheet(rows: Mapping[str, Sequence[Row]]) -> MemorySheet:
    """Return the workbook as it is created, without its looks, with lines typed into it."""
    sheet = MemorySheet()
    for tab in workbook.TABS:
        sheet.add(tab.sheet_id, tab.title)
        if tab.kind is not TabKind.HOME:
            keys = tuple(column.key for column in tab.columns)
            labels = tuple(column.label for column in tab.columns)
            head = (keys,) if tab.kind is TabKind.HIDDEN else (keys, labels)
            sheet.write([SheetBlock(tab.title, 0, 0, head)])
        if tab.lines:
            refs = tuple((ref,) for ref in tab.refs())
            sheet.write([SheetBlock(tab.title, FIRST_LINE, 0, refs)])
    for key, lines in rows.items():
        for number, cells in enumerate(lines, 1):
            type_line(sheet, workbook.STAFF[key], number, cells)
    return sheet


def type_line(sheet: MemorySheet, tab: Tab, number: int, cells: Row) -> None:
    """Type cells into a numbered line, as a person does: with the formats of the columns."""
    for key, value in cells.items():
        if value is not None:
            kind = FORMATS.get(tab.column(key).kind, "TEXT")
            place = tab.place(key)
            sheet.put(tab.title, FIRST_LINE + number - 1, place, _cell(value, kind))


def _cell(value: SheetValue, kind: str) -> SheetCell:
    if isinstance(value, dt.date):
        return SheetCell(Decimal((value - EPOCH).days), "DATE")
    if isinstance(value, int) and not isinstance(value, bool):
        return SheetCell(Decimal(value), kind)
    assert isinstance(value, str | bool | Decimal), f"nobody types {value!r}"
    return SheetCell(value, kind)
