"""One invoice as many producers write it: the same claim, whatever the bytes look like."""

from __future__ import annotations

import base64
import datetime as dt
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from lxml import etree

from bordereau.domain.claims import InvoiceClaim, Verdict
from bordereau.readers.invoices import read_document
from local.sample_invoices import ScheduleRow, cii_xml, facturx_pdf, schedule_xlsx, ubl_xml
from tests.unit.readers.documents import ALL, BUYER, CREDIT_NOTE, INVOICE, spoilt

LINE = ScheduleRow(
    "FA-1", dt.date(2026, 10, 30), dt.date(2026, 12, 14), BUYER.siren, BUYER.name, 120_000
)
SOURCES = [write(invoice) for invoice in ALL for write in (cii_xml, ubl_xml)]


def read(data: bytes, name: str = "f.xml") -> tuple[InvoiceClaim, ...]:
    """Return the claims of a file."""
    return read_document(name, data)


def codes(*claims: InvoiceClaim) -> set[str]:
    """Return the codes of all problems."""
    return {problem.code for claim in claims for problem in claim.problems}


def leaves(data: bytes) -> tuple[etree._Element, list[etree._Element]]:
    """Return the tree and its elements that hold a text."""
    root = etree.fromstring(data)
    found = [node for node in root.iter(etree.Element) if len(node) == 0 and node.text]
    return root, found


def in_cdata(data: bytes) -> bytes:
    """Put every text into a CDATA section."""
    root, found = leaves(data)
    for node in found:
        node.text = etree.CDATA(node.text or "")
    return etree.tostring(root, encoding="UTF-8")


def interrupted(node: etree._Element, by: etree._Element) -> None:
    """Put something that is no text into the middle of a text."""
    text = node.text or ""
    half = len(text) // 2
    node.text, by.tail = text[:half], text[half:]
    node.append(by)


def commented(data: bytes) -> bytes:
    """Put a comment into the middle of every value."""
    root, found = leaves(data)
    for node in found:
        interrupted(node, etree.Comment("x"))
    return etree.tostring(root)


def instructed(data: bytes) -> bytes:
    """Put a processing instruction into the middle of every value."""
    root, found = leaves(data)
    for node in found:
        interrupted(node, etree.ProcessingInstruction("x", "y"))
    return etree.tostring(root)


def padded(data: bytes) -> bytes:
    """Put white space around every value."""
    root, found = leaves(data)
    for node in found:
        node.text = f"\n      {node.text}\t\n    "
    return etree.tostring(root)


def referenced(data: bytes) -> bytes:
    """Write every sign of a value as a character reference."""
    text = etree.tostring(etree.fromstring(data), encoding="unicode")
    return re.sub(
        r">([^<&]*[^<&\s][^<&]*)<",
        lambda found: f">{''.join(f'&#x{ord(sign):x};' for sign in found[1])}<",
        text,
    ).encode()


def renamed(data: bytes) -> bytes:
    """Give every prefix another name."""
    text = etree.tostring(etree.fromstring(data), encoding="unicode")
    return re.sub(r"(</?|xmlns:)(\w+)(?=[:=])", r"\1\2zz", text).encode()


def minified(data: bytes) -> bytes:
    """Take every blank between elements away."""
    parser = etree.XMLParser(remove_blank_text=True)
    return etree.tostring(etree.fromstring(data, parser))


def reordered(data: bytes) -> bytes:
    """Put the kinds of children of every element into another order."""
    root = etree.fromstring(minified(data))
    dice = random.Random(4)  # noqa: S311 - an order, not a secret
    for node in list(root.iter(etree.Element)):
        tags = list(dict.fromkeys(child.tag for child in node))
        dice.shuffle(tags)
        node[:] = sorted(node, key=lambda child, tags=tags: tags.index(child.tag))  # type: ignore[misc]
    return etree.tostring(root)


def encoded(name: str, mark: bytes = b"") -> Callable[[bytes], bytes]:
    """Return the writer of an encoding, declared."""

    def write(data: bytes) -> bytes:
        text = etree.tostring(etree.fromstring(data), encoding=name, xml_declaration=True)
        assert isinstance(text, bytes)
        return mark + text

    return write


