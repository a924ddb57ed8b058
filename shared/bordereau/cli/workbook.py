"""``bordereau workbook``: create the shared workbook, check it, or add numbered lines."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bordereau.domain.problems import ConfigurationError, SourceUnavailableError
from bordereau.domain.workbook import STAFF

if TYPE_CHECKING:
    from bordereau.adapters.gspread_sheet import GspreadSheet

BUDGET_SECONDS = 180


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``workbook create``, ``check`` and ``extend``."""
    does = "create or check the shared workbook"
    parser = commands.add_parser("workbook", help=does, description=does)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, run, helps in (
        ("create", run_create, "draw the workbook in an empty spreadsheet that was shared with us"),
        ("check", run_check, "say what a spreadsheet lacks of the workbook"),
        ("extend", run_extend, "add numbered lines at the end of a tab"),
    ):
        action = actions.add_parser(name, help=helps, description=helps)
        action.add_argument("spreadsheet", metavar="ID", help="from the spreadsheet's address")
        if name == "extend":
            action.add_argument("tab", choices=sorted(STAFF), help="the tab's code name")
            action.add_argument("count", type=int, help="how many lines")
        door = action.add_mutually_exclusive_group(required=True)
        door.add_argument("--credentials", type=Path, metavar="FILE", help="JSON of Google's")
        door.add_argument("--endpoint", metavar="URL", help="an embedded Google Sheets")
        action.set_defaults(run=run)


def run_create(arguments: argparse.Namespace) -> int:
    """Draw the workbook; nothing is touched in a spreadsheet that is not empty."""
    from sheets.create import create  # noqa: PLC0415 - only this command draws

    try:
        create(_sheet(arguments))
    except (ConfigurationError, SourceUnavailableError) as error:
        print(error)
        return 1
    print("the workbook is there: fill in the tab Réglages first")
    return 0


def run_extend(arguments: argparse.Namespace) -> int:
    """Add numbered lines; what people typed stays."""
    from sheets.create import extend  # noqa: PLC0415 - only this command draws

    try:
        first, last = extend(_sheet(arguments), arguments.tab, arguments.count)
    except (ConfigurationError, SourceUnavailableError) as error:
        print(error)
        return 1
    print(f"new lines: {first} to {last}")
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    """Print what is missing, one line each; the exit status says whether anything is."""
    from sheets.create import faults  # noqa: PLC0415 - only this command looks

    try:
        found = faults(_sheet(arguments))
    except (ConfigurationError, SourceUnavailableError) as error:
        print(error)
        return 1
    print("\n".join(found) or "the workbook is complete")
    return 1 if found else 0


def _sheet(arguments: argparse.Namespace) -> GspreadSheet:
    from bordereau.adapters.google_credentials import google_client  # noqa: PLC0415 - slow
    from bordereau.adapters.gspread_sheet import GspreadSheet, local_client  # noqa: PLC0415 - slow

    if arguments.endpoint:
        client = local_client(arguments.endpoint)
    else:
        client = google_client(arguments.credentials.read_text(encoding="utf-8"))
    return GspreadSheet(client, arguments.spreadsheet, budget_seconds=BUDGET_SECONDS)
