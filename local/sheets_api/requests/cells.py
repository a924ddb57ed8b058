"""Requests that write cells: values, formats, notes, drop-downs; copy, cut, sort, merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sheets_api import formula, masks
from local.sheets_api.a1 import Box, box_of
from local.sheets_api.cells import colored, from_api, with_value
from local.sheets_api.errors import invalid
from local.sheets_api.evaluate import ERROR_TEXTS

if TYPE_CHECKING:
    from local.sheets_api.book import Book, Cell, Sheet
    from local.sheets_api.errors import Json
    from local.sheets_api.masks import Mask


def _changed(book: Book, old: Cell, body: Cell, mask: Mask) -> Cell:
    new = masks.change(old, from_api(body, book.locale), mask)
    if "userEnteredValue" in mask or not mask:
        new = with_value(new, new.get("userEnteredValue") or None)
    if new.get("userEnteredFormat"):
        before = old.get("userEnteredFormat", {})
        new = new | {"userEnteredFormat": colored(before, new["userEnteredFormat"])}
    kept = ("userEnteredValue", "userEnteredFormat", "note", "dataValidation")
    return {key: new[key] for key in kept if new.get(key)}


def update(book: Book, request: Json) -> None:
    """Write rows of cells from a start, or into a range (the rest of the range is cleared)."""
    mask = masks.parse(request["fields"])
    rows = request.get("rows", [])
    if "start" in request:
        start = request["start"]
        sheet = book.sheet(start.get("sheetId", 0))
        top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
        width = max((len(row.get("values", [])) for row in rows), default=0)
        box = Box(top, left, top + len(rows), left + width)
        inside = box.clip(*sheet.size()) == box
        if not inside:
            raise invalid("Attempting to write outside the grid.")
    else:
        sheet, box = book.area(request["range"])
    for row in box.rows():
        at = row - box.top
        values = rows[at].get("values", []) if at < len(rows) else []
        last = box.left + len(values) if "start" in request else box.right or 0
        for column in range(box.left, last):
            place = column - box.left
            body = values[place] if place < len(values) else {}
            book.put(sheet, row, column, _changed(book, sheet.cell(row, column), body, mask))


def repeat(book: Book, request: Json) -> None:
    """Write the same cell all over a range."""
    mask = masks.parse(request["fields"])
    sheet, box = book.area(request["range"])
    body = request.get("cell", {})
    known: dict[int, Cell] = {}
    formulas = "formulaValue" in body.get("userEnteredValue", {})
    for row in box.rows():
        for column in box.columns():
            old = sheet.cell(row, column)
            new = known.get(id(old)) if old else known.get(0)
            if new is None or formulas:
                new = _changed(book, old, body, mask)
                if formulas and "userEnteredValue" in new:
                    text = new["userEnteredValue"]["formulaValue"]
                    moved = formula.offset(text, row - box.top, column - box.left)
                    new = with_value(new, {"formulaValue": moved})
                known[id(old) if old else 0] = new
            book.put(sheet, row, column, new)


def append(book: Book, request: Json) -> None:
    """Write rows after the last row that is not empty; the grid grows as needed."""
    sheet = book.sheet(request.get("sheetId", 0))
    mask = masks.parse(request["fields"])
    rows = request.get("rows", [])
    used = [
        row
        for row, cells in sheet.rows.items()
        if any("userEnteredValue" in cell for cell in cells.values())
    ]
    top = max(used, default=-1) + 1
    grid = sheet.data["properties"]["gridProperties"]
    width = max((len(row.get("values", [])) for row in rows), default=0)
    if width > grid["columnCount"]:
        raise invalid("Attempting to write outside the grid.")
    if top + len(rows) > grid["rowCount"]:
        grid = grid | {"rowCount": top + len(rows)}
        book.set_part(sheet, "properties", sheet.data["properties"] | {"gridProperties": grid})
    for row, body in enumerate(rows, top):
        for column, cell in enumerate(body.get("values", [])):
            book.put(sheet, row, column, _changed(book, sheet.cell(row, column), cell, mask))


def validate(book: Book, request: Json) -> None:
    """Set the validation rule of a range, or remove it when there is none in the request."""
    sheet, box = book.area(request["range"])
    rule = request.get("rule")
    for row in box.rows():
        for column in box.columns():
            old = sheet.cell(row, column)
            rest = {key: value for key, value in old.items() if key != "dataValidation"}
            book.put(sheet, row, column, rest | {"dataValidation": rule} if rule else rest)


def copy(book: Book, request: Json) -> None:
    """Copy a range; the destination is filled by repeating the source."""
    source, box = book.area(request["source"])
    target, to = book.area(request["destination"])
    height, width = box.size()
    rows = max(to.size()[0] // height, 1) * height
    columns = max(to.size()[1] // width, 1) * width
    taken = {(r, c): source.cell(r, c) for r in box.rows() for c in box.columns()}
    for row in range(to.top, min(to.top + rows, target.size()[0])):
        for column in range(to.left, min(to.left + columns, target.size()[1])):
            at = box.top + (row - to.top) % height, box.left + (column - to.left) % width
            cell = _shifted(taken[at], row - at[0], column - at[1])
            book.put(target, row, column, cell)


def _shifted(cell: Cell, rows: int, columns: int) -> Cell:
    text = cell.get("userEnteredValue", {}).get("formulaValue")
    if not text:
        return cell
    return with_value(cell, {"formulaValue": formula.offset(text, rows, columns)})


def cut(book: Book, request: Json) -> None:
    """Move a range to another place."""
    source, box = book.area(request["source"])
    start = request["destination"]
    target = book.sheet(start.get("sheetId", 0))
    taken = {(r, c): source.cell(r, c) for r in box.rows() for c in box.columns()}
    for place in taken:
        book.put(source, *place, {})
    down = start.get("rowIndex", 0) - box.top
    right = start.get("columnIndex", 0) - box.left
    for (row, column), cell in taken.items():
        book.put(target, row + down, column + right, cell)


def sort(book: Book, request: Json) -> None:
    """Sort the rows of a range: numbers, texts, yes and no; empty cells always last."""
    sheet, box = book.area(request["range"])
    book.forget_values()
    order = list(box.rows())
    for spec in reversed(request.get("sortSpecs", [])):
        column, down = spec.get("dimensionIndex", 0), spec.get("sortOrder") == "DESCENDING"
        keys = {row: _sort_key(book, sheet, row, column) for row in order}
        filled = [row for row in order if keys[row] is not None]
        filled.sort(key=lambda row: keys[row] or (0, ""), reverse=down)
        order = filled + [row for row in order if keys[row] is None]
    taken = {(r, c): sheet.cell(r, c) for r in box.rows() for c in box.columns()}
    for row, old in zip(box.rows(), order, strict=True):
        for column in box.columns():
            book.put(sheet, row, column, _shifted(taken[old, column], row - old, 0))


def _sort_key(book: Book, sheet: Sheet, row: int, column: int) -> tuple[int, object] | None:
    value = book.values.value(sheet, row, column)
    if not value:
        return None
    if "numberValue" in value:
        return 0, value["numberValue"]
    if "stringValue" in value:
        return 1, value["stringValue"].casefold()
    if "errorValue" in value:
        return 3, ERROR_TEXTS.get(value["errorValue"]["type"], "")
    return 2, value["boolValue"]


def merge(book: Book, request: Json) -> None:
    """Merge cells: all, by rows or by columns; only the first cell keeps its value."""
    sheet, box = book.area(request["range"])
    kind = request.get("mergeType", "MERGE_ALL")
    boxes = [box]
    if kind == "MERGE_ROWS":
        boxes = [Box(row, box.left, row + 1, box.right) for row in box.rows()]
    elif kind == "MERGE_COLUMNS":
        boxes = [Box(box.top, column, box.bottom, column + 1) for column in box.columns()]
    merges = [one for one in sheet.data.get("merges", []) if not box_of(one).meets(box)]
    for one in boxes:
        whole: Json = {"sheetId": sheet.sheet_id}
        whole |= {"startRowIndex": one.top, "endRowIndex": one.bottom}
        merges.append(whole | {"startColumnIndex": one.left, "endColumnIndex": one.right})
        for row, column in list(sheet.filled(one)):
            if (row, column) != (one.top, one.left):
                book.put(sheet, row, column, with_value(sheet.cell(row, column), None))
    book.set_part(sheet, "merges", merges)


def unmerge(book: Book, request: Json) -> None:
    """Undo the merges that a range touches."""
    sheet, box = book.area(request["range"])
    rest = [one for one in sheet.data.get("merges", []) if not box_of(one).meets(box)]
    book.set_part(sheet, "merges", rest)
