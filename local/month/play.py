"""Live the month in a world, business day by business day, in Paris."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bordereau.ports import PARIS
from local.month.bank import Bank, bank_days
from local.month.mails import mails_of
from local.month.typed import TYPED, releases
from local.month.world import World

SETUP: Final = dt.date(2026, 1, 2)
"""The Friday on which the workbook is read for the first time."""

FIRST: Final = dt.date(2026, 1, 5)
LAST: Final = dt.date(2026, 1, 30)
AFTER: Final = (dt.date(2026, 1, 31), dt.date(2026, 2, 2))
"""The month's end, a Saturday, and the Monday on which the last statement comes."""

MONDAY: Final = 0
FRIDAY: Final = 4


@dataclass
class Day:
    """What happened on a day, for whoever looks on."""

    date: dt.date
    events: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The day's events in a few words."""
        return ", ".join(self.events) or "nothing new"


def play(world: World, bank: Bank | None = None, *, until: dt.date | None = None) -> Iterator[Day]:
    """Live the month; yield each day when it is over.

    ``bank`` is the firm's bank, a new one if not given; ``until`` is the last day to live.
    """
    bank = bank or Bank()
    booked: dt.date | None = None
    for date in (SETUP, *bank_days(FIRST, LAST), *AFTER):
        if until is not None and date > until:
            return
        day = Day(date)
        if date == SETUP:
            _set_up(world, day)
        elif date == AFTER[0]:
            _run(world, date, ("update_reserves", 7, 30))
            world.settle()
        else:
            _morning(world, day, bank, booked)
            if date not in AFTER:
                _noon(world, day)
                _afternoon(world, day, bank)
                booked = date
            else:
                _close(world, date)
        yield day


def _run(world: World, date: dt.date, *functions: tuple[str, int, int]) -> None:
    for function, hour, minute in functions:
        at = dt.datetime.combine(date, dt.time(hour, minute), PARIS)
        world.at(at)
        world.fire(function, at)


def _set_up(world: World, day: Day) -> None:
    for minute in (0, 15):
        _run(world, day.date, ("refresh_workbook", 9, minute))
        world.settle()
    day.events.append("the workbook is read")


def _morning(world: World, day: Day, bank: Bank, booked: dt.date | None) -> None:
    """The bank's statement of the day before, promotions, statements of the week, alerts."""
    date = day.date
    if date.weekday() == MONDAY:
        _run(world, date, ("send_weekly_statements", 6, 30))
        day.events.append("weekly statements")
        world.settle()
    if booked is not None:
        world.at(dt.datetime.combine(date, dt.time(7, 15), PARIS))
        world.deliver_bank(f"{booked:%Y%m%d}-camt053.xml", bank.close(booked))
        world.settle()
    _run(world, date, ("update_reserves", 7, 30))
    _run(world, date, ("raise_overdue_alerts", 8, 30))
    world.settle()


def _noon(world: World, day: Day) -> None:
    """People type, then the sheet is read; mails arrive."""
    date = day.date
    if date in TYPED:
        if any(typed.found_by for typed in TYPED[date]):
            _run(world, date, ("refresh_workbook", 8, 45))
        world.at(dt.datetime.combine(date, dt.time(9), PARIS))
        world.type_in(TYPED[date])
        # Decisions are posted side by side: one that builds on another may need the next refresh.
        for minute in (15, 30) if len(TYPED[date]) > 1 else (15,):
            _run(world, date, ("refresh_workbook", 9, minute))
            world.settle()
        day.events.append(_count(len(TYPED[date]), "line typed", "lines typed"))
    mails = mails_of(date)
    for mail in mails:
        world.at(mail.at)
        world.deliver_mail(mail)
    if mails:
        world.settle()
        day.events.append(_count(len(mails), "e-mail", "e-mails"))


def _afternoon(world: World, day: Day, bank: Bank) -> None:
    """Advances; a person releases them in the sheet; the file is made, and goes to the bank."""
    date = day.date
    _run(world, date, ("issue_advances", 15, 0))
    world.settle()
    _run(world, date, ("refresh_workbook", 15, 15))
    if waiting := world.to_release():
        world.at(dt.datetime.combine(date, dt.time(15, 30), PARIS))
        world.answer(releases(waiting))
        _run(world, date, ("refresh_workbook", 15, 45))
        world.settle()
    at = dt.datetime.combine(date, dt.time(16, 10), PARIS)
    world.at(at)
    world.fire("issue_advances", at, "seal")
    world.settle()
    new = bank.receive(world.payment_files())
    if new:
        day.events.append(_count(len(new), "pay-out", "pay-outs"))
    _close(world, date)


def _close(world: World, date: dt.date) -> None:
    """The books are controlled on Fridays and at the end; the sheet is read for the last time."""
    if date.weekday() == FRIDAY or date in AFTER:
        _run(world, date, ("deliver_outbox", 18, 10), ("refresh_workbook", 19, 0))
        _run(world, date, ("control_books", 20, 30))
        world.settle()


def _count(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"
