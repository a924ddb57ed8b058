"""A mail to the bank address: its files are read, its sender is weighed, nothing is believed."""

from __future__ import annotations

import datetime as dt

import pytest

from bordereau.domain.claims import BankMailClaims
from bordereau.domain.plain import from_plain, to_plain
from bordereau.readers.bank_mail import is_for, open_bank_mail
from local.sample_invoices import SampleEntry, camt053, mail_eml, ses_trace
from tests.unit.readers.documents import FACTOR

KEY, ADDRESS = "mail/0abc", "releves@factures.bordereau.example"
AT = dt.datetime(2026, 11, 16, 20, tzinfo=dt.UTC)
STATEMENT = camt053(FACTOR.iban, AT.date(), 1_000, (SampleEntry("B1", 500, "FA-1"),))


def stored(*files: tuple[str, bytes], to: str = ADDRESS, key: str = KEY) -> bytes:
    """Return a mail of the bank as SES stores it."""
    return ses_trace(mail_eml("r@banque.example", "Relevé", files, AT, to=to), key, AT)


def test_the_files_of_a_mail_are_read_with_its_sender() -> None:
    """Statements are claims; a covering letter as PDF is left out; plain and back is the same."""
    mail = open_bank_mail(KEY, stored(("r.xml", STATEMENT), ("lettre.pdf", b"%PDF-1.7 x")))
    assert (mail.mail_id, mail.received_at) == ("0abc", AT)
    assert (mail.sender.address, mail.sender.is_proven) == ("r@banque.example", True)
    assert [(found.file, found.verdict) for found in mail.files] == [("r.xml", "accept")]
    assert mail.files[0].statements[0].closing == "15.00"
    assert from_plain(BankMailClaims, to_plain(mail)) == mail


def test_a_file_that_is_no_statement_is_refused_with_its_reason() -> None:
    """An invoice at the wrong address, noise: a claim with a problem each."""
    mail = open_bank_mail(KEY, stored(("a.xml", b"<a/>"), ("b.txt", b"bonjour, voici")))
    assert [found.verdict for found in mail.files] == ["reject", "reject"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (stored(), "mail-without-attachment"),
        (b"", "mail-malformed"),
        (ses_trace(mail_eml("r@b.example", "x", (), AT), KEY, AT, virus="FAIL"), "virus"),
    ],
)
def test_a_mail_without_a_file_says_why(data: bytes, code: str) -> None:
    """Nothing attached, no mail at all, a virus: no file, one problem."""
    mail = open_bank_mail(KEY, data)
    assert mail.files == ()
    assert [problem.code for problem in mail.problems] == [code]


def test_only_the_trace_of_ses_says_for_whom_a_mail_came() -> None:
    """To is the sender's word; another object's trace counts for nothing."""
    assert is_for(KEY, stored(), ADDRESS)
    assert is_for(KEY, stored(), ADDRESS.upper())
    assert not is_for(KEY, stored(), "")
    assert not is_for(KEY, stored(to="depot@x.example"), ADDRESS)
    assert not is_for(KEY, b"", ADDRESS)
    assert not is_for("mail/other", stored(), ADDRESS)
    untraced = mail_eml("r@banque.example", "x", (), AT, to=ADDRESS)
    assert not is_for(KEY, untraced, ADDRESS)
    forged = stored(to="depot@x.example").replace(b"From: ", f"X-For: {ADDRESS}\r\nFrom: ".encode())
    assert not is_for(KEY, forged, ADDRESS)