WRITERS: dict[str, Callable[[bytes], bytes]] = {
    "cdata": in_cdata,
    "comments": commented,
    "instructions": instructed,
    "blanks": padded,
    "references": referenced,
    "prefixes": renamed,
    "minified": minified,
    "order": reordered,
    "utf-8 with a mark": encoded("UTF-8", b"\xef\xbb\xbf"),
    **{
        name: encoded(name)
        for name in ("UTF-16", "UTF-16BE", "UTF-32", "ISO-8859-1", "windows-1252", "US-ASCII")
    },
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("number", range(len(SOURCES)))
def test_the_bytes_change_and_the_claim_does_not(writer: str, number: int) -> None:
    """Prefixes, order, blanks, sections, references, comments and encodings carry no meaning."""
    source = SOURCES[number]
    written = WRITERS[writer](source)
    assert written != source
    assert read(written) == read(source)


ENVELOPE = '<sh:StandardBusinessDocument xmlns:sh="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"><sh:StandardBusinessDocumentHeader/>{}</sh:StandardBusinessDocument>'


def test_an_invoice_in_the_envelope_of_peppol_is_read() -> None:
    """The header of the network stands before it."""
    inner = etree.tostring(etree.fromstring(ubl_xml(INVOICE)), encoding="unicode")
    assert read(ENVELOPE.format(inner).encode()) == read(ubl_xml(INVOICE))


@pytest.mark.parametrize(
    ("root", "code"),
    [
        ("SCRDMCCBDACIOMessageStructure", "xml-is-an-order"),
        ("CrossDomainAcknowledgementAndResponse", "xml-is-a-status"),
        ("DespatchAdvice", "xml-is-a-delivery-note"),
        ("FatturaElettronica", "xml-not-an-invoice"),
    ],
)
def test_what_travels_beside_invoices_is_named(root: str, code: str) -> None:
    """Order-X, statuses of platforms, delivery notes: refused, each by its name."""
    (claim,) = read(f'<r:{root} xmlns:r="urn:x"/>'.encode())
    assert (claim.verdict, codes(claim)) == (Verdict.REJECT, {code})


def test_an_order_inside_a_plain_pdf_is_told_to_the_person_who_completes_it() -> None:
    """A row to complete, with the warning that the file holds an order."""
    (claim,) = read(with_file("order-x.xml", b'<r:Order xmlns:r="urn:x"/>'), "f.pdf")
    assert claim.verdict is Verdict.REVIEW
    assert codes(claim) >= {"pdf-without-xml", "xml-is-an-order"}


def test_instalments_of_ubl_are_due_dates() -> None:
    """UBL 2.1 has a day in the terms for each instalment: the last one counts for the term."""
    terms = "".join(
        f"<cac:PaymentTerms><cbc:InstallmentDueDate>{day}</cbc:InstallmentDueDate></cac:PaymentTerms>"
        for day in ("2026-12-14", "2027-01-14")
    )
    text = re.sub(r"<cac:PaymentTerms>.*?</cac:PaymentTerms>", "", ubl_xml(INVOICE).decode())
    (claim,) = read(text.replace("<cac:TaxTotal>", f"{terms}<cac:TaxTotal>", 1).encode())
    assert claim.due_dates == ("2026-12-14", "2027-01-14")


def test_a_date_and_several_terms_as_the_schema_also_allows() -> None:
    """``udt:DateTime`` is a date too; every text of the terms counts."""
    terms = re.search(
        rb"<ram:SpecifiedTradePaymentTerms>.*?</ram:SpecifiedTradePaymentTerms>",
        cii_xml(INVOICE),
        re.DOTALL,
    )
    assert terms
    other = (
        "<ram:SpecifiedTradePaymentTerms><ram:Description>Sans escompte</ram:Description>"
        "<ram:DueDateDateTime><udt:DateTime>2026-12-31T00:00:00</udt:DateTime></ram:DueDateDateTime>"
        "</ram:SpecifiedTradePaymentTerms>"
    )
    (claim,) = read(spoilt(terms[0].decode(), terms[0].decode() + other))
    assert claim.due_dates == ("2026-12-14", "2026-12-31")
    assert claim.payment_terms.endswith("Sans escompte")


def test_the_vat_in_a_second_currency_has_its_own_total() -> None:
    """BT-111 beside BT-110 (UBL): its own breakdown is not added to the document's."""
    other = (
        '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">1800.00</cbc:TaxAmount><cac:TaxSubtotal>'
        '<cbc:TaxableAmount currencyID="EUR">9000.00</cbc:TaxableAmount>'
        '<cbc:TaxAmount currencyID="EUR">1800.00</cbc:TaxAmount></cac:TaxSubtotal></cac:TaxTotal>'
    )
    foreign = ubl_xml(INVOICE).decode().replace("EUR", "USD")
    (claim,) = read(foreign.replace("</cac:TaxTotal>", f"</cac:TaxTotal>{other}", 1).encode())
    assert (claim.currency, claim.vat) == ("USD", "1936.90")
    assert not {code for code in codes(claim) if "add-up" in code}


def test_a_siret_of_another_siren_goes_to_a_person() -> None:
    """Two firms in one party: whose claim it is must be seen."""
    (claim,) = read(
        spoilt(
            "<ram:SpecifiedLegalOrganization>",
            '<ram:GlobalID schemeID="0009">12345678200010</ram:GlobalID>'
            "<ram:SpecifiedLegalOrganization>",
            1,
        )
    )
    assert "siret-not-of-siren" in codes(claim)
    assert claim.verdict is Verdict.REVIEW


def with_file(name: str, data: bytes, how: str = "") -> bytes:
    """Return a PDF of one page with one file: embedded, or pinned to the page, or encoded."""
    with pikepdf.new() as document:
        document.add_blank_page()
        stream = document.make_stream(data)
        if how == "base85":
            stream.write(base64.a85encode(data) + b"~>", filter=pikepdf.Name.ASCII85Decode)
        if how == "hex":
            stream.write(data.hex().encode() + b">", filter=pikepdf.Name.ASCIIHexDecode)
        file = pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec, F=name, UF=name, EF=pikepdf.Dictionary(F=stream)
        )
        if how == "pinned":
            note = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, FS=file
            )
            document.pages[0].Annots = pikepdf.Array([note])
        else:
            names = pikepdf.Dictionary(Names=pikepdf.Array([name, file]))
            document.Root.Names = pikepdf.Dictionary(EmbeddedFiles=names)
        out = BytesIO()
        document.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        return out.getvalue()


