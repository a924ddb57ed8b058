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
from typing import TypeVar

from bordereau.domain.identifiers import ContractId, PartyId
from bordereau.domain.line_agreements import Agreement, Source, effective_cents, valid_until

UNLIMITED_CENTS = 10**15
"""From what a factor-wide row without a limit counts down."""


class LineStatus(StrEnum):
    """Whether a line takes on anything new."""

    ACTIVE = "active"
    FROZEN = "frozen"
    INSOLVENT = "insolvent"


@dataclass(frozen=True, slots=True)
class RelationLine:
    """The line of one contract on one debtor. ``counted_cents`` is its share of the wider queue.

    ``notified_on`` is the day on which the debtor was told to pay us (decisions 7). Guarded by its
    version ``v``: only commits of its own contract and decisions on the line write it (ADR 0006).
    ``own`` and ``insurer`` are what ``limit_cents`` and ``valid_until`` come from (ADR 0015).
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
    own: Agreement | None = None
    insurer: Agreement | None = None
    frozen_by: str = ""
    frozen_why: str = ""
    v: int = 0

    @property
    def approved_cents(self) -> int:
        """Σ approved of the relation."""
        return self.limit_cents - self.avail_cents

    @property
    def queued_cents(self) -> int:
        """What waits for room; on an insolvent debtor nobody does, though the queue is kept."""
        return 0 if self.status is LineStatus.INSOLVENT else self.waiting_cents


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
    own: Agreement | None = None
    insurer: Agreement | None = None
    frozen_by: str = ""
    frozen_why: str = ""

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
    """Return the relation with another limit; what is approved stays (a cut is for the future).

    A line that is frozen, or on an insolvent debtor, stays so.
    """
    return dataclasses.replace(
        line,
        limit_cents=limit_cents,
        avail_cents=limit_cents - line.approved_cents,
        valid_until=valid_until,
    )


AnyLine = TypeVar("AnyLine", RelationLine, FactorLine)


@dataclass(frozen=True, slots=True)
class Freeze:
    """Who froze a line, and why."""

    by: str
    why: str


def with_agreement(line: AnyLine, source: Source, agreement: Agreement | None) -> AnyLine:
    """Return a row after one source agreed to something else, or to nothing any more (ADR 0015).

    What is approved stays. An own agreement above zero after the insurer withdrew is own risk. A
    row that had only a limit keeps it as the other source's, or an insurer would lift it.

    >>> line = RelationLine(PartyId("siren:732829320"), "EUR", ContractId("siren:552081317/EUR"))
    >>> day = dt.date(2026, 1, 5)
    >>> line = with_agreement(line, Source.INTERNAL, Agreement(5_000_000, day))
    >>> line = with_agreement(line, Source.INSURER, Agreement(3_000_000, day))
    >>> cut = with_agreement(line, Source.INSURER, Agreement(0, day))
    >>> own_risk = with_agreement(cut, Source.INTERNAL, Agreement(1_000_000, day))
    >>> line.limit_cents, cut.limit_cents, own_risk.limit_cents
    (3000000, 0, 1000000)
    """
    own, insurer = _agreements(line, source, agreement)
    limit = effective_cents(own, insurer)
    if limit is None:
        limit = _without_agreement(line)
    return dataclasses.replace(
        line,
        limit_cents=limit,
        avail_cents=limit - line.approved_cents,
        valid_until=valid_until(own, insurer),
        own=own,
        insurer=insurer,
    )


def _without_agreement(line: RelationLine | FactorLine) -> int:
    return UNLIMITED_CENTS if isinstance(line, FactorLine) else 0


def _agreements(
    line: RelationLine | FactorLine, source: Source, agreement: Agreement | None
) -> tuple[Agreement | None, Agreement | None]:
    if source is Source.INSURER:
        had_limit = line.limit_cents not in {0, UNLIMITED_CENTS}
        own = line.own
        if own is None and line.insurer is None and had_limit and agreement is not None:
            own = Agreement(line.limit_cents, agreement.from_on, line.valid_until)
        return own, agreement
    has_withdrawn = line.insurer is not None and line.insurer.amount_cents == 0
    takes_risk = agreement is not None and agreement.amount_cents > 0
    return agreement, None if has_withdrawn and takes_risk else line.insurer


def frozen(line: AnyLine, *, by: str, why: str) -> AnyLine:
    """Return a row that takes on nothing new; insolvency is stronger, the freeze outlives it."""
    status = line.status if line.status is LineStatus.INSOLVENT else LineStatus.FROZEN
    return dataclasses.replace(line, status=status, frozen_by=by, frozen_why=why)


def unfrozen(line: AnyLine) -> AnyLine:
    """Return a row that takes on new risk again, within what is agreed."""
    status = line.status if line.status is LineStatus.INSOLVENT else LineStatus.ACTIVE
    return dataclasses.replace(line, status=status, frozen_by="", frozen_why="")


def sound_again(line: AnyLine, freeze: Freeze | None) -> AnyLine:
    """Return the row of a debtor whose procedure is over (ADR 22): as agreed, or frozen.

    ``freeze`` says who and why where a procedure there was; a row that was frozen before stays so.
    """
    freeze = freeze or (Freeze(line.frozen_by, line.frozen_why) if line.frozen_by else None)
    sound = dataclasses.replace(line, status=LineStatus.ACTIVE)
    return frozen(sound, by=freeze.by, why=freeze.why) if freeze else sound
