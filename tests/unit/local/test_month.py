"""The month as data: invented identities that pass their checks, statements that follow on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from bordereau.adapters.memory_clock import MemoryClock
from bordereau.documents.pain001 import pain001
from bordereau.domain.identifiers import AccountId, ContractId, iban_is_valid, siren_is_valid
from bordereau.domain.money import parse_amount
from bordereau.domain.sepa import SepaBatch, SepaMember, SepaState
from bordereau.readers.bank import read_bank
from local.cli import parser
from local.firm import parties as firm
from local.month.bank import Bank, RejectedFileError, bank_days
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
        bank.receive({"one.xml": order_file(f"S1.EUR.{day:%Y%m%d}.1")})
        [statement] = read_bank("x.xml", bank.close(day)).statements
        assert statement.balanced
        assert statement.opening == closing
        closing = statement.closing
    assert parse_amount(closing) == bank.balance_cents


def order_file(end_to_end_id: str) -> bytes:
    """A file for the bank with one order of a euro."""
    day = dt.date(2026, 1, 5)
    batch = SepaBatch(
        *(day, 1, AccountId(firm.OWN.iban), "EUR", 1, 1_00, SepaState.SEALED, "Nous"),
        execution_on=day,
        sealed_at=dt.datetime(2026, 1, 5, 15, tzinfo=dt.UTC),
    )
    contract = ContractId("siren:552081317/EUR")
    member = SepaMember(day, 1, end_to_end_id, contract, day, 1, 1_00, "X", firm.SELLERS[0].iban)
    return pain001(batch, [member])


def test_an_order_is_taken_by_the_bank_once() -> None:
    """Whoever hands the same file over again the day after pays nothing twice."""
    bank, files = Bank(), {"one.xml": order_file("S1.EUR.20260105.1")}
    assert [one.amount_cents for one in bank.receive(files)] == [1_00]
    assert bank.receive(files) == ()


def test_the_bank_takes_nothing_of_a_file_whose_total_is_wrong() -> None:
    """As banks do."""
    wrong = order_file("S1.EUR.20260105.1").replace(b"<CtrlSum>1.00<", b"<CtrlSum>2.00<")
    with pytest.raises(RejectedFileError):
        Bank().receive({"one.xml": wrong})


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
