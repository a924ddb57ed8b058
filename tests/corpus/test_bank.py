"""The visible bank files against their truth, entry by entry."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby

import pytest

from bordereau.domain.claims import BankDetail, BankEntry, StatementClaim
from bordereau.readers.bank import read_bank
from tests.corpus.places import CORPUS, data, needs_corpus, rows

pytestmark = needs_corpus
TRUTH = {
    name: list(group)
    for name, group in groupby(rows("bank/truth.csv"), key=lambda row: row["file"])
}


def numbered(details: tuple[BankDetail, ...]) -> list[tuple[int, BankDetail | None]]:
    """Return details from 1, or a nothing numbered 0."""
    return [*enumerate(details, start=1)] or [(0, None)]


def lines(
    statements: tuple[StatementClaim, ...],
) -> list[tuple[StatementClaim, int, int, BankEntry, BankDetail | None]]:
    """Return one line for each detail, or for each entry without one, as the truth has them."""
    return [
        (statement, number, place, entry, detail)
        for statement in statements
        for number, entry in enumerate(statement.entries, start=1)
        for place, detail in numbered(entry.details)
    ]


CAMT = [name for name in TRUTH if name.endswith(".xml")]
TEXT = [name for name in TRUTH if not name.endswith(".xml")]


@pytest.mark.parametrize("name", CAMT)
def test_every_entry_of_a_camt_file_is_right(name: str) -> None:
    """Account, amounts, signs, dates, texts and references as an unrelated reader found them."""
    claim = read_bank(name, data(name))
    found = lines(claim.statements)
    assert len(found) == len(TRUTH[name])
    for row, (statement, number, place, entry, detail) in zip(TRUTH[name], found, strict=True):
        got = {
            "statement": statement.reference,
            "account": statement.account,
            "entry": str(number),
            "tx": str(place),
            "sign": entry.sign,
            "amount": entry.amount,
            "currency": entry.currency,
            "remittance": detail.text if detail else "",
            "end_to_end": detail.end_to_end_id if detail else "",
            "opening": statement.opening,
            "closing": statement.closing,
        }
        assert got == {key: row[key] for key in got}
        for key, value in (("booking_date", entry.booked_on), ("value_date", entry.value_on)):
            assert not row[key] or row[key] == value


@pytest.mark.parametrize("name", TEXT)
def test_every_entry_of_a_cfonb_or_mt940_file_is_right(name: str) -> None:
    """Account, amounts, signs, dates and balances; the truth drops zeros at the end."""
    found = lines(read_bank(name, data(name)).statements)
    assert len(found) == len(TRUTH[name])
    for row, (statement, number, _, entry, _) in zip(TRUTH[name], found, strict=True):
        got = {
            "account": statement.account,
            "entry": str(number),
            "sign": entry.sign,
            "currency": entry.currency,
            "value_date": entry.value_written or entry.value_on,
        }
        assert got == {key: row[key] for key in got}
        assert not row["booking_date"] or row["booking_date"] == entry.booked_on
        for key, value in (
            ("amount", entry.amount),
            ("opening", statement.opening),
            ("closing", statement.closing),
        ):
            assert not row[key] or Decimal(row[key]) == Decimal(value)


@pytest.mark.parametrize("name", CAMT)
def test_a_statement_is_balanced_exactly_when_its_figures_are(name: str) -> None:
    """Every real statement proves itself; the made-up ones that do not are refused."""
    claim = read_bank(name, data(name))
    is_made_up = "genkgo" in name and "multi" not in name
    for statement in claim.statements:
        if statement.kind == "camt.053":
            assert statement.balanced is not is_made_up


def test_the_truth_was_not_empty() -> None:
    """The bank files of the corpus were there."""
    assert CORPUS.is_dir()
    assert len(TRUTH) == 39
