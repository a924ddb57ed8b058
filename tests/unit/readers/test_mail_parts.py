"""What a mail brings: found by content, each thing once, within the caps."""

from __future__ import annotations

import base64
import datetime as dt
import io
import zipfile
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from bordereau.domain.claims import MailClaims
from bordereau.readers.mail import open_mail_bytes
from local.sample_invoices import (
    ScheduleRow,
    cii_xml,
    facturx_pdf,
    mail_eml,
    schedule_xlsx,
    ses_trace,
    ubl_xml,
)
from tests.unit.readers.documents import CREDIT_NOTE, INVOICE, REVERSE_CHARGE

KEY = "mail/abc"
AT = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
SELLER = "compta@metallerie-rhone.example"


def opened(*attachments: tuple[str, bytes]) -> MailClaims:
    """Return the claims of a proven mail with these attachments."""
    raw = mail_eml(SELLER, "Factures", attachments, AT)
    return open_mail_bytes(KEY, ses_trace(raw, KEY, AT))


def outcome(mail: MailClaims) -> list[tuple[str, str]]:
    """Return each part with the number of its document or the code of its problem."""
    return [
        (part.part, part.claim.number if part.claim else part.problems[0].code)
        for part in mail.parts
    ]


def test_any_mixture_is_read_in_its_order() -> None:
    """PDF, UBL, CII and a schedule in one mail; a line of the schedule is a part of its own."""
    rows = [
        ScheduleRow(f"FA-{n}", dt.date(2026, 10, 1), dt.date(2026, 11, 30), "123456782", "B", 100)
        for n in (1, 2)
    ]
    mail = opened(
        ("facture.pdf", facturx_pdf(INVOICE)),
        ("avoir.xml", ubl_xml(CREDIT_NOTE)),
        ("export.xml", cii_xml(REVERSE_CHARGE)),
        ("bordereau.xlsx", schedule_xlsx(rows)),
    )
    assert outcome(mail) == [
        ("1", "FA-2026-0117"),
        ("2", "AV-2026-0004"),
        ("3", "FA-2026-0118"),
        ("4.r5", "FA-1"),
        ("4.r6", "FA-2"),
    ]
    assert mail.problems == ()


def test_names_and_content_types_do_not_matter() -> None:
    """A PDF called .txt and an XML called .pdf are what their bytes are."""
    mail = opened(("a.txt", facturx_pdf(INVOICE)), ("b.pdf", ubl_xml(CREDIT_NOTE)))
    assert outcome(mail) == [("1", "FA-2026-0117"), ("2", "AV-2026-0004")]


def test_one_invoice_sent_twice_counts_once() -> None:
    """The same bytes, or the PDF and its own XML beside it."""
    mail = opened(
        ("a.pdf", facturx_pdf(INVOICE)),
        ("b.pdf", facturx_pdf(INVOICE)),
        ("c.xml", cii_xml(INVOICE)),
    )
    assert outcome(mail) == [
        ("1", "FA-2026-0117"),
        ("2", "attached-twice"),
        ("3", "invoice-twice-in-mail"),
    ]


