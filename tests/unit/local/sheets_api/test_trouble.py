"""Trouble on demand, and who may write where."""

from __future__ import annotations

from typing import Any

import gspread
import pytest
import requests

from local.sheets_api import LocalSheets


def plan(sheets: LocalSheets, *faults: dict[str, Any]) -> None:
    """Ask the server for trouble."""
    body = {"faults": list(faults)}
    requests.post(f"{sheets.url}/_admin/faults", json=body, timeout=5).raise_for_status()


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (403, "PERMISSION_DENIED"),
        (429, "RESOURCE_EXHAUSTED"),
        (500, "INTERNAL"),
        (503, "UNAVAILABLE"),
    ],
)
def test_a_planned_refusal_comes_once_and_changes_nothing(
    book: gspread.Spreadsheet, sheets: LocalSheets, code: int, status: str
) -> None:
    """In Google's shape; the next request is answered as usual."""
    plan(sheets, {"status": code})
    with pytest.raises(gspread.exceptions.APIError) as caught:
        book.values_update("A1", {"valueInputOption": "RAW"}, {"values": [["x"]]})
    assert (caught.value.code, caught.value.error["status"]) == (code, status)
    assert "values" not in book.values_get("A1")


@pytest.mark.parametrize(("cut", "written"), [("before", False), ("after", True)])
def test_a_cut_connection_may_or_may_not_have_written(
    book: gspread.Spreadsheet, sheets: LocalSheets, *, cut: str, written: bool
) -> None:
    """A caller cannot tell the two apart: writes must be repeatable."""
    plan(sheets, {"cut": cut})
    with pytest.raises(requests.exceptions.ConnectionError):
        book.values_update("A1", {"valueInputOption": "RAW"}, {"values": [["x"]]})
    assert ("values" in book.values_get("A1")) is written


def test_protected_cells_are_written_by_their_editors_only(book: gspread.Spreadsheet) -> None:
    """The owner may always; others need to be named; free cells inside are free."""
    page = book.sheet1
    whole = {"range": {"sheetId": page.id}, "editors": {"users": ["chef@x.fr"]}}
    free = {"sheetId": page.id, "startColumnIndex": 1, "endColumnIndex": 2}
    protection = {"protectedRange": whole | {"unprotectedRanges": [free]}}
    book.batch_update({"requests": [{"addProtectedRange": protection}]})
    page.update([["owner"]], "A1")
    headers = book.client.session.headers
    headers["Authorization"] = "Bearer user:chef@x.fr"
    page.update([["chef"]], "A2")
    headers["Authorization"] = "Bearer user:marie@x.fr"
    page.update([["marie"]], "B3")
    with pytest.raises(gspread.exceptions.APIError, match="protected cell"):
        page.update([["marie"]], "A3")
    assert page.get("A1:B3") == [["owner"], ["chef"], ["", "marie"]]
