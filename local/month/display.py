"""What a person sees in the terminal: the month's progress, then a table of each seller."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from local.month.play import Day
from local.month.results import SellerRow

NARROW: Final = "\u202f"
WIDTH_MIN: Final = 110


def console() -> Console:
    """Return where to print: as wide as the table where the output is no terminal."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=WIDTH_MIN + 10)


def watched(days: Iterator[Day], total: int, where: Console) -> Iterator[Day]:
    """Yield the days of a month that is lived, with a bar and a line for each."""
    columns = (
        TextColumn("  [bold]{task.description}"),
        BarColumn(bar_width=40),
        TextColumn("{task.completed}/{task.total} days"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=where, disable=not where.is_terminal) as progress:
        task = progress.add_task("January 2026", total=total)
        for day in days:
            progress.console.print(f"  {day.date:%a %d %b}  {day.text}")
            progress.advance(task)
            yield day


def euros(cents: int) -> str:
    """Return an amount with a narrow space between thousands.

    >>> euros(-123456789).replace(NARROW, " ")
    '-1 234 567,89'
    """
    whole, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return f"{sign}{whole:,}".replace(",", NARROW) + f",{rest:02d}"


def seller_table(rows: Sequence[SellerRow], today: dt.date) -> Table:
    """Return the table of each seller."""
    title = f"Sellers on {today:%d %B %Y}, EUR"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, show_footer=True, padding=0)
    table.add_column("Seller", "Together", style="bold", no_wrap=True)
    for name, cents in _totals(rows).items():
        table.add_column(name, euros(cents), justify="right", no_wrap=True)
    table.add_column("Hours*", justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            row.seller,
            euros(row.assigned_cents),
            euros(row.approved_cents),
            euros(row.advanced_cents),
            euros(row.available_cents),
            euros(row.fund_cents),
            euros(row.fee_cents),
            f"[red]{euros(row.overdue_cents)}[/red]" if row.overdue_cents else euros(0),
            f"{row.mean_hours} ({row.hours})" if row.hours is not None else "-",
        )
    table.caption = "* hours from complete to advanced: the mean, and the longest"
    table.caption_justify = "left"
    return table


def _totals(rows: Sequence[SellerRow]) -> dict[str, int]:
    return {
        "Assigned": sum(row.assigned_cents for row in rows),
        "Approved": sum(row.approved_cents for row in rows),
        "Advanced": sum(row.advanced_cents for row in rows),
        "Available": sum(row.available_cents for row in rows),
        "Fund": sum(row.fund_cents for row in rows),
        "Fees": sum(row.fee_cents for row in rows),
        "Overdue": sum(row.overdue_cents for row in rows),
    }


def place_lines(folder: Path, found: dict[str, str]) -> list[str]:
    """Return where everything lies, one line each: a path below ``folder``, and what it is."""
    width = max(len(name) for name in found)
    return [f"  {folder.name}/{name.ljust(width)}  {what}" for name, what in found.items()]
