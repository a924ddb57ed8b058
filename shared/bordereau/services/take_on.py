"""Book a checked snapshot of an old system by opening entries, step by step (docs/adr/0010).

Each commit counts its step in the row of the dossier, so a repetition goes on where the last one
ended, and two runs at once do each step once. Nothing is checked again: it was, whole, before the
first step.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable

from bordereau.domain.books import BankHead, ContractStatus, Fingerprint, Position
from bordereau.domain.closing import BooksPeriod, last_day
from bordereau.domain.identifiers import AccountId, ContractId
from bordereau.domain.taking_on.check import Fault, Known, check
from bordereau.domain.taking_on.records import TakeOn
from bordereau.domain.taking_on.snapshot import Snapshot
from bordereau.domain.taking_on.steps import Step, StepKind, steps_of
from bordereau.ports import Ledger
from bordereau.services.draft import Draft, attempt
from bordereau.services.lookalikes import note_invoices
from bordereau.services.outcome import Outcome, already, done, refused
from bordereau.services.take_on_steps import DOES, Booking


def known_of(
    ledger: Ledger,
    contracts: Iterable[ContractId],
    accounts: Iterable[AccountId],
    *,
    today: dt.date,
) -> Known:
    """Return what the books say of these contracts and accounts; two small reads for each."""
    positions = [ledger.get(Position, contract=name) for name in dict.fromkeys(contracts)]
    heads = [ledger.get(BankHead, account=name) for name in dict.fromkeys(accounts)]
    there = [position for position in positions if position is not None]
    opened = [head for head in heads if head is not None]
    return Known(
        today=today,
        contracts=frozenset(p.contract for p in there if p.seq or p.statement_count),
        accounts=frozenset(head.account for head in opened if head.seq),
        open_accounts=frozenset(head.account for head in opened),
        collecting={position.contract: position.account for position in there},
        closed_to=closed_to(ledger),
    )


def closed_to(ledger: Ledger) -> dt.date | None:
    """Return the last day of the months that are closed, or are being closed."""
    period = ledger.get(BooksPeriod)
    if period is None or not period.under_way:
        return period.through_on if period else None
    return last_day(period.under_way)


def check_take_on(ledger: Ledger, snapshot: Snapshot, *, today: dt.date) -> tuple[Fault, ...]:
    """Return what is wrong with a snapshot against the books; reads, and writes nothing.

    Invoices that another contract holds are looked for one by one, by their fingerprints. A
    contract that another dossier is bringing is as good as there.
    """
    accounts = [row.contract.account for row in snapshot.contracts]
    accounts += [row.account for row in snapshot.banks]
    known = known_of(ledger, [row.name for row in snapshot.contracts], accounts, today=today)
    financed = frozenset(
        row.mark for row in snapshot.invoices if ledger.get(Fingerprint, sha=row.mark) is not None
    )
    taken = known.contracts | {
        row.name for row in snapshot.contracts if _is_under_way(ledger, row.name)
    }
    return check(snapshot, dataclasses.replace(known, contracts=taken, financed=financed))


def _is_under_way(ledger: Ledger, contract: ContractId) -> bool:
    position = ledger.get(Position, contract=contract)
    return position is not None and position.status is ContractStatus.TAKING_ON


def start_take_on(
    ledger: Ledger, snapshot: Snapshot, *, key: str, sha: str, today: dt.date
) -> Outcome:
    """Note that a dossier was checked whole and is being booked from the object ``key``.

    A second call with the same snapshot answers ``started`` or ``taken-on``. Refused
    ``other_snapshot``: the dossier is booked, or under way, with other rows.
    """

    def decide(draft: Draft) -> Outcome:
        known = draft.read(TakeOn, dossier=snapshot.dossier)
        if known is not None and known.sha != sha:
            return refused("other_snapshot", snapshot.dossier)
        if known is not None:
            return already("taken-on" if known.completed_on else "started", snapshot.dossier)
        steps = len(steps_of(snapshot))
        draft.write(TakeOn(snapshot.dossier, snapshot.on, key, sha, steps, today))
        return done(snapshot.dossier)

    return attempt(ledger, "start-take-on", decide)


def go_on(booking: Booking, *, most: int) -> TakeOn:
    """Book at most so many steps of a started dossier; return how far it is.

    A dossier that is done is returned as it is, and nothing is written.
    """
    steps = steps_of(booking.snapshot)
    first = _dossier(booking).done
    for number in range(first, min(first + most, len(steps))):
        _book(booking, number, steps[number])
    return _dossier(booking)


def _dossier(booking: Booking) -> TakeOn:
    found = booking.ledger.get(TakeOn, dossier=booking.snapshot.dossier)
    assert found is not None, "a dossier is started before it goes on"
    return found


def _book(booking: Booking, number: int, step: Step) -> None:
    """Commit one step unless it is counted already.

    The keys of lookalikes are put before it: a crash in between leaves none out.
    """
    if step.kind is StepKind.INVOICES:
        note_invoices(booking.ledger, booking.invoices(step.rows))

    def decide(draft: Draft) -> None:
        take_on = draft.take(TakeOn, dossier=booking.snapshot.dossier)
        if take_on.done != number:
            return
        counted = dataclasses.replace(take_on, done=number + 1)
        if step.kind is StepKind.FINISH:
            counted = dataclasses.replace(counted, completed_on=booking.today)
        draft.write(counted)
        DOES[step.kind](booking, draft, step.rows)

    attempt(booking.ledger, step.kind, decide)
