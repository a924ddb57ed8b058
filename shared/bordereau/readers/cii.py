"""UN/CEFACT Cross Industry Invoice (D16B, D22B: Factur-X, ZUGFeRD 2, XRechnung) and ZUGFeRD 1.0.

One mapping table per level. ZUGFeRD 1.0 has the same shape under other element names, so both are
one dialect of this table (source: EN 16931-3-3, the ZUGFeRD 1.0 specification).
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from bordereau.domain.claims import NoteClaim, PartyClaim
from bordereau.readers.dates import iso_date
from bordereau.readers.parties import account, party
from bordereau.readers.reading import Reading, Sums, VatGroup, fill
from bordereau.readers.xml_table import FieldTable, NodeList, text_at, text_within

CII_ROOT: Final = (
    "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"
)
ZF1_ROOT: Final = "{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument"
_RAM: Final = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:"
_UDT: Final = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:"

_DAY: Final = "*[local-name()='DateTimeString' or local-name()='DateTime']"
_CONTEXT: Final = "*[local-name()='{name}']/ram:ID"
_PARTY: Final = {
    "name": "ram:Name",
    "legal": "ram:SpecifiedLegalOrganization/ram:ID",
    "legal_scheme": "ram:SpecifiedLegalOrganization/ram:ID/@schemeID",
    "vat": "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']",
    "country": "ram:PostalTradeAddress/ram:CountryID",
}
_AGREEMENT: Final = {
    "order_reference": "ram:BuyerOrderReferencedDocument/{document_id}",
    "contract_reference": "ram:ContractReferencedDocument/{document_id}",
}
_SETTLEMENT: Final = {
    "currency": "ram:InvoiceCurrencyCode",
    "period_start": f"ram:BillingSpecifiedPeriod/ram:StartDateTime/{_DAY}",
    "period_end": f"ram:BillingSpecifiedPeriod/ram:EndDateTime/{_DAY}",
    "payment_terms": "ram:SpecifiedTradePaymentTerms/ram:Description",
}
_SUMS: Final = {
    "line_total": "ram:LineTotalAmount",
    "allowance_total": "ram:AllowanceTotalAmount",
    "charge_total": "ram:ChargeTotalAmount",
    "rounding": "ram:RoundingAmount",
}
_TOTALS: Final = {
    **_SUMS,
    "net": "ram:TaxBasisTotalAmount",
    "gross": "ram:GrandTotalAmount",
    "prepaid": "ram:TotalPrepaidAmount",
    "payable": "ram:DuePayableAmount",
}
_MEANS: Final = {
    "iban": "ram:PayeePartyCreditorFinancialAccount/ram:IBANID",
    "other": "ram:PayeePartyCreditorFinancialAccount/ram:ProprietaryID",
    "holder": "ram:PayeePartyCreditorFinancialAccount/ram:AccountName",
    "bic": "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID",
}
_TRUE: Final = frozenset({"true", "1"})
_HEAD: Final = {
    "number": "ram:ID",
    "type_code": "ram:TypeCode",
    "issued": f"ram:IssueDateTime/{_DAY}",
}


class Dialect:
    """The element names of one version and the compiled tables made from them."""

    def __init__(self, syntax: str, version: str, names: dict[str, str]) -> None:
        self.syntax = syntax
        self.names = names
        self.ram = f"{{{_RAM}{version}}}"
        spaces = {"ram": _RAM + version, "udt": _UDT + version}

        def table(paths: dict[str, str]) -> FieldTable:
            return FieldTable({key: path.format(**names) for key, path in paths.items()}, spaces)

        def nodes(path: str) -> NodeList:
            return NodeList(path.format(**names), spaces)

        self.context = table(
            {
                "business_process": _CONTEXT.format(
                    name="BusinessProcessSpecifiedDocumentContextParameter"
                ),
                "profile": _CONTEXT.format(name="GuidelineSpecifiedDocumentContextParameter"),
            }
        )
        self.head = table(_HEAD)
        self.party = table(_PARTY)
        self.agreement = table(_AGREEMENT)
        self.settlement = table(_SETTLEMENT)
        self.totals = table(_TOTALS)
        self.means = table(_MEANS)
        self.due = nodes(f"ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/{_DAY}/text()")
        self.preceding = nodes("ram:InvoiceReferencedDocument/{document_id}/text()")
        self.line_amounts = nodes(
            "ram:IncludedSupplyChainTradeLineItem/ram:{line_settlement}/"
            "ram:{line_totals}/ram:LineTotalAmount/text()"
        )
        self.lines = nodes("ram:IncludedSupplyChainTradeLineItem")
        self.sub_lines = nodes(
            "ram:IncludedSupplyChainTradeLineItem/ram:AssociatedDocumentLineDocument"
            "[ram:ParentLineID or ram:LineStatusReasonCode]"
        )


CII: Final = Dialect(
    "CII",
    "100",
    {
        "document": "ExchangedDocument",
        "transaction": "SupplyChainTradeTransaction",
        "context": "ExchangedDocumentContext",
        "agreement": "ApplicableHeaderTradeAgreement",
        "settlement": "ApplicableHeaderTradeSettlement",
        "totals": "SpecifiedTradeSettlementHeaderMonetarySummation",
        "line_settlement": "SpecifiedLineTradeSettlement",
        "line_totals": "SpecifiedTradeSettlementLineMonetarySummation",
        "document_id": "ram:IssuerAssignedID",
    },
)
ZF1: Final = Dialect(
    "ZF1",
    "12",
    {
        "document": "HeaderExchangedDocument",
        "transaction": "SpecifiedSupplyChainTradeTransaction",
        "context": "SpecifiedExchangedDocumentContext",
        "agreement": "ApplicableSupplyChainTradeAgreement",
        "settlement": "ApplicableSupplyChainTradeSettlement",
        "totals": "SpecifiedTradeSettlementMonetarySummation",
        "line_settlement": "SpecifiedSupplyChainTradeSettlement",
        "line_totals": "SpecifiedTradeSettlementMonetarySummation",
        "document_id": "ram:ID",
    },
)


def read_cii(root: etree._Element, dialect: Dialect = CII) -> Reading:
    """Return what a CII (or ZUGFeRD 1.0) invoice says; missing parts are empty texts."""
    top = root.tag.partition("}")[0] + "}"
    document = root.find(top + dialect.names["document"])
    transaction = root.find(top + dialect.names["transaction"])
    agreement = _child(transaction, dialect.ram + dialect.names["agreement"])
    settlement = _child(transaction, dialect.ram + dialect.names["settlement"])
    context = dialect.context.read(root.find(top + dialect.names["context"]))
    head = dialect.head.read(document)
    reading = Reading(
        syntax=dialect.syntax,
        number=head["number"],
        type_code=head["type_code"],
        issue_date=iso_date(head["issued"]),
        notes=_notes(document, dialect),
    )
    fill(reading, context)
    fill(reading, dialect.agreement.read(agreement))
    reading.seller, reading.seller_country = _party(agreement, "SellerTradeParty", dialect)
    reading.buyer, _ = _party(agreement, "BuyerTradeParty", dialect)
    _read_settlement(reading, settlement, dialect)
    _read_lines(reading.sums, transaction, dialect)
    return reading


def read_zugferd1(root: etree._Element) -> Reading:
    """Return what a ZUGFeRD 1.0 invoice says."""
    return read_cii(root, ZF1)


def _child(parent: etree._Element | None, tag: str) -> etree._Element | None:
    return None if parent is None else parent.find(tag)


def _notes(document: etree._Element | None, dialect: Dialect) -> tuple[NoteClaim, ...]:
    if document is None:
        return ()
    code, content = dialect.ram + "SubjectCode", dialect.ram + "Content"
    return tuple(
        NoteClaim(code=text_at(node, code), text=text_at(node, content))
        for node in document.iterchildren(dialect.ram + "IncludedNote")
    )


def _party(parent: etree._Element | None, tag: str, dialect: Dialect) -> tuple[PartyClaim, str]:
    node = _child(parent, dialect.ram + tag)
    if node is None:
        return PartyClaim(), ""
    fields = dialect.party.read(node)
    others = [
        (child.get("schemeID", ""), (child.text or "").strip())
        for child in node.iterchildren(dialect.ram + "ID", dialect.ram + "GlobalID")
    ]
    claim = party(
        fields["name"],
        (fields["legal_scheme"], fields["legal"]),
        others,
        vat=fields["vat"],
        country=fields["country"],
    )
    return claim, fields["country"]


def _read_settlement(reading: Reading, settlement: etree._Element | None, dialect: Dialect) -> None:
    if settlement is None:
        return
    fields = dialect.settlement.read(settlement)
    reading.currency = fields["currency"]
    reading.period_start = iso_date(fields["period_start"])
    reading.period_end = iso_date(fields["period_end"])
    reading.payment_terms = fields["payment_terms"]
    reading.due_dates = tuple(map(iso_date, dialect.due.texts(settlement)))
    reading.preceding = tuple(dialect.preceding.texts(settlement))
    reading.payee, _ = _party(settlement, "PayeeTradeParty", dialect)
    accounts = []
    for node in settlement.iterchildren(dialect.ram + "SpecifiedTradeSettlementPaymentMeans"):
        means = dialect.means.read(node)
        number = means["iban"] or means["other"]
        if number:
            accounts.append(account(number, bic=means["bic"], holder=means["holder"]))
    reading.accounts = tuple(accounts)
    _read_totals(reading, settlement, dialect)


def _read_totals(reading: Reading, settlement: etree._Element, dialect: Dialect) -> None:
    totals = settlement.find(dialect.ram + dialect.names["totals"])
    if totals is not None:
        fields = dialect.totals.read(totals)
        fill(reading.sums, {name: fields.pop(name) for name in _SUMS})
        fill(reading, fields)
        for node in totals.iterchildren(dialect.ram + "TaxTotalAmount"):
            currency = node.get("currencyID", "")
            if currency and currency != reading.currency:
                reading.sums.vat_other = f"{currency}:{(node.text or '').strip()}"
            elif not reading.vat:
                reading.vat = (node.text or "").strip()
    for node in settlement.iterchildren(dialect.ram + "ApplicableTradeTax"):
        reading.sums.groups.append(_vat_group(node, dialect.ram))
    for node in settlement.iterchildren(dialect.ram + "SpecifiedTradeAllowanceCharge"):
        indicator = node.find(dialect.ram + "ChargeIndicator")
        is_charge = indicator is not None and text_within(indicator) in _TRUE
        target = reading.sums.charges if is_charge else reading.sums.allowances
        target.append(text_at(node, dialect.ram + "ActualAmount"))
    for node in settlement.iterchildren(dialect.ram + "SpecifiedLogisticsServiceCharge"):
        reading.sums.charges.append(text_at(node, dialect.ram + "AppliedAmount"))


def _vat_group(node: etree._Element, ram: str) -> VatGroup:
    rate = text_at(node, ram + "RateApplicablePercent") or text_at(node, ram + "ApplicablePercent")
    basis, amount = text_at(node, ram + "BasisAmount"), text_at(node, ram + "CalculatedAmount")
    return VatGroup(basis=basis, amount=amount, rate=rate)


def _read_lines(sums: Sums, transaction: etree._Element | None, dialect: Dialect) -> None:
    sums.lines = dialect.line_amounts.texts(transaction)
    sums.line_count = len(dialect.lines.nodes(transaction))
    sums.has_sub_lines = bool(dialect.sub_lines.nodes(transaction))
