"""How late an invoice is, and how far its collection has come (handbook domain 3.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bordereau.domain.figures import Stage
from bordereau.domain.invoices import Invoice

REMINDER_DAYS: Final = (3, 10, 20, 30, 45)
"""Days after the due date from which each later stage counts, where staff set none."""

LATER_STAGES: Final = (
    Stage.REMINDER_1,
    Stage.REMINDER_2,
    Stage.REMINDER_3,
    Stage.FORMAL_NOTICE,
    Stage.PRE_LITIGATION,
)
ALERT_STAGES: Final = (Stage.OVERDUE, *LATER_STAGES)
"""The stages that have an alert of their own; a dispute or a promise ends it."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """The stage of an overdue invoice, and the day on which it came to it."""

    stage: Stage
    since_on: dt.date


def reminder_days(text: str) -> tuple[int, ...]:
    """Return the days that staff typed; the usual ones where they are none, or not rising.

    >>> reminder_days("7 ; 21 ; 35"), reminder_days("")
    ((7, 21, 35), (3, 10, 20, 30, 45))
    """
    pieces = [piece.strip() for piece in text.split(";") if piece.strip()]
    days = tuple(int(piece) for piece in pieces if piece.isascii() and piece.isdigit())
    is_sound = len(days) == len(pieces) and list(days) == sorted(set(days)) and 0 not in days
    return days[: len(LATER_STAGES)] if days and is_sound else REMINDER_DAYS


def lateness(invoice: Invoice, on: dt.date, days: Sequence[int]) -> Lateness | None:
    """Return how late an open invoice is on a day; ``None`` when it is not, or disputed."""
    late = (on - invoice.due_on).days
    if late <= 0 or not invoice.is_open or invoice.disputed_cents:
        return None
    reached = [
        Lateness(stage, invoice.due_on + dt.timedelta(first))
        for stage, first in zip(LATER_STAGES, days, strict=False)
        if late >= first
    ]
    return reached[-1] if reached else Lateness(Stage.OVERDUE, invoice.due_on)
