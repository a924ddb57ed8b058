"""The answer of `spreadsheets.get`: the whole resource, or what a field mask names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from local.sheets_api import masks
from local.sheets_api.a1 import Box
from local.sheets_api.book import COLUMNS, ROWS
from local.sheets_api.cells import text_of, to_api

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.sheets_api.book import Book, Cell, Sheet
    from local.sheets_api.errors import Json
    from local.sheets_api.masks import Mask

_WHITE = {"red": 1, "green": 1, "blue": 1}
DEFAULT_FORMAT: Json = {
    "backgroundColor": _WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": _WHITE},
}
_THEME = {
    "TEXT": {},
    "BACKGROUND": _WHITE,
    "ACCENT1": {"red": 0.25882354, "green": 0.52156866, "blue": 0.95686275},
    "ACCENT2": {"red": 0.91764706, "green": 0.2627451, "blue": 0.20784314},
    "ACCENT3": {"red": 0.9843137, "green": 0.7372549, "blue": 0.015686275},
    "ACCENT4": {"red": 0.20392157, "green": 0.65882355, "blue": 0.3254902},
    "ACCENT5": {"red": 1, "green": 0.42745098, "blue": 0.003921569},
    "ACCENT6": {"red": 0.27450982, "green": 0.7411765, "blue": 0.7764706},
    "LINK": {"red": 0.06666667, "green": 0.33333334, "blue": 0.8},
}
USUAL_PIXELS = {ROWS: 21, COLUMNS: 100}


def spreadsheet(
    book: Book, base_url: str, *, mask: Mask, ranges: list[str], grid: bool = False
) -> Json:
    """Return the spreadsheet resource.

    Args:
        book: the spreadsheet.
        base_url: address of this server, for `spreadsheetUrl`.
        mask: the fields wanted; empty means all.
        ranges: only these ranges, and the sheets they lie on; empty means all.
        grid: whether cells are wanted although the mask does not name them.
    """
    answer: Json = {"spreadsheetId": book.book_id, "properties": _properties(book)}
    if book.named:
        answer["namedRanges"] = [ranged(name) for name in book.named]
    answer["spreadsheetUrl"] = f"{base_url}/spreadsheets/d/{book.book_id}/edit"
    answer = cast("Json", masks.pick(answer, mask))
    if masks.wants(mask, "sheets"):
        boxes: dict[int, list[Box]] = {}
        for text in ranges:
            sheet, box = book.resolve(text)
            boxes.setdefault(sheet.sheet_id, []).append(box)
        shown = [sheet for sheet in book.sheets if not ranges or sheet.sheet_id in boxes]
        inner = masks.below(mask, "sheets")
        with_cells = masks.wants(mask, "sheets", "data") if mask else grid
        whole = Box(0, 0, None, None)
        answer["sheets"] = [
            _sheet(book, sheet, inner, boxes.get(sheet.sheet_id, [whole]) if with_cells else [])
            for sheet in shown
        ]
    return answer


def _properties(book: Book) -> Json:
    theme = [{"colorType": name, "color": {"rgbColor": rgb}} for name, rgb in _THEME.items()]
    return {
        "title": book.properties["title"],
        "locale": book.properties["locale"],
        "autoRecalc": "ON_CHANGE",
        "timeZone": book.properties["timeZone"],
        "defaultFormat": DEFAULT_FORMAT,
        "spreadsheetTheme": {"primaryFontFamily": "Arial", "themeColors": theme},
    }


def printed(place: Json) -> Json:
    """Return a GridRange as it is printed: without `sheetId` when that is 0."""
    return place if place.get("sheetId") else {k: v for k, v in place.items() if k != "sheetId"}


def ranged(owner: Json) -> Json:
    """Return an object with its `range` as it is printed."""
    return owner | {"range": printed(owner["range"])} if "range" in owner else owner


def _part(key: str, value: Any) -> object:  # noqa: ANN401  any field of the resource
    if key == "merges":
        return [printed(place) for place in value]
    if key == "conditionalFormats":
        return [rule | {"ranges": [printed(place) for place in rule["ranges"]]} for rule in value]
    if key == "basicFilter":
        return ranged(value)
    return [ranged(one) for one in value] if isinstance(value, list) else value


def _sheet(book: Book, sheet: Sheet, mask: Mask, boxes: list[Box]) -> Json:
    answer: Json = {
        key: masks.pick(_part(key, value), masks.below(mask, key))
        for key, value in sheet.data.items()
        if masks.wants(mask, key)
    }
    if boxes:
        inner_mask = masks.below(mask, "data")
        data = [_grid(book, sheet, box.clip(*sheet.size()), inner_mask) for box in boxes]
        answer["data"] = data
    return answer


def _grid(book: Book, sheet: Sheet, box: Box, mask: Mask) -> Json:
    answer: Json = {}
    if box.top and masks.wants(mask, "startRow"):
        answer["startRow"] = box.top
    if box.left and masks.wants(mask, "startColumn"):
        answer["startColumn"] = box.left
    if masks.wants(mask, "rowData"):
        look = Look(masks.below(mask, "rowData", "values"))
        rows = [_row(book, sheet, row, box, look) for row in box.rows()]
        while rows and not rows[-1]:
            rows.pop()
        if rows:
            answer["rowData"] = rows
    if masks.wants(mask, "rowMetadata"):
        inner = masks.below(mask, "rowMetadata")
        found = [_metadata(sheet, ROWS, row) for row in box.rows()]
        answer["rowMetadata"] = masks.pick(found, inner)
    if masks.wants(mask, "columnMetadata"):
        inner = masks.below(mask, "columnMetadata")
        found = [_metadata(sheet, COLUMNS, at) for at in box.columns()]
        answer["columnMetadata"] = masks.pick(found, inner)
    return answer


def _metadata(sheet: Sheet, dimension: str, at: int) -> Json:
    return {"pixelSize": USUAL_PIXELS[dimension]} | sheet.dims[dimension].get(at, {})


def _row(book: Book, sheet: Sheet, row: int, box: Box, look: Look) -> Json:
    cells = sheet.rows.get(row)
    if not cells:
        return {}
    values = [
        look.cell(book, sheet, (row, column)) if column in cells else {} for column in box.columns()
    ]
    while values and not values[-1]:
        values.pop()
    return {"values": values} if values else {}


class Look:
    """What a mask wants of each cell; made once for all cells of an answer.

    Formats are many cells' in common: what is shown of one is made once.
    """

    def __init__(self, mask: Mask) -> None:
        self._fields = [
            (name, made, masks.below(mask, name))
            for name, made in _FIELDS.items()
            if masks.wants(mask, name)
        ]
        self._formats: dict[tuple[int, bool], object] = {}

    def cell(self, book: Book, sheet: Sheet, place: tuple[int, int]) -> Json:
        """Return a CellData; only what the mask names is computed."""
        cell = sheet.rows.get(place[0], {}).get(place[1], {})
        answer: Json = {}
        for name, made, mask in self._fields:
            if name == "effectiveFormat":
                shown = self._format(cell, mask)
            else:
                shown = masks.pick(made(book, sheet, place, cell), mask)
            if shown is not None and shown != {}:
                answer[name] = shown
        return answer

    def _format(self, cell: Cell, mask: Mask) -> object:
        key = id(cell.get("userEnteredFormat")), "userEnteredValue" in cell
        if key not in self._formats:
            self._formats[key] = masks.pick(_effective_format(cell), mask)
        return self._formats[key]


def _entered(book: Book, _sheet: Sheet, _place: tuple[int, int], cell: Cell) -> object:
    value = cell.get("userEnteredValue")
    return None if value is None else to_api(value, book.locale)


def _effective(book: Book, sheet: Sheet, place: tuple[int, int], cell: Cell) -> object:
    return book.values.value(sheet, *place) if "userEnteredValue" in cell else None


def _formatted(book: Book, sheet: Sheet, place: tuple[int, int], cell: Cell) -> object:
    value = book.values.value(sheet, *place) if "userEnteredValue" in cell else None
    if not value:
        return None
    number_format = cell.get("userEnteredFormat", {}).get("numberFormat")
    return text_of(value, number_format, book.locale)


def _effective_format(cell: Cell) -> object:
    entered = cell.get("userEnteredFormat", {})
    if "userEnteredValue" not in cell and not entered:
        return None
    text = DEFAULT_FORMAT["textFormat"] | entered.get("textFormat", {})
    return DEFAULT_FORMAT | entered | {"textFormat": text}


_FIELDS: dict[str, Callable[[Book, Sheet, tuple[int, int], Cell], object]] = {
    "userEnteredValue": _entered,
    "effectiveValue": _effective,
    "formattedValue": _formatted,
    "userEnteredFormat": lambda _b, _s, _p, cell: cell.get("userEnteredFormat"),
    "effectiveFormat": lambda _b, _s, _p, cell: _effective_format(cell),
    "note": lambda _b, _s, _p, cell: cell.get("note"),
    "dataValidation": lambda _b, _s, _p, cell: cell.get("dataValidation"),
}
