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
    assert found.closing_on == DAY.isoformat()
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
    "bank-format-unknown": b"\xc1\xc2\xc3\x00",
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


def test_a_report_of_the_day_is_put_aside_with_its_reason() -> None:
    """The camt.053 of the day repeats what a camt.052 says."""
    claim = read_bank("avis.xml", spoilt("camt.053", "camt.052"))
    assert claim.verdict is Verdict.IGNORE
    assert [problem.code for problem in claim.problems] == ["bank-message-ignored"]


def test_a_notification_is_accepted_for_its_details() -> None:
    """It books nothing and says so; no balance is asked of it."""
    claim = read_bank("avis.xml", spoilt("camt.053", "camt.054").replace(b"CLBD", b"XXXX"))
    assert claim.verdict is Verdict.ACCEPT
    assert [problem.code for problem in claim.problems] == ["bank-details-only"]
    assert claim.statements[0].kind == "camt.054"
    assert claim.statements[0].entries[0].details[0].text == "FACT FA-2026-0117"


def test_the_bank_s_own_code_and_both_references_are_read() -> None:
    """What an entry is, by ISO 20022; the servicer's reference comes before the entry's."""
    text = spoilt("<NtryRef>BQ-1<", "<NtryRef>LOT-1<")
    first = read_bank("releve.xml", text).statements[0].entries[0]
    assert first.bank_code == "PMNT/RCDT/ESCT"
    assert (first.reference, first.entry_reference) == ("BQ-1", "LOT-1")


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


def cfonb_record(code: str, amount: str, *, tail: str = "", text: str = "") -> str:
    """Return a record of 120 columns; ``amount`` is the field of 14 with its sign in the end."""
    head = f"{code}30001{'0001' if code in {'04', '05'} else '    '}00794EUR2 12345678901"
    if code == "05":
        return f"{head}05161126     {text}".ljust(120)
    middle = f"05161126  161126{text.ljust(31)}  0000000  " if code == "04" else "  161126"
    return f"{(head + middle).ljust(90)}{amount}{tail}".ljust(120)


CFONB = (
    cfonb_record("01", "0000000100000{"),
    cfonb_record("04", "0000000012000{", text="VIR SEPA COMPAGNIE", tail="FA-2026-0117"),
    cfonb_record("05", "", text="NPYCOMPAGNIE DES BATISSEURS SA"),
    cfonb_record("05", "", text="LIBFACT FA-2026-0117 MOINS AV 4"),
    cfonb_record("05", "", text="RCNPO-1"),
    cfonb_record("04", "0000000000500}", text="FRAIS"),
    cfonb_record("07", "0000000111500{"),
)


def test_cfonb_records_are_a_statement() -> None:
    """Old balance, entries with their complements, new balance; the IBAN follows from the RIB."""
    claim = read_bank("releve.txt", "\r\n".join(CFONB).encode())
    (found,) = claim.statements
    assert (claim.verdict, claim.problems) == (Verdict.ACCEPT, ())
    assert (found.account, found.iban) == ("12345678901", "FR7630001007941234567890185")
    assert (found.opening, found.closing, found.kind) == ("10000.00", "11150.00", "cfonb120")
    assert found.closing_on == "2026-11-16"
    first, fee = found.entries
    assert (first.amount, first.sign, first.booked_on) == ("1200.00", "+", "2026-11-16")
    assert (first.counterparty, first.end_to_end_id) == ("COMPAGNIE DES BATISSEURS SA", "PO-1")
    assert first.text == "FACT FA-2026-0117 MOINS AV 4"
    assert (first.structured_reference, first.information) == ("FA-2026-0117", "VIR SEPA COMPAGNIE")
    assert (fee.amount, fee.sign, fee.text) == ("50.00", "-", "FRAIS")


@pytest.mark.parametrize(
    "text",
    ["\n".join(line.rstrip() for line in CFONB), "".join(CFONB), "\n\n".join(CFONB)],
    ids=["stripped", "no line ends", "blank lines"],
)
def test_the_ways_banks_send_cfonb_are_read(text: str) -> None:
    """Trailing spaces lost, no line ends, blank lines between the records."""
    claim = read_bank("releve.txt", text.encode())
    assert claim.verdict is Verdict.ACCEPT
    assert len(claim.statements[0].entries) == 2


