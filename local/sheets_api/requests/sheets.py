"""Requests about the spreadsheet and its tabs: add, delete, rename, move, hide, resize."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sheets_api import formula, masks
from local.sheets_api.cells import colored, with_value
from local.sheets_api.errors import invalid

if TYPE_CHECKING:
    from local.sheets_api.book import Book, Sheet
    from local.sheets_api.errors import Json

_PRINTED = {"sheetId", "index", "title", "sheetType", "rowCount", "columnCount"}


def pruned(properties: Json) -> Json:
    """Return properties without what the API leaves out: false, 0 and nothing."""
    found: Json = {}
    for key, value in properties.items():
        inner = pruned(value) if isinstance(value, dict) else value
        if key in _PRINTED or key.endswith("Color") or inner:
            found[key] = inner
    if "tabColor" in found and "tabColorStyle" not in found:
        del found["tabColor"]
    return found


def update_spreadsheet(book: Book, request: Json) -> None:
    """Change title, locale or time zone of the spreadsheet."""
    wanted = masks.change(book.properties, request["properties"], masks.parse(request["fields"]))
    book.journal.replace(book, "properties", book.properties | wanted)


def add(book: Book, request: Json) -> Json:
    """Add a tab; the answer holds its properties."""
    properties = request.get("properties", {})
    index = properties.get("index")
    wanted = {key: value for key, value in properties.items() if key != "index"}
    sheet = book.add(colored({}, pruned(wanted)), index)
    return {"properties": sheet.data["properties"]}


def delete(book: Book, request: Json) -> None:
    """Delete a tab, and the names of its ranges; the last visible tab stays."""
    gone = book.sheet(request.get("sheetId", 0))
    rest = [sheet for sheet in book.sheets if sheet is not gone]
    if all(sheet.data["properties"].get("hidden") for sheet in rest):
        raise invalid("You can't remove all the visible sheets in a document.")
    book.reorder(rest)
    named = [n for n in book.named if n["range"].get("sheetId", 0) != gone.sheet_id]
    book.journal.replace(book, "named", named)


def update(book: Book, request: Json) -> None:
    """Change properties of a tab: title, place, hidden, colour, size, frozen rows."""
    wanted = request["properties"]
    sheet = book.sheet(wanted.get("sheetId", 0))
    old = sheet.data["properties"]
    mask = masks.parse(request["fields"])
    new = pruned(colored(old, masks.change(old, wanted, mask)))
    size = {name: old["gridProperties"][name] for name in ("rowCount", "columnCount")}
    new["gridProperties"] = size | new.get("gridProperties", {})
    new = {"title": old["title"], "sheetType": "GRID"} | new
    new |= {"sheetId": sheet.sheet_id, "index": old["index"]}
    if new["title"] != old["title"]:
        _rename(book, sheet, new["title"])
    book.set_part(sheet, "properties", new)
    if all(each.data["properties"].get("hidden") for each in book.sheets):
        raise invalid("You can't hide all the sheets in a document.")
    _cut(book, sheet)
    if "index" in wanted and masks.wants(mask, "index"):
        _place(book, sheet, wanted["index"])


def _rename(book: Book, sheet: Sheet, title: str) -> None:
    other = book.titled(title)
    if other is not None and other is not sheet:
        raise invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')
    old = sheet.title
    rewrite(book, lambda _home, text: formula.rename(text, old, title))


def rewrite(book: Book, rule: formula.Rewrite) -> None:
    """Replace every formula of the book by what the rule makes of it."""
    for sheet in book.sheets:
        for row, cells in list(sheet.rows.items()):
            for column, cell in list(cells.items()):
                text = cell.get("userEnteredValue", {}).get("formulaValue")
                new = rule(sheet, text) if text else text
                if new != text:
                    book.put(sheet, row, column, with_value(cell, {"formulaValue": new}))


def _place(book: Book, sheet: Sheet, index: int) -> None:
    now = book.sheets.index(sheet)
    rest = [each for each in book.sheets if each is not sheet]
    at = index - 1 if index > now else index
    book.reorder([*rest[:at], sheet, *rest[at:]])


def _cut(book: Book, sheet: Sheet) -> None:
    rows, columns = sheet.size()
    if rows < 1 or columns < 1:
        raise invalid("You can't remove all the rows or columns of a sheet.")
    for row, cells in list(sheet.rows.items()):
        for column in [c for c in cells if row >= rows or c >= columns]:
            book.put(sheet, row, column, {})
