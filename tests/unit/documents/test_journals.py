"""Two independent programs read our journals, agree to the cent, and refuse a planted cent."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import data
from hypothesis import given, settings
from hypothesis import strategies as st

from bordereau.documents.journals import account_name, beancount_journal, hledger_journal
from bordereau.domain.chart import CHART
from bordereau.domain.figures import JournalLine, JournalRow

CONTRACT = "K#siren:552081317/EUR"
BANK = "B#FR7630006000011234567890189"

ROWS = (
    JournalRow(
        CONTRACT,
        1,
        dt.date(2026, 1, 5),
        'E1 F1 ; "citation" | fin',
        (
            JournalLine("receivables", 1234567, 0),
            JournalLine("seller_current", 0, 1111110),
            JournalLine("guarantee_fund", 0, 123457),
        ),
    ),
    JournalRow(
        CONTRACT,
        2,
        dt.date(2026, 1, 5),
        "E2",
        (
            JournalLine("seller_current", 17778, 0),
            JournalLine("fee_income_factoring", 0, 14815),
            JournalLine("vat_output", 0, 2963),
        ),
    ),
    JournalRow(
        BANK,
        1,
        dt.date(2026, 2, 4),
        "E4 R1",
        (JournalLine("bank", 1234567, 0), JournalLine("unallocated_receipts", 0, 1234567)),
    ),
)

CODES = sorted(CHART)


def _balances(rows: tuple[JournalRow, ...]) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    for row in rows:
        for line in row.lines:
            name = account_name(line.account, row.journal)
            cents = line.debit_cents - line.credit_cents
            totals[name] = totals.get(name, Decimal(0)) + Decimal(cents).scaleb(-2)
    return {name: total for name, total in totals.items() if total}


def _beancount(text: str) -> tuple[dict[str, Decimal], list[object]]:
    entries, errors, _ = loader.load_string(text)
    totals: dict[str, Decimal] = {}
    for entry in entries:
        for posting in entry.postings if isinstance(entry, data.Transaction) else ():
            assert posting.units is not None
            number = posting.units.number
            assert isinstance(number, Decimal)
            totals[posting.account] = totals.get(posting.account, Decimal(0)) + number
    return {name: total for name, total in totals.items() if total}, list(errors)


@st.composite
def _rows(draw: st.DrawFn) -> tuple[JournalRow, ...]:
    rows = []
    for seq in range(draw(st.integers(1, 12))):
        cents = draw(st.integers(1, 10**12))
        debit, credit = draw(st.lists(st.sampled_from(CODES), min_size=2, max_size=2, unique=True))
        day = dt.date(2026, 1, 1) + dt.timedelta(days=draw(st.integers(0, 400)))
        text = draw(st.text(max_size=30))
        lines = (JournalLine(debit, cents, 0), JournalLine(credit, 0, cents))
        rows.append(JournalRow(draw(st.sampled_from((CONTRACT, BANK))), seq, day, text, lines))
    return tuple(rows)


@settings(max_examples=25, deadline=None)
@given(_rows())
def test_beancount_agrees_on_every_account(rows: tuple[JournalRow, ...]) -> None:
    """Whatever the descriptions hold."""
    balances, errors = _beancount(beancount_journal(rows))
    assert not errors
    assert balances == _balances(rows)


def _with_a_planted_cent() -> tuple[JournalRow, ...]:
    line = dataclasses.replace(ROWS[0].lines[1], credit_cents=1111111)
    lines = (ROWS[0].lines[0], line, ROWS[0].lines[2])
    return (dataclasses.replace(ROWS[0], lines=lines), *ROWS[1:])


def test_beancount_refuses_a_planted_cent() -> None:
    """Its inferred tolerance is switched off."""
    assert _beancount(beancount_journal(_with_a_planted_cent()))[1]


HLEDGER = shutil.which("hledger")


def _hledger(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert HLEDGER
    return subprocess.run(
        [HLEDGER, "-f", str(path), *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(HLEDGER is None, reason="hledger is not installed")
def test_hledger_agrees_on_every_account_and_refuses_a_planted_cent(tmp_path: Path) -> None:
    """Strict: every account and commodity is declared."""
    path = tmp_path / "books.journal"
    path.write_text(hledger_journal(ROWS), encoding="utf-8")
    checked = _hledger(path, "check", "--strict")
    assert checked.returncode == 0, checked.stderr
    listed = _hledger(path, "bal", "--flat", "-N", "-O", "csv").stdout
    found = {
        row["account"]: Decimal(row["balance"].split()[0].replace(",", ""))
        for row in csv.DictReader(io.StringIO(listed))
    }
    assert found == _balances(ROWS)
    path.write_text(hledger_journal(_with_a_planted_cent()), encoding="utf-8")
    assert _hledger(path, "check", "--strict").returncode != 0


def test_an_empty_journal_is_a_file_without_entries() -> None:
    """A firm's first day."""
    assert "open" not in beancount_journal(())
    assert hledger_journal(()) == "\n"
