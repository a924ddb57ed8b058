"""What each referee makes of our journals: the balance of every account, debit-positive cents.

Each reads text that we export, by its own rules, and folds it itself. Amounts come back as its own
decimals and are compared as cents; an error of the referee is an ``AssertionError`` that says it.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from beancount import loader
from beancount.core.data import Transaction

from bordereau.documents.csv_journal import csv_journal
from bordereau.documents.fec import fec
from bordereau.documents.fec_check import balances, check_fec
from bordereau.documents.journals import account_name, beancount_journal, hledger_journal
from bordereau.documents.texts import Phrases
from bordereau.domain.chart import CHART, Kind
from bordereau.domain.figures.journal import JournalRow, LegalBooks, MappedAccount
from bordereau.domain.fiscal_year import BROUGHT_FORWARD

Balances = dict[str, int]

HAS_HLEDGER = shutil.which("hledger") is not None

ACCOUNTS = {code: MappedAccount(f"{row.pcg:0<6}") for code, row in CHART.items()} | {
    BROUGHT_FORWARD: MappedAccount("110000")
}
SIREN = "732829320"


def own(rows: Sequence[JournalRow]) -> Balances:
    """Our own totals, by the name that an account has within its journal."""
    found: Balances = defaultdict(int)
    for row in rows:
        for line in row.lines:
            found[account_name(line.account, row.journal)] += line.cents
    return _without_zeros(found)


def beancount(rows: Sequence[JournalRow], folder: Path) -> Balances:
    """What beancount makes of them."""
    path = folder / "books.beancount"
    path.write_text(beancount_journal(rows), encoding="utf-8")
    entries, errors, _ = loader.load_file(str(path))
    assert not errors, errors[:3]
    found: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            assert posting.units is not None
            assert posting.units.number is not None
            found[posting.account] += posting.units.number
    return _cents(found)


def hledger(rows: Sequence[JournalRow], folder: Path) -> Balances:
    """What hledger makes of them, strictly checked."""
    path = folder / "books.journal"
    path.write_text(hledger_journal(rows), encoding="utf-8")
    _hledger(path, "check", "--strict")
    listed = _hledger(path, "balance", "--flat", "--no-total", "--output-format", "csv")
    records = csv.DictReader(io.StringIO(listed))
    return _cents({row["account"]: Decimal(row["balance"].split()[0]) for row in records})


def _hledger(path: Path, *words: str) -> str:
    done = subprocess.run(
        ["hledger", "-f", str(path), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[:2000]
    return done.stdout


def csv_file(rows: Sequence[JournalRow]) -> Balances:
    """What a plain reader makes of the CSV."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in csv.DictReader(io.StringIO(csv_journal(rows, ACCOUNTS), newline="")):
        name = account_name(row["account"], row["journal"].removeprefix("'"))
        found[name] += Decimal(row["debit"]) - Decimal(row["credit"])
    return _cents(found)


def years(rows: Sequence[JournalRow]) -> list[date]:
    """The closings of all calendar years in which something was booked."""
    return [date(year, 12, 31) for year in sorted({row.booked_on.year for row in rows})]


def legal_file(rows: Sequence[JournalRow], closing_on: date) -> Balances:
    """What the checker makes of the year's file, by number of account; the file is lawful."""
    books = LegalBooks(SIREN, tuple(rows), ACCOUNTS, {})
    data = fec(books, closing_on=closing_on, phrases=Phrases.load("fr")).encode()
    breaches = check_fec(f"{SIREN}FEC{closing_on:%Y%m%d}.txt", data)
    assert not breaches, breaches[:3]
    return balances(data)


def own_year(rows: Sequence[JournalRow], closing_on: date) -> Balances:
    """Our own totals at a closing: what was earned and lost before the year is brought forward."""
    found: Balances = defaultdict(int)
    for row in rows:
        if row.booked_on > closing_on:
            continue
        for line in row.lines:
            is_yearly = CHART[line.account].kind in (Kind.INCOME, Kind.LOSS)
            is_past = row.booked_on.year < closing_on.year
            code = BROUGHT_FORWARD if is_yearly and is_past else line.account
            found[ACCOUNTS[code].number] += line.cents
    return _without_zeros(found)


def _cents(found: dict[str, Decimal]) -> Balances:
    exact = {name: amount.scaleb(2) for name, amount in found.items()}
    assert all(amount == int(amount) for amount in exact.values())
    return _without_zeros({name: int(amount) for name, amount in exact.items()})


def _without_zeros(found: Balances) -> Balances:
    return {name: cents for name, cents in found.items() if cents}
