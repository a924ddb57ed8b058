"""UBL 2.1 invoice and credit note (EN 16931, XRechnung, PEPPOL BIS 3, EXTENDED-CTC-FR).

Source of the paths: EN 16931-3-2.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from lxml import etree

from bordereau.domain.claims import AccountClaim, NoteClaim, PartyClaim
from bordereau.readers.cii import country_of, reading_of
from bordereau.readers.dates import iso_date
from bordereau.readers.parties import NO_IDENTIFIER, NO_PARTY, account, party
from bordereau.readers.reading import Reading
from bordereau.readers.xml_table import NodeList
from bordereau.readers.xml_walk import Found, compile_table, walk

_XSD: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
INVOICE_ROOT: Final = f"{{{_XSD}Invoice-2}}Invoice"
CREDIT_NOTE_ROOT: Final = f"{{{_XSD}CreditNote-2}}CreditNote"
_SPACES: Final = {
    "cac": f"{_XSD}CommonAggregateComponents-2",
    "cbc": f"{_XSD}CommonBasicComponents-2",
}

_PARTY: Final = {
    "cac:PartyLegalEntity": {"cbc:RegistrationName": "name", "cbc:CompanyID": "legal[@schemeID]"},
    "cac:PartyName": {"cbc:Name": "trade_name"},
    "cac:PartyIdentification": {"cbc:ID": "ids[@schemeID]"},
    "cac:PartyTaxScheme": (
        "taxes",
        {"cbc:CompanyID": "number", "cac:TaxScheme": {"cbc:ID": "scheme"}},
    ),
    "cac:PostalAddress": "address*",
}
_MEANS: Final = {
    "cbc:PaymentDueDate": "due",
    "cac:PayeeFinancialAccount": {
        "cbc:ID": "number",
        "cbc:Name": "holder",
        "cac:FinancialInstitutionBranch": {"cbc:ID": "bic"},
    },
}
_TAX_TOTAL: Final = {
    "cbc:TaxAmount": "vats[@currencyID]",
    "cac:TaxSubtotal": (
        "groups",
        {
            "cbc:TaxableAmount": "basis",
            "cbc:TaxAmount": "amount",
            "cac:TaxCategory": {"cbc:Percent": "rate"},
        },
    ),
}
_TABLE: Final = compile_table(
    {
        "cbc:ProfileID": "business_process",
        "cbc:CustomizationID": "profile",
        "cbc:ID": "number",
        "cbc:IssueDate": "issue_date",
        "cbc:DueDate": "due[]",
        "cbc:InvoiceTypeCode": "type_code",
        "cbc:CreditNoteTypeCode": "type_code",
        "cbc:Note": "notes[]",
        "cbc:DocumentCurrencyCode": "currency",
        "cac:InvoicePeriod": {"cbc:StartDate": "period_start", "cbc:EndDate": "period_end"},
        "cac:OrderReference": {"cbc:ID": "order_reference"},
        "cac:ContractDocumentReference": {"cbc:ID": "contract_reference"},
        "cac:BillingReference": {
            "cac:InvoiceDocumentReference": {"cbc:ID": "preceding[]"},
            "cac:CreditNoteDocumentReference": {"cbc:ID": "preceding[]"},
        },
        "cac:AccountingSupplierParty": {"cac:Party": ("seller", _PARTY)},
        "cac:AccountingCustomerParty": {"cac:Party": ("buyer", _PARTY)},
        "cac:PayeeParty": ("payee", _PARTY),
        "cac:PaymentMeans": ("means", _MEANS),
        "cac:PaymentTerms": {
            "cbc:Note": "terms[]",
            "cbc:PaymentDueDate": "due[]",
            "cbc:InstallmentDueDate": "due[]",
        },
        "cac:AllowanceCharge": (
            "charges",
            {"cbc:ChargeIndicator": "is_charge", "cbc:Amount": "amount"},
        ),
        "cac:TaxTotal": ("tax_totals", _TAX_TOTAL),
        "cac:InvoiceLine": "line_count#",
        "cac:CreditNoteLine": "line_count#",
        "cac:LegalMonetaryTotal": {
            "cbc:LineExtensionAmount": "line_total",
            "cbc:AllowanceTotalAmount": "allowance_total",
            "cbc:ChargeTotalAmount": "charge_total",
            "cbc:PayableRoundingAmount": "rounding",
            "cbc:TaxExclusiveAmount": "net",
            "cbc:TaxInclusiveAmount": "gross",
            "cbc:PrepaidAmount": "prepaid",
            "cbc:PayableAmount": "payable",
        },
    },
    _SPACES,
)
_ADDRESS: Final = compile_table({"cac:Country": {"cbc:IdentificationCode": "country"}}, _SPACES)
_LINE: Final = "*[self::cac:InvoiceLine or self::cac:CreditNoteLine]"
_LINE_AMOUNTS: Final = NodeList(f"{_LINE}/cbc:LineExtensionAmount/text()", _SPACES)
_SUB_LINES: Final = NodeList(
    f"{_LINE}/*[self::cac:SubInvoiceLine or self::cac:SubCreditNoteLine]", _SPACES
)
_NOTE_CODE: Final = re.compile(r"#([A-Z]{3})#\s*", re.ASCII)
_CREDIT_NOTE: Final = "381"


def read_ubl(root: etree._Element) -> Reading:
    """Return what a UBL invoice or credit note says; missing parts are empty texts.

    A credit note without type code is 381 (the element is not mandatory in UBL).
    """
    found = walk(root, _TABLE, {})
    if "tax_totals" in found:
        _split_tax_totals(found)
    reading = reading_of("UBL", found)
    if not reading.type_code and root.tag == CREDIT_NOTE_ROOT:
        reading.type_code = _CREDIT_NOTE
    means = found.get("means", ())
    dates = [*found.get("due", ()), *[item["due"] for item in means if "due" in item]]
    reading.due_dates = tuple(dict.fromkeys(map(iso_date, dates)))
    if means:
        reading.accounts = tuple(filter(None, map(_account, means)))
    if "notes" in found:
        reading.notes = tuple(map(_note, found["notes"]))
    reading.seller = _party(found, "seller")
    reading.buyer = _party(found, "buyer")
    reading.payee = _party(found, "payee")
    if reading.accounts or reading.currency != "EUR":
        reading.seller_country = country_of(found, "seller", _ADDRESS)
    reading.lines = _LINE_AMOUNTS.texts(root)
    reading.has_sub_lines = partial(_SUB_LINES.is_any, root)
    return reading


def _split_tax_totals(found: Found) -> None:
    """Give the VAT of each currency (BT-110, BT-111); the breakdown is that of the document's."""
    totals = found["tax_totals"]
    found["vats"] = [pair for total in totals for pair in total.get("vats", ())]
    own = [total for total in totals if _is_in(total, found.get("currency", ""))]
    groups = [group for total in own or totals[:1] for group in total.get("groups", ())]
    if groups:
        found["groups"] = groups


def _is_in(total: Found, currency: str) -> bool:
    return any(currency in (code, "") or not code for code, _ in total.get("vats", ()))


def _note(text: str) -> NoteClaim:
    match = _NOTE_CODE.match(text)
    if match:
        return NoteClaim(code=match.group(1), text=text[match.end() :])
    return NoteClaim(text=text)


def _party(found: Found, role: str) -> PartyClaim:
    if role not in found:
        return NO_PARTY
    fields: Found = found[role][0]
    legal = fields["legal"][0] if "legal" in fields else NO_IDENTIFIER
    country = "" if legal[0] or not legal[1] else country_of(found, role, _ADDRESS)
    vat = ""
    for tax in fields.get("taxes", ()):
        if tax.get("scheme") == "VAT":
            vat = tax.get("number", "")
            break
    name = fields.get("name") or fields.get("trade_name", "")
    return party(name, legal, fields.get("ids", ()), vat=vat, is_french=country == "FR")


def _account(means: Found) -> AccountClaim | None:
    if not means.get("number"):
        return None
    return account(means["number"], bic=means.get("bic", ""), holder=means.get("holder", ""))
