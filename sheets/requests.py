"""The requests of ``batchUpdate`` that draw a workbook, as small functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bordereau.domain.workbook.columns import Kind
from sheets import colours

Request = dict[str, Any]

FONT = "Arial"

NUMBER_FORMATS: Mapping[Kind, tuple[str, str]] = {
    Kind.AMOUNT: ("NUMBER", "#,##0.00_)"),
    Kind.BALANCE: ("NUMBER", "#,##0.00_)"),
    Kind.RATE: ("PERCENT", "0.00%"),
    Kind.DATE: ("DATE", "dd/mm/yyyy"),
    Kind.INSTANT: ("DATE_TIME", "dd/mm/yyyy hh:mm"),
    Kind.COUNT: ("NUMBER", "0"),
}
"""Everything else is text, so that no SIREN or number is taken for something to compute."""

RIGHT = frozenset({Kind.AMOUNT, Kind.BALANCE, Kind.RATE})
CENTRED = frozenset({Kind.DATE, Kind.INSTANT, Kind.COUNT})


def area(
    sheet_id: int,
    rows: tuple[int, int | None] | None = None,
    columns: tuple[int, int] | None = None,
) -> Request:
    """Return a range: rows and columns from zero, the second of each pair not included.

    Rows without an end go as far as the tab, however long it becomes.
    """
    found: Request = {"sheetId": sheet_id}
    if rows:
        found["startRowIndex"] = rows[0]
        if rows[1] is not None:
            found["endRowIndex"] = rows[1]
    if columns:
        found |= {"startColumnIndex": columns[0], "endColumnIndex": columns[1]}
    return found


def style(
    *,
    background: str = "",
    text: str = colours.INK,
    size: int = 10,
    bold: bool = False,
    align: str = "",
    wrap: bool = False,
) -> Request:
    """Return a cell format, vertically in the middle."""
    found: Request = {
        "textFormat": {
            "foregroundColor": colours.rgb(text),
            "fontFamily": FONT,
            "fontSize": size,
            "bold": bold,
        },
        "verticalAlignment": "MIDDLE",
        "wrapStrategy": "WRAP" if wrap else "CLIP",
    }
    if background:
        found["backgroundColor"] = colours.rgb(background)
    if align:
        found["horizontalAlignment"] = align
    return found


def number_format(kind: Kind) -> Request:
    """Return the number format of a kind of column; a setting's value has none."""
    if kind is Kind.SETTING:
        return {}
    name, pattern = NUMBER_FORMATS.get(kind, ("TEXT", "@"))
    return {"numberFormat": {"type": name, "pattern": pattern}}


def alignment(kind: Kind) -> str:
    """Return how cells of a kind are aligned."""
    if kind in RIGHT:
        return "RIGHT"
    return "CENTER" if kind in CENTRED else "LEFT"


def formatted(place: Request, look: Request) -> Request:
    """Format every cell of a range."""
    return {
        "repeatCell": {
            "range": place,
            "cell": {"userEnteredFormat": look},
            "fields": "userEnteredFormat",
        }
    }


def formula(place: Request, text: str) -> Request:
    """Write a formula over a range; its relative references go along."""
    cell = {"userEnteredValue": {"formulaValue": text}}
    return {"repeatCell": {"range": place, "cell": cell, "fields": "userEnteredValue"}}


def texts(sheet_id: int, start: tuple[int, int], rows: Iterable[Sequence[str]]) -> Request:
    """Write rows of texts from a place."""
    written = [
        {"values": [{"userEnteredValue": {"stringValue": text}} if text else {} for text in row]}
        for row in rows
    ]
    place = {"sheetId": sheet_id, "rowIndex": start[0], "columnIndex": start[1]}
    return {"updateCells": {"start": place, "rows": written, "fields": "userEnteredValue"}}


def size(sheet_id: int, dimension: str, places: tuple[int, int], *, pixels: int) -> Request:
    """Set the height of rows or the width of columns."""
    return _dimension(sheet_id, dimension, places, {"pixelSize": pixels})


def hidden(sheet_id: int, dimension: str, places: tuple[int, int]) -> Request:
    """Hide rows or columns."""
    return _dimension(sheet_id, dimension, places, {"hiddenByUser": True})


def _dimension(
    sheet_id: int, dimension: str, places: tuple[int, int], properties: Request
) -> Request:
    span = {
        "sheetId": sheet_id,
        "dimension": dimension,
        "startIndex": places[0],
        "endIndex": places[1],
    }
    fields = ",".join(properties)
    return {
        "updateDimensionProperties": {"range": span, "properties": properties, "fields": fields}
    }


def coloured(
    place: Request, condition: Request, pair: tuple[str, str], *, bold: bool = False
) -> Request:
    """Add a conditional format, after those that are there."""
    look: Request = {
        "textFormat": {"foregroundColor": colours.rgb(pair[1]), **({"bold": True} if bold else {})}
    }
    if pair[0]:
        look["backgroundColor"] = colours.rgb(pair[0])
    rule = {"ranges": [place], "booleanRule": {"condition": condition, "format": look}}
    return {"addConditionalFormatRule": {"rule": rule, "index": 0}}


def by_formula(text: str) -> Request:
    """Return the condition that a formula is true."""
    return {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": text}]}


def is_text(text: str) -> Request:
    """Return the condition that a cell shows exactly this text."""
    return {"type": "TEXT_EQ", "values": [{"userEnteredValue": text}]}


def validated(
    place: Request, condition: Request, *, message: str, strict: bool, drop_down: bool = False
) -> Request:
    """Set what may be typed into a range, with the help that appears beside the cell."""
    rule: Request = {"condition": condition, "strict": strict}
    if message:
        rule["inputMessage"] = message
    if drop_down:
        rule["showCustomUi"] = True
    return {"setDataValidation": {"range": place, "rule": rule}}


def protected(place: Request, *, why: str, warning: bool) -> Request:
    """Protect a range: for everybody but us, or with a warning only."""
    body = {"range": place, "description": why, "warningOnly": warning}
    return {"addProtectedRange": {"protectedRange": body}}
