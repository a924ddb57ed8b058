"""Cell formats between the API and an .xlsx file, by what both can say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.sheets_api.numberformat import kind_of

if TYPE_CHECKING:
    from local.sheets_api.errors import Json
    from local.sheets_api.locale import Locale

FONT, SIZE = "Arial", 10
_BLACK, _WHITE = "000000", "FFFFFF"
_HORIZONTAL = {"LEFT": "left", "CENTER": "center", "RIGHT": "right"}
_VERTICAL = {"TOP": "top", "MIDDLE": "vcenter"}
_FROM_HORIZONTAL = {value: key for key, value in _HORIZONTAL.items()}
_FROM_VERTICAL = {"top": "TOP", "center": "MIDDLE"}
_BORDERS = {"SOLID": 1, "SOLID_MEDIUM": 2, "DASHED": 3, "DOTTED": 4, "SOLID_THICK": 5, "DOUBLE": 6}
_FROM_BORDER = {"thin": 1, "medium": 2, "dashed": 3, "dotted": 4, "thick": 5, "double": 6}
_NAMES = {number: name for name, number in _BORDERS.items()}
TRUTHS = {'"VRAI";"VRAI";"FAUX"', '"TRUE";"TRUE";"FALSE"'}
"""How a yes or no is written so that LibreOffice does not show 1 or 0."""
_SIDES = ("top", "bottom", "left", "right")


@dataclass(frozen=True, slots=True)
class Look:
    """A format as an .xlsx file can hold it; colours are RRGGBB, empty for the usual one."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    size: float = SIZE
    font: str = FONT
    color: str = ""
    fill: str = ""
    horizontal: str = ""
    vertical: str = ""
    wrap: bool = False
    pattern: str = ""
    borders: tuple[int, ...] = (0, 0, 0, 0)


def hexadecimal(color: Json | None) -> str:
    """Return RRGGBB; empty for no colour at all."""
    if color is None:
        return ""
    channels = (round(color.get(name, 0) * 255) for name in ("red", "green", "blue"))
    return "".join(f"{channel:02X}" for channel in channels)


def rgb(text: str) -> Json:
    """Return a colour of the API.

    >>> rgb("FF0000")
    {'red': 1}
    """
    found = {}
    for name, at in (("red", 0), ("green", 2), ("blue", 4)):
        level = int(text[at : at + 2], 16)
        if level:
            found[name] = 1 if level == 255 else float(f"{level / 255:.8g}")  # noqa: PLR2004
    return found


def _pattern(text: str) -> str:
    text = re.sub(r"\[\$-[0-9A-Fa-f]+\]", "", text).removesuffix(";@")
    text = re.sub(r"\\(.)", r"\1", text).replace('" "', " ")
    return "" if text == "General" or text in TRUTHS else text


def from_api(cell_format: Json, locale: Locale) -> Look:
    """Return the look of a CellFormat."""
    text = cell_format.get("textFormat", {})
    number = cell_format.get("numberFormat", {})
    pattern = number.get("pattern") or locale.patterns.get(number.get("type", ""), "")
    borders = cell_format.get("borders", {})
    color = hexadecimal(text.get("foregroundColor"))
    fill = hexadecimal(cell_format.get("backgroundColor"))
    return Look(
        bold=bool(text.get("bold")),
        italic=bool(text.get("italic")),
        underline=bool(text.get("underline")),
        strike=bool(text.get("strikethrough")),
        size=text.get("fontSize", SIZE),
        font=text.get("fontFamily", FONT),
        color="" if color == _BLACK else color,
        fill="" if fill == _WHITE else fill,
        horizontal=cell_format.get("horizontalAlignment", ""),
        vertical=cell_format.get("verticalAlignment", "").replace("BOTTOM", ""),
        wrap=cell_format.get("wrapStrategy") == "WRAP",
        pattern="@" if number.get("type") == "TEXT" else _pattern(pattern),
        borders=tuple(
            _BORDERS.get(borders.get(side, {}).get("style", ""), 0) for side in _SIDES
        ),  # four sides
    )


def from_file(cell: Any, locale: Locale) -> Look:  # noqa: ANN401  openpyxl's cell or its twins
    """Return the look of a cell that openpyxl read."""
    font, fill, place = cell.font, cell.fill, cell.alignment
    pattern = cell.number_format
    if pattern == "mm-dd-yy":  # number 14 of the standard: the short date of the country
        pattern = locale.patterns["DATE"]
    color = _file_color(font.color)
    background = _file_color(fill.fgColor) if fill.fill_type == "solid" else ""
    sides = (getattr(cell.border, side) for side in _SIDES)
    borders = tuple(_FROM_BORDER.get(side.style if side else "", 0) for side in sides)
    return Look(
        bold=bool(font.b),
        italic=bool(font.i),
        underline=bool(font.u),
        strike=bool(font.strike),
        size=float(font.sz or SIZE),
        font=font.name or FONT,
        color="" if color == _BLACK else color,
        fill="" if background == _WHITE else background,
        horizontal=_FROM_HORIZONTAL.get(place.horizontal, ""),
        vertical=_FROM_VERTICAL.get(place.vertical, ""),
        wrap=bool(place.wrap_text),
        pattern=_pattern(pattern),
        borders=borders,  # four sides
    )


def _file_color(color: Any) -> str:  # noqa: ANN401  openpyxl's Color or None
    if color is None or color.type != "rgb" or not isinstance(color.rgb, str):
        return ""
    return color.rgb[-6:]


def to_file(look: Look) -> Json:
    """Return the properties of a format of xlsxwriter."""
    properties: Json = {
        "bold": look.bold,
        "italic": look.italic,
        "underline": int(look.underline),
        "font_strikeout": look.strike,
        "font_size": look.size,
        "font_name": look.font,
        "text_wrap": look.wrap,
        "font_color": f"#{look.color}" if look.color else None,
        "bg_color": f"#{look.fill}" if look.fill else None,
        "align": _HORIZONTAL.get(look.horizontal),
        "valign": _VERTICAL.get(look.vertical),
        "num_format": look.pattern or None,
    }
    properties |= dict(zip(_SIDES, look.borders, strict=True))
    return {name: value for name, value in properties.items() if value}


def to_api(look: Look) -> Json:
    """Return a CellFormat for a look that no program of ours wrote."""
    marks = {
        "bold": look.bold,
        "italic": look.italic,
        "underline": look.underline,
        "strikethrough": look.strike,
    }
    text: Json = {name: True for name, mark in marks.items() if mark}
    if look.size != SIZE:
        text["fontSize"] = int(look.size)
    if look.font != FONT:
        text["fontFamily"] = look.font
    if look.color:
        text |= _both("foregroundColor", look.color)
    found: Json = {"textFormat": text} if text else {}
    if look.fill:
        found |= _both("backgroundColor", look.fill)
    if look.horizontal:
        found["horizontalAlignment"] = look.horizontal
    if look.vertical:
        found["verticalAlignment"] = look.vertical
    if look.wrap:
        found["wrapStrategy"] = "WRAP"
    if look.pattern:
        found["numberFormat"] = {"type": kind_of(look.pattern), "pattern": look.pattern}
    styles = zip(_SIDES, look.borders, strict=True)
    borders = {side: {"style": _NAMES[style], "color": {}} for side, style in styles if style}
    return found | ({"borders": borders} if borders else {})


def _both(name: str, color: str) -> Json:
    return {name: rgb(color), f"{name}Style": {"rgbColor": rgb(color)}}
