"""EN 16931 invoices and credit notes in CII, as Factur-X embeds them."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bordereau.domain.money import format_amount
from local.samples.model import SampleInvoice, SampleLine, SampleParty
from local.samples.notes import NOTES, REVERSE_CHARGE
from local.samples.tree import Node, element, to_bytes

_UN: Final = "urn:un:unece:uncefact:data:standard:"
_SPACES: Final = {
    "rsm": f"{_UN}CrossIndustryInvoice:100",
    "ram": f"{_UN}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_UN}UnqualifiedDataType:100",
    "qdt": f"{_UN}QualifiedDataType:100",
}
PROFILE: Final = "urn:cen.eu:en16931:2017"


def cii_xml(invoice: SampleInvoice) -> bytes:
    """Return the invoice or credit note as CII D22B, profile EN 16931."""
    context = (
        "rsm:ExchangedDocumentContext",
        (
            "ram:BusinessProcessSpecifiedDocumentContextParameter",
            ("ram:ID", "S1"),
        ),
        ("ram:GuidelineSpecifiedDocumentContextParameter", ("ram:ID", PROFILE)),
    )
    transaction = (
        "rsm:SupplyChainTradeTransaction",
        *(_line(place, line, invoice) for place, line in enumerate(invoice.lines, start=1)),
        _agreement(invoice),
        (
            "ram:ApplicableHeaderTradeDelivery",
            (
                "ram:ActualDeliverySupplyChainEvent",
                ("ram:OccurrenceDateTime", _day(invoice.issued_on)),
            ),
        ),
        _settlement(invoice),
    )
    root = ("rsm:CrossIndustryInvoice", context, _document(invoice), transaction)
    return to_bytes(element(root, _SPACES))


def _day(day: dt.date) -> Node:
    return ("udt:DateTimeString", {"format": "102"}, day.strftime("%Y%m%d"))


def _document(invoice: SampleInvoice) -> Node:
    notes = [*NOTES]
    if invoice.factor and not invoice.is_credit_note:
        notes.append(("ACC", invoice.factor.clause))
    return (
        "rsm:ExchangedDocument",
        ("ram:ID", invoice.number),
        ("ram:TypeCode", invoice.type_code),
        ("ram:IssueDateTime", _day(invoice.issued_on)),
        *(
            ("ram:IncludedNote", ("ram:Content", text), ("ram:SubjectCode", code))
            for code, text in notes
        ),
    )


def _tax(invoice: SampleInvoice) -> tuple[Node, ...]:
    category = "S" if invoice.vat_rate_bps else "AE"
    return (
        ("ram:CategoryCode", category),
        ("ram:RateApplicablePercent", format_amount(invoice.vat_rate_bps)),
    )


def _line(place: int, line: SampleLine, invoice: SampleInvoice) -> Node:
    return (
        "ram:IncludedSupplyChainTradeLineItem",
        ("ram:AssociatedDocumentLineDocument", ("ram:LineID", str(place))),
        ("ram:SpecifiedTradeProduct", ("ram:Name", line.label)),
        (
            "ram:SpecifiedLineTradeAgreement",
            (
                "ram:NetPriceProductTradePrice",
                ("ram:ChargeAmount", format_amount(line.price_cents)),
            ),
        ),
        (
            "ram:SpecifiedLineTradeDelivery",
            ("ram:BilledQuantity", {"unitCode": "C62"}, str(line.quantity)),
        ),
        (
            "ram:SpecifiedLineTradeSettlement",
            ("ram:ApplicableTradeTax", ("ram:TypeCode", "VAT"), *_tax(invoice)),
            (
                "ram:SpecifiedTradeSettlementLineMonetarySummation",
                ("ram:LineTotalAmount", format_amount(line.net_cents)),
            ),
        ),
    )


def _party(tag: str, who: SampleParty) -> Node:
    legal = ("ram:ID", {"schemeID": "0002"}, who.siren) if who.siren else None
    electronic, scheme = (who.siren, "0225") if who.siren else (who.vat_number, "9930")
    vat = who.vat_number
    return (
        tag,
        ("ram:Name", who.name),
        ("ram:SpecifiedLegalOrganization", legal) if legal else None,
        (
            "ram:PostalTradeAddress",
            ("ram:PostcodeCode", who.postcode),
            ("ram:LineOne", who.street),
            ("ram:CityName", who.city),
            ("ram:CountryID", who.country),
        ),
        ("ram:URIUniversalCommunication", ("ram:URIID", {"schemeID": scheme}, electronic)),
        ("ram:SpecifiedTaxRegistration", ("ram:ID", {"schemeID": "VA"}, vat)) if vat else None,
    )


def _agreement(invoice: SampleInvoice) -> Node:
    order = invoice.order_reference
    return (
        "ram:ApplicableHeaderTradeAgreement",
        _party("ram:SellerTradeParty", invoice.seller),
        _party("ram:BuyerTradeParty", invoice.buyer),
        ("ram:BuyerOrderReferencedDocument", ("ram:IssuerAssignedID", order)) if order else None,
    )


def _settlement(invoice: SampleInvoice) -> Node:
    reason = None if invoice.vat_rate_bps else ("ram:ExemptionReason", REVERSE_CHARGE)
    category, rate = _tax(invoice)
    return (
        "ram:ApplicableHeaderTradeSettlement",
        ("ram:InvoiceCurrencyCode", invoice.currency),
        _means(invoice),
        (
            "ram:ApplicableTradeTax",
            ("ram:CalculatedAmount", format_amount(invoice.vat_cents)),
            ("ram:TypeCode", "VAT"),
            reason,
            ("ram:BasisAmount", format_amount(invoice.net_cents)),
            category,
            rate,
        ),
        ("ram:SpecifiedTradePaymentTerms", ("ram:DueDateDateTime", _day(invoice.due_on))),
        _totals(invoice),
        _preceding(invoice),
    )


def _preceding(invoice: SampleInvoice) -> Node | None:
    if not invoice.preceding:
        return None
    issued = invoice.preceding_on
    text = issued.strftime("%Y%m%d") if issued else ""
    day = ("qdt:DateTimeString", {"format": "102"}, text)
    return (
        "ram:InvoiceReferencedDocument",
        ("ram:IssuerAssignedID", invoice.preceding),
        ("ram:FormattedIssueDateTime", day) if issued else None,
    )


def _means(invoice: SampleInvoice) -> Node | None:
    factor = invoice.factor
    if factor is None:
        return None
    return (
        "ram:SpecifiedTradeSettlementPaymentMeans",
        ("ram:TypeCode", "30"),
        (
            "ram:PayeePartyCreditorFinancialAccount",
            ("ram:IBANID", factor.iban),
            ("ram:AccountName", factor.name),
        ),
        ("ram:PayeeSpecifiedCreditorFinancialInstitution", ("ram:BICID", factor.bic)),
    )


def _totals(invoice: SampleInvoice) -> Node:
    net, gross = format_amount(invoice.net_cents), format_amount(invoice.gross_cents)
    vat = format_amount(invoice.vat_cents)
    return (
        "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        ("ram:LineTotalAmount", net),
        ("ram:TaxBasisTotalAmount", net),
        ("ram:TaxTotalAmount", {"currencyID": invoice.currency}, vat),
        ("ram:GrandTotalAmount", gross),
        ("ram:DuePayableAmount", gross),
    )
