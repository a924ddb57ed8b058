"""UN/CEFACT Cross Industry Invoice (D16B, D22B: Factur-X, ZUGFeRD 2, XRechnung) and ZUGFeRD 1.0.

One mapping table. ZUGFeRD 1.0 has the same shape under other element names, so both are one
dialect of this table (source: EN 16931-3-3, the ZUGFeRD 1.0 specification).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, Final

from lxml import etree

from bordereau.domain.claims import AccountClaim, NoteClaim, PartyClaim
from bordereau.readers.dates import iso_date
from bordereau.readers.parties import NO_IDENTIFIER, NO_PARTY, account, party
from bordereau.readers.reading import Reading, VatGroup
from bordereau.readers.xml_table import NodeList
from bordereau.readers.xml_walk import Found, Table, compile_table, walk

_CII: Final = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
_ZF1: Final = "urn:ferd:CrossIndustryDocument:invoice:1p0"
CII_ROOT: Final = f"{{{_CII}}}CrossIndustryInvoice"
ZF1_ROOT: Final = f"{{{_ZF1}}}CrossIndustryDocument"
_RAM: Final = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:"
_UDT: Final = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:"


def _date(leaf: str) -> dict[str, str]:
    """Return the two ways in which the schema lets a date be written."""
    return {"udt:DateTimeString": leaf, "udt:DateTime": leaf}


_PARTY: Final = {
    "ram:Name": "name",
    "ram:ID": "ids[@schemeID]",
    "ram:GlobalID": "ids[@schemeID]",
    "ram:SpecifiedLegalOrganization": {"ram:ID": "legal[@schemeID]"},
    "ram:SpecifiedTaxRegistration": {"ram:ID": "taxes[@schemeID]"},
    "ram:PostalTradeAddress": "address*",
}
_MEANS: Final = {
    "ram:PayeePartyCreditorFinancialAccount": {
        "ram:IBANID": "iban",
        "ram:ProprietaryID": "other",
        "ram:AccountName": "holder",
    },
    "ram:PayeeSpecifiedCreditorFinancialInstitution": {"ram:BICID": "bic"},
}
_TOTALS: Final = {
    "ram:LineTotalAmount": "line_total",
    "ram:AllowanceTotalAmount": "allowance_total",
    "ram:ChargeTotalAmount": "charge_total",
    "ram:RoundingAmount": "rounding",
    "ram:TaxBasisTotalAmount": "net",
    "ram:TaxTotalAmount": "vats[@currencyID]",
    "ram:GrandTotalAmount": "gross",
    "ram:TotalPrepaidAmount": "prepaid",
    "ram:DuePayableAmount": "payable",
}
_SETTLEMENT: Final = {
    "ram:InvoiceCurrencyCode": "currency",
    "ram:PayeeTradeParty": ("payee", _PARTY),
    "ram:SpecifiedTradeSettlementPaymentMeans": ("means", _MEANS),
    "ram:ApplicableTradeTax": (
        "groups",
        {
            "ram:BasisAmount": "basis",
            "ram:CalculatedAmount": "amount",
            "ram:RateApplicablePercent": "rate",
            "ram:ApplicablePercent": "rate",
        },
    ),
    "ram:BillingSpecifiedPeriod": {
        "ram:StartDateTime": _date("period_start"),
        "ram:EndDateTime": _date("period_end"),
    },
    "ram:SpecifiedTradeAllowanceCharge": (
        "charges",
        {
            "ram:ChargeIndicator": {"udt:Indicator": "is_charge"},
            "ram:ActualAmount": "amount",
        },
    ),
    "ram:SpecifiedLogisticsServiceCharge": {"ram:AppliedAmount": "freight[]"},
    "ram:SpecifiedTradePaymentTerms": {
        "ram:Description": "terms[]",
        "ram:DueDateDateTime": _date("due[]"),
    },
}
_TRUE: Final = frozenset({"true", "1"})
DATES: Final = ("issue_date", "period_start", "period_end")
"""Fields of a reading that hold one date."""


class Dialect:
    """The element names of one version, and the table compiled for them."""

    def __init__(self, syntax: str, spaces: dict[str, str], names: dict[str, str]) -> None:
        self.syntax = syntax
        number = names["document_id"]
        document = {
            "ram:ID": "number",
            "ram:TypeCode": "type_code",
            "ram:IssueDateTime": _date("issue_date"),
            "ram:IncludedNote": ("notes", {"ram:SubjectCode": "code", "ram:Content": "text"}),
        }
        agreement = {
            "ram:SellerTradeParty": ("seller", _PARTY),
            "ram:BuyerTradeParty": ("buyer", _PARTY),
            "ram:BuyerOrderReferencedDocument": {number: "order_reference"},
            "ram:ContractReferencedDocument": {number: "contract_reference"},
        }
        settlement: dict[str, Any] = {
            **_SETTLEMENT,
            names["totals"]: _TOTALS,
            "ram:InvoiceReferencedDocument": {number: "preceding[]"},
        }
        context = {
            "ram:BusinessProcessSpecifiedDocumentContextParameter": {"ram:ID": "business_process"},
            "ram:GuidelineSpecifiedDocumentContextParameter": {"ram:ID": "profile"},
        }
        transaction = names["transaction"]
        self.address = compile_table({"ram:CountryID": "country"}, spaces)
        self.table = compile_table(
            {
                names["context"]: context,
                names["document"]: document,
                transaction: {
                    names["agreement"]: agreement,
                    names["settlement"]: settlement,
                    "ram:IncludedSupplyChainTradeLineItem": "line_count#",
                },
            },
            spaces,
        )
        line = "ram:IncludedSupplyChainTradeLineItem"
        self.line_amounts = NodeList(
            f"{transaction}/{line}/{names['line_settlement']}/{names['line_totals']}/ram:LineTotalAmount/text()",
            spaces,
        )
        self.sub_lines = NodeList(
            f"{transaction}/{line}/ram:AssociatedDocumentLineDocument"
            "[ram:ParentLineID or ram:LineStatusReasonCode]",
            spaces,
        )


CII: Final = Dialect(
    "CII",
    {"rsm": _CII, "ram": f"{_RAM}100", "udt": f"{_UDT}100"},
    {
        "context": "rsm:ExchangedDocumentContext",
        "document": "rsm:ExchangedDocument",
        "transaction": "rsm:SupplyChainTradeTransaction",
        "agreement": "ram:ApplicableHeaderTradeAgreement",
        "settlement": "ram:ApplicableHeaderTradeSettlement",
        "totals": "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        "line_settlement": "ram:SpecifiedLineTradeSettlement",
        "line_totals": "ram:SpecifiedTradeSettlementLineMonetarySummation",
        "document_id": "ram:IssuerAssignedID",
    },
)
ZF1: Final = Dialect(
    "ZF1",
    {"rsm": _ZF1, "ram": f"{_RAM}12", "udt": f"{_UDT}15"},
    {
        "context": "rsm:SpecifiedExchangedDocumentContext",
        "document": "rsm:HeaderExchangedDocument",
        "transaction": "rsm:SpecifiedSupplyChainTradeTransaction",
        "agreement": "ram:ApplicableSupplyChainTradeAgreement",
        "settlement": "ram:ApplicableSupplyChainTradeSettlement",
        "totals": "ram:SpecifiedTradeSettlementMonetarySummation",
        "line_settlement": "ram:SpecifiedSupplyChainTradeSettlement",
        "line_totals": "ram:SpecifiedTradeSettlementMonetarySummation",
        "document_id": "ram:ID",
    },
)


def read_cii(root: etree._Element, dialect: Dialect = CII) -> Reading:
    """Return what a CII (or ZUGFeRD 1.0) invoice says; missing parts are empty texts."""
    found = walk(root, dialect.table, {})
    reading = reading_of(dialect.syntax, found)
    if "due" in found:
        reading.due_dates = tuple(map(iso_date, found["due"]))
    reading.seller = _party(found, "seller", dialect.address)
    reading.buyer = _party(found, "buyer", dialect.address)
    reading.payee = _party(found, "payee", dialect.address)
    if "notes" in found:
        reading.notes = tuple(
            [NoteClaim(note.get("code", ""), note.get("text", "")) for note in found["notes"]]
        )
    if "means" in found:
        reading.accounts = tuple(filter(None, map(_account, found["means"])))
    if "freight" in found:
        reading.charges = [*reading.charges, *found["freight"]]
    if reading.accounts or reading.currency != "EUR":
        reading.seller_country = country_of(found, "seller", dialect.address)
    reading.lines = dialect.line_amounts.texts(root)
    reading.has_sub_lines = partial(dialect.sub_lines.is_any, root)
    return reading


def read_zugferd1(root: etree._Element) -> Reading:
    """Return what a ZUGFeRD 1.0 invoice says."""
    return read_cii(root, ZF1)


def reading_of(syntax: str, found: Found) -> Reading:
    """Return a reading with the plain fields, totals and breakdowns that both syntaxes share."""
    plain: dict[str, Any] = {name: value for name, value in found.items() if value.__class__ is str}
    for name in DATES:
        if name in plain:
            plain[name] = iso_date(plain[name])
    reading = Reading(syntax, **plain)
    reading.line_count = found.get("line_count", 0)
    if "terms" in found:
        reading.payment_terms = "\n".join(dict.fromkeys(filter(None, found["terms"])))
    if "preceding" in found:
        reading.preceding = tuple(found["preceding"])
    if "groups" in found:
        reading.groups = [
            VatGroup(group.get("basis", ""), group.get("amount", ""), group.get("rate", ""))
            for group in found["groups"]
        ]
    if "charges" in found:
        kinds: tuple[list[str], list[str]] = ([], [])
        for charge in found["charges"]:
            kinds[charge.get("is_charge", "") in _TRUE].append(charge.get("amount", ""))
        reading.allowances, reading.charges = kinds
    _take_vat(reading, found.get("vats", ()))
    return reading


def _take_vat(reading: Reading, vats: Iterable[tuple[str, str]]) -> None:
    """Tell the VAT in the document's currency (BT-110) from that in another (BT-111)."""
    for currency, amount in vats:
        if currency and currency != reading.currency and reading.currency:
            reading.vat_other = f"{currency}:{amount}"
        elif not reading.vat:
            reading.vat = amount


def country_of(found: Found, role: str, table: Table) -> str:
    """Return the country of a party's address; asked only where a rule needs it."""
    address = found[role][0].get("address") if role in found else None
    country: str = "" if address is None else walk(address, table, {}).get("country", "")
    return country


def _party(found: Found, role: str, table: Table) -> PartyClaim:
    if role not in found:
        return NO_PARTY
    fields: Found = found[role][0]
    legal = fields["legal"][0] if "legal" in fields else NO_IDENTIFIER
    country = "" if legal[0] or not legal[1] else country_of(found, role, table)
    vat = ""
    if "taxes" in fields:
        vat = next((number for scheme, number in fields["taxes"] if scheme == "VA"), "")
    return party(
        fields.get("name", ""), legal, fields.get("ids", ()), vat=vat, is_french=country == "FR"
    )


def _account(means: Found) -> AccountClaim | None:
    number = means.get("iban") or means.get("other")
    if not number:
        return None
    return account(number, bic=means.get("bic", ""), holder=means.get("holder", ""))
