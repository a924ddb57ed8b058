"""Take a dossier on: checked once more against the books, then booked a slice at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from bordereau.domain.decisions import TakeOnDecision
from bordereau.domain.money import parse_amount
from bordereau.domain.plain import from_plain
from bordereau.domain.problems import Problem, SourceUnavailableError
from bordereau.domain.taking_on.check import Fault
from bordereau.domain.taking_on.records import TakeOn
from bordereau.domain.taking_on.snapshot import Snapshot, sha_of
from bordereau.domain.work import Command
from bordereau.services.decisions.reply import Desk, GoOnError, NotYetError, Reply, wrong
from bordereau.services.register import debtor_of, seller_of, setting
from bordereau.services.take_on import check_take_on, go_on, start_take_on
from bordereau.services.take_on_steps import Booking

STEPS_MAX: Final = 20
"""Commits of one message: some seconds; the next slice is a message of its own."""

FAULTS_SHOWN: Final = 5


def take_over(desk: Desk, command: Command, decision: TakeOnDecision) -> Reply:
    """Book a dossier. What differs refuses all of it, and nothing is written.

    Raises ``GoOnError`` while steps are left, and ``NotYetError`` for a party that is not
    registered yet. A repetition goes on where the last one ended.
    """
    snapshot = snapshot_of(desk, decision)
    if desk.ledger.get(TakeOn, dossier=decision.dossier) is None:
        _wait_for_parties(desk, snapshot)
        if faults := check_take_on(desk.ledger, snapshot, today=desk.today):
            return Reply("error", problems=tuple(_told(faults)))
    start = start_take_on(
        desk.ledger, snapshot, key=decision.key, sha=decision.sha, today=desk.today
    )
    if start.is_refused:
        return wrong("decision-other-snapshot", "dossier")
    reply = Reply("ok", desk.phrases.say("sheet.take_on_done", day=desk.day(decision.on)))
    booking = Booking(
        desk.ledger,
        snapshot,
        desk.today,
        tolerance_cents=parse_amount(setting(desk.ledger, "tolerance", "0")) or 0,
        command=reply.on(command, desk.today),
    )
    if go_on(booking, most=STEPS_MAX).completed_on is None:
        raise GoOnError(decision.dossier)
    return reply


def snapshot_of(desk: Desk, decision: TakeOnDecision) -> Snapshot:
    """Return the rows as they were checked; other bytes under their name are a broken system."""
    data = desk.objects.get(decision.key)
    if data is None or sha_of(data) != decision.sha:
        raise SourceUnavailableError(f"{decision.key} is not what was checked")
    return from_plain(Snapshot, json.loads(data))


def _wait_for_parties(desk: Desk, snapshot: Snapshot) -> None:
    """Wait for the clients and debtors of the rows to be registered."""
    for seller in dict.fromkeys(row.contract.seller for row in snapshot.contracts):
        if seller_of(desk.ledger, seller) is None:
            raise NotYetError(seller)
    debtors = [row.debtor for row in snapshot.lines]
    debtors += [row.debtor for row in snapshot.credits]
    debtors += [row.debtor for row in snapshot.receipts if row.debtor is not None]
    for debtor in dict.fromkeys(debtors):
        if debtor_of(desk.ledger, debtor) is None:
            raise NotYetError(debtor)


def _told(faults: tuple[Fault, ...]) -> Iterator[Problem]:
    """Yield the first faults, each with the line that it is on."""
    for fault in faults[:FAULTS_SHOWN]:
        facts = {**fault.problem.facts}
        yield Problem(fault.problem.code, where=fault.ref, facts=facts)
    if len(faults) > FAULTS_SHOWN:
        more = str(len(faults) - FAULTS_SHOWN)
        yield Problem("decision-more-faults", facts={"count": more})
