"""Both levels of a debtor's line, as a draft reads and writes them."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain.guarantee_lines import (
    FactorLine,
    Lines,
    LineStatus,
    RelationLine,
    awakened,
    queue_share,
    with_limit,
)
from bordereau.domain.identifiers import ContractId, PartyId
from bordereau.domain.invoices import Invoice
from bordereau.domain.work import Command, Intent
from bordereau.ports import Ledger
from bordereau.services.contract_terms import write_command
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done


def currency_of(contract: ContractId) -> str:
    """Return the currency of a contract (its id ends with it)."""
    return contract.rsplit("/", 1)[1]


def read_lines(draft: Draft, contract: ContractId, debtor: PartyId) -> Lines | None:
    """Return both rows, or ``None`` when the relation has no line yet."""
    currency = currency_of(contract)
    relation = draft.read(RelationLine, debtor=debtor, currency=currency, contract=contract)
    if relation is None:
        return None
    return Lines(relation, draft.take(FactorLine, debtor=debtor, currency=currency))


def move_lines(draft: Draft, before: Invoice | None, after: Invoice, *, today: dt.date) -> None:
    """Write what an event on an invoice does to Σ approved and to the queue of its lines."""
    lines = read_lines(draft, after.contract, after.debtor)
    assert lines is not None, "an assigned invoice has a relation line"
    approved = after.approved_cents - (before.approved_cents if before else 0)
    waiting = after.waiting_cents - (before.waiting_cents if before else 0)
    if lines.relation.status is LineStatus.INSOLVENT:
        waiting = 0
    if approved == 0 and waiting == 0:
        return
    moved = lines.moved(approved=approved, waiting=waiting, today=today)
    draft.write(moved.relation)
    draft.write(moved.factor)


def set_line(
    ledger: Ledger,
    relation: RelationLine,
    *,
    today: dt.date,
    notice: Intent | None = None,
    command: Command | None = None,
) -> Outcome:
    """Grant, change or cut the line of one relation; what is approved stays.

    ``relation`` gives debtor, currency, contract, limit, validity and status. The first line of a
    relation notifies the debtor (``notified_on``) and puts ``notice`` into the outbox. The same
    line again writes nothing. A line may be set below what is approved.
    """

    def decide(draft: Draft) -> Outcome:
        key = {"debtor": relation.debtor, "currency": relation.currency}
        old = draft.read(RelationLine, **key, contract=relation.contract)
        factor = draft.read(FactorLine, **key)
        if old is None:
            line = dataclasses.replace(
                relation,
                avail_cents=relation.limit_cents,
                notified_on=today,
                status=status_of_new(factor),
            )
            if notice is not None:
                draft.write(notice)
        else:
            line = with_limit(old, relation.limit_cents, valid_until=relation.valid_until)
            if old.status is LineStatus.INSOLVENT:
                line = dataclasses.replace(line, status=old.status)
            if line == old:
                return already("line-known", relation.contract)
        write_line(draft, line, factor, today=today)
        write_command(draft, command)
        return done(relation.contract)

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

    def decide(draft: Draft) -> Outcome:
        old = draft.read(FactorLine, debtor=limit.debtor, currency=limit.currency)
        base = old or FactorLine(limit.debtor, limit.currency)
        line = dataclasses.replace(
            base,
            limit_cents=limit.limit_cents,
            avail_cents=limit.limit_cents - base.approved_cents,
            valid_until=limit.valid_until,
        )
        if old is not None and line == old:
            return already("limit-known", limit.debtor)
        if old is not None:
            draft.require(old, "limit_cents", "=", old.limit_cents)
        draft.write(awakened(line, today))
        write_command(draft, command)
        return done(limit.debtor)

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
