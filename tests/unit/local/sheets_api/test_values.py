"""What a written text becomes, and how each kind of value is read, in French and in English."""

from __future__ import annotations

import base64
import json
from collections.abc import MutableMapping
from typing import Any

import gspread
import pytest
import requests
from babel.numbers import format_decimal

from local.sheets_api import LocalSheets

Params = MutableMapping[str, str | int | bool | float | list[str] | None]
DAY = 46022  # 31 December 2025


def write(book: gspread.Spreadsheet, value: object, how: str) -> None:
    """Write one value into A1."""
    params: Params = {"valueInputOption": how}
    book.values_update("A1", params=params, body={"values": [[value]]})


def read(book: gspread.Spreadsheet, how: str, dates: str = "SERIAL_NUMBER") -> Any:
    """Read A1; None when the answer holds no value."""
    params: Params = {"valueRenderOption": how, "dateTimeRenderOption": dates}
    answer = book.values_get("A1", params=params)
    return answer["values"][0][0] if "values" in answer else None


TYPED = [
    ("fr_FR", "12,5", 12.5),
    ("fr_FR", "1 234,56", 1234.56),
    ("fr_FR", "1\u202f234,56 €", 1234.56),
    ("fr_FR", "1\u00a0234,56\u00a0€", 1234.56),
    ("fr_FR", "1234.56", "1234.56"),
    ("fr_FR", "90 %", 0.9),
    ("fr_FR", "0042", 42),
    ("fr_FR", "31/12/2025", DAY),
    ("fr_FR", "31.12.2025", DAY),
    ("fr_FR", "2025-12-31", DAY),
    ("fr_FR", "31/02/2025", "31/02/2025"),
    ("fr_FR", "VRAI", True),
    ("fr_FR", "'0042", "0042"),
    ("fr_FR", "12E5", 1_200_000),
    ("fr_FR", "ALPHA BTP", "ALPHA BTP"),
    ("en_US", "12,5", "12,5"),
    ("en_US", "1,234.56", 1234.56),
    ("en_US", "$12.50", 12.5),
    ("en_US", "12/31/2025", DAY),
    ("en_US", "31/12/2025", "31/12/2025"),
    ("en_US", "TRUE", True),
    ("en_US", "(12.00)", -12),
]


@pytest.mark.parametrize(("locale", "text", "expected"), TYPED)
def test_user_entered_text_is_read_by_the_habits_of_the_country(
    book: gspread.Spreadsheet, locale: str, text: str, expected: object
) -> None:
    """A typed text becomes a number, a date, a yes, or stays a text."""
    book.update_locale(locale)
    write(book, text, "USER_ENTERED")
    found = read(book, "UNFORMATTED_VALUE")
    assert found == expected
    assert isinstance(found, bool) == isinstance(expected, bool)


@pytest.mark.parametrize("text", sorted({text for _, text, _ in TYPED} | {"=1+1", "#N/A"}))
def test_raw_text_stays_a_text(book: gspread.Spreadsheet, text: str) -> None:
    """RAW never parses: "the values will not be parsed and will be stored as-is"."""
    write(book, text, "RAW")
    assert read(book, "UNFORMATTED_VALUE") == text
    assert read(book, "FORMULA") == text


RENDERED: list[tuple[Any, Any, str, Any, Any]] = [
    (1234.5, None, "fr_FR", "1234,5", 1234.5),
    (1234.5, {"type": "NUMBER", "pattern": "#,##0.00"}, "fr_FR", "1\u202f234,50", 1234.5),
    (1234.5, {"type": "NUMBER", "pattern": "#,##0.00"}, "en_US", "1,234.50", 1234.5),
    (-1234.5, {"type": "NUMBER", "pattern": "#,##0.00"}, "fr_FR", "-1\u202f234,50", -1234.5),
    (0.9, {"type": "PERCENT", "pattern": "0%"}, "fr_FR", "90%", 0.9),
    (12, {"type": "CURRENCY", "pattern": '#,##0.00\u00a0"€"'}, "fr_FR", "12,00\u00a0€", 12),
    (12, {"type": "CURRENCY"}, "en_US", "$12.00", 12),
    (DAY, {"type": "DATE", "pattern": "dd/mm/yyyy"}, "fr_FR", "31/12/2025", DAY),
    (DAY, {"type": "DATE"}, "en_US", "12/31/2025", DAY),
    (DAY, {"type": "DATE", "pattern": "d mmmm yyyy"}, "fr_FR", "31 décembre 2025", DAY),
    (DAY + 0.5, {"type": "DATE_TIME"}, "fr_FR", "31/12/2025 12:00:00", DAY + 0.5),
    (0.4375, {"type": "TIME", "pattern": "hh:mm"}, "fr_FR", "10:30", 0.4375),
    (True, None, "fr_FR", "VRAI", True),
    (False, None, "en_US", "FALSE", False),
    ("texte", None, "fr_FR", "texte", "texte"),
    (1 / 3, None, "en_US", "0.3333333333", 1 / 3),
]


