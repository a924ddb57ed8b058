"""Both levels of a debtor's line, as a draft reads and writes them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from bordereau.domain.guarantee_lines import (
    FactorLine,
    Lines,
    LineStatus,
    RelationLine,
    awakened,
    queue_share,
    with_limit,
)
from bordereau.domain.identifiers import ContractId, PartyId, currency_of
from bordereau.domain.invoices import Invoice
from bordereau.domain.work import Command, Intent
from bordereau.ports import Ledger
from bordereau.services.contract_terms import write_command
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done, refused


def read_lines(draft: Draft, contract: ContractId, debtor: PartyId) -> Lines | None:
    """Return both rows, or ``None`` when the relation has no line yet."""
    currency = currency_of(contract)
    relation = draft.read(RelationLine, debtor=debtor, currency=currency, contract=contract)
    if relation is None:
        return None
    return Lines(relation, draft.take(FactorLine, debtor=debtor, currency=currency))


def move_lines(draft: Draft, before: Invoice | None, after: Invoice, *, today: dt.date) -> None:
    """Write what an event on an invoice does to Σ approved and to the queue of its lines.

    An invoice under mandate has no line.
    """
    if after.is_mandate:
        return
    lines = read_lines(draft, after.contract, after.debtor)
    assert lines is not None, "an assigned invoice has a relation line"
    approved = after.approved_cents - (before.approved_cents if before else 0)
    waiting = after.waiting_cents - (before.waiting_cents if before else 0)
    if approved == 0 and waiting == 0:
        return
    moved = lines.moved(approved=approved, waiting=waiting, today=today)
    draft.write(moved.relation)
    draft.write(moved.factor)


Note = Callable[[Draft, Any], None]
"""Writes into the commit of a line what depends on how it came out: its command, its due day."""


def set_line(
    ledger: Ledger,
    relation: RelationLine,
    *,
    today: dt.date,
    notice: Intent | None = None,
    command: Command | None = None,
) -> Outcome:
    """Set the limit of one relation, whatever it rests on; what is approved stays.

    ``relation`` gives debtor, currency, contract, limit and validity. The same line again writes
    nothing. A line may be set below what is approved; a frozen one stays frozen.
    """
    change = partial(with_limit, limit_cents=relation.limit_cents, valid_until=relation.valid_until)
    blank = RelationLine(relation.debtor, relation.currency, relation.contract)
    return change_line(
        ledger,
        blank,
        change,
        today=today,
        notice=notice,
        note=lambda draft, _: write_command(draft, command),
    )


def change_line(
    ledger: Ledger,
    blank: RelationLine,
    change: Callable[[RelationLine], RelationLine | str],
    *,
    today: dt.date,
    note: Note,
    notice: Intent | None = None,
) -> Outcome:
    """Decide on the line of one relation: ``change`` returns it, or why it is refused.

    ``blank`` names the relation. Its first line notifies the debtor (``notified_on``) and puts
    ``notice`` into the outbox. A line that comes out as it was writes nothing (``line-known``).
    """

    def decide(draft: Draft) -> Outcome:
        key = {"debtor": blank.debtor, "currency": blank.currency}
        old = draft.read(RelationLine, **key, contract=blank.contract)
        factor = draft.read(FactorLine, **key)
        first = dataclasses.replace(blank, notified_on=today, status=status_of_new(factor))
        line = change(old or first)
        if isinstance(line, str):
            return refused(line, blank.contract)
        if line == old:
            return already("line-known", blank.contract)
        if old is None and notice is not None:
            draft.write(notice)
        write_line(draft, line, factor, today=today)
        note(draft, line)
        return done(blank.contract)

    return attempt(ledger, "set-line", decide)


def status_of_new(factor: FactorLine | None) -> LineStatus:
    """Return the status of a new line: on an insolvent debtor it counts as nothing."""
    is_insolvent = factor is not None and factor.status is LineStatus.INSOLVENT
    return LineStatus.INSOLVENT if is_insolvent else LineStatus.ACTIVE


def write_line(
    draft: Draft, line: RelationLine, factor: FactorLine | None, *, today: dt.date
) -> None:
    """Write a relation row and its changed share of the wider queue, and wake the debtor."""
    wide = factor or FactorLine(line.debtor, line.currency)
    counted = queue_share(line, today)
    waiting = wide.waiting_cents + counted - line.counted_cents
    draft.write(dataclasses.replace(line, counted_cents=counted))
    draft.write(awakened(dataclasses.replace(wide, waiting_cents=waiting), today))


def set_factor_limit(
    ledger: Ledger, limit: FactorLine, *, today: dt.date, command: Command | None = None
) -> Outcome:
    """Set a debtor's factor-wide limit; the same limit again writes nothing.

    ``limit`` gives debtor, currency, ``limit_cents`` and ``valid_until``.
    """

    def change(base: FactorLine) -> FactorLine:
        return dataclasses.replace(
            base,
            limit_cents=limit.limit_cents,
            avail_cents=limit.limit_cents - base.approved_cents,
            valid_until=limit.valid_until,
        )

    return change_factor_line(
        ledger,
        FactorLine(limit.debtor, limit.currency),
        change,
        today=today,
        note=lambda draft, _: write_command(draft, command),
    )


def change_factor_line(
    ledger: Ledger,
    blank: FactorLine,
    change: Callable[[FactorLine], FactorLine | str],
    *,
    today: dt.date,
    note: Note,
) -> Outcome:
    """Decide on a debtor's factor-wide row: ``change`` returns it, or why it is refused.

    A row that comes out as it was writes nothing (``limit-known``).
    """

    def decide(draft: Draft) -> Outcome:
        old = draft.read(FactorLine, debtor=blank.debtor, currency=blank.currency)
        line = change(old or blank)
        if isinstance(line, str):
            return refused(line, blank.debtor)
        if line == old:
            return already("limit-known", blank.debtor)
        if old is not None:
            draft.require(old, "limit_cents", "=", old.limit_cents)
            draft.require(old, "status", "=", old.status)
        draft.write(awakened(line, today))
        note(draft, line)
        return done(blank.debtor)

    return attempt(ledger, "set-factor-limit", decide)


def expire_line(ledger: Ledger, line: RelationLine, *, today: dt.date) -> Outcome:
    """Take the queue of a line whose validity has ended out of the factor-wide row.

    What waits goes on waiting for its own line; it no longer blocks others. A second call, or one
    before the end, finds nothing to change.
    """

    def decide(draft: Draft) -> Outcome:
        key = {"debtor": line.debtor, "currency": line.currency}
        current = draft.take(RelationLine, **key, contract=line.contract)
        counted = queue_share(current, today)
        if counted == current.counted_cents:
            return already("counted", line.contract)
        write_line(draft, current, draft.take(FactorLine, **key), today=today)
        return done(line.contract)

    return attempt(ledger, "expire-line", decide)
