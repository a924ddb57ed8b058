"""A tab as a web page: what a person would see in the spreadsheet, to look at, not to edit."""

from __future__ import annotations

import operator
from html import escape
from typing import TYPE_CHECKING

from local.sheets_api import formula, xlsx_look
from local.sheets_api.a1 import Box, box_of, column_letters
from local.sheets_api.book import COLUMNS, ROWS
from local.sheets_api.cells import text_of
from local.sheets_api.formula import read
from local.sheets_api.views import USUAL_PIXELS

if TYPE_CHECKING:
    from local.sheets_api.book import Book, Cell, Sheet
    from local.sheets_api.errors import Json

_MOST_ROWS = 500
_NUMBER_PIXELS = 36
_STYLE = """
body{font:13px/1.35 Arial,Helvetica,sans-serif;margin:0;color:#202124;background:#f8f9fa}
header{padding:12px 16px;background:#fff;border-bottom:1px solid #dadce0}
h1{font-size:18px;font-weight:400;margin:0}
main{overflow:auto;height:calc(100vh - 96px)}
table{border-collapse:separate;border-spacing:0;table-layout:fixed;background:#fff}
th{background:#f8f9fa;color:#5f6368;font-weight:400;position:sticky;top:0;z-index:1}
th,td{box-sizing:border-box;border-right:1px solid #e2e3e3;
 border-bottom:1px solid #e2e3e3;padding:2px 4px}
td{overflow:hidden;white-space:nowrap;text-overflow:ellipsis;height:21px}
td.n{text-align:right}td.b{text-align:center}td.w{white-space:pre-wrap}
td.o{overflow:visible}
td.v{position:relative;padding-right:14px}
td.v::after{content:"\\25be";position:absolute;right:3px;top:3px}
td.v::after{color:#9aa0a6;font-size:10px}
nav{position:fixed;bottom:0;left:0;right:0;background:#f1f3f4;overflow-x:auto;white-space:nowrap}
nav a{display:inline-block;padding:10px 14px;color:#3c4043;text-decoration:none}
nav a.on{background:#fff;color:#188038;font-weight:700}
nav i{display:inline-block;width:8px;height:8px;border-radius:4px;margin-right:6px}
"""


_NUMBER_CONDITIONS = {"NUMBER_LESS": operator.lt, "NUMBER_GREATER": operator.gt}


def page(book: Book, gid: int | None) -> bytes:
    """Return the page of a tab; without a number, of the first visible one."""
    shown = [sheet for sheet in book.sheets if not sheet.data["properties"].get("hidden")]
    sheet = next((each for each in book.sheets if each.sheet_id == gid), shown[0])
    title = escape(book.properties["title"])
    tabs = "".join(_tab(each, on=each is sheet) for each in shown)
    return (
        f'<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><title>{escape(sheet.title)}'
        f" · {title}</title><style>{_STYLE}</style><header><h1>{title}</h1></header>"
        f"<main>{_table(book, sheet)}</main><nav>{tabs}</nav></html>"
    ).encode()


def _tab(sheet: Sheet, *, on: bool) -> str:
    color = sheet.data["properties"].get("tabColorStyle", {}).get("rgbColor")
    mark = f'<i style="background:#{xlsx_look.hexadecimal(color)}"></i>' if color else ""
    chosen = ' class="on"' if on else ""
    return f'<a{chosen} href="?gid={sheet.sheet_id}">{mark}{escape(sheet.title)}</a>'


def _table(book: Book, sheet: Sheet) -> str:
    rows, columns = sheet.extent()
    hidden = {
        dimension: {at for at, props in sheet.dims[dimension].items() if props.get("hiddenByUser")}
        for dimension in (ROWS, COLUMNS)
    }
    seen = [column for column in range(columns) if column not in hidden[COLUMNS]]
    usual = USUAL_PIXELS[COLUMNS]
    widths = [sheet.dims[COLUMNS].get(column, {}).get("pixelSize", usual) for column in seen]
    head = "".join(
        f'<th style="width:{width}px">{column_letters(column)}'
        for column, width in zip(seen, widths, strict=True)
    )
    colors = _Colors(book, sheet)
    lines = [
        f"<tr><th>{row + 1}" + "".join(_cell(book, sheet, (row, c), colors) for c in seen)
        for row in range(min(rows, _MOST_ROWS))
        if row not in hidden[ROWS]
    ]
    total = sum(widths) + _NUMBER_PIXELS
    corner = f'<tr><th style="width:{_NUMBER_PIXELS}px">'
    return f'<table style="width:{total}px">{corner}{head}{"".join(lines)}</table>'


