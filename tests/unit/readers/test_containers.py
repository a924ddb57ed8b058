"""PDFs and zips: the right embedded file, counted bytes, named failures."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import partial

import pikepdf
import pytest

from bordereau.domain.claims import InvoiceClaim, Verdict
from bordereau.readers.invoices import read_document
from local.sample_invoices import cii_xml, facturx_pdf, ubl_xml
from tests.unit.readers.documents import CREDIT_NOTE, INVOICE

CII = cii_xml(INVOICE)


def read(data: bytes) -> InvoiceClaim:
    """Return the one claim of a file."""
    (claim,) = read_document("fichier", data)
    return claim


def codes(claim: InvoiceClaim) -> list[str]:
    """Return the codes of a claim's problems."""
    return [problem.code for problem in claim.problems]


def pdf(*files: tuple[str, bytes], change: Callable[[pikepdf.Pdf], None] | None = None) -> bytes:
    """Return a blank page with embedded files."""
    document = pikepdf.new()
    document.add_blank_page()
    for name, data in files:
        specification = pikepdf.AttachedFileSpec(document, data, filename=name)
        document.attachments[name] = specification
    if change:
        change(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_the_standard_name_is_preferred_and_agreement_is_silent() -> None:
    """factur-x.xml first; another copy of the same invoice changes nothing."""
    claim = read(pdf(("autre.xml", ubl_xml(INVOICE)), ("factur-x.xml", CII)))
    assert (claim.syntax, claim.verdict) == ("CII", Verdict.ACCEPT)


def test_two_invoices_that_disagree_go_to_a_person() -> None:
    """Which of them is meant cannot be known."""
    claim = read(pdf(("factur-x.xml", CII), ("xrechnung.xml", cii_xml(CREDIT_NOTE))))
    assert codes(claim) == ["pdf-invoices-disagree"]
    assert claim.number == INVOICE.number


def test_two_files_of_one_name_are_both_looked_at() -> None:
    """A second invoice does not hide behind the name of the first."""

    def same_name(document: pikepdf.Pdf) -> None:
        for file in list(document.Root.Names.EmbeddedFiles.Names)[1::2]:
            file.F = file.UF = pikepdf.String("factur-x.xml")

    twice = pdf(("a.xml", CII), ("b.xml", cii_xml(CREDIT_NOTE)), change=same_name)
    assert codes(read(twice)) == ["pdf-invoices-disagree"]
    assert read(pdf(("a.xml", CII), ("b.xml", CII), change=same_name)).verdict is Verdict.ACCEPT


@pytest.mark.parametrize("name", ["FACTUR-X.XML", "facture.xml", "sans-ending"])
def test_the_name_of_the_embedded_file_does_not_matter(name: str) -> None:
    """Content decides, whatever the name and its case."""
    assert read(pdf((name, CII))).number == INVOICE.number


def test_a_broken_embedded_file_is_named_as_such() -> None:
    """The seller is told that the XML is malformed, not that there is none."""
    claim = read(pdf(("factur-x.xml", CII[:900])))
    assert (claim.verdict, codes(claim)) == (Verdict.REJECT, ["xml-malformed"])
    assert claim.problems[0].where == "factur-x.xml"


def test_a_pdf_without_data_waits_for_a_person() -> None:
    """Also when it embeds XML that is no invoice, under a name of its own."""
    for document in (pdf(), pdf(("donnees.xml", b"<Plan/>"))):
        claim = read(document)
        assert (claim.verdict, claim.syntax) == (Verdict.REVIEW, "PDF")
        assert codes(claim) == ["pdf-without-xml"]


def test_another_document_under_the_invoice_name_is_refused() -> None:
    """An order called factur-x.xml is no invoice."""
    assert codes(read(pdf(("factur-x.xml", b"<Order/>")))) == ["xml-is-an-order"]


def test_an_embedded_bomb_is_never_inflated() -> None:
    """A hundred megabytes of spaces end at the cap."""
    claim = read(pdf(("factur-x.xml", b"<a>" + b" " * 100_000_000)))
    assert codes(claim) == ["content-too-big"]


def test_scripts_in_a_pdf_are_seen() -> None:
    """The invoice is read, and a person looks at the file."""

    def script(document: pikepdf.Pdf) -> None:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("x()"))
        document.Root.OpenAction = action

    claim = read(pdf(("factur-x.xml", CII), change=script))
    assert (claim.verdict, claim.number) == (Verdict.REVIEW, INVOICE.number)


