"""``bordereau books close MONTH`` and ``books closed``: months are closed in order, once."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Final, TypeAlias

from bordereau.cli.guarded import guarded
from bordereau.cli.today import today
from bordereau.documents.texts import Phrases
from bordereau.domain.closing import MonthClosing
from bordereau.ports import Ledger
from bordereau.services.close_month import close_month, closed_months

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse's own
Factory: TypeAlias = Callable[[str], Ledger]

SEAL: Final = 12
"""How much of the seal is shown."""


def register(actions: Commands, open_ledger: Factory) -> tuple[argparse.ArgumentParser, ...]:
    """Add both actions; they are returned for what all actions share."""
    close = actions.add_parser("close", help="close a month (YYYY-MM), once for ever")
    close.add_argument("month", help="the month, as 2026-01")
    close.add_argument("--by", required=True, help="who closes it, by name")
    closed = actions.add_parser("closed", help="say which months are closed")
    close.set_defaults(
        run=lambda chosen: guarded(
            lambda: run_close(open_ledger(chosen.stack), chosen.month, by=chosen.by)
        )
    )
    closed.set_defaults(run=lambda chosen: guarded(lambda: run_closed(open_ledger(chosen.stack))))
    return close, closed


def run_close(ledger: Ledger, month: str, *, by: str) -> int:
    """Close a month; 0 when it is closed (now or before), 1 with what it lacks."""
    outcome = close_month(ledger, month, by=by, today=today())
    phrases = Phrases.load("fr")
    for problem in outcome.problems:
        print(phrases.problem(problem), file=sys.stderr)
    if outcome.is_refused:
        return 1
    (row,) = [one for one in closed_months(ledger) if one.month == month]
    print(_line(row, phrases))
    return 0


def run_closed(ledger: Ledger) -> int:
    """Print one line for each closed month; 0."""
    phrases = Phrases.load("fr")
    rows = closed_months(ledger)
    for row in rows:
        print(_line(row, phrases))
    if not rows:
        print(phrases.say("past.none_closed"))
    return 0


def _line(row: MonthClosing, phrases: Phrases) -> str:
    return phrases.say(
        "past.closed",
        month=row.month,
        through=phrases.formats.short(row.through_on),
        day=phrases.formats.short(row.closed_on),
        by=row.closed_by,
        count=row.journal_count,
        seal=row.sha256[:SEAL],
    )
