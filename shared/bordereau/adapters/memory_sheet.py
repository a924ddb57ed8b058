"""The in-memory twin of the spreadsheet: tabs with cells; formats and formulas are not kept."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Self

from bordereau.domain.problems import InvariantError
from bordereau.ports import PARIS, SheetBlock, SheetCell, SheetRows, SheetTab, SheetValue

EPOCH: Final = dt.date(1899, 12, 30)
COLUMNS: Final = 60
ROWS: Final = 2000


class MemorySheet:
    """A spreadsheet in memory. ``requests`` keeps what ``change`` was asked for."""

    def __init__(self) -> None:
        self._tabs: dict[str, int] = {}
        self._cells: dict[str, dict[tuple[int, int], SheetCell]] = {}
        self.requests: list[Mapping[str, Any]] = []

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return a twin with a life of its own; cells are replaced, never changed."""
        twin = copy.copy(self)
        memo[id(self)] = twin
        cells = {title: dict(cells) for title, cells in self._cells.items()}
        own = {"_tabs": dict(self._tabs), "_cells": cells, "requests": list(self.requests)}
        vars(twin).update(own)
        return twin

    def add(self, sheet_id: int, title: str) -> None:
        """Add an empty tab."""
        self._tabs[title] = sheet_id
        self._cells[title] = {}

    def remove(self, title: str) -> None:
        """Take a tab away."""
        del self._tabs[title], self._cells[title]

    def rename(self, old: str, new: str) -> None:
        """Give a tab another title."""
        self._tabs = {new if t == old else t: number for t, number in self._tabs.items()}
        self._cells[new] = self._cells.pop(old)

    def put(self, title: str, row: int, column: int, cell: SheetCell) -> None:
        """Put a cell as a person would, with its format's type."""
        self._cells[title][row, column] = cell

    def cell(self, title: str, row: int, column: int) -> SheetCell:
        """Return a cell; an empty one where nothing stands."""
        return self._cells[title].get((row, column), SheetCell())

    def tabs(self) -> tuple[SheetTab, ...]:
        """Return the tabs in their order."""
        return tuple(SheetTab(number, title, ROWS, COLUMNS) for title, number in self._tabs.items())

    def read(self, titles: Sequence[str]) -> Mapping[str, SheetRows]:
        """Return every cell of these tabs."""
        return {title: self._rows(title) for title in titles}

    def _rows(self, title: str) -> SheetRows:
        if title not in self._cells:
            raise InvariantError(f"Unable to parse range: {title}")
        empty = SheetCell()
        lines: dict[int, dict[int, SheetCell]] = {}
        for (row, column), cell in self._cells[title].items():
            if cell != empty:
                lines.setdefault(row, {})[column] = cell
        found = (lines.get(row, {}) for row in range(max(lines, default=-1) + 1))
        return tuple(
            tuple(line.get(column, empty) for column in range(max(line, default=-1) + 1))
            for line in found
        )

    def values(self, titles: Sequence[str]) -> Mapping[str, tuple[tuple[SheetValue, ...], ...]]:
        """Return the bare values of these tabs."""
        return {
            title: tuple(
                tuple("" if cell.value is None else cell.value for cell in row)
                for row in self._rows(title)
            )
            for title in titles
        }

    def write(self, blocks: Sequence[SheetBlock]) -> None:
        """Write blocks of values; ``None`` leaves a cell, an empty text empties it."""
        for block in blocks:
            cells = self._cells[block.title]
            for down, row in enumerate(block.rows):
                for right, value in enumerate(row):
                    if value is not None:
                        cells[block.row + down, block.column + right] = _cell(value)

    def change(self, requests: Sequence[Mapping[str, Any]]) -> None:
        """Remember the requests."""
        self.requests += requests


def _cell(value: SheetValue) -> SheetCell:
    if isinstance(value, bool):
        return SheetCell(value)
    if isinstance(value, dt.datetime):
        local = value.astimezone(PARIS)
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        days = Decimal((local.date() - EPOCH).days) + Decimal(seconds) / 86_400
        return SheetCell(days, "DATE_TIME")
    if isinstance(value, dt.date):
        return SheetCell(Decimal((value - EPOCH).days), "DATE")
    if isinstance(value, int | Decimal):
        return SheetCell(Decimal(value))
    return SheetCell(value or None)
