"""Cells by name: `A1:B2`, `A5:B`, `2:2`, `'Any title'!C3`, read and written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.sheets_api.errors import Json

_CELL = r"\$?([A-Za-z]{1,3})?\$?([1-9]\d{0,6})?"
_CELLS = re.compile(rf"{_CELL}(?::{_CELL})?")
_PLAIN = re.compile(r"[^\W\d]\w*")
_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of one sheet; ends are exclusive, None means up to the edge of the grid."""

    top: int
    left: int
    bottom: int | None
    right: int | None

    def clip(self, rows: int, columns: int) -> Box:
        """Return the part that lies in a grid of this size."""
        bottom = rows if self.bottom is None else min(self.bottom, rows)
        right = columns if self.right is None else min(self.right, columns)
        return Box(self.top, self.left, bottom, right)

    def size(self) -> tuple[int, int]:
        """Return the number of rows and columns of a closed box."""
        return (self.bottom or 0) - self.top, (self.right or 0) - self.left

    def holds(self, row: int, column: int) -> bool:
        """Say whether the cell lies in the box."""
        return (
            self.top <= row
            and self.left <= column
            and (self.bottom is None or row < self.bottom)
            and (self.right is None or column < self.right)
        )

    def meets(self, other: Box) -> bool:
        """Say whether two boxes have a cell in common."""
        return (
            (self.bottom is None or other.top < self.bottom)
            and (other.bottom is None or self.top < other.bottom)
            and (self.right is None or other.left < self.right)
            and (other.right is None or self.left < other.right)
        )

    def rows(self) -> range:
        """Return the row numbers of a closed box."""
        return range(self.top, self.bottom or 0)

    def columns(self) -> range:
        """Return the column numbers of a closed box."""
        return range(self.left, self.right or 0)


def column_number(letters: str) -> int:
    """Return the number from 0 of a column.

    >>> column_number("A"), column_number("AB")
    (0, 27)
    """
    number = 0
    for letter in letters.upper():
        number = number * _LETTERS + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """Return the letters of a column.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(65 + rest) + letters
    return letters


def split(text: str) -> tuple[str | None, str]:
    """Split a range into its sheet title and the rest; the title is None when there is none.

    >>> split("'L''été'!A1"), split("A1:B2"), split("'Clients'")
    (("L'été", 'A1'), (None, 'A1:B2'), ('Clients', ''))
    """
    quoted = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text, re.DOTALL)
    if quoted:
        return quoted[1].replace("''", "'"), quoted[2] or ""
    title, mark, cells = text.rpartition("!")
    return (title, cells) if mark else (None, text)


def parse(cells: str) -> Box | None:
    """Read a range without title; None when it is no range (then it may be a name).

    >>> parse("B2:A1")
    Box(top=0, left=0, bottom=2, right=2)
    >>> parse("A5:B")
    Box(top=4, left=0, bottom=None, right=2)
    """
    match = _CELLS.fullmatch(cells)
    if not match or not cells:
        return None
    col1, row1, col2, row2 = match.groups()
    if ":" not in cells:
        if not (col1 and row1):
            return None
        col2, row2 = col1, row1
    if not ((col1 or row1) and (col2 or row2)):
        return None
    rows = sorted(int(row) for row in (row1, row2) if row)
    columns = sorted(column_number(column) for column in (col1, col2) if column)
    return Box(
        top=rows[0] - 1 if rows else 0,
        left=columns[0] if columns else 0,
        bottom=rows[-1] if row1 and row2 else None,
        right=columns[-1] + 1 if col1 and col2 else None,
    )


def quote(title: str) -> str:
    """Return a title as it stands before `!`, in quotes when needed.

    >>> quote("Clients"), quote("D3"), quote("L'été")
    ('Clients', "'D3'", "'L''été'")
    """
    if _PLAIN.fullmatch(title) and parse(title) is None:
        return title
    return "'" + title.replace("'", "''") + "'"


def write(title: str, box: Box) -> str:
    """Return the name of a closed box.

    >>> write("Clients", Box(0, 0, 2, 2)), write("Clients", Box(3, 3, 4, 4))
    ('Clients!A1:B2', 'Clients!D4')
    """
    bottom, right = box.bottom or 1, box.right or 1
    first = f"{column_letters(box.left)}{box.top + 1}"
    last = f"{column_letters(right - 1)}{bottom}"
    return f"{quote(title)}!{first}" + ("" if first == last else f":{last}")


def box_of(grid_range: Json) -> Box:
    """Return the box of a GridRange of the API."""
    return Box(
        top=grid_range.get("startRowIndex", 0),
        left=grid_range.get("startColumnIndex", 0),
        bottom=grid_range.get("endRowIndex"),
        right=grid_range.get("endColumnIndex"),
    )


def grid_range(sheet_id: int, box: Box) -> Json:
    """Return a closed box as the API prints it: the sheet 0 is left out."""
    found: Json = {"sheetId": sheet_id} if sheet_id else {}
    found |= {"startRowIndex": box.top, "endRowIndex": box.bottom}
    return found | {"startColumnIndex": box.left, "endColumnIndex": box.right}
