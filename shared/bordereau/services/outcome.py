"""What a use case did: done, done already, held, or refused with a reason from the stories."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bordereau.domain.problems import Problem


class Status(StrEnum):
    """How a use case ended; ``ALREADY`` is the second call, which wrote nothing."""

    DONE = "done"
    ALREADY = "already"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one use case.

    ``reason`` is a word of the stories (``duplicate``, ``over_open`` …) when refused, held or done
    already. ``ids`` are the documents written, ``amounts`` cents by name, ``problems`` what a
    person should read, ``alerts`` missing rates (``vat/factoring_fee``).
    """

    status: Status
    reason: str = ""
    ids: tuple[str, ...] = ()
    amounts: dict[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    alerts: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether nothing was posted because the facts do not allow it."""
        return self.status in (Status.REFUSED, Status.HELD)


def done(*ids: str, amounts: dict[str, int] | None = None) -> Outcome:
    """Return the outcome of something written."""
    return Outcome(Status.DONE, ids=ids, amounts=amounts or {})


def already(reason: str = "", *ids: str) -> Outcome:
    """Return the outcome of a second call: nothing was written."""
    return Outcome(Status.ALREADY, reason, ids)


def refused(reason: str, *ids: str) -> Outcome:
    """Return the outcome of facts that do not allow it."""
    return Outcome(Status.REFUSED, reason, ids)


def held(reason: str, *ids: str) -> Outcome:
    """Return the outcome of a document that waits for something."""
    return Outcome(Status.HELD, reason, ids)
