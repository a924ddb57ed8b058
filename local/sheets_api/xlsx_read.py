"""An .xlsx file as a spreadsheet: what we wrote comes back, what a person changed counts."""

from __future__ import annotations

import json
import re
import warnings
import zlib
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.utils.datetime import to_excel
from python_calamine import CalamineWorkbook

from local.sheets_api import a1, xlsx_look, xlsx_rules
from local.sheets_api.a1 import Box
from local.sheets_api.book import COLUMNS, DEFAULT_COLUMNS, DEFAULT_ROWS, ROWS, Book, Sheet
from local.sheets_api.formula import read
from local.sheets_api.locale import ERRORS, Locale, number
from local.sheets_api.views import USUAL_PIXELS
from local.sheets_api.xlsx_write import META, TEXT_LIMIT

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.cell.cell import Cell as FileCell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from local.sheets_api.book import Cell
    from local.sheets_api.errors import Json

_TRUTHS = {"=TRUE()": True, "=FALSE()": False}
"""What LibreOffice makes of a plain yes or no when it saves."""
_CHARACTER = 7
_CACHED_CELLS = 5_000_000


def load(path: Path, book_id: str) -> Book:
    """Read a file.

    Args:
        path: an .xlsx file, ours or any other.
        book_id: id of the spreadsheet when the file holds none.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of extensions that it leaves out
        file = openpyxl.load_workbook(path)
    return _Reader(file, path, book_id).run()


class _Reader:
    def __init__(self, file: openpyxl.Workbook, path: Path, book_id: str) -> None:
        self.file, self.path = file, path
        self.meta = _meta(file)
        properties = self.meta.get("properties", {})
        book = Book(
            self.meta.get("id", book_id),
            properties.get("title", path.stem),
            locale=properties.get("locale", "fr_FR"),
            time_zone=properties.get("timeZone", "Europe/Paris"),
        )
        self.book, self.locale = book, book.locale
        known = self.meta.get("formats", [])
        self.exact = {xlsx_look.from_api(one, self.locale): one for one in known}
        self.rules = {tuple(key): rule for key, rule in self.meta.get("rules", [])}
        self.formats: dict[int, Json] = {}
        self.values: dict[str, list[list[object]]] = {}

    def run(self) -> Book:
        tabs = self._tabs()
        for index, page in enumerate(self.file.worksheets):
            if page.title != META:
                self._sheet(page, tabs.get(page.title, {}), index)
        self.book.named = self._named()
        return self.book

    def _tabs(self) -> dict[str, Json]:
        """Return what we know of each tab by its present title, also after it was renamed."""
        tabs = {}
        for tab in self.meta.get("sheets", []):
            name = f"_gid_{tab['data']['properties']['sheetId']}"
            place = self.file.defined_names.get(name)
            title = a1.split(place.attr_text or "")[0] if place is not None else None
            known = title in self.file.sheetnames
            tabs[title if known and title else tab["tab"]] = tab
        return tabs

    def _sheet(self, page: Worksheet, tab: Json, index: int) -> None:
        data: Json = tab.get("data", {})
        properties: Json = data.get("properties", {})
        title = properties["title"] if tab.get("tab") == page.title else page.title
        made = zlib.crc32(page.title.encode()) >> 1
        grid = {"rowCount": DEFAULT_ROWS, "columnCount": DEFAULT_COLUMNS}
        grid |= properties.get("gridProperties", _frozen(page))
        used = max((row for row, _ in page._cells), default=1)  # noqa: SLF001  the filled cells only
        wide = max((column for _, column in page._cells), default=1)  # noqa: SLF001
        grid["rowCount"] = max(grid["rowCount"], used)
        grid["columnCount"] = max(grid["columnCount"], wide)
        kept = {key: value for key, value in properties.items() if key != "hidden"}
        sheet = Sheet({"sheetId": made, "sheetType": "GRID"} | kept)
        sheet.data["properties"] |= {"title": title, "index": index, "gridProperties": grid}
        if page.sheet_state != "visible":
            sheet.data["properties"]["hidden"] = True
        names = ("protectedRanges", "rowGroups", "columnGroups", "conditionalFormats")
        sheet.data |= {name: data[name] for name in names if name in data}
        self.book.sheets.append(sheet)
        self._cells(page, sheet)
        self._places(page, sheet)
        _dimensions(page, sheet, tab.get("pixels", {}))
        _conditions(page, sheet, self.locale)
        self._validations(page, sheet, tab.get("loose", []))

    def _cells(self, page: Worksheet, sheet: Sheet) -> None:
        for (row, column), found in page._cells.items():  # noqa: SLF001  the filled cells only
            cell: Cell = {}
            value = found.value
            if value is not None:
                cell["userEnteredValue"] = self._value(found, value)
            if "formulaValue" in cell.get("userEnteredValue", {}):
                stored = self._stored(page, row - 1, column - 1)
                if stored:
                    cell["effectiveValue"] = stored
            if found.has_style and (cell_format := self._format(found)):
                cell["userEnteredFormat"] = cell_format
            if found.comment is not None:
                cell["note"] = found.comment.text
            if cell:
                sheet.rows.setdefault(row - 1, {})[column - 1] = cell

    def _value(self, found: FileCell | MergedCell, value: object) -> Json:
        if found.data_type == "f":
            text = value if isinstance(value, str) else getattr(value, "text", "") or ""
            if text in _TRUTHS:
                return {"boolValue": _TRUTHS[text]}
            return {"formulaValue": read(text if text.startswith("=") else f"={text}", ".")}
        if found.data_type == "e":
            return {"errorValue": {"type": ERRORS.get(str(value), "ERROR"), "message": ""}}
        extended = _extended(value)
        text = extended.get("stringValue", "")
        if len(text) == TEXT_LIMIT:
            whole = (one for one in self.meta.get("texts", []) if one.startswith(text))
            return {"stringValue": next(whole, text)}
        return extended

    def _stored(self, page: Worksheet, row: int, column: int) -> Json:
        if page.title not in self.values:
            small = page.max_row * page.max_column < _CACHED_CELLS
            self.values[page.title] = self._all_stored(page.title) if small else []
        rows = self.values[page.title]
        if row >= len(rows) or column >= len(rows[row]):
            return {}
        value = rows[row][column]
        return {} if value == "" else _extended(value)

    def _all_stored(self, title: str) -> list[list[object]]:
        source = CalamineWorkbook.from_path(str(self.path)).get_sheet_by_name(title)
        rows: list[list[object]] = source.to_python(skip_empty_area=False)  # type: ignore[assignment]
        return rows

    def _format(self, found: FileCell | MergedCell) -> Json:
        style = found.style_id
        if style not in self.formats:
            look = xlsx_look.from_file(found, self.locale)
            self.formats[style] = self.exact.get(look) or xlsx_look.to_api(look)
        return self.formats[style]

    def _places(self, page: Worksheet, sheet: Sheet) -> None:
        def place(text: str) -> Json:
            box = (a1.parse(text) or Box(0, 0, 1, 1)).clip(*sheet.size())
            return {"sheetId": sheet.sheet_id} | a1.grid_range(0, box)

        if page.merged_cells.ranges:
            found = sorted((*one.bounds[1::-1], one.coord) for one in page.merged_cells.ranges)
            sheet.data["merges"] = [place(coord) for _, _, coord in found]
        if page.auto_filter.ref:
            sheet.data["basicFilter"] = {"range": place(page.auto_filter.ref.replace("$", ""))}

    def _validations(self, page: Worksheet, sheet: Sheet, loose: list[list[Any]]) -> None:
        for found in page.data_validations.dataValidation:
            key = xlsx_rules.from_file(found)
            rule = None if key is None else self.rules.get(key)
            if key is not None and rule is None:
                rule = xlsx_rules.to_api(key, self.locale)
            boxes = [a1.parse(one.coord) for one in found.sqref.ranges]
            for box in boxes:
                _spread(sheet, rule, box)
        for rule, places in loose:
            for place in places:
                _spread(sheet, rule, a1.box_of(place))

    def _named(self) -> list[Json]:
        known = {named["name"]: named for named in self.meta.get("named", [])}
        found = []
        for name, place in self.file.defined_names.items():
            title, cells = a1.split(place.attr_text or "")
            sheet, box = self.book.titled(title or ""), a1.parse(cells)
            if name.startswith("_") or sheet is None or box is None:
                continue
            area = {"sheetId": sheet.sheet_id} | a1.grid_range(0, box.clip(*sheet.size()))
            made = {"namedRangeId": str(zlib.crc32(name.encode())), "name": name}
            found.append(known.get(name, made) | {"range": area})
        return found


def _meta(file: openpyxl.Workbook) -> Json:
    if META not in file.sheetnames:
        return {}
    column = [row[0] for row in file[META].iter_rows(max_col=1, values_only=True)]
    text = "".join(str(piece) for piece in column if piece is not None)
    meta: Json = json.loads(text)
    return meta


def _extended(value: object) -> Json:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int | float):
        return {"numberValue": number(value)}
    if isinstance(value, datetime | date | time | timedelta):
        return {"numberValue": number(float(to_excel(value)))}  # type: ignore[no-untyped-call]
    return {"stringValue": str(value)}


def _frozen(page: Worksheet) -> Json:
    corner = a1.parse(page.freeze_panes or "A1")
    places = {"frozenRowCount": corner.top, "frozenColumnCount": corner.left} if corner else {}
    return {name: count for name, count in places.items() if count}


def _dimensions(page: Worksheet, sheet: Sheet, pixels: dict[str, int]) -> None:
    for letters, found in page.column_dimensions.items():
        first = found.min or a1.column_number(letters) + 1
        for column in range(first - 1, min(found.max or first, sheet.size()[1])):
            props: Json = {}
            size = round(found.width * _CHARACTER)
            if size != USUAL_PIXELS[COLUMNS] and not found.hidden and found.customWidth:
                props["pixelSize"] = size
            if found.hidden:
                props["hiddenByUser"] = True
            if props:
                sheet.dims[COLUMNS][column] = props
    for row, size in pixels.items():
        sheet.dims[ROWS][int(row)] = {"pixelSize": size}
    for row_number, found_row in page.row_dimensions.items():
        if found_row.hidden:
            props = sheet.dims[ROWS].get(row_number - 1, {})
            sheet.dims[ROWS][row_number - 1] = props | {"hiddenByUser": True}


def _conditions(page: Worksheet, sheet: Sheet, locale: Locale) -> None:
    """Take the ranges of our rules from the file: rows may have been inserted there."""
    found = [
        (rule.priority, place.sqref)
        for place in page.conditional_formatting
        for rule in place.rules
    ]
    found.sort(key=lambda one: one[0])
    rules = sheet.data.get("conditionalFormats", [])
    drawn = [rule for rule in rules if xlsx_rules.condition_to_file(rule, locale)]
    if len(drawn) != len(found):
        return
    moved = {}
    for rule, (_, places) in zip(drawn, found, strict=True):
        boxes = [a1.parse(re.sub(r"\$", "", one.coord)) for one in places.ranges]
        clipped = [box.clip(*sheet.size()) for box in boxes if box is not None]
        before = [a1.box_of(place).clip(*sheet.size()) for place in rule["ranges"]]
        if before != clipped:
            ranges = [{"sheetId": sheet.sheet_id} | a1.grid_range(0, box) for box in clipped]
            moved[id(rule)] = rule | {"ranges": ranges}
    if rules:
        sheet.data["conditionalFormats"] = [moved.get(id(rule), rule) for rule in rules]


def _spread(sheet: Sheet, rule: Json | None, box: Box | None) -> None:
    if rule is None or box is None:
        return
    closed = box.clip(*sheet.size())
    for row in closed.rows():
        line = sheet.rows.setdefault(row, {})
        for column in closed.columns():
            line[column] = line.get(column, {}) | {"dataValidation": rule}