@pytest.mark.parametrize("how", ["", "base85", "hex", "pinned"])
def test_the_xml_of_a_pdf_is_found_however_it_is_attached(how: str) -> None:
    """In the list of embedded files, as a note on a page, in a text encoding."""
    (claim,) = read(with_file("factur-x.xml", cii_xml(INVOICE), how), "f.pdf")
    assert (claim.syntax, claim.number, claim.verdict) == ("CII", INVOICE.number, Verdict.ACCEPT)


def zipped(*members: tuple[str, bytes]) -> bytes:
    """Return a zip file."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def test_what_a_system_leaves_in_an_archive_is_passed_over() -> None:
    """An archive made on a Mac or on Windows holds the invoices alone."""
    claims = read(
        zipped(
            ("lot/facture.xml", cii_xml(INVOICE)),
            ("__MACOSX/lot/._facture.xml", b"\x00\x05\x16\x07"),
            ("lot/.DS_Store", b"\x00\x00\x00\x01Bud1"),
            ("lot/Thumbs.db", b"\xd0\xcf\x11\xe0"),
            ("lot/avoir.pdf", facturx_pdf(CREDIT_NOTE)),
        ),
        "lot.zip",
    )
    assert [claim.number for claim in claims] == [INVOICE.number, CREDIT_NOTE.number]


def test_a_schedule_and_its_invoices_come_in_one_archive() -> None:
    """A workbook is a zip, but no archive; what cannot be read is refused alone."""
    claims = read(
        zipped(
            ("lot/bordereau.xlsx", schedule_xlsx((LINE,))),
            ("lot/facture.xml", cii_xml(INVOICE)),
            ("lot/lisez-moi.docx", zipped(("word/document.xml", b"<w/>"))),
        ),
        "lot.zip",
    )
    assert [(claim.syntax, claim.number) for claim in claims] == [
        ("SCHEDULE", LINE.number),
        ("CII", INVOICE.number),
        ("", ""),
    ]
    assert codes(claims[2]) == {"office-document-not-read"}


NAMED = {
    "office-document-not-read": [
        b"{\\rtf1\\ansi Facture}",
        zipped(("word/document.xml", b"<w/>")),
        zipped(("ppt/presentation.xml", b"<p/>")),
        zipped(("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<t/>")),
    ],
    "image-not-read": [
        b"RIFF\x24\x00\x00\x00WEBPVP8 ",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00",
    ],
    "archive-not-read": [b"BZh91AY&SY" + b"\x01" * 20, b"\x00" * 257 + b"ustar\x0000"],
    "smime-not-read": [
        bytes.fromhex("3082010006092a864886f70d010702a081f0") + b"\x00" * 20,
        b"-----BEGIN PGP MESSAGE-----\n\nhQEMA",
    ],
    "workbook-password": [
        zipped(
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("content.xml", b"\x8f\x01"),
            ("META-INF/manifest.xml", b"<m><manifest:encryption-data/></m>"),
        )
    ],
}


@pytest.mark.parametrize("code", NAMED)
def test_what_is_known_and_not_read_is_named(code: str) -> None:
    """Office documents, phones' images, other archives, sealed files: each with what to send."""
    for data in NAMED[code]:
        (claim,) = read(data, "fichier")
        assert (claim.verdict, codes(claim)) == (Verdict.REJECT, {code})


