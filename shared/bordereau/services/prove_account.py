"""Whether our journal of a bank account says what the bank says."""

from __future__ import annotations

import dataclasses

from bordereau.domain import chart
from bordereau.domain.bank_entries import Named
from bordereau.domain.books import BankHead
from bordereau.domain.claims import StatementClaim
from bordereau.domain.eligibility import day_of
from bordereau.domain.identifiers import AccountId
from bordereau.domain.money import neutral_money, parse_amount
from bordereau.domain.work import Alert
from bordereau.services.alerts import Severity
from bordereau.services.bank_run import BankRun
from bordereau.services.draft import Draft, attempt

BALANCE = "balance"
"""The stage of the alert that the bank and our journal differ."""


def remember_opening(run: BankRun, statement: StatementClaim, head: BankHead) -> None:
    """Keep what lay on the account before the first statement: it is in no journal of ours."""
    opening = parse_amount(statement.opening) or 0

    def decide(draft: Draft) -> None:
        now = draft.read(BankHead, account=head.account) or head
        if now.opening_cents is None:
            before = opening - chart.signed(chart.BANK, now.balances.get(chart.BANK, 0))
            draft.write(dataclasses.replace(now, opening_cents=before))

    attempt(run.ledger, "prove-statement", decide)


def prove(
    run: BankRun, statement: StatementClaim, account: AccountId, listed: tuple[Named, ...]
) -> None:
    """Compare what the bank says with the opening that we never booked and our journal.

    An alert stands while they differ (an entry that is not booked makes a difference too); it
    closes with the first statement that agrees. A statement older than the last one proves nothing;
    one without an entry proves the day of its closing balance, if that day has come.
    """
    days = [entry.booked_on for entry in listed]
    closing_on = day_of(statement.closing_on)
    if closing_on is not None and closing_on <= run.today:
        days.append(closing_on)
    last_day = max(days, default=None)
    opening = parse_amount(statement.opening) or 0
    closing = opening + sum(entry.cents for entry in listed)

    def decide(draft: Draft) -> bool:
        head = draft.take(BankHead, account=account)
        if last_day is None or (head.through_on is not None and last_day < head.through_on):
            return False
        books = chart.signed(chart.BANK, head.balances.get(chart.BANK, 0))
        books += head.opening_cents or 0
        draft.write(dataclasses.replace(head, through_on=last_day))
        _tell_difference(draft, run, statement, books, closing)
        return books != closing

    run.counts["alerts"] += attempt(run.ledger, "prove-statement", decide)


def _tell_difference(
    draft: Draft, run: BankRun, statement: StatementClaim, books: int, closing: int
) -> None:
    object_, stage = f"account:{run.account}", BALANCE
    old = draft.read(Alert, object=object_, stage=stage)
    is_open = old is not None and old.closed_on is None
    if books == closing:
        if old is not None and is_open:
            draft.write(dataclasses.replace(old, closed_on=run.today))
        return
    currency = statement.currency or "EUR"
    facts = {
        "account": statement.account,
        "statement": statement.reference,
        "amount": neutral_money(closing, currency),
        "amount_books": neutral_money(books, currency),
        "amount_difference": neutral_money(closing - books, currency),
    }
    since = old.since_on if old is not None and is_open else run.today
    code = "bank-balance-differs"
    alert = Alert(object_, stage, since, Severity.HIGH, code, facts)
    draft.write(dataclasses.replace(alert, v=old.v if old else 0))
