"""``bordereau books``: what is printed, and that two other programs agree to the cent."""

from __future__ import annotations

import argparse
import csv
import shutil
import subprocess
from collections import Counter
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from beancount import loader
from beancount.core.data import Transaction
from beancount.core.inventory import Inventory

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.cli import books as journals_cli
from bordereau.cli.books import Wanted, register, run_check, run_export
from bordereau.documents.fec_check import check_fec
from bordereau.documents.journals import account_name
from bordereau.domain.books import Position
from bordereau.domain.entries import Entry
from bordereau.domain.parties import Setting
from bordereau.domain.problems import SourceUnavailableError
from bordereau.domain.tables import Table
from bordereau.ports import Ledger
from bordereau.services.check_books import RULES
from bordereau.services.draft import Draft, attempt
from bordereau.services.read_books import known_accounts, known_contracts, read_books
from tests.unit.services.small_firm import CONTRACTS, small_firm

JOURNAL = f"K#{CONTRACTS[0]}"


def run(ledger: Ledger, *words: str) -> int:
    """Run the command over a ledger; the stack that is asked for is ``acme``."""

    def opened(stack: str) -> Ledger:
        assert stack == "acme"
        return ledger

    parser = argparse.ArgumentParser()
    register(parser.add_subparsers(), opened)
    chosen = parser.parse_args(["books", *words, "--stack", "acme"])
    status: int = chosen.run(chosen)
    return status


def test_sound_books_are_one_line_for_each_check(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 0, and a last line that counts."""
    assert run(small_firm(), "check") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[:-1]] == [[rule.code, "ok"] for rule in RULES]
    assert lines[-1] == f"2 contracts: {len(RULES)} of {len(RULES)} checks hold"


def test_broken_books_say_what_and_where(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 1; long lists are cut and counted."""
    ledger = small_firm()
    partition = ledger._partitions[Table.JOURNAL, JOURNAL]
    for sk, (kind, plain) in partition.items():
        partition[sk] = (kind, plain | {"booked_on": "2026-02-01", "hash": sk})
    assert run_check(ledger) == 1
    out = capsys.readouterr().out
    assert "I2    BROKEN" in out
    assert f"{JOURNAL} entry 1 (E1): is not what was hashed" in out
    assert "… and " in out


def test_a_ledger_that_does_not_answer_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit status 2 and no trace of the program."""

    def silent(*_: object, **__: object) -> None:
        raise SourceUnavailableError("dynamodb: EndpointConnectionError")

    ledger = MemoryLedger()
    monkeypatch.setattr(ledger, "list", silent)
    assert run(ledger, "check") == 2
    assert capsys.readouterr().err == (
        "the books cannot be read: dynamodb: EndpointConnectionError\n"
    )


def expected_balances() -> dict[str, Decimal]:
    """Return the balance of each account of each journal, folded from the entries' lines."""
    books = read_books(small_firm(), CONTRACTS, known_accounts(small_firm(), CONTRACTS))
    cents: Counter[str] = Counter()
    for journal in books.journals:
        for entry in journal.entries:
            for line in entry.lines:
                cents[account_name(line.account, journal.journal)] += line.cents
    return {name: Decimal(total) / 100 for name, total in cents.items() if total}


def test_beancount_agrees_to_the_cent_on_every_account(tmp_path: Path) -> None:
    """The file loads without an error, and each balance is ours."""
    file = tmp_path / "books.beancount"
    assert run(small_firm(), "export", "beancount", "--output", str(file)) == 0
    entries, errors, _ = loader.load_file(str(file))
    assert errors == []
    found: dict[str, Decimal] = {}
    totals: dict[str, Inventory] = {}
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            totals.setdefault(posting.account, Inventory()).add_position(posting)
    for name, inventory in totals.items():
        for position in inventory:
            found[name] = position.units.number
    assert found == expected_balances()
    assert len(found) > 10


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_agrees_too(tmp_path: Path) -> None:
    """Strictly checked, each balance ours."""
    file = tmp_path / "books.journal"
    assert run_export(small_firm(), Wanted("hledger"), file) == 0
    subprocess.run(["hledger", "-f", str(file), "check", "--strict"], check=True)
    ask = ["hledger", "-f", str(file), "balance", "--flat", "--no-total", "-O", "csv"]
    answer = subprocess.run(ask, check=True, capture_output=True, text=True).stdout
    rows = list(csv.reader(answer.splitlines()))[1:]
    assert {name: Decimal(amount.removesuffix(" EUR")) for name, amount in rows} == (
        expected_balances()
    )


def test_an_export_that_misses_something_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """It is printed as far as it could be read; exit status 1."""
    ledger = small_firm()
    partition = ledger._partitions[Table.JOURNAL, JOURNAL]
    partition["E#000000000003"] = (Entry, {"seq": 3})
    assert run_export(ledger, Wanted("hledger")) == 1
    captured = capsys.readouterr()
    assert "a stored Entry cannot be read" in captured.err
    assert captured.out.startswith("commodity")
    assert known_contracts(ledger) == sorted(CONTRACTS)
    assert ledger.get(Position, contract=CONTRACTS[0]) is not None


def test_a_file_for_the_tax_office_gets_its_legal_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the folder that is given; without the year's closing it is one sentence."""
    ledger = small_firm()
    siren = Setting("firm/siren", "732829320")
    attempt(ledger, "set-rate", partial(Draft.write, record=siren))
    words = ("export", "fec", "--output", str(tmp_path))
    assert run(ledger, *words, "--closing", "2026-12-31") == 0
    (file,) = tmp_path.glob("*.txt")
    assert file.name == "732829320FEC20261231.txt"
    assert check_fec(file.name, file.read_bytes()) == []
    assert run(ledger, *words) == 2
    assert "--closing" in capsys.readouterr().err


def test_a_year_that_breaks_the_law_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is written all the same, and the exit status is 1."""
    ledger = small_firm()
    siren = Setting("firm/siren", "732829320")
    attempt(ledger, "set-rate", partial(Draft.write, record=siren))
    monkeypatch.setattr(journals_cli, "fec_name", lambda *_: "books.txt")
    assert run(ledger, "export", "fec", "--closing", "2026-12-31") == 1
    assert "books.txt: not SIREN" in capsys.readouterr().err


def test_csv_is_printed_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Plain, or for Excel in French."""
    assert run(small_firm(), "export", "csv") == 0
    assert capsys.readouterr().out.startswith("journal,number,booked_on")
    assert run(small_firm(), "export", "csv", "--excel") == 0
    assert capsys.readouterr().out.startswith("\ufeffjournal;number;booked_on")