TITLES = {
    "a program's own titles": (
        "Type;N° de la facture;Date de facturation;Date d\u2019échéance;SIRET du débiteur;Client;M"
        "ontant T.T.C. (en €);Code devise".replace("Client", "Nom du client"),
        "Facture;FA-1;30 octobre 2026;14-déc.-26;123 456 782 00010;X;1 200,00 €;EUR",
    ),
    "an accountant's": (
        "Pièce;Date;Éch.;N° SIREN;Tiers;Solde dû",
        "FA-1;2026/10/30;20261214;123456782;X;+1200,00",
    ),
    "English": (
        "Invoice No.,Issued on,Payment due date,Buyer SIREN,Customer name,Amount incl. VAT,Ccy",
        'FA-1,30-Oct-2026,14th December 2026,123456782,X,"1,200.00",EUR',
    ),
    "Excel's own first line": (
        "sep=;\r\nN° facture;Date facture;Échéance;SIREN;Client;Montant TTC",
        "FA-1;30/10/2026 00:00:00;14/12/2026;123456782;X;1200",
    ),
}


@pytest.mark.parametrize("titles", TITLES)
def test_a_schedule_is_read_under_any_titles(titles: str) -> None:
    """Small words and signs in titles, dates in words, signs and currencies at amounts."""
    (claim,) = read("\r\n".join(TITLES[titles]).encode(), "b.csv")
    assert claim.verdict is Verdict.ACCEPT
    found = (claim.number, claim.issue_date, claim.due_dates, claim.payable, claim.buyer.siren)
    assert found == ("FA-1", "2026-10-30", ("2026-12-14",), "1200.00", "123456782")


TYPED = "Type;N° facture;Date facture;SIREN;Montant TTC;Devise\r\n"


def test_a_credit_note_is_one_by_its_type_or_by_its_sign() -> None:
    """« Avoir » in its own column, a minus before or after, brackets: never sold as an invoice."""
    lines = (
        f"Avoir;AV-1;30/10/2026;123456782;{text};EUR"
        for text in ("200,00", "-201,00", "- 202,00", "(203,00)", "204,00-")
    )
    claims = read((TYPED + "\r\n".join(lines) + "\r\nTotal;;;;-1010,00;").encode(), "b.csv")
    assert {claim.type_code for claim in claims} == {"381"}
    assert [claim.payable for claim in claims] == ["200.00", "201.00", "202.00", "203.00", "204.00"]
    assert codes(*claims) == set()


def test_an_unknown_type_is_asked_for() -> None:
    """Neither an invoice nor a credit note by its type: a person says what it is."""
    (claim,) = read(f"{TYPED}OD;X-1;30/10/2026;123456782;12,00;EUR".encode(), "b.csv")
    assert (claim.verdict, codes(claim) & {"line-type-unknown"}) == (
        Verdict.REVIEW,
        {"line-type-unknown"},
    )


def test_every_visible_sheet_with_the_columns_is_read() -> None:
    """One sheet a month: no line is lost; what is hidden is not sold."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    for number, name in enumerate(("Notes", "Octobre", "Novembre", "Caché")):
        sheet = book.add_worksheet(name)
        if name == "Caché":
            sheet.hide()
        if number:
            sheet.write_row(0, 0, ("N° facture", "Date facture", "SIREN", "Montant TTC", "Devise"))
            sheet.write_row(1, 0, (f"FA-{number}", "30/10/2026", "123456782", 12.5, "EUR"))
    book.close()
    found = [(claim.number, claim.place) for claim in read(out.getvalue(), "b.xlsx")]
    assert found == [("FA-1", "r2"), ("FA-2", "s3r2")]


def test_a_date_that_could_be_two_is_left_as_written() -> None:
    """« 202611 » is no day."""
    (claim,) = read(f"{TYPED}FA;FA-1;202611;123456782;12,00;EUR".encode(), "b.csv")
    assert (claim.issue_date, claim.verdict) == ("202611", Verdict.REJECT)


def test_an_account_is_given_as_written_and_compared_without_blanks() -> None:
    """Spaces in an IBAN are kept for who reads it, and no other account for who compares."""
    iban = "FR7630006000011234567890189"
    spaced = " ".join(re.findall("..?.?.?", iban))
    (claim,) = read(spoilt(iban, spaced))
    (account,) = claim.accounts
    assert (account.iban, account.written) == (iban, spaced)
    assert replace(account, written="") == read(cii_xml(INVOICE))[0].accounts[0]
