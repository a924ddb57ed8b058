"""``bordereau books``: check whole books, or export them for other programs and the tax office."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from bordereau.documents.csv_journal import EXCEL, PLAIN, csv_journal
from bordereau.documents.fec import fec, fec_name
from bordereau.documents.fec_check import check_fec
from bordereau.documents.journals import beancount_journal, hledger_journal
from bordereau.documents.texts import Phrases
from bordereau.domain.problems import ConfigurationError, ProductError
from bordereau.ports import Ledger
from bordereau.services.check_books import check_books
from bordereau.services.export_books import account_mapping, journal_rows, legal_books
from bordereau.services.read_books import Books, known_accounts, known_contracts, read_books

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

    def _closing(self) -> dt.date:
        if self.closing_on is None:
            raise ConfigurationError("a FEC is of one year: say its last day with --closing")
        return self.closing_on


def open_stack(stack: str) -> Ledger:
    """Return the ledger of a deployed stack."""
    from bordereau.entry.opened_books import open_ledger  # noqa: PLC0415 - boto3 takes its time

    return open_ledger(stack)


def register(commands: Commands, open_ledger: Factory = open_stack) -> None:
    """Add ``books check`` and ``books export``; ``open_ledger`` gives the ledger of a stack."""
    parser = commands.add_parser("books", help="check the books, or export them")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="check each invariant, one line each")
    export = actions.add_parser("export", help="print the journals for another program")
    export.add_argument("format", choices=FORMATS)
    export.add_argument("--output", type=Path, help="write to this file, or into this folder")
    export.add_argument(
        "--closing", type=dt.date.fromisoformat, help="fec: the last day of the year (YYYY-MM-DD)"
    )
    export.add_argument("--excel", action="store_true", help="csv: as Excel in French reads it")
    for action in (check, export):
        action.add_argument("--stack", default=STACK, help=f"whose tables (default: {STACK})")
    check.set_defaults(run=lambda chosen: _guarded(lambda: run_check(open_ledger(chosen.stack))))
    export.set_defaults(
        run=lambda chosen: _guarded(
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
    checks = check_books(ledger, contracts, known_accounts(ledger, contracts))
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
    books = read_books(ledger, contracts, known_accounts(ledger, contracts))
    text, name = wanted.text(ledger, books)
    if output is None:
        print(text, end="")
    else:
        path = output / (name or f"journal.{wanted.form}") if output.is_dir() else output
        path.write_text(text, encoding="utf-8", newline="")
    breaches = check_fec(name, text.encode()) if name else []
    moved = (f"{journal}: moved meanwhile" for journal in books.moved)
    lacking = [*books.unreadable, *moved, *breaches]
    for detail in lacking:
        print(detail, file=sys.stderr)
    return 1 if lacking else 0


def _guarded(run: Callable[[], int]) -> int:
    """Run; what the ledger cannot do is one sentence and exit status 2."""
    try:
        return run()
    except ProductError as error:
        print(f"the books cannot be read: {error}", file=sys.stderr)
        return 2
