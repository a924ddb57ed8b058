"""UBL 2.1 invoice and credit note (EN 16931, XRechnung, PEPPOL BIS 3, EXTENDED-CTC-FR).

Source of the paths: EN 16931-3-2.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from bordereau.domain.claims import AccountClaim, NoteClaim, PartyClaim
from bordereau.readers.dates import iso_date
from bordereau.readers.parties import account, party
from bordereau.readers.reading import Reading, VatGroup, fill
from bordereau.readers.xml_table import FieldTable, NodeList, text_at

_XSD: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
INVOICE_ROOT: Final = f"{{{_XSD}Invoice-2}}Invoice"
CREDIT_NOTE_ROOT: Final = f"{{{_XSD}CreditNote-2}}CreditNote"
_CAC: Final = f"{{{_XSD}CommonAggregateComponents-2}}"
_CBC: Final = f"{{{_XSD}CommonBasicComponents-2}}"
_SPACES: Final = {"cac": _CAC.strip("{}"), "cbc": _CBC.strip("{}")}

_HEAD: Final = FieldTable(
    {
        "business_process": "cbc:ProfileID",
        "profile": "cbc:CustomizationID",
        "number": "cbc:ID",
        "type_code": "cbc:InvoiceTypeCode|cbc:CreditNoteTypeCode",
        "issue_date": "cbc:IssueDate",
        "currency": "cbc:DocumentCurrencyCode",
        "order_reference": "cac:OrderReference/cbc:ID",
        "contract_reference": "cac:ContractDocumentReference/cbc:ID",
        "period_start": "cac:InvoicePeriod/cbc:StartDate",
        "period_end": "cac:InvoicePeriod/cbc:EndDate",
        "payment_terms": "cac:PaymentTerms/cbc:Note",
    },
    _SPACES,
)
_SUMS: Final = {
    "line_total": "cbc:LineExtensionAmount",
    "allowance_total": "cbc:AllowanceTotalAmount",
    "charge_total": "cbc:ChargeTotalAmount",
    "rounding": "cbc:PayableRoundingAmount",
}
_TOTALS: Final = FieldTable(
    {
        **_SUMS,
        "net": "cbc:TaxExclusiveAmount",
        "gross": "cbc:TaxInclusiveAmount",
        "prepaid": "cbc:PrepaidAmount",
        "payable": "cbc:PayableAmount",
    },
    _SPACES,
)
_PARTY: Final = FieldTable(
    {
        "name": "cac:PartyLegalEntity/cbc:RegistrationName",
        "trade_name": "cac:PartyName/cbc:Name",
        "legal": "cac:PartyLegalEntity/cbc:CompanyID",
        "legal_scheme": "cac:PartyLegalEntity/cbc:CompanyID/@schemeID",
        "vat": "cac:PartyTaxScheme[normalize-space(cac:TaxScheme/cbc:ID)='VAT']/cbc:CompanyID",
        "country": "cac:PostalAddress/cac:Country/cbc:IdentificationCode",
    },
    _SPACES,
)
_MEANS: Final = FieldTable(
    {
        "number": "cac:PayeeFinancialAccount/cbc:ID",
        "holder": "cac:PayeeFinancialAccount/cbc:Name",
        "bic": "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID",
        "due": "cbc:PaymentDueDate",
    },
    _SPACES,
)
_PRECEDING: Final = NodeList(
    "cac:BillingReference/*[self::cac:InvoiceDocumentReference or "
    "self::cac:CreditNoteDocumentReference]/cbc:ID/text()",
    _SPACES,
)
_IDS: Final = NodeList("cac:PartyIdentification/cbc:ID", _SPACES)
_DUE: Final = NodeList("cbc:DueDate/text()|cac:PaymentTerms/cbc:PaymentDueDate/text()", _SPACES)
_LINE_AMOUNTS: Final = NodeList(
    "*[self::cac:InvoiceLine or self::cac:CreditNoteLine]/cbc:LineExtensionAmount/text()", _SPACES
)
_LINES: Final = NodeList("cac:InvoiceLine|cac:CreditNoteLine", _SPACES)
_SUB_LINES: Final = NodeList(
    "*/cac:SubInvoiceLine|*/cac:SubCreditNoteLine|*/cac:DocumentReference", _SPACES
)
_NOTE_CODE: Final = re.compile(r"#([A-Z]{3})#\s*", re.ASCII)
_CREDIT_NOTE: Final = "381"


def read_ubl(root: etree._Element) -> Reading:
    """Return what a UBL invoice or credit note says; missing parts are empty texts.

    A credit note without type code is 381 (the element is not mandatory in UBL).
    """
    head = _HEAD.read(root)
    for name in ("issue_date", "period_start", "period_end"):
        head[name] = iso_date(head[name])
    if root.tag == CREDIT_NOTE_ROOT:
        head["type_code"] = head["type_code"] or _CREDIT_NOTE
    reading = Reading(syntax="UBL")
    fill(reading, head)
    reading.notes = tuple(
        _note((node.text or "").strip()) for node in root.iterchildren(_CBC + "Note")
    )
    reading.preceding = tuple(_PRECEDING.texts(root))
    seller = root.find(f"{_CAC}AccountingSupplierParty/{_CAC}Party")
    reading.seller, reading.seller_country = _party(seller)
    reading.buyer, _ = _party(root.find(f"{_CAC}AccountingCustomerParty/{_CAC}Party"))
    reading.payee, _ = _party(root.find(_CAC + "PayeeParty"))
    _read_payment(reading, root)
    _read_totals(reading, root)
    return reading


def _note(text: str) -> NoteClaim:
    match = _NOTE_CODE.match(text)
    if match:
        return NoteClaim(code=match.group(1), text=text[match.end() :])
    return NoteClaim(text=text)


def _party(node: etree._Element | None) -> tuple[PartyClaim, str]:
    if node is None:
        return PartyClaim(), ""
    fields = _PARTY.read(node)
    others = [(item.get("schemeID", ""), (item.text or "").strip()) for item in _IDS.nodes(node)]
    claim = party(
        fields["name"] or fields["trade_name"],
        (fields["legal_scheme"], fields["legal"]),
        others,
        vat=fields["vat"],
        country=fields["country"],
    )
    return claim, fields["country"]


def _read_payment(reading: Reading, root: etree._Element) -> None:
    dates = _DUE.texts(root)
    accounts: list[AccountClaim] = []
    for node in root.iterchildren(_CAC + "PaymentMeans"):
        means = _MEANS.read(node)
        if means["number"]:
            accounts.append(account(means["number"], bic=means["bic"], holder=means["holder"]))
        if means["due"]:
            dates.append(means["due"])
    reading.accounts = tuple(accounts)
    reading.due_dates = tuple(dict.fromkeys(map(iso_date, dates)))


def _vat_group(node: etree._Element) -> VatGroup:
    return VatGroup(
        basis=text_at(node, _CBC + "TaxableAmount"),
        amount=text_at(node, _CBC + "TaxAmount"),
        rate=text_at(node, f"{_CAC}TaxCategory/{_CBC}Percent"),
    )


def _read_totals(reading: Reading, root: etree._Element) -> None:
    totals = root.find(_CAC + "LegalMonetaryTotal")
    sums = reading.sums
    fields = _TOTALS.read(totals)
    fill(sums, {name: fields.pop(name) for name in _SUMS})
    fill(reading, fields)
    for node in root.iterfind(f"{_CAC}TaxTotal/{_CBC}TaxAmount"):
        currency = node.get("currencyID", "")
        if currency and currency != reading.currency:
            sums.vat_other = f"{currency}:{(node.text or '').strip()}"
        elif not reading.vat:
            reading.vat = (node.text or "").strip()
    sums.groups = [_vat_group(node) for node in root.iterfind(f"{_CAC}TaxTotal/{_CAC}TaxSubtotal")]
    for node in root.iterchildren(_CAC + "AllowanceCharge"):
        is_charge = text_at(node, _CBC + "ChargeIndicator") in {"true", "1"}
        target = sums.charges if is_charge else sums.allowances
        target.append(text_at(node, _CBC + "Amount"))
    sums.lines = _LINE_AMOUNTS.texts(root)
    sums.line_count = len(_LINES.nodes(root))
    sums.has_sub_lines = bool(_SUB_LINES.nodes(root))
