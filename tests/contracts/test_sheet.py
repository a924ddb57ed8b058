"""One suite for the port ``Sheet``: the twin in memory and gspread on the embedded Sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from bordereau.adapters.gspread_sheet import GspreadSheet, local_client
from bordereau.adapters.memory_sheet import MemorySheet
from bordereau.domain.problems import InvariantError
from bordereau.ports import Sheet, SheetBlock, SheetCell
from local.sheets_api import LocalSheets

TAB = "L'onglet"


@pytest.fixture(params=["memory", "gspread"])
def sheet(request: pytest.FixtureRequest) -> Iterator[Sheet]:
    """A spreadsheet with one tab."""
    if request.param == "memory":
        twin = MemorySheet()
        twin.add(7, TAB)
        yield twin
        return
    with LocalSheets(spreadsheet_id=None) as served:
        client = local_client(served.url)
        answer = client.request(
            "post",
            "https://sheets.googleapis.com/v4/spreadsheets",
            json={"properties": {"title": "essai", "locale": "fr_FR"}},
        ).json()
        real = GspreadSheet(client, answer["spreadsheetId"], budget_seconds=10)
        real.change([{"addSheet": {"properties": {"sheetId": 7, "title": TAB}}}])
        real.change([{"deleteSheet": {"sheetId": tab.sheet_id}} for tab in real.tabs()[:1]])
        yield real


def test_a_tab_has_its_id_and_title(sheet: Sheet) -> None:
    """That is how it is found again when people rename it."""
    (tab,) = sheet.tabs()
    assert (tab.sheet_id, tab.title) == (7, TAB)
    assert tab.rows >= 100


def test_an_empty_tab_has_no_rows(sheet: Sheet) -> None:
    """Neither cells nor values."""
    assert sheet.read([TAB]) == {TAB: ()}
    assert sheet.values([TAB]) == {TAB: ()}


def test_what_is_written_is_read(sheet: Sheet) -> None:
    """Texts, numbers, flags, days, in their places; gaps stay gaps."""
    day = dt.date(2026, 1, 5)
    sheet.write([SheetBlock(TAB, 1, 1, (("=1+1", Decimal("12.34")), (True, day), (7, "0042")))])
    assert sheet.values([TAB])[TAB] == (
        (),
        ("", "=1+1", Decimal("12.34")),
        ("", True, Decimal(46027)),
        ("", Decimal(7), "0042"),
    )
    rows = sheet.read([TAB])[TAB]
    assert [len(row) for row in rows] == [0, 3, 3, 3]
    assert rows[1][0] == SheetCell()
    assert rows[1][1].value == "=1+1"
    assert rows[1][2].value == Decimal("12.34")


def test_writing_the_same_again_changes_nothing(sheet: Sheet) -> None:
    """And an instant is read back to the second."""
    noon = dt.datetime(2026, 1, 5, 11, 0, 1, tzinfo=dt.UTC)
    block = SheetBlock(TAB, 0, 0, ((noon,),))
    sheet.write([block])
    first = sheet.values([TAB])
    sheet.write([block])
    assert sheet.values([TAB]) == first
    ((value,),) = first[TAB]
    assert isinstance(value, Decimal)
    assert value.quantize(Decimal("0.000001")) == Decimal("46027.500012")


def test_nothing_leaves_a_cell_and_an_empty_text_empties_it(sheet: Sheet) -> None:
    """The difference by which tables are kept up to date."""
    sheet.write([SheetBlock(TAB, 0, 0, (("a", "b"),))])
    sheet.write([SheetBlock(TAB, 0, 0, ((None, ""),))])
    assert sheet.values([TAB])[TAB] == (("a",),)


def test_a_tab_that_is_not_there_is_our_mistake(sheet: Sheet) -> None:
    """Titles come from ``tabs``."""
    with pytest.raises(InvariantError):
        sheet.read(["Aucun"])