def test_a_zip_is_opened_and_its_members_numbered() -> None:
    """Members keep the order of the archive; a note among them is put aside."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", cii_xml(INVOICE))
        archive.writestr("sous/b.xml", ubl_xml(CREDIT_NOTE))
        archive.writestr("lisez-moi.txt", "Bonjour")
    mail = opened(("lot.zip", target.getvalue()))
    assert outcome(mail) == [
        ("1.m1", "FA-2026-0117"),
        ("1.m2", "AV-2026-0004"),
        ("1.m3", "text-not-read"),
    ]
    assert [part.file for part in mail.parts] == ["a.xml", "b.xml", "lisez-moi.txt"]


def test_a_forwarded_mail_is_opened_once_and_no_deeper() -> None:
    """One level of message/rfc822 is read, a second one is refused by name."""
    inner = EmailMessage(policy=SMTP)
    inner["Subject"] = "Factures"
    inner.set_content("Voir la pièce jointe")
    inner.add_attachment(cii_xml(INVOICE), maintype="application", subtype="xml", filename="f.xml")
    outer = EmailMessage(policy=SMTP)
    outer["From"] = SELLER
    outer.set_content("TR")
    outer.add_attachment(inner)
    once = open_mail_bytes(KEY, ses_trace(outer.as_bytes(), KEY, AT))
    assert outcome(once) == [("1", "FA-2026-0117")]
    twice = EmailMessage(policy=SMTP)
    twice["From"] = SELLER
    twice.set_content("TR")
    twice.add_attachment(outer)
    mail = open_mail_bytes(KEY, ses_trace(twice.as_bytes(), KEY, AT))
    assert [problem.code for problem in mail.problems] == ["mail-too-deep"]


def test_the_sender_is_known_even_if_the_body_is_refused() -> None:
    """Twenty-one attachments are too many; who sent them stands all the same."""
    mail = opened(*((f"{n}.xml", b"<a>%d</a>" % n) for n in range(21)))
    assert [problem.code for problem in mail.problems] == ["mail-too-many-parts"]
    assert mail.sender.is_proven
    assert mail.received_at == AT


def test_decoration_is_no_attachment() -> None:
    """Logos, cards and signatures beside an invoice leave no trace."""
    mail = opened(
        ("logo.png", b"\x89PNG\r\n\x1a\n" + bytes(900)),
        ("carte.vcf", b"BEGIN:VCARD\r\nEND:VCARD\r\n"),
        ("f.xml", cii_xml(INVOICE)),
    )
    assert outcome(mail)[-1][1] == "FA-2026-0117"
    assert "image-not-read" not in {code for _, code in outcome(mail)}


def ole(stream: str) -> bytes:
    """Return the head of an OLE file with one name in its directory."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("winmail.dat", b"\x78\x9f\x3e\x22" + bytes(60), "winmail-not-read"),
        ("photo.jpg", b"\xff\xd8\xff" + bytes(60_000), "image-not-read"),
        ("lot.7z", b"7z\xbc\xaf\x27\x1c" + bytes(40), "archive-not-read"),
        ("vieux.bin", ole(""), "office-old-not-read"),
        ("vieux.xls", ole("Workbook"), "excel-97-not-read"),
        ("lettre.doc", ole("WordDocument"), "office-document-not-read"),
        ("ferme.xlsx", ole("EncryptedPackage"), "workbook-password"),
        ("courriel.msg", ole("__properties_version1.0"), "outlook-msg-not-read"),
        ("page.pdf", b"<!DOCTYPE html><html></html>", "html-not-read"),
        ("vide.xml", b"  \n", "file-empty"),
        ("bruit.bin", bytes(range(256)), "file-unknown"),
    ],
)
def test_what_is_known_and_not_read_is_named(name: str, data: bytes, code: str) -> None:
    """The seller is told what the file is and what to send instead."""
    assert outcome(opened((name, data))) == [("1", code)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Bonjour", "mail-without-attachment"),
        ("Voir https://portail.example/f/117", "mail-with-link-only"),
        ("begin 644 f.xml\n$8V\n`\nend\n", "uuencode-not-read"),
    ],
)
def test_a_mail_without_attachment_says_which_kind_it_is(body: str, code: str) -> None:
    """Nothing attached, a link only, or a file pasted into the text."""
    raw = mail_eml(SELLER, "Factures", [], AT, body=body)
    mail = open_mail_bytes(KEY, ses_trace(raw, KEY, AT))
    assert [problem.code for problem in mail.problems] == [code]


def test_the_same_mail_gives_the_same_claims() -> None:
    """A redelivery reads the same parts under the same names."""
    attachments = (("facture.pdf", facturx_pdf(INVOICE)),)
    assert opened(*attachments) == opened(*attachments)


