"""A spreadsheet in memory: Google's own resource as dicts, cells sparse, every change undoable."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from local.sheets_api import a1
from local.sheets_api.errors import Json, invalid
from local.sheets_api.evaluate import Evaluator
from local.sheets_api.locale import locale_of

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

    from local.sheets_api.a1 import Box
    from local.sheets_api.locale import Locale

Cell: TypeAlias = Json
"""A CellData of the API. Never changed in place: a changed cell is a new dict."""

ROWS, COLUMNS = "ROWS", "COLUMNS"
DEFAULT_ROWS, DEFAULT_COLUMNS = 1000, 26
_MISSING = object()


class Journal:
    """The undo log of one batch: 20,000 cells cost milliseconds, a copy of the book seconds."""

    def __init__(self) -> None:
        self._undo: list[tuple[Any, Any, object]] = []

    def put(self, mapping: MutableMapping[Any, Any], key: object, value: object) -> None:
        """Set a key of a mapping; None removes it."""
        self._undo.append((mapping, key, mapping.get(key, _MISSING)))
        if value is None:
            mapping.pop(key, None)
        else:
            mapping[key] = value

    def replace(self, owner: object, attribute: str, value: object) -> None:
        """Set an attribute of an object."""
        self._undo.append((owner, attribute, getattr(owner, attribute)))
        setattr(owner, attribute, value)

    def rollback(self) -> None:
        """Undo everything since the last commit, last change first."""
        while self._undo:
            owner, key, old = self._undo.pop()
            if not isinstance(owner, dict):
                setattr(owner, key, old)
            elif old is _MISSING:
                owner.pop(key, None)
            else:
                owner[key] = old

    def commit(self) -> None:
        """Forget how to undo."""
        self._undo.clear()


class Sheet:
    """One tab.

    Attributes:
        data: Google's Sheet resource without its cells.
        rows: the cells that are not empty, by row and column.
        dims: the DimensionProperties that differ from the usual, by dimension and number.
    """

    def __init__(self, properties: Json) -> None:
        self.data: Json = {"properties": properties}
        self.rows: dict[int, dict[int, Cell]] = {}
        self.dims: dict[str, dict[int, Json]] = {ROWS: {}, COLUMNS: {}}

    @property
    def sheet_id(self) -> int:
        """The number that stays when the tab is renamed or moved."""
        return int(self.data["properties"]["sheetId"])

    @property
    def title(self) -> str:
        """The name on the tab."""
        return str(self.data["properties"]["title"])

    def size(self) -> tuple[int, int]:
        """Return the number of rows and columns of the grid."""
        grid = self.data["properties"]["gridProperties"]
        return grid["rowCount"], grid["columnCount"]

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell; an empty dict when there is none."""
        return self.rows.get(row, {}).get(column, {})

    def filled(self, box: Box) -> Iterator[tuple[int, int]]:
        """Yield the places of the cells in a closed box that are not empty, row by row."""
        few = len(self.rows) < len(box.rows())
        for row in sorted(self.rows) if few else box.rows():
            cells = self.rows.get(row)
            if cells and box.top <= row < (box.bottom or 0):
                yield from ((row, column) for column in sorted(cells) if box.holds(row, column))

    def extent(self) -> tuple[int, int]:
        """Return the number of rows and columns up to the last cell that is not empty."""
        rows = max((row for row, cells in self.rows.items() if cells), default=-1)
        columns = max((max(cells) for cells in self.rows.values() if cells), default=-1)
        return rows + 1, columns + 1


