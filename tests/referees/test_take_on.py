"""Books that begin with a take-on: the referees have every account as the old system showed it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bordereau.domain import chart
from bordereau.domain.figures.journal import JournalRow
from bordereau.domain.taking_on.snapshot import Figure
from bordereau.services.export_books import journal_rows
from bordereau.services.promote_waiting import promote_waiting
from bordereau.services.read_books import read_books
from tests.referees import verdicts
from tests.unit.services.portfolio import ACCOUNT, ACME, K1, K2, ON, portfolio, taken_on
from tests.unit.services.test_life_after_take_on import JANUARY, assign, done, pay


@pytest.fixture(scope="module")
def rows() -> list[JournalRow]:
    """The entries of a portfolio that was taken on in December, and of some days of January."""
    ledger = taken_on()
    done(pay(ledger, "F-1", 1_000_000))
    done(assign(ledger, "N-1", 100_000))
    promote_waiting(ledger, ACME, "EUR", today=JANUARY)
    return journal_rows(read_books(ledger, [K1, K2], [ACCOUNT]))


def test_beancount_agrees(rows: list[JournalRow], tmp_path: Path) -> None:
    """On every account of every journal, the opening's too."""
    assert verdicts.beancount(rows, tmp_path) == verdicts.own(rows)


@pytest.mark.skipif(not verdicts.HAS_HLEDGER, reason="hledger is not installed")
def test_hledger_agrees(rows: list[JournalRow], tmp_path: Path) -> None:
    """On every account of every journal, the opening's too."""
    assert verdicts.hledger(rows, tmp_path) == verdicts.own(rows)


def test_the_csv_agrees(rows: list[JournalRow]) -> None:
    """Read by a plain reader."""
    assert verdicts.csv_file(rows) == verdicts.own(rows)


def test_the_year_of_the_take_on_and_the_next_are_lawful_and_agree(
    rows: list[JournalRow],
) -> None:
    """What was taken on is brought forward item by item."""
    for closing_on in verdicts.years(rows):
        assert verdicts.legal_file(rows, closing_on) == verdicts.own_year(rows, closing_on)


def test_the_file_of_the_year_shows_what_the_old_system_showed(rows: list[JournalRow]) -> None:
    """By number of account, on the day of the take-on."""
    found = verdicts.legal_file(rows, ON)
    shown = {total.figure: total.cents for total in portfolio().totals}
    for figure, account in (
        (Figure.OUTSTANDING, chart.RECEIVABLES),
        (Figure.FUND, chart.GUARANTEE_FUND),
        (Figure.CURRENT, chart.SELLER_CURRENT),
        (Figure.BANK, chart.BANK),
        (Figure.UNALLOCATED, chart.UNALLOCATED),
        (Figure.CREDITS, chart.DEBTOR_CREDITS),
        (Figure.TRANSIT, chart.PAYOUTS_IN_TRANSIT),
    ):
        number = verdicts.ACCOUNTS[account].number
        assert chart.signed(account, found[number]) == shown[figure], figure
