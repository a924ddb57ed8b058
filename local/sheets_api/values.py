"""The routes under `/values`: read, write, append, clear, one range or many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from local.sheets_api import a1
from local.sheets_api.a1 import Box
from local.sheets_api.book import ROWS
from local.sheets_api.cells import entered, rendered, with_value
from local.sheets_api.errors import ApiError, invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.sheets_api.book import Book, Sheet
    from local.sheets_api.errors import Json

Query = dict[str, list[str]]
_INPUT = {"RAW": False, "USER_ENTERED": True}


def _option(query: Query, name: str, default: str) -> str:
    return query.get(name, [default])[0] or default


def get(book: Book, text: str, query: Query) -> Json:
    """Answer GET values/RANGE: trailing empty cells and rows are left out."""
    sheet, box = book.resolve(text)
    how = _option(query, "valueRenderOption", "FORMATTED_VALUE")
    dates = _option(query, "dateTimeRenderOption", "SERIAL_NUMBER")
    major = _option(query, "majorDimension", ROWS)
    found: dict[int, dict[int, object]] = {}
    for row, column in sheet.filled(box):
        if "userEnteredValue" not in sheet.cell(row, column):
            continue
        line, place = (row - box.top, column - box.left)[:: 1 if major == ROWS else -1]
        shown = rendered(book, sheet, (row, column), how=how, dates=dates)
        found.setdefault(line, {})[place] = shown
    answer: Json = {"range": a1.write(sheet.title, box), "majorDimension": major}
    if found:
        lines = [found.get(line, {}) for line in range(max(found) + 1)]
        answer["values"] = [
            [line.get(place, "") for place in range(max(line) + 1)] if line else []
            for line in lines
        ]
    return answer


def batch_get(book: Book, query: Query) -> Json:
    """Answer GET values:batchGet."""
    ranges = [get(book, text, query) for text in query.get("ranges", [])]
    return {"spreadsheetId": book.book_id, "valueRanges": ranges}


def _matrix(body: Json) -> list[list[object]]:
    values: Any = body.get("values", [])
    if not isinstance(values, list) or not all(isinstance(line, list) for line in values):
        shown = f'"{values}"' if isinstance(values, str) else str(values)
        kind = "type.googleapis.com/google.protobuf.ListValue"
        raise ApiError(400, f"Invalid value at 'data.values' ({kind}), {shown}", "data.values")
    if body.get("majorDimension") != "COLUMNS":
        return cast("list[list[object]]", values)
    height = max((len(line) for line in values), default=0)
    return [[line[row] if row < len(line) else None for line in values] for row in range(height)]


def _parses(option: str) -> bool:
    if option not in _INPUT:
        raise invalid("'valueInputOption' is required but not specified")
    return _INPUT[option]


def _write(book: Book, sheet: Sheet, box: Box, lines: list[list[object]], *, parse: bool) -> Json:
    rows, columns, cells = set(), set(), 0
    for row, line in enumerate(lines, box.top):
        for column, value in enumerate(line, box.left):
            if value is None:
                continue
            cell = entered(sheet.cell(row, column), value, book.locale, parse=parse)
            book.put(sheet, row, column, cell)
            rows.add(row)
            columns.add(column)
            cells += 1
    answer: Json = {"spreadsheetId": book.book_id, "updatedRange": a1.write(sheet.title, box)}
    counts = {"updatedRows": len(rows), "updatedColumns": len(columns), "updatedCells": cells}
    return answer | {name: count for name, count in counts.items() if count}


def _target(book: Book, text: str, lines: list[list[object]]) -> tuple[Sheet, Box]:
    sheet, box = book.resolve(text)
    height, width = len(lines), max((len(line) for line in lines), default=0)
    if box.size() != (1, 1):
        if height > box.size()[0]:
            where = f"tried writing to row [{box.top + box.size()[0] + 1}]"
            raise invalid(f"Requested writing within range [{text}], but {where}")
        if width > box.size()[1]:
            where = f"tried writing to column [{a1.column_letters(box.right or 0)}]"
            raise invalid(f"Requested writing within range [{text}], but {where}")
    target = Box(box.top, box.left, box.top + max(height, 1), box.left + max(width, 1))
    book.check_inside(
        sheet, Box((target.bottom or 1) - 1, (target.right or 1) - 1, None, None), text
    )
    return sheet, target


def update(book: Book, text: str, query: Query, body: Json) -> Json:
    """Answer PUT values/RANGE."""
    lines = _matrix(body)
    parse = _parses(_option(query, "valueInputOption", ""))
    with book.change():
        sheet, box = _target(book, text, lines)
        answer = _write(book, sheet, box, lines, parse=parse)
    if _option(query, "includeValuesInResponse", "false").lower() == "true":
        how = {"valueRenderOption": query.get("responseValueRenderOption", ["FORMATTED_VALUE"])}
        answer["updatedData"] = get(book, answer["updatedRange"], how)
    return answer


def batch_update(book: Book, body: Json) -> Json:
    """Answer POST values:batchUpdate: all ranges are written, or none."""
    parse = _parses(body.get("valueInputOption", ""))
    responses, sheets, rows, columns = [], set(), set(), set()
    with book.change():
        for data in body.get("data", []):
            lines = _matrix(data)
            sheet, box = _target(book, data.get("range", ""), lines)
            responses.append(_write(book, sheet, box, lines, parse=parse))
            sheets.add(sheet.sheet_id)
            rows |= {(sheet.sheet_id, row) for row in box.rows()}
            columns |= {(sheet.sheet_id, column) for column in box.columns()}
    cells = sum(response.get("updatedCells", 0) for response in responses)
    counts = {"Rows": len(rows), "Columns": len(columns), "Cells": cells, "Sheets": len(sheets)}
    totals = {f"totalUpdated{name}": count for name, count in counts.items()}
    return {"spreadsheetId": book.book_id, **totals, "responses": responses}


def clear(book: Book, text: str) -> Json:
    """Answer POST values/RANGE:clear: values go, formats and notes stay."""
    with book.change():
        cleared = _clear(book, text)
    return {"spreadsheetId": book.book_id, "clearedRange": cleared}


def batch_clear(book: Book, body: Json) -> Json:
    """Answer POST values:batchClear."""
    with book.change():
        cleared = [_clear(book, text) for text in body.get("ranges", [])]
    return {"spreadsheetId": book.book_id, "clearedRanges": cleared}


def _clear(book: Book, text: str) -> str:
    sheet, box = book.resolve(text)
    for row, column in list(sheet.filled(box)):
        book.put(sheet, row, column, with_value(sheet.cell(row, column), None))
    return a1.write(sheet.title, box)


def append(book: Book, text: str, query: Query, body: Json) -> Json:
    """Answer POST values/RANGE:append: under the last block of cells that the range touches."""
    lines = _matrix(body)
    parse = _parses(_option(query, "valueInputOption", ""))
    answer: Json = {"spreadsheetId": book.book_id}
    with book.change():
        sheet, box = book.resolve(text)
        table = _table(sheet, box)
        if table:
            answer["tableRange"] = a1.write(sheet.title, table)
        top, left = (table.bottom or 0, table.left) if table else (box.top, box.left)
        width = max((len(line) for line in lines), default=1)
        _grow(book, sheet, top + len(lines), left + width)
        place = Box(top, left, top + max(len(lines), 1), left + max(width, 1))
        answer["updates"] = _write(book, sheet, place, lines, parse=parse)
    return answer


def _grow(book: Book, sheet: Sheet, rows: int, columns: int) -> None:
    have = sheet.size()
    if rows > have[0] or columns > have[1]:
        properties = sheet.data["properties"]
        size = {"rowCount": max(rows, have[0]), "columnCount": max(columns, have[1])}
        grid = properties["gridProperties"] | size
        book.set_part(sheet, "properties", properties | {"gridProperties": grid})


def _table(sheet: Sheet, box: Box) -> Box | None:
    def has(row: int, column: int) -> bool:
        return "userEnteredValue" in sheet.cell(row, column)

    touched = [place for place in sheet.filled(box) if has(*place)]
    if not touched:
        return None
    row, column = touched[-1]
    block = Box(row, column, row + 1, column + 1)
    while (wider := _wider(block, has)) != block:
        block = wider
    return block


def _wider(block: Box, has: Callable[[int, int], bool]) -> Box:
    top, left = block.top, block.left
    bottom, right = block.bottom or 0, block.right or 0
    across, down = range(left - 1, right + 1), range(top - 1, bottom + 1)
    return Box(
        top - any(has(top - 1, column) for column in across),
        left - any(has(row, left - 1) for row in down),
        bottom + any(has(bottom, column) for column in across),
        right + any(has(row, right) for row in down),
    )
