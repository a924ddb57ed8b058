"""Requests about rows and columns: insert, delete, append, hide, size, group.

Everything that has a place moves along: cells with their notes and validations, merges,
protections, names, filters, conditional formats, groups, and the references in all formulas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sheets_api import formula, masks
from local.sheets_api.book import COLUMNS, ROWS
from local.sheets_api.errors import invalid
from local.sheets_api.requests.sheets import pruned, rewrite

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.sheets_api.book import Book, Cell, Sheet
    from local.sheets_api.errors import Json
    from local.sheets_api.formula import Span

_NAMES = {ROWS: ("startRowIndex", "endRowIndex"), COLUMNS: ("startColumnIndex", "endColumnIndex")}
_COUNT = {ROWS: "rowCount", COLUMNS: "columnCount"}
_GROUPS = {ROWS: "rowGroups", COLUMNS: "columnGroups"}
_CHARACTER_PIXELS = 8


def _span(book: Book, request: Json) -> tuple[Sheet, str, int, int]:
    span = request.get("range") or request["dimensions"]
    sheet = book.sheet(span.get("sheetId", 0))
    dimension = span.get("dimension", ROWS)
    count = sheet.size()[0 if dimension == ROWS else 1]
    return sheet, dimension, span.get("startIndex", 0), span.get("endIndex", count)


def _resize(book: Book, sheet: Sheet, dimension: str, by: int) -> None:
    properties = sheet.data["properties"]
    grid = properties["gridProperties"]
    count = grid[_COUNT[dimension]] + by
    if count < 1:
        kind = "rows" if dimension == ROWS else "columns"
        raise invalid(f"You can't delete all the {kind} on the sheet.")
    book.set_part(
        sheet,
        "properties",
        properties | {"gridProperties": grid | {_COUNT[dimension]: count}},
    )


def insert(book: Book, request: Json) -> None:
    """Insert empty rows or columns; they take the formats of their neighbour."""
    sheet, dimension, start, end = _span(book, request)
    count = end - start
    before = request.get("inheritFromBefore", False)
    if before and start == 0:
        raise invalid("inheritFromBefore cannot be true if inserting at the first row or column.")

    def rule(span: Span) -> Span:
        first, last = span
        if last is not None and last > start:
            last += count
        return (first + count if first >= start else first), last

    _resize(book, sheet, dimension, count)
    _move(book, sheet, dimension, rule)
    neighbour = start - 1 if before else end
    _inherit(book, sheet, dimension, neighbour, range(start, end))


def _inherit(book: Book, sheet: Sheet, dimension: str, model: int, places: range) -> None:
    kept = ("userEnteredFormat", "dataValidation")
    cells = {
        (row, column): cell
        for row, line in sheet.rows.items()
        for column, cell in line.items()
        if (row if dimension == ROWS else column) == model
    }
    for (row, column), cell in cells.items():
        part: Cell = {key: cell[key] for key in kept if key in cell}
        for place in places if part else ():
            where = (place, column) if dimension == ROWS else (row, place)
            book.put(sheet, *where, part)


def delete(book: Book, request: Json) -> None:
    """Delete rows or columns and what lies in them."""
    sheet, dimension, start, end = _span(book, request)

    def place(at: int) -> int:
        return at - max(0, min(at, end) - start)

    def rule(span: Span) -> Span | None:
        first, last = span
        new = place(first), None if last is None else place(last)
        return None if new[1] is not None and new[1] <= new[0] else new

    _resize(book, sheet, dimension, start - end)
    _move(book, sheet, dimension, rule)


def append(book: Book, request: Json) -> None:
    """Add rows or columns at the end."""
    sheet = book.sheet(request.get("sheetId", 0))
    _resize(book, sheet, request.get("dimension", ROWS), request.get("length", 0))


def _move(book: Book, sheet: Sheet, dimension: str, rule: Callable[[Span], Span | None]) -> None:
    def single(at: int) -> int | None:
        new = rule((at, at + 1))
        return new[0] if new else None

    book.journal.replace(sheet, "rows", _rekeyed(sheet, dimension, single))
    dims = {
        new: value for at, value in sheet.dims[dimension].items() if (new := single(at)) is not None
    }
    book.journal.put(sheet.dims, dimension, dims)
    book.journal.replace(book, "named", _ranges(book.named, sheet, dimension, rule))
    for name in ("protectedRanges", "rowGroups", "columnGroups"):
        if name in sheet.data:
            book.set_part(sheet, name, _ranges(sheet.data[name], sheet, dimension, rule))
    if "merges" in sheet.data:
        merges = [{"range": one} for one in sheet.data["merges"]]
        moved = _ranges(merges, sheet, dimension, rule)
        book.set_part(sheet, "merges", [one["range"] for one in moved])
    if "basicFilter" in sheet.data:
        kept = _ranges([sheet.data["basicFilter"]], sheet, dimension, rule)
        book.set_part(sheet, "basicFilter", kept[0] if kept else None)
    if "conditionalFormats" in sheet.data:
        _move_rules(book, sheet, dimension, rule)
    title = sheet.title
    rewrite(book, lambda home, text: formula.move(text, home.title, title, dimension, rule))


def _move_rules(
    book: Book, sheet: Sheet, dimension: str, rule: Callable[[Span], Span | None]
) -> None:
    kept = []
    for one in sheet.data["conditionalFormats"]:
        listed = [{"range": place} for place in one["ranges"]]
        ranges = [place["range"] for place in _ranges(listed, sheet, dimension, rule)]
        if ranges:
            kept.append(one | {"ranges": ranges})
    book.set_part(sheet, "conditionalFormats", kept)


def _rekeyed(
    sheet: Sheet, dimension: str, single: Callable[[int], int | None]
) -> dict[int, dict[int, Cell]]:
    if dimension == ROWS:
        return {n: line for row, line in sheet.rows.items() if (n := single(row)) is not None}
    return {
        row: {n: cell for column, cell in line.items() if (n := single(column)) is not None}
        for row, line in sheet.rows.items()
    }


def _ranges(
    owners: list[Json], sheet: Sheet, dimension: str, rule: Callable[[Span], Span | None]
) -> list[Json]:
    kept = []
    for owner in owners:
        place = owner["range"]
        if place.get("sheetId", 0) != sheet.sheet_id:
            kept.append(owner)
            continue
        names = _NAMES[dimension]
        if "dimension" in place:
            names = ("startIndex", "endIndex") if place["dimension"] == dimension else ("", "")
        if names[0] not in place and names[1] not in place:
            kept.append(owner)
            continue
        new = rule((place.get(names[0], 0), place.get(names[1])))
        if new is not None:
            ends = {name: end for name, end in zip(names, new, strict=True) if end is not None}
            kept.append(owner | {"range": place | ends})
    return kept


def update(book: Book, request: Json) -> None:
    """Hide, show or size rows or columns."""
    sheet, dimension, start, end = _span(book, request)
    mask = masks.parse(request["fields"])
    dims = sheet.dims[dimension]
    for at in range(start, end):
        new = pruned(masks.change(dims.get(at, {}), request.get("properties", {}), mask))
        book.journal.put(dims, at, new or None)


def fit(book: Book, request: Json) -> None:
    """Size columns to their longest text (rows keep their height)."""
    sheet, dimension, start, end = _span(book, request)
    if dimension == ROWS:
        return
    for at in range(start, end):
        texts = [
            str(next(iter(line[at].get("userEnteredValue", {"": ""}).values())))
            for line in sheet.rows.values()
            if at in line
        ]
        pixels = max((len(text) for text in texts), default=0) * _CHARACTER_PIXELS + 8
        old = sheet.dims[dimension].get(at, {})
        if texts:
            book.journal.put(sheet.dims[dimension], at, old | {"pixelSize": pixels})


def add_group(book: Book, request: Json) -> Json:
    """Group rows or columns under a little triangle."""
    sheet, dimension, start, end = _span(book, request)
    place = {"sheetId": sheet.sheet_id, "dimension": dimension}
    place |= {"startIndex": start, "endIndex": end}
    groups = [*sheet.data.get(_GROUPS[dimension], []), {"range": place, "depth": 1}]
    book.set_part(sheet, _GROUPS[dimension], groups)
    properties = sheet.data["properties"]
    side = "rowGroupControlAfter" if dimension == ROWS else "columnGroupControlAfter"
    grid = properties["gridProperties"] | {side: True}
    book.set_part(sheet, "properties", properties | {"gridProperties": grid})
    return {"dimensionGroups": groups}


def delete_group(book: Book, request: Json) -> Json:
    """Remove the group of exactly these rows or columns."""
    sheet, dimension, start, end = _span(book, request)
    groups = [
        group
        for group in sheet.data.get(_GROUPS[dimension], [])
        if (group["range"]["startIndex"], group["range"]["endIndex"]) != (start, end)
    ]
    book.set_part(sheet, _GROUPS[dimension], groups)
    return {"dimensionGroups": groups} if groups else {}
