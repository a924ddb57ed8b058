"""E16 in two steps: a person orders a refund of a debtor's credit, the bank pays it later.

In between the money is on its way (``payouts_in_transit`` of the bank's journal), so that no
invoice can use the credit; the statement's debit is known by the refund's id (docs/adr/0013).
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain import cash
from bordereau.domain.books import BankHead, DebtorCredit
from bordereau.domain.identifiers import AccountId, PartyId
from bordereau.domain.money import neutral_money
from bordereau.domain.refunds import Refund, RefundKey, RefundState
from bordereau.domain.work import Alert
from bordereau.ports import Ledger
from bordereau.services.alerts import Severity, close_alert, raise_alert
from bordereau.services.draft import Also, Draft, attempt, finished
from bordereau.services.outcome import Outcome, already, done, refused
from bordereau.services.seller_and_debtor_payments import take_credits

TO_PAY = "to-pay"
"""The stage of the alert about a refund that no statement shows yet."""


def account_of_credit(
    ledger: Ledger, debtor: PartyId, currency: str, cents: int | None
) -> tuple[AccountId, int] | None:
    """Return the account at which a debtor has so much credit, or the most, and how much."""
    left: dict[AccountId, int] = {}
    for credit in ledger.list(DebtorCredit, debtor=debtor):
        if credit.currency == currency:
            left[credit.account] = left.get(credit.account, 0) + credit.left_cents
    enough = [(account, sum_) for account, sum_ in left.items() if sum_ and sum_ >= (cents or 0)]
    if not enough:
        return None
    account, most = max(enough, key=lambda pair: (pair[1], pair[0]))
    return account, most if cents is None else cents


def order_refund(  # noqa: PLR0913 - one order with all that it says
    ledger: Ledger,
    debtor: PartyId,
    account: AccountId,
    amount_cents: int,
    *,
    payee: tuple[str, str],
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    """Order a refund; ``payee`` is the debtor's name and IBAN. Refused: ``over_credit``.

    Each call is a refund of its own: a caller that may repeat itself writes its command ``also``.
    """

    def decide(draft: Draft) -> Outcome:
        head = draft.take(BankHead, account=account)
        if not take_credits(ledger, draft, debtor, account, cents=amount_cents):
            return refused("over_credit", debtor)
        ordinal = 1 + sum(1 for _ in ledger.list(Refund, account=account, ordered_on=today))
        refund = Refund(
            *(account, today, ordinal, debtor, amount_cents, head.currency),
            beneficiary=payee[0],
            iban=payee[1],
        )
        posting = cash.refund_ordered(amount_cents, (refund.id,), debtor=debtor)
        draft.post_bank(account, posting, today=today)
        draft.write(refund)
        return finished(draft, done(refund.id, amounts={"amount": amount_cents}), also)

    return attempt(ledger, "refund-debtor", decide)


def confirm_refund(ledger: Ledger, key: RefundKey, *, today: dt.date) -> Outcome:
    """Our account was debited for a refund; a second call answers ``already``.

    Refused: ``no_such_refund``, ``refund_state`` (it was given back before).
    """

    def decide(draft: Draft) -> Outcome:
        refund = _read(draft, key)
        if refund is None:
            return refused("no_such_refund")
        if refund.state is RefundState.CONFIRMED:
            return already("refund_state", refund.id)
        if refund.state is RefundState.RETURNED:
            return refused("refund_state", refund.id)
        posting = cash.refund_paid(refund.amount_cents, (refund.id,), debtor=refund.debtor)
        draft.post_bank(refund.account, posting, today=today)
        paid = dataclasses.replace(refund, paid_on=today)
        _settle(draft, paid, RefundState.CONFIRMED, today=today)
        return done(refund.id, amounts={"amount": refund.amount_cents})

    outcome = attempt(ledger, "refund-debtor", decide)
    for identity in outcome.ids:
        forget_refund(ledger, identity, on=today)
    return outcome


def return_refund(
    ledger: Ledger, key: RefundKey, *, today: dt.date, also: Also | None = None
) -> Outcome:
    """A refund was not paid, or came back: the debtor has its credit again.

    A second call answers ``already``. Refused: ``no_such_refund``.
    """

    def decide(draft: Draft) -> Outcome:
        refund = _read(draft, key)
        if refund is None:
            return refused("no_such_refund")
        if refund.state is RefundState.RETURNED:
            return already("refund_state", refund.id)
        was_paid = refund.state is RefundState.CONFIRMED
        cents, debtor = refund.amount_cents, refund.debtor
        posting = cash.refund_back(cents, (refund.id,), debtor=debtor, was_paid=was_paid)
        draft.post_bank(refund.account, posting, today=today)
        draft.write(
            DebtorCredit(
                *(debtor, f"{today}#{refund.id}", refund.account, refund.currency, today),
                amount_cents=cents,
                left_cents=cents,
            )
        )
        _settle(draft, refund, RefundState.RETURNED, today=today)
        return finished(draft, done(refund.id, amounts={"amount": cents}), also)

    outcome = attempt(ledger, "refund-debtor", decide)
    for identity in outcome.ids:
        forget_refund(ledger, identity, on=today)
    return outcome


def _read(draft: Draft, key: RefundKey) -> Refund | None:
    account, ordered_on, ordinal = key
    draft.read(BankHead, account=account)
    return draft.read(Refund, account=account, ordered_on=ordered_on, ordinal=ordinal)


def _settle(draft: Draft, refund: Refund, state: RefundState, *, today: dt.date) -> None:
    draft.write(dataclasses.replace(refund, state=state, settled_on=today))


def forget_refund(ledger: Ledger, identity: str, *, on: dt.date) -> None:
    """End the alert about a refund that is settled; a second call writes nothing."""
    close_alert(ledger, f"refund:{identity}", TO_PAY, on=on)


def watch_refunds(ledger: Ledger, debtor: PartyId, *, on: dt.date) -> None:
    """Tell staff of the day's refunds to a debtor that no statement shows yet."""
    accounts = sorted({credit.account for credit in ledger.list(DebtorCredit, debtor=debtor)})
    for account in accounts:
        for refund in ledger.list(Refund, account=account, ordered_on=on):
            if refund.debtor == debtor and refund.state is RefundState.ORDERED:
                raise_alert(ledger, _alert(refund, on))


def _alert(refund: Refund, on: dt.date) -> Alert:
    facts = {
        "number": refund.id,
        "debtor": refund.beneficiary,
        "amount": neutral_money(refund.amount_cents, refund.currency),
        "iban": refund.iban,
        "day": on.isoformat(),
    }
    code, severity = "refund-to-pay", Severity.NORMAL
    object_ = f"refund:{refund.id}"
    return Alert(object_, TO_PAY, on, severity, code, facts, debtor=refund.debtor)
