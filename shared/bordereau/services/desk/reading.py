"""From a snapshot of the sheet to lines, read and checked; and what breaks a whole import.

A line is known by its reference in the column ``ref``, a column by its key in the hidden first
row: sorting, inserting, moving and private columns change nothing (sheets 3).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bordereau.domain import workbook
from bordereau.domain.problems import Problem
from bordereau.domain.workbook.columns import FIRST_LINE, REF, Column, Filler, Kind, Tab
from bordereau.domain.workbook.known_settings import BY_CODE
from bordereau.domain.workbook.take_on_tab import TAKE_ON
from bordereau.ports import SheetCell, SheetRows, SheetTab
from bordereau.services.desk.cells import Plain, clean, read_cell

VANISHED_PERCENT_MAX: Final = 20
VANISHED_MIN: Final = 3
FREE_MIN: Final = 5
EMPTIED: Final = frozenset({TAKE_ON.key})
"""Tabs that may be emptied: what was taken on stands in the books."""

_EMPTY: Final = SheetCell()


@dataclass(frozen=True, slots=True)
class Line:
    """One line that somebody used: ``values`` by column key, ``wrong`` the bad cells by key."""

    tab: str
    ref: str
    row: int
    values: Mapping[str, Plain] = field(default_factory=dict)
    wrong: Mapping[str, Problem] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """Return a text, empty when nothing was typed."""
        value = self.values.get(key, "")
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int | None:
        """Return a number: cents, parts per million, a count."""
        value = self.values.get(key)
        return value if isinstance(value, int) else None

    def with_problem(self, key: str, problem: Problem) -> Line:
        """Return the line with one more bad cell; the first problem of a cell stays."""
        return dataclasses.replace(self, wrong={key: problem} | dict(self.wrong))


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that staff typed: used lines by tab, what broke, what stands outside lines."""

    lines: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    faults: tuple[Problem, ...] = ()
    strays: tuple[Problem, ...] = ()

    @property
    def is_broken(self) -> bool:
        """Whether this import must stop."""
        return bool(self.faults)

    def all_lines(self) -> Iterator[Line]:
        """Yield every used line."""
        for lines in self.lines.values():
            yield from lines


def titles_of(tabs: tuple[SheetTab, ...]) -> dict[str, str]:
    """Return the titles that our tabs have now, by code name: found by id, else by title."""
    by_id = {tab.sheet_id: tab.title for tab in tabs}
    by_title = {tab.title for tab in tabs}
    found = {}
    for tab in workbook.TABS:
        if tab.sheet_id in by_id:
            found[tab.key] = by_id[tab.sheet_id]
        elif tab.title in by_title:
            found[tab.key] = tab.title
    return found


def read_all(
    titles: Mapping[str, str],
    snapshot: Mapping[str, SheetRows],
    known: Mapping[str, frozenset[str]],
) -> Reading:
    """Read the tabs of staff.

    ``titles`` as ``titles_of`` gives them, ``known`` the used references of the last good
    snapshot by tab (empty: removals are accepted).
    """
    lines: dict[str, tuple[Line, ...]] = {}
    faults: list[Problem] = []
    strays: list[Problem] = []
    for key, tab in workbook.STAFF.items():
        if key not in titles:
            faults.append(_fault("missing-tab", tab))
            continue
        read = _Tab(tab, snapshot.get(titles[key], ()))
        lines[key] = read.lines
        faults += read.faults
        if key not in EMPTIED and not read.faults:  # what cannot be read has not vanished
            faults += _vanished(tab, read.lines, known.get(key, frozenset()))
        strays += read.strays
        strays += read.nearly_full()
    return Reading(lines, tuple(faults), tuple(strays))


def _fault(code: str, tab: Tab, **facts: str) -> Problem:
    return Problem(f"workbook-{code}", facts={"tab": tab.title} | facts)


def _vanished(tab: Tab, lines: tuple[Line, ...], known: frozenset[str]) -> Iterator[Problem]:
    """Yield the fault of a tab that lost lines which were used in the last good snapshot."""
    gone = known - {line.ref for line in lines}
    if known and len(gone) == len(known):
        yield _fault("empty-tab", tab, count=str(len(known)))
    elif len(gone) >= VANISHED_MIN and len(gone) * 100 > len(known) * VANISHED_PERCENT_MAX:
        yield _fault("vanished", tab, count=str(len(gone)), refs=", ".join(sorted(gone)[:5]))