CFONB_REFUSED = {
    "bank-not-balanced": (*CFONB[:-1], cfonb_record("07", "0000000111501{")),
    "bank-balance-missing": CFONB[:-1],
    "bank-amount-malformed": (CFONB[0], cfonb_record("04", "0000000012000Z"), *CFONB[2:]),
    "bank-record-malformed": (CFONB[0], CFONB[1][2:], *CFONB[2:]),
    "bank-date-malformed": (CFONB[0], CFONB[1].replace("161126", "321126"), *CFONB[2:]),
    "bank-no-statement": CFONB[1:],
}


@pytest.mark.parametrize("code", CFONB_REFUSED)
def test_a_cfonb_file_that_proves_nothing_is_refused(code: str) -> None:
    """A wrong balance, a missing or shifted record, an impossible amount or date."""
    claim = read_bank("releve.txt", "\n".join(CFONB_REFUSED[code]).encode())
    assert claim.verdict is Verdict.REJECT
    assert [problem.code for problem in claim.problems] == [code]


MT940 = """:20:STMT1
:25:FR7630001007941234567890185
:28C:321/1
:60F:C261231EUR1000,
:61:2612310102C1200,5NTRFNONREF//B1
:86:166?00GUTSCHRIFT?20EREF+E2E-77?21SVWZ+FACT FA-2026-?220117
?31FR1420041010050500013M02606?32COMPAGNIE DES?33 BATISSEURS
:61:2702300302DR200,5NMSCNONREF
:86:FRAIS TENUE
DE COMPTE
:61:270302RC100,NTRFPO-1//B3
:62F:C270302EUR1900,
-
"""


def test_mt940_fields_are_a_statement() -> None:
    """Dates over the turn of the year, 30 February, a reversal, both kinds of field 86."""
    claim = read_bank("releve.sta", MT940.encode())
    (found,) = claim.statements
    assert (claim.verdict, claim.problems) == (Verdict.ACCEPT, ())
    assert (found.iban, found.reference) == ("FR7630001007941234567890185", "321/1")
    assert (found.opening, found.closing) == ("1000", "1900")
    assert found.closing_on == "2027-03-02"
    first, fee, reversal = found.entries
    assert (first.value_on, first.booked_on) == ("2026-12-31", "2027-01-02")
    assert (first.amount, first.sign, first.reference) == ("1200.5", "+", "B1")
    assert (first.end_to_end_id, first.counterparty) == ("E2E-77", "COMPAGNIE DES BATISSEURS")
    assert first.account == "FR1420041010050500013M02606"
    assert (fee.value_on, fee.value_written, fee.booked_on) == (
        "2027-02-28",
        "2027-02-30",
        "2027-03-02",
    )
    assert fee.text == "FRAIS TENUE DE COMPTE"
    assert (reversal.sign, reversal.is_return, reversal.structured_reference) == ("-", True, "PO-1")


MT940_REFUSED = {
    "bank-not-balanced": MT940.replace("1900,", "1900,01"),
    "bank-balance-missing": MT940.replace(":62F:C270302EUR1900,\n", ""),
    "bank-amount-malformed": MT940.replace("1200,5", "1200.5"),
    "bank-date-malformed": MT940.replace("2612310102", "2613310102"),
}


@pytest.mark.parametrize("code", MT940_REFUSED)
def test_an_mt940_file_that_proves_nothing_is_refused(code: str) -> None:
    """A wrong or missing balance, a dot for a comma, a month that is none."""
    claim = read_bank("releve.sta", MT940_REFUSED[code].encode())
    assert claim.verdict is Verdict.REJECT
    assert [problem.code for problem in claim.problems] == [code]


def test_an_interim_mt942_books_nothing() -> None:
    """No balances, no booking: the MT940 of the day follows."""
    text = MT940.replace(":60F:C261231EUR1000,\n", "").replace(":62F:C270302EUR1900,\n", "")
    claim = read_bank("avis.sta", text.encode())
    assert claim.verdict is Verdict.IGNORE


@given(st.sampled_from(["\n".join(CFONB), MT940]), st.integers(0, 900), st.binary(max_size=8))
def test_no_damage_to_a_text_statement_raises(text: str, place: int, noise: bytes) -> None:
    """A statement with a few bytes overwritten is read or refused, never a crash."""
    whole = text.encode()
    damaged = whole[:place] + noise + whole[place + len(noise) :]
    assert read_bank("x", damaged).verdict in Verdict


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
