"""E3: order a pay-out, and what the bank says of it. It resolves at most once (I12)."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain import cash
from bordereau.domain.books import (
    BankHead,
    PayOut,
    PayOutState,
    Position,
)
from bordereau.domain.identifiers import AccountId, ContractId, end_to_end_id
from bordereau.domain.terms import Terms
from bordereau.domain.work import Command
from bordereau.ports import Ledger
from bordereau.services.availability import available_of
from bordereau.services.contract_terms import terms_on, write_command
from bordereau.services.draft import Also, Draft, attempt, finished
from bordereau.services.outcome import Outcome, already, done, refused


def order_payout(
    ledger: Ledger,
    contract: ContractId,
    *,
    today: dt.date,
    amount_cents: int | None = None,
    beneficiary: tuple[str, str] = ("", ""),
    also: Also | None = None,
) -> Outcome:
    """Order a pay-out of an amount, or of all that is available.

    ``beneficiary`` is name and IBAN from the register. Refused: ``contract_not_in_force``,
    ``over_available`` (or nothing is), ``below_minimum``. Each call is a pay-out of its own: a
    caller that may repeat itself writes its command ``also``.
    """

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=contract)
        terms = terms_on(ledger, contract, today)
        if position is None or terms is None:
            return refused("contract_not_in_force", contract)
        available = available_of(ledger, position, terms).available_cents
        amount = available if amount_cents is None else amount_cents
        if amount <= 0 or amount > available:
            return refused("over_available", contract)
        if amount < terms.minimum_payout_cents:
            return refused("below_minimum", contract)
        payout = write_payout(
            draft,
            amount,
            today=today,
            contract=contract,
            beneficiary=beneficiary,
            value_days=terms.payout_value_days,
        )
        amounts = {"amount": amount, "ordinal": payout.ordinal, "left": available - amount}
        return finished(draft, done(payout.end_to_end_id, amounts=amounts), also)

    return attempt(ledger, "order-payout", decide)


def payable(ledger: Ledger, position: Position, terms: Terms) -> int:
    """Return what is paid by itself today: what is available, if it reaches the minimum."""
    available = available_of(ledger, position, terms).available_cents
    return available if available >= max(1, terms.minimum_payout_cents) else 0


def write_payout(
    draft: Draft,
    amount_cents: int,
    *,
    contract: ContractId,
    today: dt.date,
    beneficiary: tuple[str, str] = ("", ""),
    value_days: int = 0,
) -> PayOut:
    """Post E3a and write the pay-out; ``beneficiary`` is name and IBAN from the register.

    ``value_days`` are the terms' days by which a pay-out counts earlier (v1).
    """
    position = draft.take(Position, contract=contract)
    is_late = position.payout_day is not None and today < position.payout_day
    ordinal = position.payout_count + 1 if position.payout_day == today else 1
    while is_late and _is_taken(draft, contract, today, ordinal):
        ordinal += 1
    identity = end_to_end_id(contract, today, ordinal)
    valued_on = today - dt.timedelta(value_days)
    posting = cash.payout_ordered(amount_cents, (identity,), valued_on=valued_on)
    draft.post(contract, posting, today=today)
    moved = draft.take(Position, contract=contract)
    if not is_late:  # the count is that of the latest day
        draft.write(dataclasses.replace(moved, payout_day=today, payout_count=ordinal))
    payout = PayOut(
        contract=contract,
        ordered_on=today,
        ordinal=ordinal,
        amount_cents=amount_cents,
        currency=position.currency,
        end_to_end_id=identity,
        covers_seq=position.seq,
        beneficiary=beneficiary[0],
        iban=beneficiary[1],
    )
    draft.write(payout)
    return payout


def _is_taken(draft: Draft, contract: ContractId, day: dt.date, ordinal: int) -> bool:
    """Return whether a day that is looked at late has this pay-out already."""
    return draft.read(PayOut, contract=contract, ordered_on=day, ordinal=ordinal) is not None


_UNDER_WAY = (PayOutState.ORDERED, PayOutState.SEALED, PayOutState.SENT)
_BACK = (PayOutState.RETURNED, PayOutState.REFUSED, PayOutState.CANCELLED)


def confirm_payout(
    ledger: Ledger,
    key: tuple[ContractId, dt.date, int],
    *,
    today: dt.date,
    valued_on: dt.date | None = None,
) -> Outcome:
    """E3b: our account was debited; a second call answers ``already``.

    Refused: ``no_such_payout``, ``payout_state`` (returned or refused before).
    """

    def decide(draft: Draft) -> Outcome:
        payout = _read(draft, key)
        if payout is None:
            return refused("no_such_payout")
        if payout.state is PayOutState.CONFIRMED:
            return already("payout_state", payout.end_to_end_id)
        if payout.state not in _UNDER_WAY:
            return refused("payout_state", payout.end_to_end_id)
        bank, contract = cash.payout_confirmed(
            payout.amount_cents, (payout.end_to_end_id,), valued_on=valued_on
        )
        draft.post_bank(_account(draft, payout), bank, today=today)
        draft.post(payout.contract, contract, today=today)
        settled = dataclasses.replace(payout, state=PayOutState.CONFIRMED, settled_on=today)
        draft.write(settled)
        return done(payout.end_to_end_id, amounts={"amount": payout.amount_cents})

    return attempt(ledger, "settle-payout", decide)


def return_payout(
    ledger: Ledger,
    key: tuple[ContractId, dt.date, int],
    *,
    today: dt.date,
    valued_on: dt.date | None = None,
    fault_is_ours: bool = False,
) -> Outcome:
    """E3c: the money came back after the debit, or the bank did not take the order.

    ``fault_is_ours``: not for the payee's account, which may be paid again.
    A second call answers ``already``. Refused: ``no_such_payout``, ``payout_in_batch`` (it was
    released, and its file is not at the bank yet: what will be paid cannot be taken back).
    """

    def decide(draft: Draft) -> Outcome:
        payout = _read(draft, key)
        if payout is None:
            return refused("no_such_payout")
        if payout.state in _BACK:
            return already("payout_state", payout.end_to_end_id)
        if payout.batch and payout.state in (PayOutState.ORDERED, PayOutState.SEALED):
            return refused("payout_in_batch", payout.end_to_end_id)
        state = _post_return(draft, payout, today=today, valued_on=valued_on)
        draft.write(
            dataclasses.replace(payout, state=state, settled_on=today, fault_is_ours=fault_is_ours)
        )
        return done(payout.end_to_end_id, amounts={"amount": payout.amount_cents})

    return attempt(ledger, "settle-payout", decide)


def cancel_payout(
    ledger: Ledger,
    key: tuple[ContractId, dt.date, int],
    *,
    today: dt.date,
    command: Command | None = None,
) -> Outcome:
    """E3c by a person, before any file holds it: the money is the seller's again.

    A second call answers ``already``. Refused: ``no_such_payout``, ``payout_in_batch``,
    ``payout_state`` (it left, or came back).
    """

    def decide(draft: Draft) -> Outcome:
        payout = _read(draft, key)
        if payout is None:
            return refused("no_such_payout")
        if payout.state is PayOutState.CANCELLED:
            return already("payout_state", payout.end_to_end_id)
        if payout.batch:
            return refused("payout_in_batch", payout.end_to_end_id)
        if payout.state is not PayOutState.ORDERED:
            return refused("payout_state", payout.end_to_end_id)
        documents = (payout.end_to_end_id,)
        posting = cash.payout_refused(payout.amount_cents, documents)
        draft.post(payout.contract, posting, today=today)
        state = PayOutState.CANCELLED
        draft.write(dataclasses.replace(payout, state=state, settled_on=today))
        write_command(draft, command)
        return done(payout.end_to_end_id, amounts={"amount": payout.amount_cents})

    return attempt(ledger, "settle-payout", decide)


def _post_return(
    draft: Draft, payout: PayOut, *, today: dt.date, valued_on: dt.date | None
) -> PayOutState:
    documents = (payout.end_to_end_id,)
    if payout.state is not PayOutState.CONFIRMED:
        draft.post(
            payout.contract, cash.payout_refused(payout.amount_cents, documents), today=today
        )
        return PayOutState.REFUSED
    bank, contract = cash.payout_returned(payout.amount_cents, documents, valued_on=valued_on)
    draft.post_bank(_account(draft, payout), bank, today=today)
    draft.post(payout.contract, contract, today=today)
    return PayOutState.RETURNED


def _read(draft: Draft, key: tuple[ContractId, dt.date, int]) -> PayOut | None:
    contract, ordered_on, ordinal = key
    draft.read(Position, contract=contract)
    return draft.read(PayOut, contract=contract, ordered_on=ordered_on, ordinal=ordinal)


def _account(draft: Draft, payout: PayOut) -> AccountId:
    account = draft.take(Position, contract=payout.contract).account
    if draft.read(BankHead, account=account) is None:
        draft.write(BankHead(account, payout.currency))
    return account
