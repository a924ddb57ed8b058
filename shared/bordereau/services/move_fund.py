"""E19 on the contract's fund, specific reserves, and the month's release of a surplus."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain import chart
from bordereau.domain.availability import fund_target
from bordereau.domain.books import ContractStatus, Position
from bordereau.domain.entries import Posting, credit, debit
from bordereau.domain.identifiers import ContractId
from bordereau.ports import Ledger
from bordereau.services.contract_terms import terms_on
from bordereau.services.draft import Also, Draft, attempt, finished
from bordereau.services.outcome import Outcome, already, done, refused


def _shift(from_account: str, to_account: str, cents: int, kind: str, document: str) -> Posting:
    lines = (*debit(from_account, cents), *credit(to_account, cents))
    return Posting(kind, lines, (document,))


def use_fund(
    ledger: Ledger,
    contract: ContractId,
    amount_cents: int,
    *,
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    """Use a part of the fund on outstanding for what the seller owes (E19).

    Later withholding rebuilds it. Refused: ``contract_not_in_force``, ``over_fund``.
    """

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=contract)
        if position is None or terms_on(ledger, contract, today) is None:
            return refused("contract_not_in_force", contract)
        if amount_cents > position.fund_pool_cents:
            return refused("over_fund", contract)
        _give_back(draft, position, amount_cents, kind="E19", today=today)
        return finished(draft, done(contract, amounts={"used": amount_cents}), also)

    return attempt(ledger, "move-fund", decide)


def _give_back(draft: Draft, position: Position, cents: int, *, kind: str, today: dt.date) -> None:
    posting = _shift(chart.GUARANTEE_FUND, chart.SELLER_CURRENT, cents, kind, f"{kind}#{today}")
    draft.post(position.contract, posting, today=today)
    moved = draft.take(Position, contract=position.contract)
    pool = moved.fund_pool_cents - cents
    draft.write(dataclasses.replace(moved, fund_pool_cents=pool))


def release_surplus(ledger: Ledger, contract: ContractId, *, today: dt.date) -> Outcome:
    """Give back what the fund on outstanding holds above its target (E6), at a month's end.

    A closed contract with nothing open has a target of nothing. A second call finds no surplus.
    """

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=contract)
        terms = terms_on(ledger, contract, today)
        if position is None or terms is None or not position.fund_pool_cents:
            return already("no-surplus", contract)
        surplus = position.fund_pool_cents - (fund_target(position, terms) or 0)
        if surplus <= 0:
            return already("no-surplus", contract)
        _give_back(draft, position, surplus, kind="E6", today=today)
        return done(contract, amounts={"released": surplus})

    return attempt(ledger, "move-fund", decide)


def reserve(
    ledger: Ledger,
    contract: ContractId,
    amount_cents: int,
    *,
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    """Hold a specific reserve; a negative amount releases one.

    Refused: ``contract_not_in_force``, ``over_reserve`` (less is held).
    """

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=contract)
        if position is None or terms_on(ledger, contract, today) is None:
            return refused("contract_not_in_force", contract)
        if -amount_cents > position.balance(chart.HOLD_SPECIFIC):
            return refused("over_reserve", contract)
        posting = _shift(
            chart.SELLER_CURRENT, chart.HOLD_SPECIFIC, amount_cents, "RESERVE", f"reserve#{today}"
        )
        draft.post(contract, posting, today=today)
        return finished(draft, done(contract, amounts={"reserved": amount_cents}), also)

    return attempt(ledger, "move-fund", decide)


def close_contract(
    ledger: Ledger, contract: ContractId, *, today: dt.date, also: Also | None = None
) -> Outcome:
    """Close a contract on its last day: nothing new is taken on, what runs runs on.

    Also that of a client who was closed in the register: its last day is what charges go by.
    Refused: ``contract_not_in_force`` (also on a second call).
    """

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=contract)
        is_running = position is not None and position.closed_on is None
        if position is None or not is_running or terms_on(ledger, contract, today) is None:
            return refused("contract_not_in_force", contract)
        draft.write(dataclasses.replace(position, status=ContractStatus.CLOSED, closed_on=today))
        return finished(draft, done(contract), also)

    return attempt(ledger, "close-contract", decide)
