"""The file for the tax office keeps the law, and its checker finds every planted breach."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.documents.fec import COLUMNS, fec, fec_name
from bordereau.documents.fec_check import balances, check_fec
from bordereau.documents.texts import Phrases
from bordereau.domain import chart
from bordereau.domain.books import Position
from bordereau.domain.figures.journal import LegalBooks
from bordereau.domain.fiscal_year import BROUGHT_FORWARD, first_day
from bordereau.domain.parties import Setting
from bordereau.domain.problems import ConfigurationError
from bordereau.domain.tables import Table, to_item
from bordereau.services.draft import Draft, attempt
from bordereau.services.export_books import account_mapping, legal_books
from bordereau.services.read_books import known_accounts, known_contracts, read_books
from tests.unit.services.small_firm import CONTRACTS, DEBTORS, small_firm

CLOSING = dt.date(2026, 12, 31)
NAME = "732829320FEC20261231.txt"


def firm(**kept: str) -> MemoryLedger:
    """The small firm with its SIREN, and whatever settings are said (``account__bank``)."""
    ledger = small_firm()
    for key, value in ({"firm__siren": "732829320"} | kept).items():
        setting = Setting(key.replace("__", "/"), value)
        attempt(ledger, "set-rate", partial(Draft.write, record=setting))
    return ledger


def legal(ledger: MemoryLedger) -> LegalBooks:
    """Its books, as the law wants them."""
    contracts = known_contracts(ledger)
    return legal_books(ledger, read_books(ledger, contracts, known_accounts(ledger, contracts)))


def written(books: LegalBooks, closing_on: dt.date = CLOSING) -> bytes:
    """The file's bytes."""
    return fec(books, closing_on=closing_on, phrases=Phrases.load("fr")).encode()


def rows(data: bytes) -> list[dict[str, str]]:
    """The lines of a file by column."""
    lines = data.decode().split("\r\n")[1:-1]
    return [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in lines]


def expected(books: LegalBooks) -> dict[str, int]:
    """The balances of the ledger under the numbers of the mapping."""
    found: Counter[str] = Counter()
    for row in books.rows:
        for line in row.lines:
            found[books.accounts[line.account].number] += line.cents
    return {number: cents for number, cents in found.items() if cents}


def test_the_file_keeps_the_law_and_agrees_with_the_ledger() -> None:
    """No breach, and each account is the ledger's to the cent."""
    books = legal(firm())
    assert fec_name(books.siren, CLOSING) == NAME
    data = written(books)
    assert check_fec(NAME, data) == []
    assert balances(data) == expected(books)
    assert len(rows(data)) == sum(len(row.lines) for row in books.rows)


def test_renaming_an_account_changes_no_balance() -> None:
    """Another number and label carry the same cents; all others stay as they were."""
    before = balances(written(legal(firm())))
    mine = firm(account__receivables="411900 Créances du factor", account__bank="512100")
    after = balances(written(legal(mine)))
    moved = {"411000": "411900", "512000": "512100"}
    assert after == {moved.get(number, number): cents for number, cents in before.items()}
    labels = {row["CompteNum"]: row["CompteLib"] for row in rows(written(legal(mine)))}
    assert (labels["411900"], labels["512100"]) == ("Créances du factor", "Banque")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("account__bank", "51"),
        ("account__bank", "banque"),
        ("account__no_such_code", "512000"),
        ("firm__siren", ""),
    ],
)
def test_a_wrong_setting_is_said_and_nothing_is_written(key: str, value: str) -> None:
    """The sentence names the setting."""
    with pytest.raises(ConfigurationError, match=key.replace("__", "/")):
        legal(firm(**{key: value}))


def test_a_journal_in_another_currency_is_said_and_nothing_is_written() -> None:
    """There is no rate to bring it into euros by."""
    ledger = firm()
    position = ledger.get(Position, contract=CONTRACTS[1])
    assert position is not None
    kept = dataclasses.replace(position, currency="CHF")
    place = (Table.LEDGER, f"K#{CONTRACTS[1]}", "POS")
    ledger._keep(place, Position, to_item(kept))
    with pytest.raises(ConfigurationError, match="CHF"):
        legal(ledger)


@pytest.mark.parametrize("closing", [dt.date(2028, 2, 28), dt.date(2028, 2, 29)])
def test_a_year_may_end_in_february(closing: dt.date) -> None:
    """Of a leap year too: writer and checker agree on its first day."""
    assert first_day(closing) == dt.date(2027, 3, 1)
    begun = legal(firm())
    moved = tuple(dataclasses.replace(row, booked_on=dt.date(2027, 3, 1)) for row in begun.rows)
    data = written(dataclasses.replace(begun, rows=moved), closing)
    assert check_fec(f"732829320FEC{closing:%Y%m%d}.txt", data) == []


