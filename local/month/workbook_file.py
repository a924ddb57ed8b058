"""A person at the workbook's file: cells are typed into the .xlsx, as in any such program."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl

from bordereau.domain import workbook
from bordereau.domain.workbook.columns import FIRST_LINE, KEY_ROW, REF
from bordereau.ports import SheetValue
from local.month.typed import Typed

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


class NoSuchLineError(LookupError):
    """The line that a person looks for is not in the workbook."""


def type_into(path: Path, cells: Sequence[Typed]) -> None:
    """Type cells into a workbook's file and save it in one step, as spreadsheet programs do.

    Raises:
        NoSuchLineError: a line is not there; nothing is saved.
    """
    book = openpyxl.load_workbook(path)
    for typed in cells:
        tab = workbook.STAFF[typed.tab]
        sheet = book[tab.title]
        row = _row_of(sheet, typed.ref or _ref_of(book[tab.feed], typed.found_by))
        places = _places(sheet)
        for key, value in typed.cells.items():
            if value is not None:
                sheet.cell(row, places[key]).value = _as_typed(value)
    aside = path.with_name(f".{path.name}.saving")
    book.save(aside)
    os.replace(aside, path)  # noqa: PTH105 both are files of ours


def _as_typed(value: SheetValue) -> str | float | bool | dt.date | None:
    """A number is a number in a file of cells; the product reads it with two decimals."""
    return float(value) if isinstance(value, Decimal) else value


def _places(sheet: Worksheet) -> Mapping[str, int]:
    keys = next(sheet.iter_rows(min_row=KEY_ROW + 1, max_row=KEY_ROW + 1, values_only=True))
    return {str(key): place for place, key in enumerate(keys, start=1) if key}


def _row_of(sheet: Worksheet, ref: str) -> int:
    column = _places(sheet)[REF]
    for row in range(FIRST_LINE + 1, sheet.max_row + 1):
        if sheet.cell(row, column).value == ref:
            return row
    raise NoSuchLineError(f"{sheet.title}: {ref}")


def _ref_of(feed: Worksheet, text: str) -> str:
    """Return the reference of the line that shows a text, from what feeds the tab."""
    for cells in feed.iter_rows(values_only=True):
        if any(text in str(cell) for cell in cells):
            return str(cells[0])
    raise NoSuchLineError(f"{feed.title}: {text}")


def lines_of(path: Path, title: str) -> Iterator[Mapping[str, object]]:
    """Yield the lines of a tab by column key, as they stand in the file."""
    sheet = openpyxl.load_workbook(path, read_only=True, data_only=True)[title]
    rows = sheet.iter_rows(values_only=True)
    keys = [str(key) for key in next(rows)]
    next(rows)
    for cells in rows:
        yield dict(zip(keys, cells, strict=False))
