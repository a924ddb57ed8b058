"""``bordereau books``: check whole books, close them, ask as of a day, export them for others."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from bordereau.cli import books_closing, books_past, books_take_on
from bordereau.cli.guarded import guarded
from bordereau.documents.csv_journal import EXCEL, PLAIN, csv_journal
from bordereau.documents.fec import fec, fec_name
from bordereau.documents.fec_check import check_fec
from bordereau.documents.journals import beancount_journal, hledger_journal
from bordereau.documents.texts import Phrases
from bordereau.domain.problems import ConfigurationError
from bordereau.ports import Ledger
from bordereau.services.check_books import check_books
from bordereau.services.control_books import own_accounts
from bordereau.services.export_books import account_mapping, journal_rows, legal_books
from bordereau.services.read_books import Books, known_contracts, read_books

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse's own
Factory: TypeAlias = Callable[[str], Ledger]

STACK: Final = "bordereau"
DETAILS_MAX: Final = 20

FORMATS: Final = ("beancount", "csv", "fec", "hledger")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is exported: a format, the closing of the year (FEC), and for whom (CSV)."""

    form: str
    closing_on: dt.date | None = None
    for_excel: bool = False

    def text(self, ledger: Ledger, books: Books) -> tuple[str, str]:
        """Return the export and the name that its file must have, if the law says one."""
        if self.form == "fec":
            legal, closing_on = legal_books(ledger, books), self._closing()
            text = fec(legal, closing_on=closing_on, phrases=Phrases.load("fr"))
            return text, fec_name(legal.siren, closing_on)
        if self.form == "csv":
            dialect = EXCEL if self.for_excel else PLAIN
            return csv_journal(journal_rows(books), account_mapping(ledger), dialect), ""
        write = beancount_journal if self.form == "beancount" else hledger_journal
        return write(journal_rows(books)), ""

    def told(self, books: Books) -> tuple[str, ...]:
        """Return what is said beside the file: which months of a FEC are closed."""
        if self.form != "fec":
            return ()
        closed = [f"{row.month} ({row.closed_on})" for row in books.months]
        through = books.months[-1].through_on if books.months else None
        is_whole = through is not None and through >= self._closing()
        state = "" if is_whole else "; what was booked after is of open months"
        return (f"closed months: {', '.join(closed) or 'none'}{state}",)

    def _closing(self) -> dt.date:
        if self.closing_on is None:
            raise ConfigurationError("a FEC is of one year: say its last day with --closing")
        return self.closing_on


def open_stack(stack: str) -> Ledger:
    """Return the ledger of a deployed stack."""
    from bordereau.entry.opened_books import open_ledger  # noqa: PLC0415 - boto3 takes its time

    return open_ledger(stack)


def register(commands: Commands, open_ledger: Factory = open_stack) -> None:
    """Add ``books`` and its actions; ``open_ledger`` gives the ledger of a stack."""
    parser = commands.add_parser("books", help="check, close, ask as of a day, or export")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="check each invariant, one line each")
    export = actions.add_parser("export", help="print the journals for another program")
    export.add_argument("format", choices=FORMATS)
    export.add_argument("--output", type=Path, help="write to this file, or into this folder")
    export.add_argument(
        "--closing", type=dt.date.fromisoformat, help="fec: the last day of the year (YYYY-MM-DD)"
    )
    export.add_argument("--excel", action="store_true", help="csv: as Excel in French reads it")
    others = (
        *books_past.register(actions, open_ledger),
        *books_closing.register(actions, open_ledger),
    )
    books_take_on.register(actions, open_ledger)
    for action in (check, export, *others):
        action.add_argument("--stack", default=STACK, help=f"whose tables (default: {STACK})")
    check.set_defaults(run=lambda chosen: guarded(lambda: run_check(open_ledger(chosen.stack))))
    export.set_defaults(
        run=lambda chosen: guarded(
            lambda: run_export(
                open_ledger(chosen.stack),
                Wanted(chosen.format, chosen.closing, chosen.excel),
                chosen.output,
            )
        )
    )


def run_check(ledger: Ledger) -> int:
    """Print one line for each invariant and what breaks it; 1 when one does not hold, else 0."""
    contracts = known_contracts(ledger)
    checks = check_books(ledger, contracts, own_accounts(ledger, contracts))
    for check in checks:
        print(f"{check.code:<5} {'ok    ' if check.ok else 'BROKEN'}  {check.title}")
        for detail in check.details[:DETAILS_MAX]:
            print(f"              {detail}")
        if len(check.details) > DETAILS_MAX:
            print(f"              … and {len(check.details) - DETAILS_MAX} more")
    broken = sum(not check.ok for check in checks)
    print(f"{len(contracts)} contracts: {len(checks) - broken} of {len(checks)} checks hold")
    return 1 if broken else 0


def run_export(ledger: Ledger, wanted: Wanted, output: Path | None = None) -> int:
    """Print or write the journals; 1 when a record could not be read or the books moved.

    A file for the tax office gets its legal name in the folder that is given, and is checked by
    what does not know the writer.
    """
    contracts = known_contracts(ledger)
    books = read_books(ledger, contracts, own_accounts(ledger, contracts))
    text, name = wanted.text(ledger, books)
    if output is None:
        print(text, end="")
    else:
        path = output / (name or f"journal.{wanted.form}") if output.is_dir() else output
        path.write_text(text, encoding="utf-8", newline="")
    breaches = check_fec(name, text.encode()) if name else []
    moved = (f"{journal}: moved meanwhile" for journal in books.moved)
    lacking = [*books.unreadable, *moved, *breaches]
    for detail in (*lacking, *wanted.told(books)):
        print(detail, file=sys.stderr)
    return 1 if lacking else 0
