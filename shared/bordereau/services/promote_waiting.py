"""E7: waiting parts of a debtor's invoices take the room that came free, in order."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain import invoices
from bordereau.domain.advance_hours import with_clock
from bordereau.domain.books import Position
from bordereau.domain.guarantee_lines import FactorLine, LineStatus, RelationLine
from bordereau.domain.identifiers import ContractId, InvoiceId, PartyId
from bordereau.domain.invoices import Invoice
from bordereau.domain.tables import Index
from bordereau.ports import Ledger
from bordereau.services.contract_terms import terms_of
from bordereau.services.draft import Draft, UnderWayError, attempt
from bordereau.services.fund_withheld import post_approval
from bordereau.services.lines import move_lines, read_lines
from bordereau.services.outcome import Outcome, already, done


def promote_waiting(
    ledger: Ledger,
    debtor: PartyId,
    currency: str,
    *,
    today: dt.date,
    now: dt.datetime | None = None,
) -> list[Outcome]:
    """Promote over all contracts of a debtor in the order of its queue; then let it rest.

    Order: assigned_on, place of the batch in its day, issue date, number, contract. An invoice is
    promoted by ``min(waiting, room of both levels)`` in a commit of its own. The debtor leaves
    ``todo`` only when every waiting part was seen (indexes lag) and nothing woke it meanwhile.
    What was wholly over the line is complete from ``now`` on, and its 48 hours begin. A second call
    finds no room or nobody waiting and writes nothing.
    """
    start = ledger.get(FactorLine, debtor=debtor, currency=currency)
    if start is None:
        return []
    seen: dict[ContractId, int] = {}
    outcomes: list[Outcome] = []
    partition = f"D#{debtor}#{currency}"
    for listed in list(ledger.find(Invoice, Index.OPEN_BY_DEBTOR, partition)):
        try:
            outcome, waiting = _promote(
                ledger, listed.contract, listed.invoice, today=today, now=now
            )
        except UnderWayError:
            continue  # its waiting parts are not seen, so the debtor stays in todo
        seen[listed.contract] = seen.get(listed.contract, 0) + waiting
        if outcome.amounts:
            outcomes.append(outcome)
    _rest(ledger, start, seen)
    return outcomes


def _promote(
    ledger: Ledger,
    contract: ContractId,
    identity: InvoiceId,
    *,
    today: dt.date,
    now: dt.datetime | None,
) -> tuple[Outcome, int]:
    """Promote one invoice as far as both levels allow; also return what waits on it after."""

    def decide(draft: Draft) -> tuple[Outcome, int]:
        draft.take(Position, contract=contract)
        before = draft.take(Invoice, contract=contract, invoice=identity)
        lines = read_lines(draft, contract, before.debtor)
        room = lines.queue_room(today) if lines else 0
        more = min(before.waiting_cents, room)
        if more == 0 or lines is None:
            return already("no-room", identity), before.waiting_cents
        after = with_clock(invoices.approve(before, more), now)
        after = post_approval(
            draft,
            "E7",
            before,
            after,
            terms=terms_of(ledger, contract, today),
            documents=(identity,),
            today=today,
        )
        draft.write(after)
        draft.require(lines.factor, "avail_cents", ">=", more)
        draft.require(lines.factor, "status", "=", LineStatus.ACTIVE)
        move_lines(draft, before, after, today=today)
        return done(identity, amounts={"promoted": more}), after.waiting_cents

    return attempt(ledger, "promote", decide)


def _rest(ledger: Ledger, start: FactorLine, seen: dict[ContractId, int]) -> None:
    """Take the debtor out of ``todo`` unless somebody waits whom the index did not show yet."""

    def decide(draft: Draft) -> None:
        line = draft.take(FactorLine, debtor=start.debtor, currency=start.currency)
        if line.todo_on is None or line.todo_rev != start.todo_rev:
            return
        draft.require(line, "todo_rev", "=", start.todo_rev)
        draft.write(dataclasses.replace(line, todo_on=None))

    relations = ledger.list(
        RelationLine,
        first=f"LINE#{start.currency}#",
        last=f"LINE#{start.currency}$",
        debtor=start.debtor,
    )
    if all(seen.get(line.contract, 0) == line.waiting_cents for line in relations):
        attempt(ledger, "rest-debtor", decide)
