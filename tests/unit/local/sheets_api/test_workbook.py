"""The .xlsx behind the spreadsheet: what a person sees in it, and what a person does to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import gspread
import openpyxl
import pytest
import requests
from gspread.utils import ValueRenderOption, a1_range_to_grid_range
from python_calamine import CalamineWorkbook

from local.sheets_api import LocalSheets
from tests.unit.local.sheets_api.conftest import Connect

STATUS = (
    "=IFERROR(INDEX(_retours!$B:$B;MATCH($A{row};_retours!$A:$A;0));"
    'IF(COUNTA(B{row}:F{row})=0;"";"En attente"))'
)
MESSAGE = '=IFERROR(INDEX(_retours!$C:$C;MATCH($A{row};_retours!$A:$A;0));"")'


def desk(book: gspread.Spreadsheet) -> gspread.Worksheet:
    """Make a staff tab of three numbered lines, its answers, and a counter of errors."""
    page = book.sheet1
    page.update_title("Clients")
    answers = book.add_worksheet("_retours", 100, 5)
    lines = [
        [f"C-{row}", "", "", "", "", "", STATUS.format(row=row), MESSAGE.format(row=row)]
        for row in (3, 4, 5)
    ]
    page.update(lines, "A3", raw=False)
    page.update([["ALPHA"]], "B4")
    page.update([['=COUNTIF(Clients!$G:$G;"Erreur")']], "J1", raw=False)
    answers.update([["C-3", "Erreur", "IBAN faux"]], "A1")
    return page


def calamine(path: Path, title: str) -> list[list[Any]]:
    """Read a tab as any other program would: stored values, no computing."""
    source = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(title)
    return source.to_python(skip_empty_area=False)


def test_look_ups_are_computed(book: gspread.Spreadsheet) -> None:
    """An answer by reference, a line waiting, an unused line, and the counter."""
    page = desk(book)
    assert page.get("G3:H5") == [["Erreur", "IBAN faux"], ["En attente", ""], ["", ""]]
    assert page.acell("J1").value == "1"
    book.worksheet("_retours").update([["C-5", "OK", ""]], "A2")
    assert page.acell("G5").value == "OK"


def test_look_up_values_stand_in_the_saved_file(
    book: gspread.Spreadsheet, sheets: LocalSheets, workbook: Path
) -> None:
    """Any program shows them at once; the formula beside is English with commas."""
    desk(book)
    sheets.save()
    rows = calamine(workbook, "Clients")
    assert [row[6] for row in rows[2:5]] == ["Erreur", "En attente", ""]
    assert rows[0][9] == 1
    cell = openpyxl.load_workbook(workbook)["Clients"]["G3"]
    assert cell.value == STATUS.format(row=3).replace(";", ",")


def furnish(book: gspread.Spreadsheet) -> None:
    """Use everything that the product uses of a tab."""
    page = desk(book)
    lists = book.add_worksheet("_listes", 10, 2)
    lists.update([["EUR"], ["USD"]], "A1")
    lists.hide()
    page.update([[46022, 0.9, True, "=1+1", "x" * 40_000]], "B5", raw=True)
    page.format("B5", {"numberFormat": {"type": "DATE", "pattern": "dd/mm/yyyy"}})
    page.format("C5", {"numberFormat": {"type": "PERCENT", "pattern": "0.00%"}})
    page.format("A2:H2", {"textFormat": {"bold": True, "fontSize": 12}, "wrapStrategy": "WRAP"})
    page.format("A3:A5", {"backgroundColor": {"red": 0.9, "green": 0.9, "blue": 0.9}})
    page.freeze(2, 1)
    page.insert_note("A3", "créée le 12")
    page.merge_cells("K1:L1")
    page.define_named_range("A3:B5", "lignes")
    page.set_basic_filter("A2:H5")
    page.update_tab_color("#FF007F")
    page.add_protected_range("A3:A5")
    kinds: list[dict[str, Any]] = [
        {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": v} for v in ("Oui", "Non")]},
        {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": v} for v in ("a, b", "c")]},
        {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": "=_listes!$A$1:$A$2"}]},
        {"type": "NUMBER_BETWEEN", "values": [{"userEnteredValue": v} for v in ("0", "0,9")]},
        {"type": "DATE_IS_VALID"},
        {"type": "TEXT_IS_EMAIL"},
        {"type": "BOOLEAN"},
        {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=LEN($A3)=9"}]},
        {"type": "TEXT_CONTAINS", "values": [{"userEnteredValue": "@"}]},
    ]
    requests_: list[dict[str, Any]] = []
    for at, condition in enumerate(kinds):
        place = {"sheetId": page.id, "startRowIndex": 2, "endRowIndex": 5}
        place |= {"startColumnIndex": at + 1, "endColumnIndex": at + 2}
        rule = {"condition": condition, "strict": at % 2 == 0, "inputMessage": "Choisir"}
        requests_.append({"setDataValidation": {"range": place, "rule": rule}})
    custom = '=ISNUMBER(SEARCH("|"&A$1&"|";$I3))'
    red = {"backgroundColor": {"red": 1, "green": 0.8, "blue": 0.8}}
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": custom}]}
    rule = {"booleanRule": {"condition": condition, "format": red}}
    ranges = [a1_range_to_grid_range("A3:H5", page.id)]
    requests_.append({"addConditionalFormatRule": {"rule": rule | {"ranges": ranges}}})
    for dimension, pixels in (("ROWS", 40), ("COLUMNS", 250)):
        span = {"sheetId": page.id, "dimension": dimension, "startIndex": 0, "endIndex": 1}
        body = {"properties": {"pixelSize": pixels}, "fields": "pixelSize"}
        requests_.append({"updateDimensionProperties": {"range": span} | body})
        hidden = {"properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
        span = span | {"startIndex": 8, "endIndex": 9}
        requests_.append({"updateDimensionProperties": {"range": span} | hidden})
    book.batch_update({"requests": requests_})


def test_a_workbook_comes_back_from_its_file_as_it_was(
    book: gspread.Spreadsheet, sheets: LocalSheets, workbook: Path, connect: Connect
) -> None:
    """Saving and loading lose nothing that the API can tell."""
    furnish(book)
    before = book.fetch_sheet_metadata({"includeGridData": "true"})
    sheets.save()
    with LocalSheets(workbook) as again:
        after = connect(again).fetch_sheet_metadata({"includeGridData": "true"})
    assert dict(after) | {"spreadsheetUrl": ""} == dict(before) | {"spreadsheetUrl": ""}


def test_a_person_finds_the_tab_as_it_should_look(
    book: gspread.Spreadsheet, sheets: LocalSheets, workbook: Path
) -> None:
    """Bold, fill, width, frozen rows, drop-downs, hidden things, notes, protection."""
    furnish(book)
    sheets.save()
    file = openpyxl.load_workbook(workbook)
    page = file["Clients"]
    assert page.freeze_panes == "B3"
    assert page["A2"].font.b
    assert page["A3"].fill.fgColor.rgb == "FFE5E5E5"
    assert page["B5"].number_format == "dd/mm/yyyy"
    assert page["E5"].data_type == "s"
    assert round(page.column_dimensions["A"].width * 7) == 250
    assert page.column_dimensions["I"].hidden
    assert page.row_dimensions[9].hidden
    assert page["A3"].comment is not None
    sources = {rule.formula1 for rule in page.data_validations.dataValidation}
    assert '"Oui,Non"' in sources
    assert [str(place.sqref) for place in page.conditional_formatting] == ["A3:H5"]
    assert file["_listes"].sheet_state == "hidden"
    assert file["_sheets_api"].sheet_state == "veryHidden"
    assert file.sheetnames == ["Clients", "_retours", "_listes", "_sheets_api"]


def edit(path: Path, change: Any) -> None:
    """Change the file as a person with another program would; its time surely differs."""
    file = openpyxl.load_workbook(path)
    change(file)
    file.save(path)
    stamp = path.stat().st_mtime_ns + 1_000_000_000
    os.utime(path, ns=(stamp, stamp))


def test_a_file_saved_by_a_person_is_read_before_the_next_request(
    book: gspread.Spreadsheet, sheets: LocalSheets, workbook: Path
) -> None:
    """Their value is seen, an unknown formula keeps the value that their program stored."""
    page = desk(book)
    sheets.save()

    def change(file: openpyxl.Workbook) -> None:
        file["Clients"]["B3"] = "BETA"
        file["Clients"]["C3"] = 1234.5

    edit(workbook, change)
    assert page.get("B3:C3") == [["BETA", "1234,5"]]
    page.update([["après"]], "B5")
    sheets.save()
    assert calamine(workbook, "Clients")[2][1] == "BETA"
    assert calamine(workbook, "Clients")[4][1] == "après"


def test_tabs_keep_their_id_when_a_person_renames_and_moves_them(
    book: gspread.Spreadsheet, sheets: LocalSheets, workbook: Path
) -> None:
    """The product knows tabs by id."""
    desk(book)
    sheets.save()
    ids = {tab.title: tab.id for tab in book.worksheets()}

    def change(file: openpyxl.Workbook) -> None:
        file["Clients"].title = "Adhérents"
        file.defined_names[f"_gid_{ids['Clients']}"].attr_text = "'Adhérents'!$A$1:$Z$100"
        file.move_sheet("_retours", -1)
        file.create_sheet("Brouillon")

    edit(workbook, change)
    tabs = book.worksheets()
    assert [tab.title for tab in tabs] == ["_retours", "Adhérents", "Brouillon"]
    assert [tab.id for tab in tabs][:2] == [ids["_retours"], ids["Clients"]]


def test_while_a_person_has_the_file_open_reading_goes_on_and_writing_waits(
    book: gspread.Spreadsheet, sheets: LocalSheets, workbook: Path
) -> None:
    """503 UNAVAILABLE for both kinds of lock; nothing is written."""
    page = desk(book)
    sheets.save()
    for lock in (".~lock.desk.xlsx#", "~$desk.xlsx"):
        workbook.with_name(lock).touch()
        assert page.acell("B4").value == "ALPHA"
        with pytest.raises(gspread.exceptions.APIError) as caught:
            page.update([["x"]], "B4")
        assert (caught.value.code, caught.value.error["status"]) == (503, "UNAVAILABLE")
        workbook.with_name(lock).unlink()
    assert page.acell("B4").value == "ALPHA"
    page.update([["x"]], "B4")
    assert page.acell("B4").value == "x"


def test_unsaved_changes_survive_beside_a_file_that_a_person_saved(
    book: gspread.Spreadsheet, sheets: LocalSheets, workbook: Path
) -> None:
    """Their file wins; ours lies beside it, nothing is dropped."""
    page = desk(book)
    sheets.save()
    page.update([["les nôtres"]], "B5")
    edit(workbook, lambda file: file["Clients"].__setitem__("B5", "les leurs"))
    assert page.acell("B5").value == "les leurs"
    aside = workbook.with_name("desk.conflict-1.xlsx")
    assert calamine(aside, "Clients")[4][1] == "les nôtres"


def test_the_file_is_saved_after_a_quiet_moment(book: gspread.Spreadsheet, workbook: Path) -> None:
    """Nobody has to ask."""
    desk(book)
    book.sheet1.update([["tard"]], "B5")
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        rows = calamine(workbook, "Clients") if "Clients" in _titles(workbook) else []
        if len(rows) > 4 and rows[4][1] == "tard":
            return
        time.sleep(0.1)
    pytest.fail("not saved within ten seconds")


def _titles(path: Path) -> list[str]:
    return CalamineWorkbook.from_path(str(path)).sheet_names


def test_a_save_on_demand(book: gspread.Spreadsheet, sheets: LocalSheets, workbook: Path) -> None:
    """POST /_admin/save; no temporary file stays behind."""
    desk(book)
    assert requests.post(f"{sheets.url}/_admin/save", timeout=10).json() == {"saved": True}
    assert calamine(workbook, "Clients")[3][1] == "ALPHA"
    assert [file.name for file in workbook.parent.iterdir() if "tmp" in file.name] == []


def test_a_foreign_workbook_can_be_served(workbook: Path, connect: Connect) -> None:
    """A file that no program of ours wrote: values, dates, formulas, drop-downs."""
    file = openpyxl.Workbook()
    page = file.active
    assert page is not None
    page.title = "Relevé 2026"
    page.append(["Date", "Montant", "Somme"])
    page["A2"] = 46022
    page["A2"].number_format = "dd/mm/yyyy"
    page["B2"] = 12.5
    page["C2"] = "=SUM(B2,B2)"
    file.save(workbook)
    with LocalSheets(workbook) as sheets:
        book = connect(sheets)
        assert book.sheet1.title == "Relevé 2026"
        assert book.sheet1.get("A2:C2") == [["31/12/2025", "12,5", ""]]
        shown = book.sheet1.acell("C2", value_render_option=ValueRenderOption.formula)
        assert shown.value == "=SUM(B2;B2)"


def test_the_process_prints_its_address_and_saves_at_the_end(
    tmp_path: Path, connect: Connect
) -> None:
    """`python -m local.sheets_api`: one line, loopback, SIGTERM saves and returns 0."""
    path = tmp_path / "alone.xlsx"
    command = [sys.executable, "-m", "local.sheets_api", "--workbook", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        assert line.startswith("http://127.0.0.1:")
        url, _, book_id = line.partition("/spreadsheets/d/")
        place = f"{url}/v4/spreadsheets/{book_id}/values/A1?valueInputOption=RAW"
        requests.put(place, json={"values": [["fin"]]}, timeout=5).raise_for_status()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert calamine(path, "Feuille 1") == [["fin"]]


def test_a_half_written_file_is_left_alone(
    book: gspread.Spreadsheet, sheets: LocalSheets, workbook: Path
) -> None:
    """Reads go on from the last load, writes wait, and our save does not run over it."""
    page = desk(book)
    sheets.save()
    whole = workbook.read_bytes()
    workbook.write_bytes(whole[:2000])
    assert page.acell("B4").value == "ALPHA"
    with pytest.raises(gspread.exceptions.APIError, match="in use"):
        page.update([["x"]], "B4")
    sheets.save()
    assert workbook.read_bytes() == whole[:2000]
    workbook.write_bytes(whole)
    page.update([["x"]], "B4")
    assert page.acell("B4").value == "x"


def test_a_tab_can_be_looked_at_in_a_browser(
    book: gspread.Spreadsheet, sheets: LocalSheets
) -> None:
    """Values as shown, hidden tabs left out, the colour of the one bad cell, nothing unescaped."""
    furnish(book)
    book.sheet1.update([["ref", "name"]], "A1")
    book.sheet1.update([["|name|"]], "I3")
    book.sheet1.update([["<b>ALPHA</b>"]], "B3")
    answer = requests.get(f"{sheets.url}/spreadsheets/d/desk/edit", timeout=5)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "&lt;b&gt;ALPHA&lt;/b&gt;" in answer.text
    assert "<b>" not in answer.text
    assert "_listes" not in answer.text
    assert "31/12/2025" in answer.text
    line = next(row for row in answer.text.split("<tr>") if "&lt;b&gt;" in row)
    assert [cell.partition(">")[2] for cell in line.split("<td") if "#FFCCCC" in cell] == [
        "&lt;b&gt;ALPHA&lt;/b&gt;"
    ]