def test_numbers_of_accounts_begin_with_three_digits_and_differ() -> None:
    """As the chart proposes them."""
    numbers = [account.number for account in account_mapping(MemoryLedger()).values()]
    assert all(number[:3].isdecimal() and len(number) == 6 for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_a_paid_invoice_is_lettered_and_an_open_one_is_not() -> None:
    """Assignment and payments of F1 carry one letter, dated the last of them."""
    data = rows(written(legal(firm())))
    mine = [row for row in data if row["CompteNum"] == "411000"]
    paid = [row for row in mine if "2026#F1" in row["PieceRef"] or "r1 " in row["PieceRef"]]
    assert len({(row["EcritureLet"], row["DateLet"]) for row in paid}) == 1
    assert {row["DateLet"] for row in paid} == {"20260106"}
    assert any(not row["EcritureLet"] for row in mine)


def test_sub_accounts_are_debtors_and_contracts() -> None:
    """Receivables are by debtor, current accounts by contract; charges have none."""
    by_account: dict[str, set[str]] = {}
    for row in rows(written(legal(firm()))):
        by_account.setdefault(row["CompteNum"], set()).add(row["CompAuxNum"])
    assert by_account["411000"] == {"SIREN356000000", "VATDE136695976"}
    assert by_account["467100"] == {"SIREN552081317EUR", "SIREN732829320EUR"}
    assert by_account["706100"] == {""}
    assert len(DEBTORS) == len(CONTRACTS) == 2


def test_the_next_year_begins_with_what_was_left_open() -> None:
    """Balance sheet accounts go on, charges become the result brought forward."""
    books = legal(firm())
    first = balances(written(books))
    data = written(books, dt.date(2027, 12, 31))
    assert check_fec("732829320FEC20271231.txt", data) == []
    yearly = (chart.Kind.INCOME, chart.Kind.LOSS)
    result = [code for code, row in chart.CHART.items() if row.kind in yearly]
    numbers = {books.accounts[code].number for code in result}
    going_on = {number: cents for number, cents in first.items() if number not in numbers}
    left = sum(cents for number, cents in first.items() if number in numbers)
    assert left != 0
    assert balances(data) == going_on | {books.accounts[BROUGHT_FORWARD].number: left}
    assert {row["JournalCode"] for row in rows(data)} == {"AN"}
    assert {row["EcritureDate"] for row in rows(data)} == {"20270101"}


def test_an_item_of_last_year_is_lettered_with_what_settles_it() -> None:
    """The year's closing cuts through the three days: what was open comes as its own line."""
    books = legal(firm())
    closing = dt.date(2027, 1, 5)
    data = written(books, closing)
    assert first_day(closing) == dt.date(2026, 1, 6)
    assert check_fec("732829320FEC20270105.txt", data) == []
    opened = [row for row in rows(data) if row["JournalCode"] == "AN" and row["EcritureLet"]]
    assert "411000" in {row["CompteNum"] for row in opened}


def test_an_empty_year_is_a_header() -> None:
    """A firm's first day."""
    empty = LegalBooks("732829320", (), account_mapping(MemoryLedger()), {})
    assert written(empty).decode().split("\r\n")[1:] == [""]
    assert check_fec(NAME, written(empty)) == []


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_breaks_a_line(document: str, name: str) -> None:
    """Tabs, line ends and control characters in documents and names are gone."""
    books = legal(firm())
    row = dataclasses.replace(books.rows[0], documents=(document,))
    broken = dataclasses.replace(
        books,
        rows=(row, *books.rows[1:]),
        names={**books.names, DEBTORS[0]: name},
    )
    assert check_fec(NAME, written(broken)) == []


def change(data: bytes, column: str, value: str, at: int = 1) -> bytes:
    """The file with one field of one line changed."""
    lines = data.decode().split("\r\n")
    fields = lines[at].split("\t")
    fields[COLUMNS.index(column)] = value
    lines[at] = "\t".join(fields)
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("JournalLib", "", "JournalLib is empty"),
        ("EcritureDate", "20260230", "is no date"),
        ("EcritureDate", "20270101", "is not in the year"),
        ("EcritureNum", "9", "goes from 9 to 1"),
        ("EcritureNum", "x", "is no number"),
        ("CompteNum", "41", "does not begin with three digits"),
        ("CompteLib", "Autre", "has two labels"),
        ("CompAuxLib", "", "CompAuxNum without CompAuxLib"),
        ("Debit", "4000.00", "digits, a comma"),
        ("Debit", "0,00", "neither debit nor credit"),
        ("Debit", "4000,01", "does not balance"),
        ("Credit", "4000,00", "or both"),
        ("EcritureLet", "ZZ", "letter 411000 SIREN356000000 ZZ is not zero"),
        ("DateLet", "20261231", "has two dates"),
        ("ValidDate", "20261231", "validated before the line above"),
        ("ValidDate", "", "ValidDate is empty"),
        ("Montantdevise", "1,00", "Montantdevise without Idevise"),
        ("PieceRef", "a\tb", "fields"),
    ],
)
def test_a_planted_breach_is_found(column: str, value: str, told: str) -> None:
    """The checker says what and where."""
    data = change(written(legal(firm())), column, value)
    assert any(told in sentence for sentence in check_fec(NAME, data))


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("732829320FEC20261331.txt", b"", "not SIREN"),
        ("FEC.txt", b"", "not SIREN"),
        (NAME, b"\xff", "not UTF-8"),
        (NAME, b"JournalCode", "no end"),
        (NAME, b"JournalCode\tJournalLib\r\n", "eighteen columns"),
    ],
)
def test_what_is_no_such_file_is_said(name: str, data: bytes, told: str) -> None:
    """Name, encoding, end and header come first."""
    (sentence,) = check_fec(name, data)
    assert told in sentence
