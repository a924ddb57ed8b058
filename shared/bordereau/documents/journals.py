"""Journals as text that two independent bookkeeping programs check: hledger and beancount.

Amounts are debit-positive with a point and two decimals. hledger's strict mode wants every account
and commodity declared; beancount would infer a tolerance and let a cent pass, so it is set to zero.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from bordereau.documents.characters import plain_text
from bordereau.domain.chart import CHART, Kind
from bordereau.domain.figures import JournalRow
from bordereau.domain.money import format_amount

_ROOTS = {
    Kind.ASSET: "Assets",
    Kind.LIABILITY: "Liabilities",
    Kind.INCOME: "Income",
    Kind.LOSS: "Expenses",
    Kind.CLEARING: "Equity",
    Kind.MEMO: "Equity",
}
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9]+")


def _leaf(text: str) -> str:
    """Return a text as a part of an account's name: ``K#siren:55/EUR`` to ``K-siren-55-EUR``."""
    part = _NOT_IN_A_NAME.sub("-", text).strip("-") or "0"
    return part[0].upper() + part[1:]


def account_name(code: str, journal: str) -> str:
    """Return the account of a chart code within one journal, as both programs accept it.

    >>> account_name("seller_current", "K#siren:552081317/EUR")
    'Liabilities:Seller-current:K-siren-552081317-EUR'
    """
    return f"{_ROOTS[CHART[code].kind]}:{_leaf(code)}:{_leaf(journal)}"


def hledger_journal(rows: Iterable[JournalRow]) -> str:
    """Return entries as an hledger journal, oldest first, for ``hledger check --strict``."""
    ordered = _ordered(rows)
    lines = [f"commodity 1000.00 {currency}" for currency in sorted({r.currency for r in ordered})]
    lines += [f"account {name}" for name in sorted(_accounts(ordered))]
    for row in ordered:
        lines += ["", f"{row.booked_on.isoformat()} ({_code(row)}) {_described(row, ';|')}"]
        lines += [f"    {name}  {amount}" for name, amount in _postings(row)]
    return "\n".join(lines) + "\n"


def beancount_journal(rows: Iterable[JournalRow]) -> str:
    """Return entries as a beancount file; accounts open on the day of the first entry."""
    ordered = _ordered(rows)
    lines = ['option "title" "Bordereau"', 'option "tolerance_multiplier" "0"']
    lines += [
        f'option "operating_currency" "{currency}"'
        for currency in sorted({row.currency for row in ordered})
    ]
    first = min((row.booked_on for row in ordered), default=dt.date.min)
    lines += [f"{first.isoformat()} open {name}" for name in sorted(_accounts(ordered))]
    for row in ordered:
        described = _described(row, '"\\')
        lines += ["", f'{row.booked_on.isoformat()} * "{described}"', f'  code: "{_code(row)}"']
        lines += [f"  {name}  {amount}" for name, amount in _postings(row)]
    return "\n".join(lines) + "\n"


def _ordered(rows: Iterable[JournalRow]) -> list[JournalRow]:
    return sorted(rows, key=lambda row: (row.booked_on, row.journal, row.seq))


def _accounts(rows: Iterable[JournalRow]) -> set[str]:
    return {account_name(line.account, row.journal) for row in rows for line in row.lines}


def _postings(row: JournalRow) -> Iterator[tuple[str, str]]:
    for line in row.lines:
        amount = format_amount(line.debit_cents - line.credit_cents)
        yield account_name(line.account, row.journal), f"{amount} {row.currency}"


def _code(row: JournalRow) -> str:
    return f"{_leaf(row.journal)}-{row.seq}"


def _described(row: JournalRow, special: str) -> str:
    return plain_text(row.description).translate({ord(char): " " for char in special})
