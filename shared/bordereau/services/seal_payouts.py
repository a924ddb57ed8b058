"""From released pay-outs to the file for the bank: each in one batch, once (I10, F20; ADR 14).

``hand_over`` puts what is released, and still holds, into the day's open batch; ``seal_batch``
closes it, stores the file, says that it is sent and tells staff. Each step is found done when it
comes again, so whatever died between them is healed by repetition.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from bordereau.domain.books import PayOut, PayOutState, Position
from bordereau.domain.identifiers import AccountId, iban_is_valid
from bordereau.domain.money import EUR, neutral_money
from bordereau.domain.parties import Rate, rate_on
from bordereau.domain.problems import (
    ConfigurationError,
    ConflictError,
    InvariantError,
    ProductError,
)
from bordereau.domain.rule_shapes import PAYOUTS_MAX
from bordereau.domain.sepa import (
    CUT_OFF,
    CUT_OFF_DEFAULT,
    MEMBERS_MAX,
    Payee,
    SepaBatch,
    SepaMember,
    SepaState,
    agrees,
    batch_name,
    execution_day,
    fingerprint,
    is_hand_over,
)
from bordereau.domain.tables import INDEX_SHARDS, Index
from bordereau.domain.work import Alert, Intent
from bordereau.ports import Ledger, Objects, civil_date
from bordereau.services.alerts import Severity, close_alert, raise_alert
from bordereau.services.debtor_figures import account_figures
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, Status, already, done, refused
from bordereau.services.payment_file import payment_file_intent
from bordereau.services.release_payouts import TO_CONFIRM, payee_of, read_payout

BatchKey = tuple[dt.date, int]
Write = Callable[[SepaBatch, Sequence[SepaMember]], bytes]
"""Writes the file of a sealed batch; the same batch gives the same bytes."""

_XML: Final = "application/xml"


def hand_over(
    ledger: Ledger, objects: Objects, write: Write, *, now: dt.datetime, is_asked: bool = False
) -> Outcome:
    """Put what is released into batches, seal them, and store their files for the bank.

    Before the hour at which files are made (unless a person asks) only what a crash left half done
    is finished. Amounts: ``joined`` pay-outs, ``files``, ``stale`` releases that hold no more: they
    stay, with an alert. A second call finds nothing left.
    """
    today = civil_date(now)
    joined = []
    if is_asked or is_hand_over(now, cut_off_on(ledger, today)):
        joined = [_join(ledger, payout, today) for payout in list(_released(ledger))]
    files = seal_released(ledger, objects, write, now=now)
    counts = {
        "joined": sum(one.status is Status.DONE for one in joined),
        "stale": sum(one.is_refused for one in joined),
        "files": len(files),
    }
    return done(*(name for one in files for name in one.ids), amounts=counts)


def cut_off_on(ledger: Ledger, day: dt.date) -> int:
    """Return until when the bank takes orders for the same day, in minutes of the day."""
    found = rate_on(ledger.list(Rate, code=CUT_OFF), day)
    return CUT_OFF_DEFAULT if found is None else found


def _released(ledger: Ledger) -> Iterator[PayOut]:
    """Yield the released pay-outs that no batch holds, in the order of their ids."""
    found = (
        payout
        for shard in range(INDEX_SHARDS)
        for payout in ledger.find(PayOut, Index.TODO, f"payout#{shard}")
        if _may_leave(payout)
    )
    yield from sorted(found, key=lambda payout: (payout.ordered_on, payout.end_to_end_id))


def _may_leave(payout: PayOut) -> bool:
    is_ordered = payout.state is PayOutState.ORDERED and not payout.batch
    return is_ordered and bool(payout.released_facts)


def _join(ledger: Ledger, listed: PayOut, today: dt.date) -> Outcome:
    """Put one released pay-out into the open batch of its account and day."""
    key = (listed.contract, listed.ordered_on, listed.ordinal)

    def decide(draft: Draft) -> Outcome:
        payout = read_payout(draft, key)
        assert payout is not None, "pay-outs are never deleted"
        if not _may_leave(payout):
            return already("released", listed.end_to_end_id)
        payee = payee_of(ledger, payout)
        if payout.released_facts != fingerprint(payout, payee):
            return refused("facts_changed", payout.end_to_end_id)
        position = ledger.get(Position, contract=payout.contract)
        if position is None:
            raise InvariantError(f"{payout.end_to_end_id} has no contract")
        batch = _open_batch(draft, today, position.account)
        name = batch_name(batch.released_on, batch.number)
        total = batch.sum_cents + payout.amount_cents
        draft.write(dataclasses.replace(batch, count=batch.count + 1, sum_cents=total))
        draft.write(_member(batch, payout, payee))
        draft.write(dataclasses.replace(payout, batch=name))
        return done(name, amounts={"amount": payout.amount_cents})

    outcome = attempt(ledger, "join-batch", decide)
    if outcome.is_refused:
        raise_alert(ledger, _stale(listed, today), reopens=True)
    else:
        close_alert(ledger, f"payout:{listed.end_to_end_id}", TO_CONFIRM, on=today)
    return outcome


def _member(batch: SepaBatch, payout: PayOut, payee: Payee) -> SepaMember:
    return SepaMember(
        released_on=batch.released_on,
        number=batch.number,
        end_to_end_id=payout.end_to_end_id,
        contract=payout.contract,
        ordered_on=payout.ordered_on,
        ordinal=payout.ordinal,
        amount_cents=payout.amount_cents,
        beneficiary=payee.name,
        iban=payee.iban,
        bic=payee.bic,
        released_by=payout.released_by,
    )


def _stale(payout: PayOut, today: dt.date) -> Alert:
    facts = {
        "number": payout.end_to_end_id,
        "debtor": payout.beneficiary,
        "amount": neutral_money(payout.amount_cents, payout.currency),
    }
    object_, code = f"payout:{payout.end_to_end_id}", "payout-to-confirm"
    return Alert(object_, TO_CONFIRM, today, Severity.HIGH, code, facts, payout.contract)


def _open_batch(draft: Draft, day: dt.date, account: AccountId) -> SepaBatch:
    """Return the batch that still takes a member, or a new one with the day's next number."""
    number = 1
    while (batch := draft.read(SepaBatch, released_on=day, number=number)) is not None:
        is_ours = batch.account == account and batch.state is SepaState.OPEN
        if is_ours and batch.count < MEMBERS_MAX:
            return batch
        number += 1
    return SepaBatch(day, number, account, EUR)


