"""A spreadsheet as an .xlsx file that a person can open: tabs, values, formats, drop-downs.

What .xlsx cannot say lies as JSON in the very hidden sheet `_sheets_api`, in pieces.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from local.sheets_api import a1, formula, xlsx_look, xlsx_rules
from local.sheets_api.a1 import Box, box_of
from local.sheets_api.book import COLUMNS, ROWS
from local.sheets_api.cells import text_of
from local.sheets_api.views import USUAL_PIXELS

if TYPE_CHECKING:
    from pathlib import Path

    from local.sheets_api.book import Book, Cell, Sheet
    from local.sheets_api.errors import Json

META = "_sheets_api"
PIECE = 30_000
TEXT_LIMIT = 32_767
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


_OLD_FUNCTIONS = {"IFERROR", "INDEX", "MATCH", "IF", "COUNTA", "COUNTIF", "SUM"}


class _Page(Worksheet):  # type: ignore[misc]  # no types there
    """A sheet that does not look for functions newer than 2007 in formulas that have none.

    xlsxwriter tries some thirty patterns on each formula: half the time of a save.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: FBT001, FBT002  as the base
        if _OLD_FUNCTIONS.issuperset(re.findall(r"[A-Z0-9.]+(?=\()", formula)):
            return formula.removeprefix("=")
        prepared: str = super()._prepare_formula(formula, expand_future_functions)
        return prepared


def write(book: Book, path: Path) -> None:
    """Write the whole file; the values of formulas stand beside them."""
    _Writer(book, path).run()


