"""batchUpdate: all or nothing, and everything that has a place moves with the rows."""

from __future__ import annotations

from typing import Any

import gspread
import pytest
import requests
from google.auth.credentials import AnonymousCredentials
from gspread.utils import ValueRenderOption, a1_range_to_grid_range

from local.sheets_api import LocalSheets


def rows(start: int, end: int, sheet_id: int = 0) -> dict[str, Any]:
    """Return a DimensionRange of rows."""
    span: dict[str, Any] = {"sheetId": sheet_id, "dimension": "ROWS"}
    return span | {"startIndex": start, "endIndex": end}


def sheet_of(book: gspread.Spreadsheet, at: int = 0) -> dict[str, Any]:
    """Return the resource of a tab, cells included."""
    found: dict[str, Any] = book.fetch_sheet_metadata({"includeGridData": "true"})["sheets"][at]
    return found


def test_a_batch_whose_last_request_is_wrong_changes_nothing(book: gspread.Spreadsheet) -> None:
    """Google: if any request is not valid, the entire request fails and nothing is applied."""
    book.sheet1.update([["a"], ["b"]], "A1")
    before = sheet_of(book)
    good: list[dict[str, Any]] = [
        {"addSheet": {"properties": {"title": "Neu"}}},
        {"insertDimension": {"range": rows(0, 1)}},
        {
            "updateCells": {
                "start": {"sheetId": 0},
                "fields": "*",
                "rows": [{"values": [{"userEnteredValue": {"stringValue": "new"}}]}],
            }
        },
        {"updateSheetProperties": {"properties": {"title": "T"}, "fields": "title"}},
        {"addNamedRange": {"namedRange": {"name": "n", "range": {"sheetId": 0}}}},
        {"mergeCells": {"range": a1_range_to_grid_range("C1:D2", 0)}},
        {"sortRange": {"range": {"sheetId": 0}, "sortSpecs": [{"sortOrder": "DESCENDING"}]}},
        {"deleteDimension": {"range": rows(1, 2)}},
        {"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}}}},
    ]
    wrong = {"deleteSheet": {"sheetId": 99}}
    with pytest.raises(gspread.exceptions.APIError, match=r"Invalid requests\[9\].deleteSheet"):
        book.batch_update({"requests": [*good, wrong]})
    assert sheet_of(book) == before
    assert len(book.worksheets()) == 1
    assert "namedRanges" not in book.fetch_sheet_metadata()


def test_a_batch_of_values_is_all_or_nothing(book: gspread.Spreadsheet) -> None:
    """A wrong second range leaves the first one unwritten."""
    data = [{"range": "A1", "values": [["x"]]}, {"range": "Nowhere!A1", "values": [["y"]]}]
    with pytest.raises(gspread.exceptions.APIError, match="Unable to parse range"):
        book.values_batch_update({"valueInputOption": "RAW", "data": data})
    assert "values" not in book.values_get("A1")


def furnished(book: gspread.Spreadsheet) -> None:
    """Put one of everything that has a place on row 5."""
    page = book.sheet1
    page.update([["x", 1]], "A5")
    page.update([["=A5", "=COUNTA(A5:B5)"]], "D1", raw=False)
    page.insert_note("A5", "note")
    page.merge_cells("D5:E5")
    page.define_named_range("A5:B5", "line")
    page.add_protected_range("A5:B5")
    page.set_basic_filter("A4:B6")
    place = a1_range_to_grid_range("A5:B5", page.id)
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=VRAI"}]}
    red = {"condition": condition, "format": {"backgroundColor": {"red": 1}}}
    rule = {"condition": {"type": "BOOLEAN"}, "strict": True}
    requests: list[dict[str, Any]] = [
        {"setDataValidation": {"range": place, "rule": rule}},
        {"addConditionalFormatRule": {"rule": {"ranges": [place], "booleanRule": red}}},
        {
            "updateDimensionProperties": {
                "range": rows(4, 5),
                "properties": {"hiddenByUser": True},
                "fields": "hiddenByUser",
            }
        },
    ]
    book.batch_update({"requests": requests})


def places(book: gspread.Spreadsheet) -> dict[str, Any]:
    """Return the first row (from 0) of everything that was furnished."""
    sheet = sheet_of(book)
    data = sheet["data"][0]
    lines = [row.get("values", []) for row in data["rowData"]]
    cells = [(at, line[0]) for at, line in enumerate(lines) if line]
    ranges = {
        "merge": sheet["merges"][0],
        "protection": sheet["protectedRanges"][0]["range"],
        "condition": sheet["conditionalFormats"][0]["ranges"][0],
        "filter": sheet["basicFilter"]["range"],
        "name": book.fetch_sheet_metadata()["namedRanges"][0]["range"],
    }
    found = {name: place["startRowIndex"] for name, place in ranges.items()}
    found["note"] = next(at for at, cell in cells if "note" in cell)
    found["validation"] = next(at for at, cell in cells if "dataValidation" in cell)
    hidden = [at for at, row in enumerate(data["rowMetadata"]) if "hiddenByUser" in row]
    return found | {"hidden": hidden[0]}


@pytest.mark.parametrize(
    ("request_", "by"),
    [
        ({"insertDimension": {"range": rows(2, 5)}}, 3),
        ({"deleteDimension": {"range": rows(1, 3)}}, -2),
    ],
)
def test_everything_moves_with_inserted_and_deleted_rows(
    book: gspread.Spreadsheet, request_: dict[str, Any], by: int
) -> None:
    """Notes, validations, merges, protections, names, filters, colours, hidden rows, formulas."""
    furnished(book)
    before = places(book)
    book.batch_update({"requests": [request_]})
    moved = 5 + by
    assert places(book) == {name: row + by for name, row in before.items()}
    assert book.sheet1.get("D1:E1", value_render_option=ValueRenderOption.formula) == [
        [f"=A{moved}", f"=COUNTA(A{moved}:B{moved})"]
    ]
    assert book.sheet1.get("D1:E1") == [["x", "2"]]


def test_deleting_a_line_takes_away_what_lay_on_it(book: gspread.Spreadsheet) -> None:
    """A reference to it becomes an error, its protection and its name are gone."""
    furnished(book)
    book.batch_update({"requests": [{"deleteDimension": {"range": rows(4, 5)}}]})
    sheet = sheet_of(book)
    assert sheet.keys().isdisjoint({"merges", "protectedRanges", "conditionalFormats"})
    assert "namedRanges" not in book.fetch_sheet_metadata()
    assert book.sheet1.acell("D1").value == "#REF!"


def test_inserted_rows_take_the_format_and_the_list_of_their_neighbour(
    book: gspread.Spreadsheet,
) -> None:
    """So that a new line between two lines behaves like them; the values stay away."""
    book.sheet1.format("A2", {"textFormat": {"bold": True}})
    book.sheet1.update([["x"]], "A2")
    request = {"insertDimension": {"range": rows(2, 3), "inheritFromBefore": True}}
    book.batch_update({"requests": [request]})
    cell = sheet_of(book)["data"][0]["rowData"][2]["values"][0]
    assert cell["userEnteredFormat"] == {"textFormat": {"bold": True}}
    assert "userEnteredValue" not in cell


def test_appended_cells_find_the_end_and_make_room(book: gspread.Spreadsheet) -> None:
    """AppendCells writes after the last line with a value and lets the grid grow."""
    book.sheet1.resize(3, 2)
    book.sheet1.update([["a"], ["b"], ["c"]], "A1")
    cell = {"userEnteredValue": {"stringValue": "d"}}
    request = {"sheetId": 0, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}
    book.batch_update({"requests": [{"appendCells": request}]})
    assert book.sheet1.get("A1:A4") == [["a"], ["b"], ["c"], ["d"]]
    assert sheet_of(book)["properties"]["gridProperties"] == {"rowCount": 4, "columnCount": 2}


def test_update_cells_clears_what_the_mask_names_and_the_body_lacks(
    book: gspread.Spreadsheet,
) -> None:
    """A masked field absent from the request is removed; others stay."""
    book.sheet1.update([["a"]], "A1")
    book.sheet1.insert_note("A1", "n")
    request = {"range": a1_range_to_grid_range("A1", 0), "rows": [{}], "fields": "userEnteredValue"}
    book.batch_update({"requests": [{"updateCells": request}]})
    assert sheet_of(book)["data"][0]["rowData"][0]["values"][0] == {"note": "n"}


def test_sorting_takes_formats_and_look_ups_along(book: gspread.Spreadsheet) -> None:
    """A look-up by the reference of its own line stays with its line."""
    book.sheet1.update(
        [["b", '=IF($A1="b";"vu";"")'], ["a", '=IF($A2="b";"vu";"")']], "A1", raw=False
    )
    book.sheet1.format("A1", {"textFormat": {"bold": True}})
    book.sheet1.sort((1, "asc"), range="A1:B2")
    assert book.sheet1.get("A1:B2") == [["a", ""], ["b", "vu"]]
    lines = sheet_of(book)["data"][0]["rowData"]
    assert "userEnteredFormat" in lines[1]["values"][0]


def test_renaming_a_tab_is_followed_by_formulas(book: gspread.Spreadsheet) -> None:
    """Also when the new title needs quotes."""
    other = book.add_worksheet("Tab", 5, 5)
    other.update([["Erreur"], ["erreur"], ["OK"]], "G1" if other.col_count > 6 else "B1")
    book.sheet1.update([['=COUNTIF(Tab!$B:$B;"Erreur")']], "A1", raw=False)
    other.update_title("Factures à compléter")
    shown = book.sheet1.acell("A1", value_render_option=ValueRenderOption.formula)
    assert shown.value == "=COUNTIF('Factures à compléter'!$B:$B;\"Erreur\")"
    assert book.sheet1.acell("A1").value == "2"


def test_the_last_visible_tab_can_be_neither_hidden_nor_deleted(
    book: gspread.Spreadsheet,
) -> None:
    """Google refuses both."""
    hidden = book.add_worksheet("h", 1, 1)
    hidden.hide()
    with pytest.raises(gspread.exceptions.APIError, match="hide all the sheets"):
        book.sheet1.hide()
    with pytest.raises(gspread.exceptions.APIError, match="visible sheets"):
        book.del_worksheet(book.sheet1)


def test_a_second_tab_of_one_title_is_refused(book: gspread.Spreadsheet) -> None:
    """Titles are unique, and case does not count."""
    book.add_worksheet("Clients", 1, 1)
    with pytest.raises(gspread.exceptions.APIError, match="already exists"):
        book.add_worksheet("clients", 1, 1)


def test_errors_have_the_shape_of_google(book: gspread.Spreadsheet, sheets: LocalSheets) -> None:
    """Code, sentence, status; gspread makes its own exceptions of them."""
    with pytest.raises(gspread.exceptions.APIError) as caught:
        book.batch_update({"requests": [{"mistyped": {}}]})
    assert caught.value.error["status"] == "INVALID_ARGUMENT"
    client = gspread.Client(AnonymousCredentials(), book.client.session)  # type: ignore[no-untyped-call]
    with pytest.raises(gspread.exceptions.SpreadsheetNotFound):
        client.open_by_key("nothing")
    answer = requests.get(f"{sheets.url}/v4/unknown", timeout=5)
    assert answer.json()["error"]["status"] == "NOT_FOUND"


def test_protected_ranges_keep_the_caller_among_the_editors(book: gspread.Spreadsheet) -> None:
    """The address in the token is the caller."""
    book.client.session.headers["Authorization"] = "Bearer user:marie@x.fr"
    book.sheet1.add_protected_range("A1:B2", ["chef@x.fr"])
    editors = sheet_of(book)["protectedRanges"][0]["editors"]["users"]
    assert editors == ["chef@x.fr", "marie@x.fr"]