@pytest.mark.parametrize(("value", "shape", "locale", "shown", "bare"), RENDERED)
def test_each_type_is_rendered_formatted_and_bare(
    book: gspread.Spreadsheet, value: object, shape: Any, locale: str, shown: str, bare: object
) -> None:
    """FORMATTED_VALUE follows the spreadsheet's locale, UNFORMATTED_VALUE knows none."""
    book.update_locale(locale)
    write(book, value, "RAW")
    if shape:
        book.sheet1.format("A1", {"numberFormat": shape})
    assert read(book, "FORMATTED_VALUE") == shown
    assert read(book, "UNFORMATTED_VALUE") == bare
    assert read(book, "FORMULA") == bare


def test_only_dates_follow_the_date_option(book: gspread.Spreadsheet) -> None:
    """UNFORMATTED with FORMATTED_STRING shows dates as text and leaves amounts alone."""
    book.sheet1.update([[DAY, 1234.5]], "A1")
    book.sheet1.format("A1", {"numberFormat": {"type": "DATE"}})
    options: Params = {"valueRenderOption": "UNFORMATTED_VALUE"}
    options["dateTimeRenderOption"] = "FORMATTED_STRING"
    assert book.values_get("A1:B1", params=options)["values"] == [["31/12/2025", 1234.5]]


@pytest.mark.parametrize("locale", ["fr_FR", "en_US"])
@pytest.mark.parametrize("value", [0, 0.005, 1.005, 999.995, 1234567.891, 12, 0.1 + 0.2])
def test_amounts_are_shown_as_unicode_says(
    book: gspread.Spreadsheet, locale: str, value: float
) -> None:
    """Babel's CLDR data is the outside judge of separators and decimals."""
    book.update_locale(locale)
    write(book, value, "RAW")
    book.sheet1.format("A1", {"numberFormat": {"type": "NUMBER", "pattern": "#,##0.00"}})
    shown = read(book, "FORMATTED_VALUE")
    judge = format_decimal(value, "#,##0.00", locale=locale)
    digits = str.maketrans("", "", "0123456789")
    assert shown.translate(digits) == judge.translate(digits)
    assert len(shown) == len(judge)


def test_a_text_format_keeps_the_zeros_of_a_siren(book: gspread.Spreadsheet) -> None:
    """In a column of plain text nothing typed becomes a number."""
    book.sheet1.format("A1:A5", {"numberFormat": {"type": "TEXT"}})
    write(book, "005580013", "USER_ENTERED")
    assert read(book, "UNFORMATTED_VALUE") == "005580013"


def test_empty_cells_are_not_sent(book: gspread.Spreadsheet) -> None:
    """Trailing empty cells and rows are omitted; an empty range has no `values` at all."""
    rows = [["a", "", ""], ["", "", ""], ["", "b", ""], ["", "", ""]]
    book.values_update("A1:C4", params={"valueInputOption": "RAW"}, body={"values": rows})
    assert book.values_get("A1:C4")["values"] == [["a"], [], ["", "b"]]
    assert "values" not in book.values_get("D1:F9")
    assert book.values_get("A1:C4", params={"majorDimension": "COLUMNS"})["values"] == [
        ["a"],
        ["", "", "b"],
    ]


