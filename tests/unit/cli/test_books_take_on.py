"""``bordereau books take-on FILE``: the desk's own check, from a file, writing nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.cli import books_take_on
from bordereau.domain import workbook
from bordereau.domain.problems import ConfigurationError
from tests.unit.desk.desk_world import World
from tests.unit.desk.test_take_on import (
    TODAY,
    eur,
    line_of,
    portfolio,
    ref,
    settle,
    world,
)


def saved(made: World, folder: Path) -> Path:
    """Save what stands in the sheet as a file, with its dates and numbers."""
    book = openpyxl.Workbook()
    for tab in workbook.STAFF.values():
        page = book.create_sheet(tab.title)
        for row, cells in enumerate(made.sheet.read([tab.title])[tab.title], 1):
            for place, cell in enumerate(cells, 1):
                page.cell(row, place, _value(cell.value, cell.kind))
    path = folder / "cahier.xlsx"
    book.save(path)
    return path


def _value(value: Any, kind: str) -> Any:
    if kind == "DATE" and isinstance(value, Decimal):
        return dt.date(1899, 12, 30) + dt.timedelta(int(value))
    return value


def test_a_portfolio_that_adds_up_is_good(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, and exit status 0."""
    assert books_take_on.run_take_on(saved(world(), tmp_path), None, on=TODAY) == 0
    assert capsys.readouterr().out.startswith("Dossier 1\u00a0: Tout concorde")


def test_what_differs_is_said_line_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The words are those beside the line in the sheet."""
    rows = portfolio()
    number = line_of(rows, figure="Encours")
    rows[number - 1]["balance"] = eur("14000.01")
    assert books_take_on.run_take_on(saved(world(rows), tmp_path), None, on=TODAY) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{ref(number)}  Solde\u00a0: l'ancien système montre 14\u202f000,01")
    assert last == "Dossier 1\u00a0: Rien n'est repris\u00a0: 1 ligne à corriger."


def test_the_books_of_a_stack_are_asked_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was taken on before is not taken on again; nothing is written."""
    made = world()
    file = saved(made, tmp_path)
    made.type("take_on", 1, {"action": "Reprendre"})
    settle(made)
    before = made.ledger.snapshot()
    assert books_take_on.run_take_on(file, made.ledger, on=TODAY) == 1
    assert "T-0002  Client\u00a0: ce contrat a déjà des écritures" in capsys.readouterr().out
    assert made.ledger.snapshot() == before


def test_a_workbook_without_a_dossier_has_nothing_to_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 1: an empty tab is no portfolio."""
    assert books_take_on.run_take_on(saved(world([]), tmp_path), MemoryLedger(), on=TODAY) == 1
    assert capsys.readouterr().out == "Aucun dossier.\n"


def test_a_file_that_is_no_workbook_of_ours_is_named(tmp_path: Path) -> None:
    """Neither another workbook nor any other file."""
    other = tmp_path / "autre.xlsx"
    openpyxl.Workbook().save(other)
    with pytest.raises(ConfigurationError, match=r"autre\.xlsx has no tab « Reprise »"):
        books_take_on.run_take_on(other, None, on=TODAY)
    text = tmp_path / "note.xlsx"
    text.write_text("non")
    with pytest.raises(ConfigurationError, match=r"note\.xlsx is not read"):
        books_take_on.run_take_on(text, None, on=TODAY)
