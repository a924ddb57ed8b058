"""Create the workbook in an empty spreadsheet, and check one that is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bordereau.domain import workbook
from bordereau.domain.problems import ConfigurationError
from bordereau.domain.workbook import known_settings
from bordereau.domain.workbook.columns import FIRST_LINE, REF, Tab, TabKind
from bordereau.domain.workbook.staff_tabs import SETTINGS
from bordereau.domain.workbook.system_tabs import SCHEMA
from bordereau.ports import Sheet, SheetBlock, SheetTab, SheetValue
from sheets import colours, draw_home, draw_staff, draw_system
from sheets.requests import Request

Lines = Mapping[str, Sequence[Mapping[str, SheetValue]]]
"""What to type into staff's tabs: by tab key, line after line, by column key."""


def create(sheet: Sheet, *, title: str = "Bordereau", lines: Lines | None = None) -> None:
    """Draw the workbook; a person made the empty spreadsheet and shared it with us.

    Raises ``ConfigurationError`` when tabs of the workbook are there already: nothing is touched.
    """
    old = sheet.tabs()
    titles = {tab.title for tab in workbook.TABS}
    ids = {tab.sheet_id for tab in workbook.TABS}
    if any(tab.title in titles or tab.sheet_id in ids for tab in old):
        raise ConfigurationError("the spreadsheet holds tabs of a workbook already")
    if filled := [title for title, rows in sheet.values([t.title for t in old]).items() if rows]:
        raise ConfigurationError(f"the spreadsheet is not empty: {', '.join(filled)}")
    sheet.change(list(_all(old, title)))
    write_lines(sheet, _settings() if lines is None else lines)


def _all(old: Sequence[SheetTab], title: str) -> Iterator[Request]:
    properties = {"title": title, "locale": "fr_FR", "timeZone": "Europe/Paris"}
    yield {
        "updateSpreadsheetProperties": {
            "properties": properties,
            "fields": "title,locale,timeZone",
        }
    }
    for index, tab in enumerate(workbook.TABS):
        yield _added(tab, index)
    for other in old:
        yield {"deleteSheet": {"sheetId": other.sheet_id}}
    for tab in workbook.TABS:
        yield from _drawn(tab)


def _drawn(tab: Tab) -> Iterator[Request]:
    if tab.kind is TabKind.HOME:
        yield from draw_home.draw()
    elif tab.kind is TabKind.STAFF:
        yield from draw_staff.draw(tab)
    elif tab.kind is TabKind.SYSTEM:
        yield from draw_system.draw(tab)
    else:
        yield from draw_system.draw_hidden(tab)
    if tab is SCHEMA:
        facts = ["version", str(workbook.VERSION)], ["definition", workbook.definition_sha()]
        place = {"sheetId": tab.sheet_id, "rowIndex": 1, "columnIndex": 0}
        cells = [
            {"values": [{"userEnteredValue": {"stringValue": text}} for text in row]}
            for row in facts
        ]
        yield {"updateCells": {"start": place, "rows": cells, "fields": "userEnteredValue"}}


def _added(tab: Tab, index: int) -> Request:
    grid: Request = {"rowCount": _rows(tab), "columnCount": max(len(tab.columns), 6)}
    if tab.kind in (TabKind.STAFF, TabKind.SYSTEM):
        grid |= {
            "frozenRowCount": FIRST_LINE,
            "frozenColumnCount": 1 if tab.prefix else 2,
        }
    if tab.kind is TabKind.HOME:
        grid["hideGridlines"] = True
    properties: Request = {
        "sheetId": tab.sheet_id,
        "title": tab.title,
        "index": index,
        "gridProperties": grid,
        "tabColor": colours.rgb(colours.TABS[tab.group]),
    }
    if tab.kind is TabKind.HIDDEN or tab.is_hidden:
        properties["hidden"] = True
    return {"addSheet": {"properties": properties}}


def _rows(tab: Tab) -> int:
    if tab.kind is TabKind.STAFF:
        return FIRST_LINE + tab.lines
    if tab.kind is TabKind.HOME:
        return draw_home.LAST_ROW + 2
    return FIRST_LINE + draw_system.ROWS


def _settings() -> Lines:
    """Return the settings that a new workbook proposes, to be filled in."""
    return {
        SETTINGS.key: [
            {"setting": known.label, "value": known.default, "comment": known.meaning}
            for known in known_settings.KNOWN_SETTINGS
            if known.is_proposed and not known.is_rate
        ]
    }


def write_lines(sheet: Sheet, lines: Lines, *, first: int = 0) -> None:
    """Type lines into staff's tabs as created (columns in their first places)."""
    blocks = [
        SheetBlock(tab.title, FIRST_LINE + first + number, tab.place(key), ((value,),))
        for tab_key, rows in lines.items()
        for tab in (workbook.STAFF[tab_key],)
        for number, row in enumerate(rows)
        for key, value in row.items()
        if value not in (None, "")
    ]
    sheet.write(blocks)


def extend(sheet: Sheet, tab_key: str, count: int) -> tuple[str, str]:
    """Add numbered lines at the end of a tab of staff; return the first and the last reference.

    Columns are found where they stand now. Raises ``ConfigurationError`` when the tab is not there
    as it should be.
    """
    tab = workbook.STAFF[tab_key]
    now = next((one for one in sheet.tabs() if one.sheet_id == tab.sheet_id), None)
    if now is None:
        raise ConfigurationError(f"l'onglet « {tab.title} » manque")
    rows = sheet.values([now.title])[now.title]
    places = {str(key): place for place, key in enumerate(rows[0])} if rows else {}
    if missing := [column.key for column in tab.columns if column.key not in places]:
        raise ConfigurationError(f"columns are missing in « {now.title} »: {', '.join(missing)}")
    refs = (str(row[places[REF]]) for row in rows[FIRST_LINE:] if len(row) > places[REF])
    known = [int(ref.rpartition("-")[2]) for ref in refs if ref.rpartition("-")[2].isdigit()]
    number = max(known, default=0) + 1
    grown = {"sheetId": tab.sheet_id, "dimension": "ROWS", "length": count}
    lines = draw_staff.Lines(tab, now.rows, count, number, places)
    sheet.change([{"appendDimension": grown}, *draw_staff.draw_lines(lines)])
    return tab.ref(number), tab.ref(number + count - 1)


def faults(sheet: Sheet) -> list[str]:
    """Return what a spreadsheet lacks of the workbook: missing tabs and columns, in words."""
    there = {tab.sheet_id: tab for tab in sheet.tabs()}
    found = [
        f"l'onglet « {tab.title} » manque" for tab in workbook.TABS if tab.sheet_id not in there
    ]
    staff = {
        there[tab.sheet_id].title: tab for tab in workbook.STAFF.values() if tab.sheet_id in there
    }
    for title, rows in sheet.values(list(staff)).items():
        keys = {str(value) for value in rows[0]} if rows else set()
        found += [
            f"la colonne « {column.label or column.key} » de l'onglet « {title} » manque"
            for column in staff[title].columns
            if column.key not in keys
        ]
    return found
