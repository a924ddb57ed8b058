"""E15, E26 and E16: the seller pays in, a debtor's credit is used or paid back."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain import cash
from bordereau.domain.books import BankHead, DebtorCredit, Position
from bordereau.domain.identifiers import AccountId, ContractId, PartyId
from bordereau.domain.shape import CREDITS_MAX
from bordereau.ports import Ledger
from bordereau.services.contract_terms import terms_on
from bordereau.services.draft import Also, Draft, attempt, finished
from bordereau.services.outcome import Outcome, done, refused
from bordereau.services.take_receipt import Taking, post_pair, reason_against, value_date


def pay_in(
    ledger: Ledger,
    contract: ContractId,
    amount_cents: int,
    *,
    today: dt.date,
    taking: Taking | None = None,
    also: Also | None = None,
) -> Outcome:
    """Book money that the seller pays us: a payment handed over, or a debit balance repaid.

    ``taking`` is the receipt in which it lies. Refused: ``contract_not_in_force``, and what
    ``reason_against`` says of the receipt.
    """

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=contract)
        terms = terms_on(ledger, contract, today)
        if position is None or terms is None:
            return refused("contract_not_in_force", contract)
        if reason := reason_against(draft, position, amount_cents, taking):
            return refused(reason, contract)
        valued_on = value_date(ledger, contract, taking.key.booked_on if taking else today)
        pair = cash.paid_in(amount_cents, (f"E15#{today}",), valued_on=valued_on)
        post_pair(draft, position, pair, taking, today=today)
        return finished(draft, done(contract, amounts={"paid_in": amount_cents}), also)

    return attempt(ledger, "seller-pays-in", decide)


def credits_of(ledger: Ledger, debtor: PartyId, account: AccountId) -> list[DebtorCredit]:
    """Return a debtor's credits at one account that have something left, oldest first."""
    listed = ledger.list(DebtorCredit, debtor=debtor)
    return sorted(
        (credit for credit in listed if credit.account == account and credit.left_cents),
        key=lambda credit: (credit.since_on, credit.credit),
    )


def take_credits(
    ledger: Ledger, draft: Draft, debtor: PartyId, account: AccountId, *, cents: int
) -> bool:
    """Take cents from a debtor's credits, oldest first; false, and nothing taken, when less.

    Where so many small ones are more than a commit holds, the largest are taken first.
    """
    listed = credits_of(ledger, debtor, account) if cents else []
    if len(listed) > CREDITS_MAX:
        listed = _few_enough(listed, cents)
    held = [draft.take(DebtorCredit, debtor=debtor, credit=one.credit) for one in listed]
    rest = cents
    if sum(credit.left_cents for credit in held) < cents:
        return False
    for credit in held:
        part = min(rest, credit.left_cents)
        if part:
            draft.require(credit, "left_cents", ">=", part)
            draft.write(dataclasses.replace(credit, left_cents=credit.left_cents - part))
            rest -= part
    return True


def _few_enough(listed: list[DebtorCredit], cents: int) -> list[DebtorCredit]:
    """Return the oldest credits, as many as a commit holds, if they cover it; else the largest."""
    oldest = listed[:CREDITS_MAX]
    if sum(credit.left_cents for credit in oldest) >= cents:
        return oldest
    return sorted(listed, key=lambda credit: -credit.left_cents)[:CREDITS_MAX]


def give_credits_back(
    ledger: Ledger, draft: Draft, debtor: PartyId, account: AccountId, *, cents: int
) -> None:
    """Give back to a debtor's credits what was taken of them: the last that were used first."""
    used = [
        one
        for one in (ledger.list(DebtorCredit, debtor=debtor) if cents else ())
        if one.account == account and one.left_cents < one.amount_cents
    ]
    rest = cents
    for listed in sorted(used, key=lambda one: (one.since_on, one.credit), reverse=True):
        credit = draft.take(DebtorCredit, debtor=debtor, credit=listed.credit)
        part = min(rest, credit.amount_cents - credit.left_cents)
        if part:
            draft.write(dataclasses.replace(credit, left_cents=credit.left_cents + part))
            rest -= part
    assert rest == 0, "no more is given back than was taken"


def refund(
    ledger: Ledger,
    debtor: PartyId,
    account: AccountId,
    amount_cents: int,
    *,
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    """Pay a debtor's credit back (E16). Refused: ``over_credit``."""

    def decide(draft: Draft) -> Outcome:
        draft.take(BankHead, account=account)
        if not take_credits(ledger, draft, debtor, account, cents=amount_cents):
            return refused("over_credit", debtor)
        posting = cash.refund(amount_cents, (f"E16#{today}",), debtor=debtor)
        draft.post_bank(account, posting, today=today)
        return finished(draft, done(debtor, amounts={"refunded": amount_cents}), also)

    return attempt(ledger, "refund-debtor", decide)