def _cell(book: Book, sheet: Sheet, place: tuple[int, int], colors: _Colors) -> str:
    cell = sheet.cell(*place)
    if not cell:
        return "<td>"
    value = book.values.value(sheet, *place) if "userEnteredValue" in cell else {}
    cell_format = cell.get("userEnteredFormat", {})
    text = text_of(value, cell_format.get("numberFormat"), book.locale)
    kinds = {"n": "numberValue" in value, "b": "boolValue" in value}
    kinds |= {"v": "dataValidation" in cell, "w": cell_format.get("wrapStrategy") == "WRAP"}
    kinds["o"] = "stringValue" in value and not kinds["w"] and _is_free(sheet, place)
    classes = " ".join(name for name, on in kinds.items() if on)
    style = _css(book, cell_format | colors.of(place, value))
    note = f' title="{escape(cell["note"])}"' if "note" in cell else ""
    chosen = f' class="{classes}"' if classes else ""
    return f"<td{chosen}{style}{note}>{escape(text)}"


def _is_free(sheet: Sheet, place: tuple[int, int]) -> bool:
    """Whether a text may run on into the next cell: an empty one, and no drop-down."""
    following = sheet.cell(place[0], place[1] + 1)
    return not following.keys() & {"userEnteredValue", "dataValidation"}


def _css(book: Book, cell_format: Json) -> str:
    look = xlsx_look.from_api(cell_format, book.locale)
    rules = {
        "background": f"#{look.fill}" if look.fill else "",
        "color": f"#{look.color}" if look.color else "",
        "font-weight": "700" if look.bold else "",
        "font-style": "italic" if look.italic else "",
        "text-decoration": "line-through" if look.strike else "",
        "font-size": f"{look.size * 1.3:.0f}px" if look.size != xlsx_look.SIZE else "",
        "text-align": look.horizontal.lower(),
    }
    css = ";".join(f"{name}:{value}" for name, value in rules.items() if value)
    return f' style="{css}"' if css else ""


class _Colors:
    """The conditional formats of one tab: by formula, by text, by being empty."""

    def __init__(self, book: Book, sheet: Sheet) -> None:
        self._book, self._sheet = book, sheet
        self._rules: list[tuple[list[Box], str, str, Cell]] = []
        for rule in sheet.data.get("conditionalFormats", []):
            condition = rule.get("booleanRule", {}).get("condition", {})
            values = [value.get("userEnteredValue", "") for value in condition.get("values", [])]
            boxes = [box_of(place).clip(*sheet.size()) for place in rule["ranges"]]
            look = rule.get("booleanRule", {}).get("format", {})
            self._rules.append((boxes, condition.get("type", ""), "".join(values[:1]), look))

    def of(self, place: tuple[int, int], value: Json) -> Json:
        """Return the format of the first rule that holds for a cell."""
        for boxes, kind, argument, look in self._rules:
            if any(box.holds(*place) for box in boxes) and self._holds(
                kind, argument, place, value, boxes[0]
            ):
                return look
        return {}

    def _holds(
        self, kind: str, argument: str, place: tuple[int, int], value: Json, box: Box
    ) -> bool:
        if kind == "CUSTOM_FORMULA":
            kept = read(argument, self._book.locale.decimal)
            moved = formula.offset(kept, place[0] - box.top, place[1] - box.left)
            return self._book.values.truth(self._sheet, moved)
        if kind in _NUMBER_CONDITIONS:
            number = value.get("numberValue")
            return number is not None and _NUMBER_CONDITIONS[kind](number, float(argument))
        text = text_of(value, None, self._book.locale)
        if kind == "TEXT_EQ":
            return text.casefold() == argument.casefold()
        if kind == "TEXT_CONTAINS":
            return argument.casefold() in text.casefold()
        return kind == ("NOT_BLANK" if text else "BLANK")
