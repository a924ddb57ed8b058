"""Two other programs agree on every account of the month, to the cent."""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core.data import Transaction

from bordereau.documents.journals import account_name, beancount_journal, hledger_journal
from bordereau.domain.entries import Entry
from bordereau.services.export_books import journal_rows
from bordereau.services.read_books import Books, known_accounts, known_contracts, read_books
from tests.e2e.conftest import Month

pytestmark = pytest.mark.slow


def books_of(month: Month) -> Books:
    """The whole books."""
    contracts = known_contracts(month.world.ledger)
    return read_books(month.world.ledger, contracts, known_accounts(month.world.ledger, contracts))


def last_balances(books: Books) -> dict[str, Decimal]:
    """What each journal's last entry says of its accounts, under the names of the export."""
    journals = [contract.journal for contract in books.contracts]
    journals += [bank.journal for bank in books.banks]
    found = {}
    for journal in journals:
        last: Entry = journal.entries[-1]
        for account, cents in last.balances.items():
            if cents:
                found[account_name(account, last.journal)] = Decimal(cents).scaleb(-2)
    return found


def test_beancount_agrees_on_every_account(month: Month, tmp_path: Path) -> None:
    """It reads the export without an error, and its sums are the balances of the books."""
    books = books_of(month)
    path = tmp_path / "month.beancount"
    path.write_text(beancount_journal(journal_rows(books)), encoding="utf-8")
    entries, errors, _ = loader.load_file(str(path))
    assert errors == []
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                assert posting.units is not None
                assert posting.units.number is not None
                sums[posting.account] += posting.units.number
    assert {name: amount for name, amount in sums.items() if amount} == last_balances(books)


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_agrees_on_every_account(month: Month, tmp_path: Path) -> None:
    """Its strict check passes, and its balances are those of the books."""
    books = books_of(month)
    path = tmp_path / "month.journal"
    path.write_text(hledger_journal(journal_rows(books)), encoding="utf-8")
    asked = ["hledger", "-f", str(path)]
    subprocess.run([*asked, "check", "--strict"], check=True, capture_output=True)
    wanted = ("balance", "--flat", "--no-total", "--output-format", "csv")
    done = subprocess.run([*asked, *wanted], check=True, capture_output=True, text=True)
    rows = [line.strip('"').split('","') for line in done.stdout.splitlines()[1:]]
    found = {name: Decimal(amount.split()[0]) for name, amount in rows}
    assert found == last_balances(books)
