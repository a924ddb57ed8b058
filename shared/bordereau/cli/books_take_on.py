"""``bordereau books take-on FILE``: what the desk would say of « Reprise », before anybody sees it.

A dry run over a workbook file (.xlsx, .ods): nothing is written anywhere. With ``--stack`` the
books of a deployment are asked too: contracts with entries, invoices that another contract holds.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeAlias

from bordereau.cli.guarded import guarded
from bordereau.cli.today import today
from bordereau.documents.texts import Phrases
from bordereau.domain import workbook
from bordereau.domain.problems import ConfigurationError, Problem
from bordereau.domain.taking_on.check import Fault, Known
from bordereau.domain.workbook.take_on_tab import TAKE_ON
from bordereau.ports import Ledger, SheetCell, SheetRows
from bordereau.services.desk.answers import sentences
from bordereau.services.desk.reading import Reading, read_all
from bordereau.services.desk.take_on_rows import Dossier
from bordereau.services.desk.wanted import dossiers_in
from bordereau.services.desk.wanted_take_on import DossierWishes, TakeOnBooks, dossier_wishes
from bordereau.services.take_on import check_take_on

Actions: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse's own
Factory: TypeAlias = Callable[[str], Ledger]

EPOCH: Final = dt.date(1899, 12, 30)


def register(actions: Actions, open_ledger: Factory) -> None:
    """Add the action; without ``--stack`` no books are asked."""
    does = "check a portfolio to be taken on, from a workbook file; writes nothing"
    take_on = actions.add_parser("take-on", help=does, description=does)
    take_on.add_argument("file", type=Path, help="the workbook, as .xlsx or .ods")
    take_on.add_argument("--stack", default="", help="ask the books of this stack too")
    take_on.add_argument(
        "--on", type=dt.date.fromisoformat, help="as if today were that day (YYYY-MM-DD)"
    )
    take_on.set_defaults(
        run=lambda chosen: guarded(
            lambda: run_take_on(
                chosen.file,
                open_ledger(chosen.stack) if chosen.stack else None,
                on=chosen.on or today(),
            )
        )
    )


def run_take_on(file: Path, ledger: Ledger | None, *, on: dt.date) -> int:
    """Print one sentence for each line that is wrong, and one for each dossier.

    0 when every dossier could be taken over, 1 when something differs or there is none. Raises
    ``ConfigurationError`` for a file that is no workbook of ours.
    """
    phrases = Phrases.load("fr")
    reading = _reading(file)
    for fault in reading.faults:
        print(phrases.problem(fault), file=sys.stderr)
    wishes = [
        (dossier, dossier_wishes(dossier, TakeOnBooks(Known(on))))
        for dossier in dossiers_in(reading, today=on)
    ]
    good = [_told(dossier, wish, ledger, phrases, on=on) for dossier, wish in wishes]
    if not wishes:
        print(phrases.say("sheet.no_take_on"))
    return 0 if good and all(good) and not reading.faults else 1


def _told(
    dossier: Dossier, wish: DossierWishes, ledger: Ledger | None, phrases: Phrases, *, on: dt.date
) -> bool:
    """Print what is said of one dossier; return whether nothing is wrong with it."""
    for line in wish.lines:
        if line.wrong:
            print(f"{line.ref}  {' '.join(sentences(tuple(line.wrong.values()), phrases))}")
    is_good = not any(line.wrong for line in wish.lines)
    faults: Sequence[Fault] = ()
    if is_good and ledger is not None and dossier.snapshot is not None:
        faults = check_take_on(ledger, dossier.snapshot, today=on)
    for fault in faults:
        print(f"{fault.ref}  {' '.join(sentences((_at(fault),), phrases))}")
    if not faults:
        facts = {
            "dossier": dossier.name,
            "state": phrases.say(wish.state.phrase, **wish.state.facts),
        }
        print(phrases.say("sheet.take_on_of", **facts))
    return is_good and not faults


def _at(fault: Fault) -> Problem:
    label = TAKE_ON.column(fault.key).label
    return Problem(fault.problem.code, where=label, facts=fault.problem.facts)


def _reading(file: Path) -> Reading:
    """Return what staff typed in a workbook file."""
    sheets = dict(_sheets(file))
    titles = {tab.key: tab.title for tab in workbook.TABS if tab.title in sheets}
    if TAKE_ON.key not in titles:
        raise ConfigurationError(f"{file.name} has no tab « {TAKE_ON.title} »")
    return read_all(titles, sheets, {})


def _sheets(file: Path) -> Iterator[tuple[str, SheetRows]]:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - only here

    try:
        book = CalamineWorkbook.from_path(str(file))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            yield name, tuple(tuple(map(_cell, row)) for row in rows)
    except (OSError, CalamineError) as error:
        raise ConfigurationError(f"{file.name} is not read: {error}") from error


def _cell(value: Any) -> SheetCell:  # noqa: ANN401 - what a cell of a file may hold
    """Return a cell as the shared sheet would give it: a date as its day's number."""
    if value in ("", None):
        return SheetCell()
    if isinstance(value, str | bool):
        return SheetCell(value)
    if isinstance(value, dt.date):
        day = value.date() if isinstance(value, dt.datetime) else value
        return SheetCell(Decimal((day - EPOCH).days), "DATE")
    return SheetCell(Decimal(str(value)))