def test_null_leaves_a_cell_and_an_empty_text_empties_it(book: gspread.Spreadsheet) -> None:
    """Only what was written is counted."""
    book.sheet1.update([["a", "b", "c"]], "A1")
    body = {"values": [[None, "", "C"]]}
    answer = book.values_update("A1:C1", params={"valueInputOption": "RAW"}, body=body)
    assert book.values_get("A1:C1")["values"] == [["a", "", "C"]]
    assert (answer["updatedCells"], answer["updatedColumns"]) == (2, 2)


def test_writing_beyond_the_range_or_the_grid_is_refused(book: gspread.Spreadsheet) -> None:
    """A range of several cells is a limit; so is the grid."""
    options: Params = {"valueInputOption": "RAW"}
    with pytest.raises(gspread.exceptions.APIError, match="tried writing to row"):
        book.values_update("A1:B1", params=options, body={"values": [[1], [2]]})
    with pytest.raises(gspread.exceptions.APIError, match="exceeds grid limits"):
        book.values_update("A1001", params=options, body={"values": [[1]]})
    assert "values" not in book.values_get("A1:B2")


def test_formulas_are_read_with_semicolons_in_french_and_commas_in_english(
    book: gspread.Spreadsheet,
) -> None:
    """The value option FORMULA spells a formula as the spreadsheet's country does."""
    write(book, "=IF(1,5>1;10/4;0)", "USER_ENTERED")
    assert read(book, "FORMULA") == "=IF(1,5>1;10/4;0)"
    assert read(book, "UNFORMATTED_VALUE") == 2.5
    assert read(book, "FORMATTED_VALUE") == "2,5"
    book.update_locale("en_US")
    assert read(book, "FORMULA") == "=IF(1.5>1,10/4,0)"
    assert read(book, "FORMATTED_VALUE") == "2.5"


def test_a_comma_between_arguments_fails_in_french(book: gspread.Spreadsheet) -> None:
    """The cell then shows an error, which is read as a text."""
    write(book, "=IF(1>0,2,3)", "USER_ENTERED")
    assert read(book, "FORMATTED_VALUE") == "#ERROR!"


def test_append_continues_under_the_block_that_the_range_touches(
    book: gspread.Spreadsheet,
) -> None:
    """An append without a range wanders to the right after a row with a gap."""
    book.sheet1.append_row(["a", "", "b"])
    book.sheet1.append_row(["c", "", "d"])
    book.sheet1.append_row(["e", "", "f"], table_range="A1")
    assert book.sheet1.get("A1:E3") == [["a", "", "b"], ["e", "", "f", "", "d"]]


def test_the_snapshot_names_value_type_and_note(book: gspread.Spreadsheet) -> None:
    """One reading tells a date from an amount."""
    book.sheet1.update([[DAY, 12.5, "x"]], "A1")
    book.sheet1.format("A1", {"numberFormat": {"type": "DATE", "pattern": "dd/mm/yyyy"}})
    book.sheet1.insert_note("B1", "vu")
    cells = "effectiveValue,effectiveFormat.numberFormat.type,formattedValue,note"
    fields = f"sheets(properties(sheetId,title),data(startRow,rowData.values({cells})))"
    answer = book.fetch_sheet_metadata({"fields": fields})
    assert answer["sheets"][0]["data"][0]["rowData"][0]["values"] == [
        {
            "effectiveValue": {"numberValue": DAY},
            "formattedValue": "31/12/2025",
            "effectiveFormat": {"numberFormat": {"type": "DATE"}},
        },
        {"effectiveValue": {"numberValue": 12.5}, "formattedValue": "12,5", "note": "vu"},
        {"effectiveValue": {"stringValue": "x"}, "formattedValue": "x"},
    ]


def test_a_service_account_gets_its_token_here(sheets: LocalSheets) -> None:
    """google-auth signs an assertion and exchanges it; the token then names the address."""
    claims = base64.urlsafe_b64encode(json.dumps({"iss": "robot@x.fr"}).encode()).decode()
    form = {"grant_type": "jwt", "assertion": f"h.{claims.rstrip('=')}.s"}
    answer = requests.post(f"{sheets.url}/token", data=form, timeout=5)
    assert answer.json()["access_token"] == "user:robot@x.fr"  # noqa: S105