def seal_released(
    ledger: Ledger, objects: Objects, write: Write, *, now: dt.datetime
) -> list[Outcome]:
    """Seal and send every batch that is not sent yet, whatever a crash left of it.

    One that cannot be sealed stops no other; at the end its error is raised.
    """
    waiting = [
        (batch.released_on, batch.number)
        for shard in range(INDEX_SHARDS)
        for batch in ledger.find(SepaBatch, Index.TODO, f"sepa#{shard}")
    ]
    sealed: list[Outcome] = []
    failures: list[ProductError] = []
    for key in sorted(waiting):
        try:
            sealed.append(seal_batch(ledger, objects, write, key, now=now))
        except ProductError as error:
            failures.append(error)
    if failures:
        raise failures[0]
    return sealed


def seal_batch(
    ledger: Ledger,
    objects: Objects,
    write: Write,
    key: BatchKey,
    *,
    now: dt.datetime,
) -> Outcome:
    """Seal a batch, store its file under ``sepa/``, mark it and its pay-outs as sent, tell staff.

    Repeated after any crash it goes on where it was; a batch that is sent answers ``sent``. The
    file that was stored first stays. Refused: ``no_such_batch``.
    """
    released_on, number = key
    batch = attempt(ledger, "seal-batch", lambda draft: _seal(ledger, draft, key, now))
    if batch is None:
        return refused("no_such_batch")
    name = batch_name(released_on, number)
    if batch.state is SepaState.SENT:
        return already("sent", name)
    members = _members(ledger, key)
    _mark(ledger, members, PayOutState.ORDERED, PayOutState.SEALED)
    file_key = f"sepa/{released_on.isoformat()}/{batch.message_id}.xml"
    data = objects.get(file_key)
    if data is None:
        data = write(batch, members)
        objects.put(file_key, data, content_type=_XML)
    _mark(ledger, members, PayOutState.SEALED, PayOutState.SENT)
    sha256 = hashlib.sha256(data).hexdigest()
    sent = dataclasses.replace(batch, state=SepaState.SENT, file_key=file_key, sha256=sha256)
    intent = payment_file_intent(ledger, objects, sent, members)
    attempt(ledger, "seal-batch", lambda draft: _sent(draft, sent, intent))
    return done(name, amounts={"count": batch.count, "sum": batch.sum_cents})