NAMES = {
    "RFC 2231": (b"filename*=utf-8''facture%20%C3%A9t%C3%A9.xml", "facture été.xml"),
    "RFC 2231 in pieces": (
        b"filename*0*=iso-8859-1''facture%20; filename*1*=%E9t%E9; filename*2=.xml",
        "facture été.xml",
    ),
    "RFC 2047": (b'filename="=?utf-8?b?ZmFjdHVyZSDDqXTDqS54bWw=?="', "facture été.xml"),
    "RFC 2047 in two words": (
        b'filename="=?utf-8?q?facture_?= =?utf-8?q?=C3=A9t=C3=A9=2Exml?="',
        "facture été.xml",
    ),
    "a path": (b'filename="C:\\\\tmp\\\\f.xml"', "f.xml"),
    "hidden": (b"filename*=utf-8''f%0D%0ABcc%3A.xml", "f Bcc:.xml"),
    "none": (b"", "sans-nom"),
}


@pytest.mark.parametrize("case", NAMES)
def test_the_name_of_an_attachment_is_read_in_all_its_spellings(case: str) -> None:
    """RFC 2047 and 2231, whole or in pieces; paths and line breaks are taken out."""
    written, expected = NAMES[case]
    head = b"From: a@x.example\r\nContent-Type: application/xml\r\n"
    place = b"Content-Disposition: attachment; " + written + b"\r\n\r\n"
    mail = open_mail_bytes(KEY, head + place + cii_xml(INVOICE))
    assert [part.file for part in mail.parts] == [expected]


@pytest.mark.parametrize("kind", ["text/calendar", "text/vcard", "application/pgp-signature"])
def test_an_invoice_that_calls_itself_decoration_is_read(kind: str) -> None:
    """Content decides: nothing that arrived is dropped for its label."""
    head = f"From: a@x.example\r\nContent-Type: {kind}\r\n\r\n".encode()
    assert outcome(open_mail_bytes(KEY, head + cii_xml(INVOICE))) == [("1", "FA-2026-0117")]


@pytest.mark.parametrize("line", [b"Message-ID: <", b"Message-ID:< <a", b"Content-Type: ;=*0*"])
def test_a_header_that_crashes_the_library_counts_as_absent(line: bytes) -> None:
    """CPython's parser raises for crafted values (found by fuzzing); the mail is read."""
    raw = mail_eml(SELLER, "Factures", [("f.xml", cii_xml(INVOICE))], AT)
    kept = [item for item in raw.split(b"\r\n") if not item.startswith(b"Message-ID")]
    mail = open_mail_bytes(KEY, ses_trace(line + b"\r\n" + b"\r\n".join(kept), KEY, AT))
    assert mail.sender.address == SELLER


def forwarded() -> bytes:
    """Return a mail with one invoice, as it was first received."""
    return mail_eml(SELLER, "Facture", (("f.xml", cii_xml(INVOICE)),), AT)


def wrapped(headers: str, content: bytes) -> MailClaims:
    """Return the claims of a mail of one part with these headers, in base64."""
    head = (
        f"From: {SELLER}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
        f"--B\r\n{headers}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return open_mail_bytes(KEY, head.encode() + base64.encodebytes(content) + b"\r\n--B--\r\n")


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Type: message/rfc822",
        'Content-Type: application/octet-stream; name="TR Facture.eml"',
    ],
)
def test_a_forwarded_mail_is_opened_however_it_was_packed(headers: str) -> None:
    """Encoded like a file, or attached as one: some programs forward so."""
    assert outcome(wrapped(headers, forwarded())) == [("1", "FA-2026-0117")]


def test_a_mail_in_a_mail_in_a_mail_is_refused_however_it_was_packed() -> None:
    """One forward is opened, whatever the way."""
    again = forwarded()
    for _ in range(2):
        raw = mail_eml(SELLER, "TR", (("tr.eml", again),), AT)
        again = raw
    mail = open_mail_bytes(KEY, again)
    assert [problem.code for problem in mail.problems] == ["mail-too-deep"]


def test_a_sealed_mail_is_named_once() -> None:
    """PGP: the part that only gives a version is no file of the sender's."""
    head = (
        f"From: {SELLER}\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/encrypted; boundary=B\r\n\r\n"
        "--B\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
        "--B\r\nContent-Type: application/octet-stream; name=e.asc\r\n\r\n"
        "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n--B--\r\n"
    )
    assert outcome(open_mail_bytes(KEY, head.encode())) == [("1", "smime-not-read")]
