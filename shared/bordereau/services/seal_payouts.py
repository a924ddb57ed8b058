"""From a person's release to the file for the bank: each pay-out in one batch, once (I10, F20).

``release_payout`` puts a pay-out into the day's open batch; ``seal_batch`` closes it, stores the
file and says that it is sent. Each step is found done when it comes again, so whatever died
between them is healed by repetition; ``seal_released`` finds every batch that is not sent yet.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from bordereau.domain.books import PayOut, PayOutState, Position
from bordereau.domain.identifiers import AccountId, ContractId, PartyId, iban_is_valid
from bordereau.domain.money import EUR
from bordereau.domain.problems import ConfigurationError, ConflictError, InvariantError
from bordereau.domain.rule_shapes import PAYOUTS_MAX
from bordereau.domain.sepa import (
    MEMBERS_MAX,
    SepaBatch,
    SepaMember,
    SepaState,
    agrees,
    batch_name,
    execution_day,
)
from bordereau.domain.tables import INDEX_SHARDS, Index
from bordereau.domain.work import Command
from bordereau.ports import Ledger, Objects
from bordereau.services.contract_terms import write_command
from bordereau.services.debtor_figures import account_figures
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done, refused
from bordereau.services.register import seller_of

PayOutKey = tuple[ContractId, dt.date, int]
BatchKey = tuple[dt.date, int]
Write = Callable[[SepaBatch, Sequence[SepaMember]], bytes]
"""Writes the file of a sealed batch; the same batch gives the same bytes."""

_XML: Final = "application/xml"


def release_payout(
    ledger: Ledger,
    key: PayOutKey,
    *,
    by: str,
    today: dt.date,
    command: Command | None = None,
) -> Outcome:
    """Put a pay-out into the open batch of its account and day; ``by`` is who released it.

    Name and account of the beneficiary are frozen as they are now. A second call answers
    ``released``. Refused: ``no_such_payout``, ``payout_state``, ``not_sepa`` (another currency),
    ``no_iban`` (none, or not a valid one; or no name).
    """

    def decide(draft: Draft) -> Outcome:
        contract, ordered_on, ordinal = key
        payout = draft.read(PayOut, contract=contract, ordered_on=ordered_on, ordinal=ordinal)
        if payout is None:
            return refused("no_such_payout")
        if payout.batch:
            return already("released", payout.batch)
        if payout.state is not PayOutState.ORDERED:
            return refused("payout_state", payout.end_to_end_id)
        if payout.currency != EUR:
            return refused("not_sepa", payout.end_to_end_id)
        member = _member(ledger, payout, released_on=today, by=by)
        if not (member.beneficiary and iban_is_valid(member.iban)):
            return refused("no_iban", payout.end_to_end_id)
        return _join(ledger, draft, payout, member, command)

    return attempt(ledger, "release-payout", decide)


def _member(ledger: Ledger, payout: PayOut, *, released_on: dt.date, by: str) -> SepaMember:
    seller = seller_of(ledger, PartyId(payout.contract.rsplit("/", 1)[0]))
    iban = payout.iban or (seller.iban if seller else "")
    is_the_seller_s = seller is not None and seller.iban == iban
    return SepaMember(
        released_on=released_on,
        number=0,
        end_to_end_id=payout.end_to_end_id,
        contract=payout.contract,
        ordered_on=payout.ordered_on,
        ordinal=payout.ordinal,
        amount_cents=payout.amount_cents,
        beneficiary=payout.beneficiary or (seller.name if seller else ""),
        iban=iban.replace(" ", ""),
        bic=seller.bic if seller and is_the_seller_s else "",
        released_by=by,
    )


def _join(
    ledger: Ledger, draft: Draft, payout: PayOut, member: SepaMember, command: Command | None
) -> Outcome:
    position = ledger.get(Position, contract=payout.contract)
    if position is None:
        raise InvariantError(f"{payout.end_to_end_id} has no contract")
    batch = _open_batch(draft, member.released_on, position.account)
    name = batch_name(batch.released_on, batch.number)
    draft.write(
        dataclasses.replace(
            batch, count=batch.count + 1, sum_cents=batch.sum_cents + payout.amount_cents
        )
    )
    draft.write(dataclasses.replace(member, number=batch.number))
    draft.write(dataclasses.replace(payout, batch=name))
    write_command(draft, command)
    return done(name, amounts={"amount": payout.amount_cents})


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
    ledger: Ledger, objects: Objects, write: Write, *, today: dt.date, now: dt.datetime
) -> list[Outcome]:
    """Seal and send every batch that is not sent yet, whatever a crash left of it."""
    waiting = [
        (batch.released_on, batch.number)
        for shard in range(INDEX_SHARDS)
        for batch in ledger.find(SepaBatch, Index.TODO, f"sepa#{shard}")
    ]
    return [
        seal_batch(ledger, objects, write, key, today=today, now=now) for key in sorted(waiting)
    ]


def seal_batch(
    ledger: Ledger,
    objects: Objects,
    write: Write,
    key: BatchKey,
    *,
    today: dt.date,
    now: dt.datetime,
) -> Outcome:
    """Seal a batch, store its file under ``sepa/`` and mark batch and pay-outs as sent.

    Repeated after any crash it goes on where it was; a batch that is sent answers ``sent``. The
    file that was stored first stays. Refused: ``no_such_batch``.
    """
    released_on, number = key
    batch = attempt(ledger, "seal-batch", lambda draft: _seal(ledger, draft, key, today, now))
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
    attempt(ledger, "seal-batch", lambda draft: _sent(draft, key, file_key, sha256))
    return done(name, amounts={"count": batch.count, "sum": batch.sum_cents})


def _seal(
    ledger: Ledger, draft: Draft, key: BatchKey, today: dt.date, now: dt.datetime
) -> SepaBatch | None:
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
        execution_on=execution_day(today),
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


def _sent(draft: Draft, key: BatchKey, file_key: str, sha256: str) -> None:
    released_on, number = key
    batch = draft.take(SepaBatch, released_on=released_on, number=number)
    if batch.state is not SepaState.SENT:
        draft.write(
            dataclasses.replace(batch, state=SepaState.SENT, file_key=file_key, sha256=sha256)
        )


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