def _seal(ledger: Ledger, draft: Draft, key: BatchKey, now: dt.datetime) -> SepaBatch | None:
    """Return the batch, sealed by this draft or before it."""
    released_on, number = key
    batch = draft.read(SepaBatch, released_on=released_on, number=number)
    if batch is None or batch.state is not SepaState.OPEN:
        return batch
    members = _members(ledger, key)
    if not agrees(batch, members):
        _complain(ledger, batch)
    payer = account_figures(ledger, batch.account)
    if not (payer.holder and iban_is_valid(batch.account)):
        raise ConfigurationError(f"{batch.account}: our own account needs an IBAN and a holder")
    sealed = dataclasses.replace(
        batch,
        state=SepaState.SEALED,
        payer=payer.holder,
        payer_bic=payer.bic.replace(" ", ""),
        execution_on=execution_day(now, cut_off_on(ledger, civil_date(now))),
        sealed_at=now,
    )
    draft.write(sealed)
    return sealed


def _complain(ledger: Ledger, seen: SepaBatch) -> None:
    """Come again when a member joined meanwhile; else the books are wrong, loudly."""
    now = ledger.get(SepaBatch, released_on=seen.released_on, number=seen.number)
    if now != seen:
        raise ConflictError(f"{seen.message_id}: a pay-out joined while it was sealed")
    raise InvariantError(f"{seen.message_id}: count or sum is not that of its members")


def _sent(draft: Draft, sent: SepaBatch, intent: Intent) -> None:
    """Say that the file is there, and tell staff, in one commit."""
    batch = draft.take(SepaBatch, released_on=sent.released_on, number=sent.number)
    if batch.state is not SepaState.SENT:
        draft.write(dataclasses.replace(sent, v=batch.v))
        draft.write(intent)


def _members(ledger: Ledger, key: BatchKey) -> list[SepaMember]:
    released_on, number = key
    prefix = f"{number:04d}#"
    return list(ledger.list(SepaMember, first=prefix, last=f"{prefix}~", released_on=released_on))


def _mark(
    ledger: Ledger, members: Sequence[SepaMember], before: PayOutState, after: PayOutState
) -> None:
    """Move the pay-outs on; one that is further already (debited, refused) stays where it is."""
    for chunk in _chunks(members):

        def decide(draft: Draft, chunk: Sequence[SepaMember] = chunk) -> None:
            for member in chunk:
                payout = draft.take(
                    PayOut,
                    contract=member.contract,
                    ordered_on=member.ordered_on,
                    ordinal=member.ordinal,
                )
                if payout.state is before:
                    draft.write(dataclasses.replace(payout, state=after))

        attempt(ledger, "mark-payouts", decide)


def _chunks(members: Sequence[SepaMember]) -> Iterator[Sequence[SepaMember]]:
    for begin in range(0, len(members), PAYOUTS_MAX):
        yield members[begin : begin + PAYOUTS_MAX]
