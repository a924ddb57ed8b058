"""Bank statements: nothing is taken over unless opening and entries give the closing balance."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordereau.domain.claims import Verdict
from bordereau.domain.money import format_amount
from bordereau.readers.bank import read_bank
from local.sample_invoices import SampleEntry, camt053
from tests.unit.readers.documents import BUYER, FACTOR

PAYER = "FR1420041010050500013M02606"
DAY = dt.date(2026, 11, 16)
ENTRIES = (
    SampleEntry("BQ-1", 1_162_140, "FACT FA-2026-0117", BUYER.name, PAYER),
    SampleEntry("BQ-2", -500_000, "AVANCE", "Ateliers", "FR7630001007941234567890185", "PO-1"),
    SampleEntry("BQ-3", 500_000, "", "Ateliers", "", "PO-1", "AC04"),
    SampleEntry("BQ-4", -1_250, information="FRAIS TENUE DE COMPTE"),
)


def statement(entries: tuple[SampleEntry, ...] = ENTRIES) -> bytes:
    """Return the sample statement."""
    return camt053(FACTOR.iban, DAY, 1_000_000, entries)


def spoilt(old: str, new: str) -> bytes:
    """Return the sample statement with a text replaced; the text must be there."""
    text = statement().decode()
    assert old in text
    return text.replace(old, new).encode()


def test_a_statement_is_read_as_the_bank_wrote_it() -> None:
    """Account, balances, and each entry with its parties, references and text."""
    claim = read_bank("releve.xml", statement())
    (found,) = claim.statements
    assert (claim.verdict, claim.problems) == (Verdict.ACCEPT, ())
    assert (found.account, found.currency, found.balanced) == (FACTOR.iban, "EUR", True)
    assert (found.opening, found.closing) == ("10000.00", "21608.90")
    first, payout, returned, fee = found.entries
    assert (first.sign, first.amount, first.reference) == ("+", "11621.40", "BQ-1")
    assert (first.counterparty, first.account) == (
        BUYER.name,
        PAYER,
    )
    assert (first.text, first.end_to_end_id) == ("FACT FA-2026-0117", "")
    assert (payout.sign, payout.end_to_end_id, payout.is_return) == ("-", "PO-1", False)
    assert (returned.sign, returned.end_to_end_id) == ("+", "PO-1")
    assert (returned.is_return, returned.return_reason) == (True, "AC04")
    assert (fee.sign, fee.text) == ("-", "FRAIS TENUE DE COMPTE")
    assert {entry.booked_on for entry in found.entries} == {"2026-11-16"}


REFUSED = {
    "bank-not-balanced": spoilt(">21608.90<", ">21608.91<"),
    "bank-balance-missing": spoilt(">CLBD<", ">ITAV<"),
    "bank-amount-malformed": spoilt(">12.50<", ">12,50<"),
    "bank-date-malformed": spoilt(">2026-11-16</", ">16/11/2026</"),
    "bank-account-missing": spoilt(FACTOR.iban, ""),
    "bank-other-message": spoilt("camt.053.001.08", "pain.001.001.09"),
    "bank-no-statement": spoilt("Stmt>", "Other>"),
    "xml-doctype": spoilt("?>\n", "?>\n<!DOCTYPE x [<!ENTITY e 'v'>]>"),
    "xml-malformed": statement()[:700],
    "file-empty": b"",
    "bank-format-not-read-yet": b"\xc1\xc2\xc3\x00",
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_statement_that_proves_nothing_is_refused(code: str) -> None:
    """Not balanced, cut, another message: nothing may be booked from it."""
    claim = read_bank("releve.xml", REFUSED[code])
    assert claim.verdict is Verdict.REJECT
    assert code in {problem.code for problem in claim.problems}


def test_entries_that_are_not_booked_yet_are_left_out() -> None:
    """A pending entry moves no money."""
    claim = read_bank("releve.xml", spoilt(">BOOK<", ">PDNG<"))
    assert claim.statements[0].entries == ()


@pytest.mark.parametrize("kind", ["camt.052", "camt.054"])
def test_messages_that_book_nothing_are_put_aside(kind: str) -> None:
    """The camt.053 is the book; reports of the day and notices are not."""
    claim = read_bank("avis.xml", spoilt("camt.053", kind))
    assert claim.verdict is Verdict.IGNORE
    assert [problem.code for problem in claim.problems] == ["bank-message-ignored"]


@pytest.mark.parametrize("version", ["02", "04", "08", "13"])
def test_every_version_is_read(version: str) -> None:
    """The namespace's version does not matter; version 2 has no ``Pty`` around a name."""
    text = statement().decode().replace("053.001.08", f"053.001.{version}")
    if version == "02":
        text = text.replace("<Pty>", "").replace("</Pty>", "")
    claim = read_bank("releve.xml", text.encode())
    assert claim.verdict is Verdict.ACCEPT
    assert claim.statements[0].entries[0].counterparty == BUYER.name


def test_a_reversal_is_marked() -> None:
    """A booking that takes back another one is no receipt."""
    claim = read_bank("releve.xml", spoilt("<Sts>", "<RvslInd>true</RvslInd><Sts>"))
    assert all(entry.is_return for entry in claim.statements[0].entries)


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.integers(-(10**8), 10**8).filter(bool), max_size=12),
)
def test_any_balanced_statement_is_accepted_and_a_cent_off_refused(
    opening_cents: int, amounts: list[int]
) -> None:
    """Opening + entries = closing is proved in exact decimals."""
    entries = tuple(SampleEntry(f"BQ-{n}", cents) for n, cents in enumerate(amounts))
    data = camt053(FACTOR.iban, DAY, opening_cents, entries)
    claim = read_bank("releve.xml", data)
    assert claim.verdict is Verdict.ACCEPT
    assert len(claim.statements[0].entries) == len(amounts)
    closing = format_amount(abs(opening_cents + sum(amounts)))
    off = format_amount(abs(opening_cents + sum(amounts)) + 1)
    head, tail = data.decode().split(">CLBD<")
    wrong = f"{head}>CLBD<{tail.replace(f'>{closing}<', f'>{off}<', 1)}"
    assert read_bank("releve.xml", wrong.encode()).verdict is Verdict.REJECT


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=6))
def test_no_damage_to_a_statement_raises(place: int, noise: bytes) -> None:
    """A statement with a few bytes overwritten is read or refused, never a crash."""
    whole = statement()
    damaged = whole[:place] + noise + whole[place + len(noise) :]
    assert read_bank("x", damaged).verdict in Verdict
