"""One cell: what is entered in it, what it shows, and its colours as Google rounds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sheets_api import numberformat
from local.sheets_api.errors import invalid
from local.sheets_api.evaluate import ERROR_TEXTS
from local.sheets_api.formula import local_spelling, read
from local.sheets_api.locale import number, typed

if TYPE_CHECKING:
    from local.sheets_api.book import Book, Cell, Sheet
    from local.sheets_api.errors import Json
    from local.sheets_api.locale import Locale

COLORS = {"backgroundColor", "foregroundColor", "tabColor", "color"}


def entered(cell: Cell, value: object, locale: Locale, *, parse: bool) -> Cell:
    """Return the cell after a value was written into it.

    Args:
        cell: the cell as it was; its format, note and validation stay.
        value: a JSON scalar; "" empties the cell.
        locale: that of the spreadsheet.
        parse: True for USER_ENTERED (as if typed), False for RAW.
    """
    if isinstance(value, bool):
        return with_value(cell, {"boolValue": value})
    if isinstance(value, int | float):
        return with_value(cell, {"numberValue": number(value)})
    if not isinstance(value, str):
        raise invalid(f"Invalid values: {value!r}")
    if not value:
        return with_value(cell, None)
    number_format = cell.get("userEnteredFormat", {}).get("numberFormat", {})
    if not parse or (number_format.get("type") == "TEXT" and not value.startswith("=")):
        return with_value(cell, {"stringValue": value})
    if value.startswith("=") and len(value) > 1:
        return with_value(cell, {"formulaValue": read(value, locale.decimal)})
    extended, pattern = typed(value, locale)
    cell = with_value(cell, extended)
    if pattern and not number_format:
        cell["userEnteredFormat"] = cell.get("userEnteredFormat", {}) | {"numberFormat": pattern}
    return cell


def with_value(cell: Cell, value: Json | None) -> Cell:
    """Return the cell with another value (None: without)."""
    old = ("userEnteredValue", "effectiveValue")
    rest = {key: part for key, part in cell.items() if key not in old}
    return rest if value is None else {"userEnteredValue": value} | rest


def from_api(cell: Cell, locale: Locale) -> Cell:
    """Return a CellData of a request as it is kept: formulas in their one spelling."""
    value = cell.get("userEnteredValue")
    if value and "formulaValue" in value:
        formula = {"formulaValue": read(value["formulaValue"], locale.decimal)}
        return cell | {"userEnteredValue": formula}
    if value and "numberValue" in value:
        return cell | {"userEnteredValue": {"numberValue": number(value["numberValue"])}}
    return cell


def to_api(value: Json, locale: Locale) -> Json:
    """Return a userEnteredValue as it is answered."""
    if "formulaValue" in value:
        return {"formulaValue": local_spelling(value["formulaValue"], locale)}
    return value


def text_of(value: Json, number_format: Json | None, locale: Locale) -> str:
    """Return the text that a cell with this effective value shows."""
    if "numberValue" in value:
        return numberformat.show(value["numberValue"], number_format, locale)
    if "boolValue" in value:
        return locale.true if value["boolValue"] else locale.false
    if "errorValue" in value:
        return ERROR_TEXTS.get(value["errorValue"]["type"], "#ERROR!")
    return str(value.get("stringValue", ""))


def rendered(book: Book, sheet: Sheet, place: tuple[int, int], *, how: str, dates: str) -> object:
    """Return the value of a cell as the `values` routes answer it.

    Args:
        book: the spreadsheet.
        sheet: the tab.
        place: row and column; the cell has a value.
        how: a ValueRenderOption.
        dates: a DateTimeRenderOption.
    """
    cell = sheet.cell(*place)
    value = cell["userEnteredValue"]
    if how == "FORMULA" and "formulaValue" in value:
        return local_spelling(value["formulaValue"], book.locale)
    value = book.values.value(sheet, *place)
    number_format = cell.get("userEnteredFormat", {}).get("numberFormat")
    dated = number_format is not None and number_format.get("type") in numberformat.DATES
    formatted = how == "FORMATTED_VALUE" or (dated and dates == "FORMATTED_STRING")
    if formatted or not value or "errorValue" in value:
        return text_of(value, number_format, book.locale)
    return next(iter(value.values()))


def colored(old: Json, new: Json) -> Json:
    """Return `new` with colours of 8 bits, each told twice, as `…Color` and `…ColorStyle`.

    >>> colored({}, {"tabColor": {"red": 0.5}})["tabColorStyle"]
    {'rgbColor': {'red': 0.49803922}}
    """
    result: Json = {}
    for key, value in new.items():
        before = old.get(key)
        name = key.removesuffix("Style")
        if name not in COLORS:
            inner = before if isinstance(before, dict) else {}
            result[key] = colored(inner, value) if isinstance(value, dict) else value
        elif key != name and "rgbColor" not in value:
            result[key] = value
        elif value != before or f"{name}Style" not in new:
            color = _eight_bits(value if key == name else value["rgbColor"])
            result |= {name: color, f"{name}Style": {"rgbColor": color}}
        else:
            result.setdefault(key, value)
    return result


def _eight_bits(color: Json) -> Json:
    found = {name: float(f"{int(color.get(name, 0) * 255) / 255:.8g}") for name in _CHANNELS}
    return {name: number(value) for name, value in found.items() if value}


_CHANNELS = ("red", "green", "blue")
