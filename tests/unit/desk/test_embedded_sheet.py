"""The desk over the embedded Google Sheets: real gspread, a real file, a person who mends it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from bordereau.adapters.gspread_sheet import GspreadSheet, local_client
from bordereau.domain import workbook
from bordereau.domain.problems import ConfigurationError
from bordereau.domain.workbook.columns import FIRST_LINE, MESSAGE, STATUS, TabKind
from bordereau.domain.workbook.register_tabs import DEBTORS, SELLERS
from bordereau.domain.workbook.system_tabs import ANSWERS
from bordereau.ports import SheetBlock
from bordereau.services.refresh_workbook import Office, refresh_workbook
from local.firm import parties
from local.firm.rows import all_rows, debtor_row
from local.sheets_api import LocalSheets
from sheets.create import create, extend, faults, write_lines
from tests.unit.desk.desk_world import FRENCH, World


@pytest.fixture
def served(tmp_path: Path) -> Iterator[LocalSheets]:
    """An empty spreadsheet over a file."""
    with LocalSheets(tmp_path / "cahier.xlsx") as sheets:
        yield sheets


def opened(served: LocalSheets) -> GspreadSheet:
    """Our adapter on it, through gspread."""
    return GspreadSheet(local_client(served.url), served.spreadsheet_id, budget_seconds=20)


def refresh(world: World, sheet: GspreadSheet) -> Any:
    """Run the desk and post what it sent."""
    office = Office(sheet, world.ledger, world.objects, world.queue, FRENCH, world.today, world.now)
    outcome = refresh_workbook(office)
    world.decide_all()
    return outcome


def beside(path: Path, line: int) -> tuple[str, str]:
    """Word and sentence beside a line of Débiteurs, as any program shows the saved file."""
    book = CalamineWorkbook.from_path(str(path))
    rows = book.get_sheet_by_name("Débiteurs").to_python(skip_empty_area=False)
    row = rows[FIRST_LINE + line - 1]
    return str(row[DEBTORS.place(STATUS)]), str(row[DEBTORS.place(MESSAGE)])


def test_a_created_workbook_has_every_tab_and_refuses_to_be_drawn_twice(
    served: LocalSheets,
) -> None:
    """Nothing that people typed is ever drawn over."""
    sheet = opened(served)
    create(sheet)
    assert faults(sheet) == []
    assert [tab.title for tab in sheet.tabs()] == [tab.title for tab in workbook.TABS]
    seen = [tab for tab in workbook.TABS if tab.kind is not TabKind.HIDDEN and not tab.is_hidden]
    assert len(seen) <= 15
    assert not any("'" in tab.title for tab in workbook.TABS)
    with pytest.raises(ConfigurationError):
        create(sheet)


def test_a_spreadsheet_that_is_not_empty_is_left_alone(served: LocalSheets) -> None:
    """Somebody else's sheet was shared by mistake."""
    sheet = opened(served)
    (tab,) = sheet.tabs()
    sheet.write([SheetBlock(tab.title, 3, 2, (("à moi",),))])
    with pytest.raises(ConfigurationError, match="not empty"):
        create(sheet)


@pytest.mark.slow
def test_a_bad_row_turns_red_and_is_mended_in_the_file(served: LocalSheets, tmp_path: Path) -> None:
    """The word stands beside the row in the saved file; a person corrects it there.

    The tab of the answers has one row when it begins: what it grows by is formatted like that one.
    """
    world, sheet, path = World(), opened(served), tmp_path / "cahier.xlsx"
    create(sheet, lines=all_rows())
    few = {"sheetId": ANSWERS.sheet_id, "dimension": "ROWS", "startIndex": 2}
    sheet.change([{"deleteDimension": {"range": few}}])
    mistyped = {**debtor_row(parties.CASTEL), "siren": parties.CASTEL.party.siren[:-1]}
    write_lines(sheet, {"debtors": [mistyped]}, first=len(parties.DEBTORS))
    line = len(parties.DEBTORS) + 1
    assert refresh(world, sheet).amounts["wrong"] == 1
    assert refresh(world, sheet).amounts["sent"] == 0
    served.save()
    word, sentence = beside(path, line)
    assert word == "Erreur"
    assert "9 chiffres attendus, 8 lus" in sentence
    assert beside(path, 1)[0] == "OK"

    book = openpyxl.load_workbook(path)
    siren = parties.CASTEL.party.siren
    book["Débiteurs"].cell(FIRST_LINE + line, DEBTORS.place("siren") + 1).value = siren
    book.save(path)
    mended = refresh(world, sheet).amounts
    assert (mended["wrong"], mended["sent"]) == (0, 1)
    refresh(world, sheet)
    served.save()
    assert beside(path, line)[0] == "OK"
    answers = sheet.read([ANSWERS.title])[ANSWERS.title][1:]
    limits = [row[ANSWERS.place("limit")] for row in answers if len(row) > ANSWERS.place("limit")]
    assert len(answers) > 10
    assert {cell.kind for cell in limits if isinstance(cell.value, Decimal)} == {"NUMBER"}


def test_values_come_back_as_they_were_written(served: LocalSheets) -> None:
    """Numbers, days, instants, flags and texts that look like something else: raw, with types."""
    sheet = opened(served)
    create(sheet)
    noon = dt.datetime(2026, 1, 5, 11, tzinfo=dt.UTC)
    written = (Decimal("1234.56"), dt.date(2026, 1, 5), noon, True, "=1+1", "005580013", "12,5", 7)
    sheet.write([SheetBlock("_schema", 5, 0, ((written[0], written[1]), (written[2], written[3])))])
    sheet.write([SheetBlock("_schema", 7, 0, (written[4:6], written[6:8]))])
    found = sheet.values(["_schema"])["_schema"][5:9]
    assert found == (
        (Decimal("1234.56"), Decimal(46027)),
        (Decimal("46027.5"), True),
        ("=1+1", "005580013"),
        ("12,5", Decimal(7)),
    )


def test_nothing_leaves_a_cell_and_an_empty_text_empties_it(served: LocalSheets) -> None:
    """The difference between not touching and clearing."""
    sheet = opened(served)
    create(sheet)
    sheet.write([SheetBlock("_schema", 5, 0, (("a", "b"),))])
    sheet.write([SheetBlock("_schema", 5, 0, ((None, ""),))])
    assert sheet.values(["_schema"])["_schema"][5] == ("a",)


def test_more_numbered_lines_are_lines_like_the_others(served: LocalSheets) -> None:
    """Numbers go on, and the look-up of the control beside them works."""
    sheet = opened(served)
    create(sheet)
    assert extend(sheet, "sellers", 3) == ("C-0061", "C-0063")
    title, row = SELLERS.title, FIRST_LINE + SELLERS.lines + 2
    sheet.write([SheetBlock(title, row, SELLERS.place("name"), (("ALPHA",),))])
    found = sheet.values([title])[title][row]
    assert found[0] == "C-0063"
    assert found[SELLERS.place(STATUS)] == "En attente"
    assert len(sheet.values([title])[title]) == row + 1
