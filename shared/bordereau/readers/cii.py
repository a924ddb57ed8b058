"""UN/CEFACT Cross Industry Invoice (D16B, D22B: Factur-X, ZUGFeRD 2, XRechnung) and ZUGFeRD 1.0.

One mapping table. ZUGFeRD 1.0 has the same shape under other element names, so both are one
dialect of this table (source: EN 16931-3-3, the ZUGFeRD 1.0 specification).
"""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from bordereau.domain.claims import AccountClaim, NoteClaim, PartyClaim
from bordereau.readers.dates import iso_date
from bordereau.readers.parties import account, party
from bordereau.readers.reading import Reading, Sums, VatGroup
from bordereau.readers.xml_table import NodeList
from bordereau.readers.xml_walk import Found, compile_table, walk

_CII: Final = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
_ZF1: Final = "urn:ferd:CrossIndustryDocument:invoice:1p0"
CII_ROOT: Final = f"{{{_CII}}}CrossIndustryInvoice"
ZF1_ROOT: Final = f"{{{_ZF1}}}CrossIndustryDocument"
_RAM: Final = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:"
_UDT: Final = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:"

_PARTY: Final = {
    "ram:Name": "name",
    "ram:ID": "ids[@schemeID]",
    "ram:GlobalID": "ids[@schemeID]",
    "ram:SpecifiedLegalOrganization": {"ram:ID": "legal[@schemeID]"},
    "ram:SpecifiedTaxRegistration": {"ram:ID": "taxes[@schemeID]"},
    "ram:PostalTradeAddress": {"ram:CountryID": "country"},
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
        "ram:StartDateTime": {"udt:DateTimeString": "period_start"},
        "ram:EndDateTime": {"udt:DateTimeString": "period_end"},
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
        "ram:Description": "payment_terms",
        "ram:DueDateDateTime": {"udt:DateTimeString": "due[]"},
    },
}
_TRUE: Final = frozenset({"true", "1"})
_DATES: Final = ("issue_date", "period_start", "period_end")
_NO_PARTY: Final[Found] = {}


class Dialect:
    """The element names of one version, and the table compiled for them."""

    def __init__(self, syntax: str, spaces: dict[str, str], names: dict[str, str]) -> None:
        self.syntax = syntax
        number = names["document_id"]
        document = {
            "ram:ID": "number",
            "ram:TypeCode": "type_code",
            "ram:IssueDateTime": {"udt:DateTimeString": "issue_date"},
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
        self.transaction = f"{{{spaces['rsm']}}}{names['transaction'].partition(':')[2]}"
        self.table = compile_table(
            {
                names["context"]: context,
                names["document"]: document,
                names["transaction"]: {
                    names["agreement"]: agreement,
                    names["settlement"]: settlement,
                },
            },
            spaces,
        )
        line = "ram:IncludedSupplyChainTradeLineItem"
        self.lines = NodeList(line, spaces)
        self.line_amounts = NodeList(
            f"{line}/{names['line_settlement']}/{names['line_totals']}/ram:LineTotalAmount/text()",
            spaces,
        )
        self.sub_lines = NodeList(
            f"{line}/ram:AssociatedDocumentLineDocument"
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
    for name in _DATES:
        if name in found:
            found[name] = iso_date(found[name])
    reading = reading_of(dialect.syntax, found)
    reading.due_dates = tuple(map(iso_date, found.get("due", ())))
    reading.seller, reading.seller_country = _party(found, "seller")
    reading.buyer, _ = _party(found, "buyer")
    reading.payee, _ = _party(found, "payee")
    reading.notes = tuple(
        NoteClaim(note.get("code", ""), note.get("text", "")) for note in found.get("notes", ())
    )
    reading.accounts = tuple(filter(None, map(_account, found.get("means", ()))))
    reading.sums.charges.extend(found.get("freight", ()))
    _read_lines(reading.sums, root.find(dialect.transaction), dialect)
    return reading


def read_zugferd1(root: etree._Element) -> Reading:
    """Return what a ZUGFeRD 1.0 invoice says."""
    return read_cii(root, ZF1)


def reading_of(syntax: str, found: Found) -> Reading:
    """Return a reading with the plain fields, totals and breakdowns that both syntaxes share."""
    get = found.get
    sums = Sums(
        line_total=get("line_total", ""),
        allowance_total=get("allowance_total", ""),
        charge_total=get("charge_total", ""),
        rounding=get("rounding", ""),
    )
    for charge in get("charges", ()):
        is_charge = charge.get("is_charge", "") in _TRUE
        (sums.charges if is_charge else sums.allowances).append(charge.get("amount", ""))
    for group in get("groups", ()):
        amount, rate = group.get("amount", ""), group.get("rate", "")
        sums.groups.append(VatGroup(basis=group.get("basis", ""), amount=amount, rate=rate))
    reading = Reading(
        syntax=syntax,
        profile=get("profile", ""),
        type_code=get("type_code", ""),
        number=get("number", ""),
        issue_date=get("issue_date", ""),
        currency=get("currency", ""),
        net=get("net", ""),
        gross=get("gross", ""),
        prepaid=get("prepaid", ""),
        payable=get("payable", ""),
        preceding=tuple(get("preceding", ())),
        business_process=get("business_process", ""),
        order_reference=get("order_reference", ""),
        contract_reference=get("contract_reference", ""),
        period_start=get("period_start", ""),
        period_end=get("period_end", ""),
        payment_terms=get("payment_terms", ""),
        sums=sums,
    )
    for currency, amount in get("vats", ()):
        if currency and currency != reading.currency:
            sums.vat_other = f"{currency}:{amount}"
        elif not reading.vat:
            reading.vat = amount
    return reading


def _party(found: Found, role: str) -> tuple[PartyClaim, str]:
    fields: Found = found.get(role, (_NO_PARTY,))[0]
    if not fields:
        return PartyClaim(), ""
    legal = fields.get("legal", (("", ""),))[0]
    vat = next((number for scheme, number in fields.get("taxes", ()) if scheme == "VA"), "")
    country = fields.get("country", "")
    name = fields.get("name", "")
    return party(name, legal, fields.get("ids", ()), vat=vat, country=country), country


def _account(means: Found) -> AccountClaim | None:
    number = means.get("iban") or means.get("other")
    if not number:
        return None
    return account(number, bic=means.get("bic", ""), holder=means.get("holder", ""))


def _read_lines(sums: Sums, transaction: etree._Element | None, dialect: Dialect) -> None:
    sums.lines = dialect.line_amounts.texts(transaction)
    sums.line_count = len(dialect.lines.nodes(transaction))
    sums.has_sub_lines = bool(dialect.sub_lines.nodes(transaction))
