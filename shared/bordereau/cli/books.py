"""``bordereau books``: check whole books, or export them to hledger or beancount."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from bordereau.documents.journals import beancount_journal, hledger_journal
from bordereau.domain.problems import ProductError
from bordereau.ports import Ledger
from bordereau.services.check_books import check_books
from bordereau.services.export_books import journal_rows
from bordereau.services.read_books import Books, known_accounts, known_contracts, read_books

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse's own
Factory: TypeAlias = Callable[[str], Ledger]

STACK: Final = "bordereau"
DETAILS_MAX: Final = 20

FORMATS: Final[Mapping[str, Callable[[Books], str]]] = {
    "beancount": lambda books: beancount_journal(journal_rows(books)),
    "hledger": lambda books: hledger_journal(journal_rows(books)),
}


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
    export.add_argument("format", choices=sorted(FORMATS))
    export.add_argument("--output", type=Path, help="write to this file instead")
    for action in (check, export):
        action.add_argument("--stack", default=STACK, help=f"whose tables (default: {STACK})")
    check.set_defaults(run=lambda chosen: _guarded(lambda: run_check(open_ledger(chosen.stack))))
    export.set_defaults(
        run=lambda chosen: _guarded(
            lambda: run_export(open_ledger(chosen.stack), chosen.format, chosen.output)
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


def run_export(ledger: Ledger, form: str, output: Path | None = None) -> int:
    """Print or write the journals; 1 when a record could not be read or the books moved."""
    contracts = known_contracts(ledger)
    books = read_books(ledger, contracts, known_accounts(ledger, contracts))
    text = FORMATS[form](books)
    if output is None:
        print(text, end="")
    else:
        output.write_text(text, encoding="utf-8")
    for detail in (*books.unreadable, *(f"{journal}: moved meanwhile" for journal in books.moved)):
        print(detail, file=sys.stderr)
    return 1 if books.unreadable or books.moved else 0


def _guarded(run: Callable[[], int]) -> int:
    """Run; what the ledger cannot do is one sentence and exit status 2."""
    try:
        return run()
    except ProductError as error:
        print(f"the books cannot be read: {error}", file=sys.stderr)
        return 2