def test_a_password_is_named_and_an_owner_lock_is_no_obstacle() -> None:
    """What opens without a password is read."""
    document = pikepdf.open(io.BytesIO(facturx_pdf(INVOICE)))
    for user, expected in (("secret", ["pdf-password"]), ("", [])):
        target = io.BytesIO()
        document.save(target, encryption=pikepdf.Encryption(user=user, owner="o", R=6))
        assert codes(read(target.getvalue())) == expected


def test_damaged_pdfs_are_recovered_or_refused() -> None:
    """The tail lost is read all the same; half a file is refused by name."""
    whole = facturx_pdf(INVOICE)
    assert read(whole[:-40]).number == INVOICE.number
    assert codes(read(whole[:2000])) in (["pdf-unreadable"], ["pdf-damaged"])
    assert codes(read(b"%PDF-1.7\n")) == ["pdf-unreadable"]


def bundle(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return target.getvalue()


def linked() -> bytes:
    """Return a zip that holds a symbolic link."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        entry = zipfile.ZipInfo("facture.xml")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return target.getvalue()


SOUND = bundle(("a.xml", CII))
ZIPS = {
    "zip-empty": bundle(),
    "zip-damaged": SOUND[:-30],
    "zip-nested": bundle(("lot.zip", SOUND)),
    "zip-too-many-files": bundle(*((f"{n}.xml", b"<a/>") for n in range(101))),
    "zip-link": linked(),
    "zip-method-not-read": bundle(("a.xml", CII), method=zipfile.ZIP_LZMA),
    "content-too-big": bundle(("a.xml", b" " * 70_000_000)),
}


@pytest.mark.parametrize("code", ZIPS)
def test_a_zip_that_is_not_plain_is_refused_whole(code: str) -> None:
    """Nested, linked, bombs, cut: nothing of it is taken."""
    assert codes(read(ZIPS[code])) == [code]


def test_a_declared_size_that_lies_is_found() -> None:
    """The directory says another size than what comes out."""
    lie = bytearray(SOUND)
    place = lie.rfind(b"PK\x01\x02")
    lie[place + 24 : place + 28] = (100).to_bytes(4, "little")
    assert codes(read(bytes(lie))) == ["zip-damaged"]


def page(document: pikepdf.Pdf, text: bytes = b"Facture FA-2026-0117") -> None:
    """Write a line of text on the page."""
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    document.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    content = b"BT /F1 12 Tf 50 780 Td (" + text + b") Tj ET"
    document.pages[0].Contents = document.make_stream(content)


def test_the_text_of_a_plain_pdf_is_given_for_matching() -> None:
    """Text only, capped; nothing is bought on it."""
    claim = read(pdf(change=page))
    assert (claim.verdict, claim.text) == (Verdict.REVIEW, "Facture FA-2026-0117")


def test_a_plain_pdf_says_whether_its_page_has_the_notice() -> None:
    """A warning without it, silence with it, and no guess about a page without text."""
    notice = partial(page, text=b"Reglement a l'ordre de notre affactureur, subroge")
    assert codes(read(pdf(change=page))) == ["pdf-without-xml", "clause-missing"]
    assert codes(read(pdf(change=notice))) == ["pdf-without-xml"]
    assert codes(read(pdf())) == ["pdf-without-xml"]


def test_a_page_that_eats_its_reader_leaves_no_text() -> None:
    """The child process ends at its limits; the claim waits for a person all the same."""

    def bomb(document: pikepdf.Pdf) -> None:
        document.pages[0].Contents = document.make_stream(b"q " * 60_000_000 + b"Q")

    claim = read(pdf(change=bomb))
    assert (claim.verdict, claim.text) == (Verdict.REVIEW, "")


def test_a_member_without_a_name_does_not_stop_the_reader() -> None:
    """An empty name in the directory is one more way to break a zip."""
    nameless = SOUND.replace(b"a.xml", b"").replace(b"\x05\x00\x00\x00PK", b"\x00\x00\x00\x00PK")
    assert read(nameless).verdict in Verdict