def _is_used(cells: tuple[SheetCell, ...], places: Sequence[int]) -> bool:
    """Return whether something stands in one of these cells of a row."""
    return any(place < len(cells) and not _is_blank(cells[place]) for place in places)


def _is_blank(cell: SheetCell) -> bool:
    """Return whether only a format or blanks stand in a cell."""
    if cell.error:
        return False
    return cell.value is None or (isinstance(cell.value, str) and not clean(cell.value))


class _Tab:
    """One tab under reading."""

    def __init__(self, tab: Tab, rows: SheetRows) -> None:
        self._tab = tab
        self.faults: list[Problem] = []
        self.strays: list[Problem] = []
        self._free: int | None = None
        self._places = self._columns(rows[0] if rows else ())
        self.lines = () if self.faults else self._lines(rows)

    def _columns(self, head: tuple[SheetCell, ...]) -> dict[str, int]:
        """Find the columns by their keys: each known one must be there, once."""
        places: dict[str, int] = {}
        wanted = {column.key: column for column in self._tab.columns}
        for place, cell in enumerate(head):
            key = cell.value.strip() if isinstance(cell.value, str) else ""
            if key in places:
                label = wanted[key].label or key
                self.faults.append(_fault("column-twice", self._tab, column=label))
            elif key in wanted:
                places[key] = place
        for key, column in wanted.items():
            if key not in places:
                label = column.label or key
                self.faults.append(_fault("missing-column", self._tab, column=label))
        return places

    def _lines(self, rows: SheetRows) -> tuple[Line, ...]:
        lines: dict[str, Line] = {}
        self._free = 0
        white = [self._places[column.key] for column in self._tab.typed()]
        grey = [
            self._places[column.key]
            for column in self._tab.columns
            if column.filler is Filler.SYSTEM and column.source
        ]
        for row, cells in enumerate(rows[FIRST_LINE:], FIRST_LINE + 1):
            if not _is_used(cells, white):
                # A line is taken where the system put something on it.
                self._free += bool(self._ref(cells)) and not _is_used(cells, grey)
                continue
            ref = self._ref(cells)
            if not ref:
                where = {"row": str(row), "tab": self._tab.title}
                self.strays.append(Problem("workbook-stray", facts=where))
            elif ref in lines:
                self.faults.append(_fault("key-twice", self._tab, ref=ref))
            else:
                lines[ref] = self._line(ref, row, cells)
        return tuple(lines.values())

    def nearly_full(self) -> Iterator[Problem]:
        """Yield the warning that few numbered lines are free."""
        if self._free is not None and self._free < FREE_MIN:
            yield _fault("nearly-full", self._tab, count=str(self._free), key=self._tab.key)

    def _cell(self, cells: tuple[SheetCell, ...], column: Column) -> SheetCell:
        """Return the value of a cell, an empty cell where only a format or blanks stand."""
        place = self._places[column.key]
        cell = cells[place] if place < len(cells) else _EMPTY
        return _EMPTY if _is_blank(cell) else cell

    def _ref(self, cells: tuple[SheetCell, ...]) -> str:
        place = self._places[REF]
        value = cells[place].value if place < len(cells) else None
        text = clean(value).upper() if isinstance(value, str) else ""
        prefix, _, number = text.partition("-")
        is_ours = prefix == self._tab.prefix and number.isascii() and number.isdigit()
        return self._tab.ref(int(number)) if is_ours and len(number) <= 6 else ""  # noqa: PLR2004

    def _line(self, ref: str, row: int, cells: tuple[SheetCell, ...]) -> Line:
        values: dict[str, Plain] = {}
        wrong: dict[str, Problem] = {}
        for column in self._tab.typed():
            read = read_cell(self._cell(cells, column), self._read_as(column, values))
            if read.problem is not None:
                wrong[column.key] = read.problem
            elif read.value is not None:
                values[column.key] = read.value
            elif column.default:
                values[column.key] = column.default
            elif column.is_required:
                wrong[column.key] = Problem("cell-missing", where=column.label)
        return Line(self._tab.key, ref, row, values, wrong)

    def _read_as(self, column: Column, values: Mapping[str, Plain]) -> Column:
        """Return the column as its cell is read: a setting's value depends on the setting."""
        if column.kind is not Kind.SETTING:
            return column
        known = BY_CODE.get(str(values.get("setting", "")))
        return dataclasses.replace(column, kind=known.kind if known else Kind.TEXT)
