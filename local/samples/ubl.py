"""EN 16931 invoices and credit notes in UBL 2.1."""

from __future__ import annotations

from typing import Final

from bordereau.domain.money import format_amount
from local.samples.cii import PROFILE
from local.samples.model import SampleInvoice, SampleLine, SampleParty
from local.samples.notes import NOTES, REVERSE_CHARGE
from local.samples.tree import Node, element, to_bytes

_XSD: Final = "urn:oasis:names:specification:ubl:schema:xsd:"


def ubl_xml(invoice: SampleInvoice) -> bytes:
    """Return the invoice as UBL ``Invoice``, a credit note as UBL ``CreditNote``."""
    kind = "CreditNote" if invoice.is_credit_note else "Invoice"
    spaces = {
        "doc": f"{_XSD}{kind}-2",
        "cac": f"{_XSD}CommonAggregateComponents-2",
        "cbc": f"{_XSD}CommonBasicComponents-2",
    }
    due = None if invoice.is_credit_note else ("cbc:DueDate", invoice.due_on.isoformat())
    root = (
        f"doc:{kind}",
        ("cbc:CustomizationID", PROFILE),
        ("cbc:ProfileID", "S1"),
        ("cbc:ID", invoice.number),
        ("cbc:IssueDate", invoice.issued_on.isoformat()),
        due,
        (f"cbc:{kind}TypeCode", invoice.type_code),
        *_notes(invoice),
        ("cbc:DocumentCurrencyCode", invoice.currency),
        _reference("cac:OrderReference", invoice.order_reference),
        _preceding(invoice),
        ("cac:AccountingSupplierParty", _party(invoice.seller)),
        ("cac:AccountingCustomerParty", _party(invoice.buyer)),
        ("cac:Delivery", ("cbc:ActualDeliveryDate", invoice.issued_on.isoformat())),
        _means(invoice),
        _tax_total(invoice),
        _totals(invoice),
        *(_line(place, line, invoice) for place, line in enumerate(invoice.lines, start=1)),
    )
    return to_bytes(element(root, spaces))


def _notes(invoice: SampleInvoice) -> list[Node]:
    notes = [*NOTES]
    if invoice.factor and not invoice.is_credit_note:
        notes.append(("ACC", invoice.factor.clause))
    return [("cbc:Note", f"#{code}#{text}") for code, text in notes]


def _reference(tag: str, number: str) -> Node | None:
    return (tag, ("cbc:ID", number)) if number else None


def _preceding(invoice: SampleInvoice) -> Node | None:
    if not invoice.preceding:
        return None
    issued = invoice.preceding_on
    document = (
        "cac:InvoiceDocumentReference",
        ("cbc:ID", invoice.preceding),
        ("cbc:IssueDate", issued.isoformat()) if issued else None,
    )
    return ("cac:BillingReference", document)


def _amount(tag: str, cents: int, invoice: SampleInvoice) -> Node:
    return (tag, {"currencyID": invoice.currency}, format_amount(cents))


def _party(who: SampleParty) -> Node:
    electronic, scheme = (who.siren, "0225") if who.siren else (who.vat_number, "9930")
    tax = (
        "cac:PartyTaxScheme",
        ("cbc:CompanyID", who.vat_number),
        ("cac:TaxScheme", ("cbc:ID", "VAT")),
    )
    return (
        "cac:Party",
        ("cbc:EndpointID", {"schemeID": scheme}, electronic),
        (
            "cac:PostalAddress",
            ("cbc:StreetName", who.street),
            ("cbc:CityName", who.city),
            ("cbc:PostalZone", who.postcode),
            ("cac:Country", ("cbc:IdentificationCode", who.country)),
        ),
        tax if who.vat_number else None,
        (
            "cac:PartyLegalEntity",
            ("cbc:RegistrationName", who.name),
            ("cbc:CompanyID", {"schemeID": "0002"}, who.siren) if who.siren else None,
        ),
    )


def _means(invoice: SampleInvoice) -> Node | None:
    factor = invoice.factor
    if factor is None:
        return None
    return (
        "cac:PaymentMeans",
        ("cbc:PaymentMeansCode", "30"),
        (
            "cac:PayeeFinancialAccount",
            ("cbc:ID", factor.iban),
            ("cbc:Name", factor.name),
            ("cac:FinancialInstitutionBranch", ("cbc:ID", factor.bic)),
        ),
    )


def _category(tag: str, invoice: SampleInvoice, *, with_reason: bool) -> Node:
    is_free = not invoice.vat_rate_bps
    return (
        tag,
        ("cbc:ID", "AE" if is_free else "S"),
        ("cbc:Percent", format_amount(invoice.vat_rate_bps)),
        ("cbc:TaxExemptionReason", REVERSE_CHARGE) if is_free and with_reason else None,
        ("cac:TaxScheme", ("cbc:ID", "VAT")),
    )


def _tax_total(invoice: SampleInvoice) -> Node:
    return (
        "cac:TaxTotal",
        _amount("cbc:TaxAmount", invoice.vat_cents, invoice),
        (
            "cac:TaxSubtotal",
            _amount("cbc:TaxableAmount", invoice.net_cents, invoice),
            _amount("cbc:TaxAmount", invoice.vat_cents, invoice),
            _category("cac:TaxCategory", invoice, with_reason=True),
        ),
    )


def _totals(invoice: SampleInvoice) -> Node:
    return (
        "cac:LegalMonetaryTotal",
        _amount("cbc:LineExtensionAmount", invoice.net_cents, invoice),
        _amount("cbc:TaxExclusiveAmount", invoice.net_cents, invoice),
        _amount("cbc:TaxInclusiveAmount", invoice.gross_cents, invoice),
        _amount("cbc:PayableAmount", invoice.gross_cents, invoice),
    )


def _line(place: int, line: SampleLine, invoice: SampleInvoice) -> Node:
    tag, quantity = "cac:InvoiceLine", "cbc:InvoicedQuantity"
    if invoice.is_credit_note:
        tag, quantity = "cac:CreditNoteLine", "cbc:CreditedQuantity"
    return (
        tag,
        ("cbc:ID", str(place)),
        (quantity, {"unitCode": "C62"}, str(line.quantity)),
        _amount("cbc:LineExtensionAmount", line.net_cents, invoice),
        (
            "cac:Item",
            ("cbc:Name", line.label),
            _category("cac:ClassifiedTaxCategory", invoice, with_reason=False),
        ),
        ("cac:Price", _amount("cbc:PriceAmount", line.price_cents, invoice)),
    )
