"""Guarantee lines on two levels, and their queue (decisions 6).

A relation line is what a seller is told for one debtor; above it a factor-wide limit per debtor,
never shown to sellers. A row on which somebody waits has no room for newcomers: nobody jumps the
queue. Rows keep ``avail`` (limit less approved), because a condition can compare it without
arithmetic; a cut may leave it below zero.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from bordereau.domain.identifiers import ContractId, PartyId

UNLIMITED_CENTS = 10**15
"""From what a factor-wide row without a limit counts down."""


class LineStatus(StrEnum):
    """Whether a line takes on anything new."""

    ACTIVE = "active"
    FROZEN = "frozen"
    CANCELLED = "cancelled"
    INSOLVENT = "insolvent"


@dataclass(frozen=True, slots=True)
class RelationLine:
    """The line of one contract on one debtor. ``counted_cents`` is its share of the wider queue.

    ``notified_on`` is the day on which the debtor was told to pay us (decisions 7). Guarded by its
    version ``v``: only commits of its own contract and decisions on the line write it (ADR 0006).
    """

    debtor: PartyId
    currency: str
    contract: ContractId
    limit_cents: int = 0
    avail_cents: int = 0
    waiting_cents: int = 0
    counted_cents: int = 0
    status: LineStatus = LineStatus.ACTIVE
    valid_until: dt.date | None = None
    notified_on: dt.date | None = None
    v: int = 0

    @property
    def approved_cents(self) -> int:
        """Σ approved of the relation."""
        return self.limit_cents - self.avail_cents


@dataclass(frozen=True, slots=True)
class FactorLine:
    """The factor-wide row of a debtor in a currency; contended, so guarded by arithmetic.

    ``limit_cents`` is ``UNLIMITED_CENTS`` without a limit. ``todo_rev`` counts what freed or added
    room or started to wait; the debtor stands in the index ``todo`` while ``todo_on`` is set.
    """

    debtor: PartyId
    currency: str
    limit_cents: int = UNLIMITED_CENTS
    avail_cents: int = UNLIMITED_CENTS
    waiting_cents: int = 0
    status: LineStatus = LineStatus.ACTIVE
    valid_until: dt.date | None = None
    todo_rev: int = 0
    todo_on: dt.date | None = None
    insolvent_on: dt.date | None = None
    published_on: dt.date | None = None

    @property
    def approved_cents(self) -> int:
        """Σ approved of the debtor over all contracts in this currency."""
        return self.limit_cents - self.avail_cents


def is_in_force(line: RelationLine | FactorLine, today: dt.date) -> bool:
    """Return whether the line takes on new risk on that day."""
    return line.status is LineStatus.ACTIVE and not is_expired(line, today)


def is_expired(line: RelationLine | FactorLine, today: dt.date) -> bool:
    """Return whether the line's validity has ended before ``today``."""
    return line.valid_until is not None and line.valid_until < today


def effective_limit(line: RelationLine | FactorLine, today: dt.date) -> int:
    """Return the line as it counts on that day: 0 once expired, frozen or cancelled."""
    return line.limit_cents if is_in_force(line, today) else 0


def room(line: RelationLine | FactorLine, today: dt.date) -> int:
    """Return what a promotion may still take: ``max(0, limit - approved)`` while in force."""
    return max(0, line.avail_cents) if is_in_force(line, today) else 0


def room_for_new(line: RelationLine | FactorLine, today: dt.date) -> int:
    """Return what a new invoice may take: nothing where somebody waits."""
    return 0 if line.waiting_cents > 0 else room(line, today)


def queue_share(line: RelationLine, today: dt.date) -> int:
    """Return the part of the relation's queue that only the factor-wide limit holds back."""
    return min(line.waiting_cents, room(line, today))


@dataclass(frozen=True, slots=True)
class Lines:
    """Both levels together, as one commit sees and changes them."""

    relation: RelationLine
    factor: FactorLine

    def newcomer_room(self, today: dt.date) -> int:
        """Return the room of a new invoice within both levels."""
        return min(room_for_new(self.relation, today), room_for_new(self.factor, today))

    def queue_room(self, today: dt.date) -> int:
        """Return the room of the first in the queue within both levels."""
        return min(room(self.relation, today), room(self.factor, today))

    def moved(self, *, approved: int, waiting: int, today: dt.date) -> Lines:
        """Return both rows after Σ approved and the relation's queue moved by so many cents.

        The difference of the relation's share in the wider queue goes to the factor-wide row, and
        the debtor is put into ``todo`` when room came free or somebody started to wait.
        """
        relation = dataclasses.replace(
            self.relation,
            avail_cents=self.relation.avail_cents - approved,
            waiting_cents=self.relation.waiting_cents + waiting,
        )
        assert relation.waiting_cents >= 0, "a queue is never below zero"
        counted = queue_share(relation, today)
        factor = dataclasses.replace(
            self.factor,
            avail_cents=self.factor.avail_cents - approved,
            waiting_cents=self.factor.waiting_cents + counted - self.relation.counted_cents,
        )
        if approved < 0 or waiting > 0:
            factor = awakened(factor, today)
        return Lines(dataclasses.replace(relation, counted_cents=counted), factor)


def awakened(factor: FactorLine, today: dt.date) -> FactorLine:
    """Return the factor-wide row with the debtor in ``todo``: somebody may be promoted."""
    return dataclasses.replace(factor, todo_rev=factor.todo_rev + 1, todo_on=today)


def with_limit(
    line: RelationLine, limit_cents: int, *, valid_until: dt.date | None
) -> RelationLine:
    """Return the relation with another limit; what is approved stays (a cut is for the future)."""
    return dataclasses.replace(
        line,
        limit_cents=limit_cents,
        avail_cents=limit_cents - line.approved_cents,
        valid_until=valid_until,
        status=LineStatus.ACTIVE,
    )
