"""Judgement of an invoice in four degrees: refuse, not for sale, review, warn."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import fields, replace

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordereau.domain.claims import InvoiceClaim, Verdict
from bordereau.readers.invoices import Setting, read_document, read_xml
from bordereau.readers.judgement import OwnIdentity, judge
from bordereau.readers.reading import Reading
from local.sample_invoices import SampleInvoice, cii_xml, facturx_pdf
from tests.unit.readers.documents import FACTOR, INVOICE, LINES, spoilt

GROSS = "11621.40"


def read(data: bytes, setting: Setting | None = None) -> InvoiceClaim:
    """Return the one claim of a document."""
    (claim,) = read_document("facture.xml", data, setting or Setting())
    return claim


def judged(data: bytes, setting: Setting | None = None) -> tuple[Verdict, set[str]]:
    """Return the verdict and the codes of a document."""
    claim = read(data, setting)
    return claim.verdict, {problem.code for problem in claim.problems}


def written(**changes: object) -> bytes:
    """Return the sample invoice with other fields."""
    return cii_xml(replace(INVOICE, **changes))  # type: ignore[arg-type]


REFUSED = {
    "number-missing": spoilt("<ram:ID>FA-2026-0117</ram:ID>", "<ram:ID/>"),
    "number-hidden-signs": spoilt("FA-2026-0117", "FA-2026\u200b-0117"),
    "number-too-long": spoilt("FA-2026-0117", "F" * 101),
    "issue-date-missing": spoilt(">20261030<", "><"),
    "date-malformed": spoilt(">20261030<", ">20260230<"),
    "due-before-issue": spoilt(">20261214<", ">20261001<"),
    "type-missing": spoilt("<ram:TypeCode>380<", "<ram:TypeCode><"),
    "type-not-a-claim": spoilt("<ram:TypeCode>380<", "<ram:TypeCode>751<"),
    "currency-missing": spoilt("Code>EUR<", "Code><"),
    "seller-missing": spoilt("Ateliers Métallerie du Rhône SAS", ""),
    "buyer-missing": spoilt("Compagnie des Bâtisseurs SA", ""),
    "gross-missing": spoilt(f"GrandTotalAmount>{GROSS}<", "GrandTotalAmount><"),
    "payable-missing": spoilt(f"DuePayableAmount>{GROSS}<", "DuePayableAmount><"),
    "amount-malformed": spoilt(f"DuePayableAmount>{GROSS}<", "DuePayableAmount>11 621,40<"),
    "amount-not-in-cents": spoilt(GROSS, "11621.401"),
    "amount-too-big": spoilt(GROSS, "1" * 14 + ".00"),
    "lines-do-not-add-up": spoilt("LineTotalAmount>1234.50<", "LineTotalAmount>1234.51<"),
    "net-does-not-add-up": spoilt("TaxBasisTotalAmount>9684.50<", "TaxBasisTotalAmount>9684.51<"),
    "vat-does-not-add-up": spoilt("CalculatedAmount>1936.90<", "CalculatedAmount>1936.91<"),
    "gross-does-not-add-up": spoilt(f"GrandTotalAmount>{GROSS}<", "GrandTotalAmount>11621.41<"),
    "payable-does-not-add-up": spoilt(f"DuePayableAmount>{GROSS}<", "DuePayableAmount>1.00<"),
    "xml-doctype": spoilt("?>\n", '?>\n<!DOCTYPE x [<!ENTITY e "v">]>', 1),
    "xml-malformed": cii_xml(INVOICE)[:900],
    "xml-not-an-invoice": b"<Invoice/>",
    "line-without-amount": spoilt("<ram:LineTotalAmount>1234.50</ram:LineTotalAmount>", ""),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_a_claim_is_refused(code: str) -> None:
    """Missing or impossible fields and sums that do not hold: refused, with the reason."""
    verdict, codes = judged(REFUSED[code])
    assert verdict is Verdict.REJECT
    assert code in codes


NOT_FOR_SALE = {
    "already-paid": spoilt("<ram:ID>S1</ram:ID>", "<ram:ID>S2</ram:ID>"),
    "several-sellers": spoilt("<ram:ID>S1</ram:ID>", "<ram:ID>S8</ram:ID>"),
    "already-factored": spoilt("<ram:TypeCode>380<", "<ram:TypeCode>393<"),
    "invoice-negative": written(lines=tuple(replace(li, quantity=-li.quantity) for li in LINES)),
    "nothing-payable": written(lines=(replace(LINES[0], price_cents=0),)),
}


@pytest.mark.parametrize("code", NOT_FOR_SALE)
def test_a_sound_invoice_may_still_not_be_for_sale(code: str) -> None:
    """Paid, empty, negative, several sellers', factored already: read in full, not bought."""
    verdict, codes = judged(NOT_FOR_SALE[code])
    assert verdict is Verdict.NOT_FOR_SALE
    assert code in codes


REVIEWED = {
    "siren-key": spoilt("123456782", "123456789"),
    "siren-form": spoilt('"0002">123456782<', '"0002">12345678<'),
    "vat-not-of-siren": spoilt("FR44732829320", "FR11123456782"),
    "iban-key": spoilt(FACTOR.iban, FACTOR.iban[:-1] + "0"),
    "iban-foreign": spoilt(FACTOR.iban, "DE89370400440532013000"),
    "iban-spaces": spoilt(f"IBANID>{FACTOR.iban}", "IBANID>FR76 3000 6000 0112 3456 7890 189"),
    "currency-unknown": spoilt("EUR", "eur"),
    "vat-not-in-euro": written(currency="USD"),
    "issue-date-unlikely": spoilt(">20261030<", ">10261030<"),
    "term-odd": written(due_on=dt.date(2036, 10, 30)),
    "deposit-invoice": spoilt("<ram:TypeCode>380<", "<ram:TypeCode>386<"),
    "seller-is-buyer": written(buyer=INVOICE.seller),
}