class Book:
    """One spreadsheet.

    Args:
        book_id: its id in the API.
        title: its name.
        locale: `fr_FR` or `en_US`.
        time_zone: for people; nothing here depends on it.

    Attributes:
        caller: who asks now, for protected ranges; None is the owner, who may do everything.
    """

    def __init__(
        self, book_id: str, title: str, *, locale: str = "en_US", time_zone: str = "Etc/GMT"
    ) -> None:
        self.book_id = book_id
        self.properties: Json = {"title": title, "locale": locale, "timeZone": time_zone}
        self.sheets: list[Sheet] = []
        self.named: list[Json] = []
        self.journal = Journal()
        self.revision = 0
        self.caller: str | None = None
        self._evaluator: Evaluator | None = None

    @property
    def locale(self) -> Locale:
        """How the country of the spreadsheet writes."""
        return locale_of(self.properties["locale"])

    @property
    def values(self) -> Evaluator:
        """The values that the cells show now."""
        if self._evaluator is None:
            self._evaluator = Evaluator(self)
        return self._evaluator

    @contextmanager
    def change(self) -> Iterator[None]:
        """Run a block of changes: all of them, or none when it raises."""
        try:
            yield
        except BaseException:
            self.journal.rollback()
            self._evaluator = None
            raise
        self.journal.commit()
        self._evaluator = None
        self.revision += 1

    def forget_values(self) -> None:
        """Throw away computed values, in the middle of a batch that reads its own writes."""
        self._evaluator = None

    def put(self, sheet: Sheet, row: int, column: int, cell: Cell) -> None:
        """Write a whole cell; an empty dict removes it.

        Raises:
            ApiError: 400, the caller is no editor of a protected range that holds the cell.
        """
        if self.caller is not None and sheet.data.get("protectedRanges"):
            self._guard(sheet, row, column, self.caller)
        self.journal.put(sheet.rows.setdefault(row, {}), column, cell or None)

    def _guard(self, sheet: Sheet, row: int, column: int, caller: str) -> None:
        for one in sheet.data["protectedRanges"]:
            free = (a1.box_of(place) for place in one.get("unprotectedRanges", []))
            if (
                a1.box_of(one.get("range", {})).holds(row, column)
                and not one.get("warningOnly")
                and caller not in one.get("editors", {}).get("users", [])
                and not any(box.holds(row, column) for box in free)
            ):
                raise invalid(
                    "You are trying to edit a protected cell or object. Please contact the "
                    "spreadsheet owner to remove protection if you need to edit."
                )

    def set_part(self, sheet: Sheet, name: str, value: object) -> None:
        """Write one field of the Sheet resource; an empty list or None removes it."""
        self.journal.put(sheet.data, name, value or None)

    def add(self, properties: Json, index: int | None = None) -> Sheet:
        """Add an empty sheet; what the properties leave out is chosen here."""
        grid = {"rowCount": DEFAULT_ROWS, "columnCount": DEFAULT_COLUMNS}
        chosen: Json = {"sheetId": self.new_id(), "title": self._free_title(), "index": 0}
        chosen |= {"sheetType": "GRID"} | properties
        chosen["gridProperties"] = grid | properties.get("gridProperties", {})
        if self.titled(chosen["title"]):
            raise invalid(
                f'A sheet with the name "{chosen["title"]}" already exists. '
                "Please enter another name."
            )
        if any(sheet.sheet_id == chosen["sheetId"] for sheet in self.sheets):
            raise invalid(f"Sheet with id {chosen['sheetId']} already exists.")
        sheet = Sheet(chosen)
        at = len(self.sheets) if index is None else index
        self.reorder([*self.sheets[:at], sheet, *self.sheets[at:]])
        return sheet

    def reorder(self, sheets: list[Sheet]) -> None:
        """Put the sheets in this order."""
        self.journal.replace(self, "sheets", sheets)
        for at, sheet in enumerate(sheets):
            if sheet.data["properties"]["index"] != at:
                self.set_part(sheet, "properties", sheet.data["properties"] | {"index": at})

    def new_id(self) -> int:
        """Return a number that no sheet, name or protection has yet."""
        return secrets.randbelow(2**31 - 1) + 1

    def _free_title(self) -> str:
        stem = "Feuille " if self.properties["locale"].startswith("fr") else "Sheet"
        return next(f"{stem}{n}" for n in range(1, 10000) if not self.titled(f"{stem}{n}"))

    def titled(self, title: str) -> Sheet | None:
        """Return the sheet of this title (case does not count), or None."""
        exact = (sheet for sheet in self.sheets if sheet.title == title)
        folded = (s for s in self.sheets if s.title.casefold() == title.casefold())
        return next(exact, None) or next(folded, None)

    def sheet(self, sheet_id: int) -> Sheet:
        """Return the sheet of this id.

        Raises:
            ApiError: 400, there is none.
        """
        for sheet in self.sheets:
            if sheet.sheet_id == sheet_id:
                return sheet
        raise invalid(f"No grid with id: {sheet_id}")

    def resolve(self, text: str) -> tuple[Sheet, Box]:
        """Return the sheet and the closed box that a range in words means.

        Raises:
            ApiError: 400, it means nothing, or begins outside the grid.
        """
        title, cells = a1.split(text)
        box = a1.parse(cells) if cells else a1.Box(0, 0, None, None)
        sheet = self.titled(title) if title is not None else None
        if title is None and box is not None:
            sheet = self.sheets[0]
        elif title is None:
            sheet, box = self.titled(cells), a1.Box(0, 0, None, None)
        if sheet is None or box is None:
            named = self._named_range(cells or text)
            if named is None:
                raise invalid(f"Unable to parse range: {text}")
            sheet, box = named
        self.check_inside(sheet, box, text)
        return sheet, box.clip(*sheet.size())

    def _named_range(self, name: str) -> tuple[Sheet, Box] | None:
        for named in self.named:
            if named["name"].casefold() == name.casefold():
                return self.area(named["range"])
        return None

    def check_inside(self, sheet: Sheet, box: Box, text: str) -> None:
        """Refuse a box that begins outside the grid.

        Raises:
            ApiError: 400 "exceeds grid limits".
        """
        rows, columns = sheet.size()
        if box.top >= rows or box.left >= columns:
            limits = f"Max rows: {rows}, max columns: {columns}"
            raise invalid(f"Range ({text}) exceeds grid limits. {limits}")

    def area(self, grid_range: Json) -> tuple[Sheet, Box]:
        """Return the sheet and the closed box of a GridRange."""
        sheet = self.sheet(grid_range.get("sheetId", 0))
        return sheet, a1.box_of(grid_range).clip(*sheet.size())
