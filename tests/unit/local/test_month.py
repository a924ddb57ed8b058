"""The month as data: invented identities that pass their checks, statements that follow on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from bordereau.adapters.memory_clock import MemoryClock
from bordereau.domain.identifiers import iban_is_valid, siren_is_valid
from bordereau.domain.money import parse_amount
from bordereau.readers.bank import read_bank
from local.cli import parser
from local.firm import parties as firm
from local.month.bank import Bank, Transfer, bank_days
from local.month.mails import MAILS
from local.month.play import FIRST, LAST
from local.month.typed import Typed
from local.month.workbook_file import NoSuchLineError, type_into

EVERYBODY = (*firm.DEBTORS, firm.BEAULAC, firm.CASTEL)


def test_every_invented_identity_passes_its_check() -> None:
    """SIREN and IBAN, of the firm, its sellers and its debtors; each once."""
    parties = [firm.OWN.party, *(s.party for s in firm.SELLERS), *(d.party for d in EVERYBODY)]
    sirens = [party.siren for party in parties if party.siren]
    assert all(siren_is_valid(siren) for siren in sirens)
    assert len(set(sirens)) == len(sirens) == len(parties) - 1
    ibans = [firm.OWN.iban, *(s.iban for s in firm.SELLERS), *(d.iban for d in EVERYBODY)]
    assert all(iban_is_valid(iban) for iban in ibans)
    assert len(set(ibans)) == len(ibans)


def test_a_day_s_opening_is_the_closing_of_the_day_before() -> None:
    """The bank's statements follow on each other, our own transfers among their entries."""
    bank, closing = Bank(), "250000.00"
    for day in bank_days(FIRST, LAST):
        bank.type_in([Transfer(f"S1.EUR.{day:%Y%m%d}.1", "X", "", 1_00)])
        [statement] = read_bank("x.xml", bank.close(day)).statements
        assert statement.balanced
        assert statement.opening == closing
        closing = statement.closing
    assert parse_amount(closing) == bank.balance_cents


def test_a_transfer_is_typed_into_the_bank_once() -> None:
    """A person who reads the list again the day after orders nothing twice."""
    bank, listed = Bank(), [Transfer("S1.EUR.20260105.1", "X", "", 1_00)]
    assert len(bank.type_in(listed)) == 1
    assert bank.type_in(listed) == ()


def test_a_mail_is_the_same_bytes_every_time() -> None:
    """Whatever made its files; so a run can be compared with another."""
    for mail in MAILS[:4]:
        again = type(mail)(mail.id, mail.at, mail.sender, mail.subject, mail.files, mail.dmarc)
        assert again.raw == mail.raw


def test_a_line_that_is_not_there_is_not_typed(tmp_path: Path) -> None:
    """Nothing is saved then."""
    path = tmp_path / "workbook.xlsx"
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Débiteurs")
    sheet.append(["ref", "name"])
    sheet.append(["Réf.", "Raison sociale"])
    sheet.append(["D-0001", None])
    book.save(path)
    type_into(path, [Typed("debtors", "D-0001", {"name": "ACME"})])
    before = path.read_bytes()
    with pytest.raises(NoSuchLineError, match="D-0009"):
        type_into(path, [Typed("debtors", "D-0009", {"name": "ACME"})])
    assert path.read_bytes() == before
    assert openpyxl.load_workbook(path)["Débiteurs"]["B3"].value == "ACME"


def test_the_command_line_reads_a_time_in_paris() -> None:
    """`--at` without a zone is Paris; in January that is an hour before UTC."""
    chosen = parser().parse_args(["mail", "x.eml", "--at", "2026-01-05T10:00"])
    assert MemoryClock(chosen.at).now() == dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
