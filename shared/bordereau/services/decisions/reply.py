"""What a decision is answered: the words beside its line, and whom it wakes."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from bordereau.domain.problems import Problem
from bordereau.domain.work import Command
from bordereau.ports import Ledger, Objects, Phrases, Queue
from bordereau.services.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that a decision needs: the ports and the moment."""

    ledger: Ledger
    objects: Objects
    queue: Queue
    phrases: Phrases
    today: dt.date
    now: dt.datetime

    def money(self, cents: int, currency: str = "EUR") -> str:
        """Return an amount as people read it."""
        return self.phrases.formats.money(cents, currency)

    def day(self, day: dt.date) -> str:
        """Return a date as people read it."""
        return self.phrases.formats.short(day)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a decision. ``status`` is a code of the texts ``[sheet]``."""

    status: str = "ok"
    message: str = ""
    problems: tuple[Problem, ...] = ()
    in_force_on: dt.date | None = None

    def on(self, command: Command, today: dt.date) -> Command:
        """Return the command with its answer."""
        return dataclasses.replace(
            command,
            status=self.status,
            message=self.message,
            problems=self.problems,
            done_on=today,
            in_force_on=self.in_force_on,
        )


class GoOnError(Exception):
    """A part of a decision is done: the rest is done by the same message, sent again at once."""


class NotYetError(Exception):
    """What a decision builds on is not in force yet: nothing was done, it comes again."""


def wrong(code: str, field: str = "", **facts: str) -> Reply:
    """Return the reply that refuses; ``field`` is the key of the cell to colour."""
    marked: Mapping[str, str] = facts | ({"field": field} if field else {})
    return Reply("error", problems=(Problem(code, facts=marked),))


def refusal(outcome: Outcome, field: str = "", **facts: str) -> Reply:
    """Return the reply to a service that refused, with its reason as a sentence's code."""
    return wrong(f"decision-{outcome.reason.replace('_', '-')}", field, **facts)