class _Writer:
    def __init__(self, book: Book, path: Path) -> None:
        self.book = book
        usual = {"font_name": xlsx_look.FONT, "font_size": xlsx_look.SIZE}
        self.file = xlsxwriter.Workbook(path, {"default_format_properties": usual})
        self.looks: dict[xlsx_look.Look, Any] = {}
        self.formats: dict[int, Any] = {}
        self.exact: list[Json] = []
        self.rules: list[list[object]] = []
        self.texts: list[str] = []
        self.lists: dict[str, list[str] | str] = {}
        self.tabs: list[Json] = []

    def run(self) -> None:
        for sheet in self.book.sheets:
            self._sheet(sheet)
        for named in self.book.named:
            sheet, box = self.book.area(named["range"])
            self.file.define_name(named["name"], f"={self._absolute(sheet, box)}")
        self._meta()
        self.file.close()

    def _tab(self, sheet: Sheet) -> str:
        stem = _FORBIDDEN.sub("_", sheet.title)[:31].strip("'") or "Feuille"
        taken = {tab["tab"].casefold() for tab in self.tabs} | {META}
        name, count = stem, 1
        while name.casefold() in taken:
            count += 1
            name = f"{stem[:27]}_{count}"
        return name

    def _sheet(self, sheet: Sheet) -> None:
        tab: Json = {"tab": self._tab(sheet), "data": sheet.data, "loose": []}
        tab["pixels"] = {
            row: props["pixelSize"]
            for row, props in sheet.dims[ROWS].items()
            if "pixelSize" in props
        }
        self.tabs.append(tab)
        page = self.file.add_worksheet(tab["tab"], worksheet_class=_Page)
        self.file.define_name(f"_gid_{sheet.sheet_id}", f"='{tab['tab']}'!$A$1:$Z$100")
        self._properties(sheet, page)
        self._dimensions(sheet, page)
        for merge in sheet.data.get("merges", []):
            box = box_of(merge)
            if box.size() != (1, 1):
                last = (box.bottom or 1) - 1, (box.right or 1) - 1
                page.merge_range(box.top, box.left, *last, "")
        rules: dict[int, tuple[Json, list[tuple[int, int]]]] = {}
        for row in sorted(sheet.rows):
            for column, cell in sorted(sheet.rows[row].items()):
                self._cell(sheet, page, (row, column), cell)
                if rule := cell.get("dataValidation"):
                    rules.setdefault(id(rule), (rule, []))[1].append((row, column))
        for rule, places in rules.values():
            self._validation(page, rule, places, tab)
        self._conditions(sheet, page)

    def _properties(self, sheet: Sheet, page: Any) -> None:  # noqa: ANN401  xlsxwriter's sheet
        properties = sheet.data["properties"]
        grid = properties["gridProperties"]
        if properties.get("hidden"):
            page.hide()
        elif all(tab["data"]["properties"].get("hidden") for tab in self.tabs[:-1]):
            page.activate()
            page.set_first_sheet()
        if color := properties.get("tabColorStyle", {}).get("rgbColor"):
            fill = xlsx_look.from_api({"backgroundColor": color}, self.book.locale).fill
            page.set_tab_color(f"#{fill or 'FFFFFF'}")
        page.freeze_panes(grid.get("frozenRowCount", 0), grid.get("frozenColumnCount", 0))
        if grid.get("hideGridlines"):
            page.hide_gridlines(2)
        if found := sheet.data.get("basicFilter"):
            box = box_of(found["range"]).clip(*sheet.size())
            page.autofilter(box.top, box.left, (box.bottom or 1) - 1, (box.right or 1) - 1)
        self._protect(sheet, page)

    def _protect(self, sheet: Sheet, page: Any) -> None:  # noqa: ANN401  xlsxwriter's sheet
        for one in sheet.data.get("protectedRanges", []):
            whole = not any(key.endswith("Index") for key in one.get("range", {"Index": 0}))
            if whole and not one.get("warningOnly"):
                allowed = ("sort", "autofilter", "format_columns", "format_rows")
                page.protect("", dict.fromkeys(allowed, True))
                for place in one.get("unprotectedRanges", []):
                    box = box_of(place).clip(*sheet.size())
                    page.unprotect_range(a1.write("x", box).rpartition("!")[2])

    def _dimensions(self, sheet: Sheet, page: Any) -> None:  # noqa: ANN401  xlsxwriter's sheet
        for column in range(sheet.size()[1]):
            props = sheet.dims[COLUMNS].get(column, {})
            pixels = props.get("pixelSize", USUAL_PIXELS[COLUMNS])
            hidden = {"hidden": True} if props.get("hiddenByUser") else None
            page.set_column_pixels(column, column, pixels, None, hidden)
        for row, props in sheet.dims[ROWS].items():
            hidden = {"hidden": True} if props.get("hiddenByUser") else None
            page.set_row_pixels(row, props.get("pixelSize"), None, hidden)

    def _format(self, cell: Cell) -> Any:  # noqa: ANN401  xlsxwriter's format
        cell_format = cell.get("userEnteredFormat")
        if "boolValue" in cell.get("userEnteredValue", {}):
            return self._truth(cell_format or {})
        if not cell_format:
            return None
        if id(cell_format) not in self.formats:
            look = xlsx_look.from_api(cell_format, self.book.locale)
            if look not in self.looks:
                self.looks[look] = self.file.add_format(xlsx_look.to_file(look))
                self.exact.append(cell_format)
            self.formats[id(cell_format)] = self.looks[look]
        return self.formats[id(cell_format)]

    def _truth(self, cell_format: Json) -> Any:  # noqa: ANN401  xlsxwriter's format
        look = xlsx_look.from_api(cell_format, self.book.locale)
        if look not in self.looks:
            self._format({"userEnteredFormat": cell_format})
        yes, no = self.book.locale.true, self.book.locale.false
        shown = look if look.pattern else replace(look, pattern=f'"{yes}";"{yes}";"{no}"')
        if shown not in self.looks:
            self.looks[shown] = self.file.add_format(xlsx_look.to_file(shown))
        return self.looks[shown]

    def _cell(self, sheet: Sheet, page: Any, place: tuple[int, int], cell: Cell) -> None:  # noqa: ANN401
        entered = cell.get("userEnteredValue", {})
        shown = self._format(cell)
        value = next(iter(entered.values()), None)
        if "note" in cell:
            page.write_comment(*place, cell["note"], {"author": ""})
        if not entered:
            page.write_blank(*place, None, shown)
        elif "formulaValue" in entered and formula.sound(str(value)):
            self._formula(sheet, page, place, shown)
        elif "numberValue" in entered:
            page.write_number(*place, value, shown)
        elif "boolValue" in entered:
            page.write_boolean(*place, value, shown)
        else:
            text = value if isinstance(value, str) else text_of(entered, None, self.book.locale)
            if len(text) > TEXT_LIMIT:
                self.texts.append(text)
            page.write_string(*place, text[:TEXT_LIMIT], shown)

    def _formula(self, sheet: Sheet, page: Any, place: tuple[int, int], shown: Any) -> None:  # noqa: ANN401
        text = sheet.cell(*place)["userEnteredValue"]["formulaValue"]
        value = self.book.values.value(sheet, *place)
        cached = next(iter(value.values()), "")
        if "errorValue" in value:
            cached = text_of(value, None, self.book.locale)
        page.write_formula(*place, formula.spell(text, ",", "."), shown, cached)

    def _validation(self, page: Any, rule: Json, places: list[tuple[int, int]], tab: Json) -> None:  # noqa: ANN401
        key = xlsx_rules.key_of(rule, self.book.locale, self._list_name)
        areas = xlsx_rules.boxes(places, Box)
        if key is None:
            tab["loose"].append([rule, [a1.grid_range(0, box) for box in areas]])
            return
        self.rules.append([list(key), rule])
        corners = [[b.top, b.left, (b.bottom or 1) - 1, (b.right or 1) - 1] for b in areas]
        first = f"{a1.column_letters(corners[0][1])}{corners[0][0] + 1}"
        options = xlsx_rules.to_file(key, first) | {"other_cells": corners[1:]}
        page.data_validation(*corners[0], options)

    def _list_name(self, source: list[str] | str) -> str:
        for name, known in self.lists.items():
            if known == source:
                return name
        name = f"_list_{len(self.lists) + 1}"
        self.lists[name] = source
        return name

    def _conditions(self, sheet: Sheet, page: Any) -> None:  # noqa: ANN401  xlsxwriter's sheet
        for rule in sheet.data.get("conditionalFormats", []):
            options = xlsx_rules.condition_to_file(rule, self.book.locale)
            if options is None:
                continue
            areas = [box_of(place).clip(*sheet.size()) for place in rule["ranges"]]
            names = [a1.write("x", box).rpartition("!")[2] for box in areas]
            first = areas[0]
            painted = xlsx_rules.condition_format(rule, self.book.locale)
            options |= {"format": self.file.add_format(painted), "multi_range": " ".join(names)}
            last = (first.bottom or 1) - 1, (first.right or 1) - 1
            page.conditional_format(first.top, first.left, *last, options)

    def _absolute(self, sheet: Sheet, box: Box) -> str:
        tab = next(tab for tab in self.tabs if tab["data"] is sheet.data)["tab"].replace("'", "''")
        last = f"${a1.column_letters((box.right or 1) - 1)}${box.bottom}"
        return f"'{tab}'!${a1.column_letters(box.left)}${box.top + 1}:{last}"

    def _meta(self) -> None:
        page = self.file.add_worksheet(META)
        page.very_hidden()
        for column, (name, source) in enumerate(self.lists.items(), 2):
            if isinstance(source, str):
                sheet, box = self.book.resolve(source.removeprefix("=").replace("$", ""))
                self.file.define_name(name, f"={self._absolute(sheet, box)}")
                continue
            for row, text in enumerate(source):
                page.write_string(row, column, text)
            letters = a1.column_letters(column)
            self.file.define_name(name, f"={META}!${letters}$1:${letters}${len(source)}")
        meta = {
            "version": 1,
            "id": self.book.book_id,
            "properties": self.book.properties,
            "named": self.book.named,
            "sheets": self.tabs,
            "formats": self.exact,
            "rules": self.rules,
            "lists": {name: text for name, text in self.lists.items() if isinstance(text, str)},
            "texts": self.texts,
        }
        text = json.dumps(meta, ensure_ascii=False)
        for row, start in enumerate(range(0, len(text), PIECE)):
            page.write_string(row, 0, text[start : start + PIECE])
