"""What a month still lacks before it may be closed (ADR 11): everything at once, as problems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from bordereau.domain import closing
from bordereau.domain.bank_calendar import is_bank_day
from bordereau.domain.books import BankHead, Position
from bordereau.domain.problems import Problem
from bordereau.domain.taking_on.records import TakeOn
from bordereau.domain.terms import FundMethod, in_force
from bordereau.ports import Ledger
from bordereau.services.alerts import open_alerts
from bordereau.services.check_books import RULES
from bordereau.services.fan_out import is_finished
from bordereau.services.prove_account import BALANCE
from bordereau.services.read_books import BankBooks, Books, ContractBooks, JournalBooks

RESERVES = "update_reserves"
DETAILS_MAX = 2


def lacking(ledger: Ledger, books: Books, month: str) -> tuple[Problem, ...]:
    """Return what stands in the way of closing a month, as the books that were read say.

    Reads, and writes nothing. The charges of the month, the surplus of a fund on outstanding, the
    bank's statements, and every rule of ``check_books``.
    """
    return (
        *_take_ons(ledger),
        *_fees(books, month),
        *_surplus(ledger, books, closing.last_day(month)),
        *(found for bank in books.banks for found in _bank(ledger, bank, month)),
        *_rules(books),
    )


def _take_ons(ledger: Ledger) -> Iterator[Problem]:
    """Yield the dossiers under way: their journals are not in the directory yet."""
    for row in ledger.list(TakeOn):
        if row.completed_on is None:
            yield Problem("closing-take-on", facts={"dossier": row.dossier})


def _fees(books: Books, month: str) -> Iterator[Problem]:
    """Yield the contracts whose financing fee the next month's first run has not settled.

    One that began after the month owes it none, and its first run is not waited for.
    """
    for part in books.contracts:
        head = part.journal.head
        is_owed = isinstance(head, Position) and head.financed_month < month
        if is_owed and _has_begun(part.journal, month):
            yield Problem("closing-fee-missing", facts={"contract": part.contract})


def _has_begun(journal: JournalBooks, month: str) -> bool:
    """Whether anything was booked till the month's end: days never decrease in a journal."""
    return bool(journal.entries) and journal.entries[0].booked_on <= closing.last_day(month)


def _surplus(ledger: Ledger, books: Books, on: dt.date) -> Iterator[Problem]:
    """Yield that the last evening's run is missing where a fund may give something back."""
    pools = (part for part in books.contracts if _has_pool(part, on))
    if any(pools) and not is_finished(ledger, RESERVES, on):
        yield Problem("closing-run-missing", facts={"day": on.isoformat()})


def _has_pool(part: ContractBooks, on: dt.date) -> bool:
    terms = in_force(part.terms, on)
    return terms is not None and terms.fund_method is FundMethod.ON_OUTSTANDING


def _bank(ledger: Ledger, bank: BankBooks, month: str) -> Iterator[Problem]:
    head, wanted = bank.journal.head, last_bank_day(month)
    if not isinstance(head, BankHead) or not _has_begun(bank.journal, month):
        return
    facts = {"account": bank.account, "day": wanted.isoformat()}
    if head.through_on is None:
        yield Problem("closing-bank-unproven", facts=facts)
    elif head.through_on < wanted:
        proven = {"day_proven": head.through_on.isoformat()}
        yield Problem("closing-bank-behind", facts=facts | proven)
    if any(alert.stage == BALANCE for alert in open_alerts(ledger, f"account:{bank.account}#")):
        yield Problem("closing-bank-differs", facts=facts)


def last_bank_day(month: str) -> dt.date:
    """Return the last day of a month on which the bank books.

    >>> last_bank_day("2026-01").isoformat()
    '2026-01-30'
    """
    day = closing.last_day(month)
    while not is_bank_day(day):
        day -= dt.timedelta(1)
    return day


def _rules(books: Books) -> Iterator[Problem]:
    for rule in RULES:
        details = _few(rule.breaches(books))
        if details:
            facts = {"code": rule.code, "title": rule.title, "detail": "; ".join(details)}
            yield Problem("closing-books-broken", facts=facts)


def _few(details: Iterable[str]) -> list[str]:
    return [detail for detail, _ in zip(details, range(DETAILS_MAX), strict=False)]