@pytest.mark.parametrize("code", REVIEWED)
def test_what_could_hide_a_fraud_goes_to_a_person(code: str) -> None:
    """Another company, another account, odd dates and currencies: staff decide."""
    verdict, codes = judged(REVIEWED[code])
    assert verdict is Verdict.REVIEW
    assert code in codes


WARNED = {
    "clause-missing": written(factor=None),
    "siret-as-siren": spoilt('"0002">123456782<', '"0002">12345678200010<'),
    "term-too-long": written(due_on=dt.date(2027, 2, 28)),
    "number-unusual": written(number="FA#2026=117"),
    "vat-not-of-rate": spoilt("RateApplicablePercent>20.00", "RateApplicablePercent>5.50"),
}


@pytest.mark.parametrize("code", WARNED)
def test_what_staff_should_know_is_a_warning(code: str) -> None:
    """A warning leaves the invoice accepted."""
    verdict, codes = judged(WARNED[code])
    assert verdict is Verdict.ACCEPT
    assert code in codes


def test_a_date_ahead_of_the_day_of_receipt_is_doubted() -> None:
    """Only with the day of receipt can the future be seen."""
    early = Setting(today=dt.date(2026, 9, 1))
    assert "issue-date-unlikely" in judged(written(), early)[1]
    assert "issue-date-unlikely" not in judged(written(), Setting(today=dt.date(2026, 10, 20)))[1]


def test_a_notice_without_our_account_is_a_warning() -> None:
    """The clause is there, but neither it nor the payment means name one of our accounts."""
    elsewhere = Setting(own=OwnIdentity(ibans=frozenset({"FR7610107001011234567890129"})))
    assert "clause-account-missing" in judged(written(), elsewhere)[1]
    here = Setting(own=OwnIdentity(ibans=frozenset({FACTOR.iban})))
    assert judged(written(), here) == (Verdict.ACCEPT, set())


def test_the_notice_on_the_page_counts_when_pages_are_looked_at() -> None:
    """XML without the clause in a PDF whose page has it."""
    with_clause = facturx_pdf(INVOICE)
    silent = cii_xml(replace(INVOICE, factor=None))
    with pikepdf.open(io.BytesIO(with_clause)) as pdf:
        name = next(iter(pdf.attachments))
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, silent, filename=name)
        stored = io.BytesIO()
        pdf.save(stored)
    assert "clause-missing" in judged(stored.getvalue())[1]
    looking = Setting(looks_at_pages=True)
    assert "clause-missing" not in judged(stored.getvalue(), looking)[1]


def test_a_claim_takes_every_field_of_a_reading() -> None:
    """Fields are handed over by position: each must land under its own name."""
    reading = read_xml(cii_xml(INVOICE))
    claim = judge(reading, "facture.xml")
    shared = {spec.name for spec in fields(InvoiceClaim)} & set(Reading.__slots__)
    assert len(shared) > 20
    assert {name: getattr(claim, name) for name in shared} == {
        name: getattr(reading, name) for name in shared
    }


def test_a_factored_invoice_to_our_own_account_is_ours() -> None:
    """Type 393 names a factor: when the account is ours, it is for us."""
    own = OwnIdentity(ibans=frozenset({FACTOR.iban}))
    assert judged(NOT_FOR_SALE["already-factored"], Setting(own=own))[0] is Verdict.ACCEPT


def test_figures_beyond_all_sense_do_not_stop_the_rules() -> None:
    """Seventy digits in every amount, and a rate of as many: refused, no arithmetic error."""
    text = cii_xml(INVOICE).decode()
    for digits in (21, 24, 70):
        huge = re.sub(r">[0-9]+\.[0-9]{2}<", f">{'9' * digits}<", text)
        assert judged(huge.encode())[0] is Verdict.REJECT


def test_fields_are_given_whatever_the_verdict() -> None:
    """A refused document still shows what was read."""
    claim = read(REFUSED["gross-does-not-add-up"])
    assert (claim.number, claim.payable, claim.buyer.siren) == ("FA-2026-0117", GROSS, "123456782")


@given(
    st.lists(st.tuples(st.integers(1, 999), st.integers(1, 10**7)), min_size=1, max_size=20),
    st.sampled_from([0, 550, 1000, 2000]),
)
def test_an_invoice_that_adds_up_is_never_doubted(
    lines: list[tuple[int, int]], rate_bps: int
) -> None:
    """Whatever the lines and the rate, rounding once on the total agrees with the rules."""
    invoice: SampleInvoice = replace(
        INVOICE,
        lines=tuple(replace(LINES[0], quantity=q, price_cents=p) for q, p in lines),
        vat_rate_bps=rate_bps,
    )
    assert judged(cii_xml(invoice)) == (Verdict.ACCEPT, set())


@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    """Whatever arrives is a claim with a verdict."""
    for claim in read_document("x", data):
        assert claim.verdict in Verdict


@given(st.integers(0, 4000), st.binary(min_size=1, max_size=6))
def test_no_damage_to_an_invoice_raises(place: int, noise: bytes) -> None:
    """A sound invoice with a few bytes overwritten is read or refused, never a crash."""
    whole = cii_xml(INVOICE)
    damaged = whole[:place] + noise + whole[place + len(noise) :]
    assert all(claim.verdict in Verdict for claim in read_document("x", damaged))
