"""ISO 20022 account statements: camt.053 (and the same shape in 052 and 054), all versions.

Names are matched without their namespace version. Each statement proves opening + entries =
closing; entries not booked yet are left out (source: ISO 20022 message definition reports).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import Final

from lxml import etree

from bordereau.domain.claims import BankDetail, BankEntry, StatementClaim
from bordereau.domain.identifiers import iban_is_valid
from bordereau.readers.amounts import decimal_of
from bordereau.readers.balance import is_balanced
from bordereau.readers.dates import is_date, iso_date
from bordereau.readers.parties import compact
from bordereau.readers.refusal import refused
from bordereau.readers.xml_table import FieldTable, NodeList

CAMT_NAMESPACE: Final = re.compile(r".*\b(camt\.05[234])\.[0-9]{3}\.[0-9]{2}.*")
"""ISO's own namespace and those of networks and countries that wrap it (swift, six, dk)."""
STATEMENT: Final = "camt.053"
NOTIFICATION: Final = "camt.054"
_DEBIT: Final = "DBIT"
_BOOKED: Final = frozenset({"", "BOOK"})
_RETURN_FAMILIES: Final = frozenset({"RRTN", "RPCR", "ARRT", "UPCT"})
_OPENING: Final = ("OPBD", "PRCD")
_CLOSING: Final = ("CLBD",)
_INTERIM: Final = "ITBD"
"""Where a day's statement goes on in the next message: the balance between the two."""
_TRUE: Final = frozenset({"true", "1"})
_ENVELOPE_ELEMENTS_MAX: Final = 200
_NOT_PROVIDED: Final = "NOTPROVIDED"
_ENTRY_PATHS: Final = {
    "amount": "c:Amt",
    "currency": "c:Amt/@Ccy",
    "sign": "c:CdtDbtInd",
    "status": "c:Sts/c:Cd|c:Sts[not(c:Cd)]",
    "reversal": "c:RvslInd",
    "booked": "c:BookgDt/c:Dt|c:BookgDt/c:DtTm",
    "valued": "c:ValDt/c:Dt|c:ValDt/c:DtTm",
    "servicer": "c:AcctSvcrRef",
    "reference": "c:NtryRef",
    "domain": "c:BkTxCd/c:Domn/c:Cd",
    "group": "c:BkTxCd/c:Domn/c:Fmly/c:Cd",
    "family": "c:BkTxCd/c:Domn/c:Fmly/c:SubFmlyCd",
    "information": "c:AddtlNtryInf",
}
_ACCOUNT_PATHS: Final = {
    "iban": "c:Acct/c:Id/c:IBAN",
    "other": "c:Acct/c:Id/c:Othr/c:Id",
    "currency": "c:Acct/c:Ccy",
    "balance_currency": "c:Bal/c:Amt/@Ccy|c:Ntry/c:Amt/@Ccy",
    "balance_date": "c:Bal[c:Tp/c:CdOrPrtry/c:Cd='CLBD']/c:Dt/c:Dt",
    "created": "c:CreDtTm",
    "reference": "c:Id",
}
_BALANCE_PATHS: Final = {
    "code": "c:Tp/c:CdOrPrtry/c:Cd|c:Tp/c:Cd",
    "amount": "c:Amt",
    "sign": "c:CdtDbtInd",
}
_DETAIL_PATHS: Final = {
    "amount": "c:Amt|c:AmtDtls/c:TxAmt/c:Amt",
    "sign": "c:CdtDbtInd",
    "end_to_end_id": "c:Refs/c:EndToEndId",
    "servicer": "c:Refs/c:AcctSvcrRef",
    "transaction": "c:Refs/c:TxId",
    "structured": "c:RmtInf/c:Strd/c:CdtrRefInf/c:Ref",
    "debtor": "c:RltdPties/c:Dbtr/c:Nm|c:RltdPties/c:Dbtr/c:Pty/c:Nm",
    "creditor": "c:RltdPties/c:Cdtr/c:Nm|c:RltdPties/c:Cdtr/c:Pty/c:Nm",
    "debtor_account": "c:RltdPties/c:DbtrAcct/c:Id/c:IBAN|c:RltdPties/c:DbtrAcct/c:Id/c:Othr/c:Id",
    "creditor_account": "c:RltdPties/c:CdtrAcct/c:Id/c:IBAN|"
    "c:RltdPties/c:CdtrAcct/c:Id/c:Othr/c:Id",
    "return_reason": "c:RtrInf/c:Rsn/c:Cd|c:RtrInf/c:Rsn/c:Prtry|c:RtrInf/c:RtrRsn/c:Cd",
    "family": "c:BkTxCd/c:Domn/c:Fmly/c:SubFmlyCd",
}


class _Version:
    """The tables compiled for one namespace."""

    def __init__(self, namespace: str) -> None:
        spaces = {"c": namespace}
        self.entry = FieldTable(_ENTRY_PATHS, spaces)
        self.detail = FieldTable(_DETAIL_PATHS, spaces)
        self.account = FieldTable(_ACCOUNT_PATHS, spaces)
        self.balance = FieldTable(_BALANCE_PATHS, spaces)
        self.statements = NodeList("*/c:Stmt|*/c:Ntfctn|*/c:Rpt", spaces)
        self.details = NodeList("c:NtryDtls/c:TxDtls|c:TxDtls", spaces)
        self.texts = NodeList("c:RmtInf/c:Ustrd/text()", spaces)
        self.documents = NodeList(
            "c:RmtInf/c:Strd/c:RfrdDocInf/c:Nb/text()|c:RmtInf/c:Strd/c:AddtlRmtInf/text()", spaces
        )
        self.tag = f"{{{namespace}}}"


_version = lru_cache(maxsize=32)(_Version)


def message_of(root: etree._Element) -> str:
    """Return ``camt.053``, ``camt.054`` or ``camt.052``, or an empty text for another message."""
    match = CAMT_NAMESPACE.fullmatch(etree.QName(root).namespace or "")
    return match.group(1) if match else ""


def document_in(root: etree._Element) -> etree._Element:
    """Return the camt document, which some networks put into an envelope beside a header."""
    if not message_of(root):
        for node in islice(root.iter(etree.Element), _ENVELOPE_ELEMENTS_MAX):
            if etree.QName(node).localname == "Document" and message_of(node):
                return node
    return root


def read_camt(root: etree._Element) -> tuple[StatementClaim, ...]:
    """Return the statements (or notifications) of a camt message, in its order.

    Raises:
        RefusedError: ``bank-amount-malformed`` or ``bank-date-malformed`` (facts: the text),
            ``bank-no-statement``.
    """
    kind = message_of(root)
    version = _version(etree.QName(root).namespace or "")
    found = tuple(_statement(node, kind, version) for node in version.statements.nodes(root))
    if not found:
        raise refused("bank-no-statement")
    return found


def _statement(node: etree._Element, kind: str, version: _Version) -> StatementClaim:
    head = version.account.read(node)
    opening, closing = _balances(node, version)
    booked: list[BankEntry] = []
    waiting: list[BankEntry] = []
    for item in node.iterchildren(version.tag + "Ntry"):
        entry, is_booked = _entry(item, version, head)
        (booked if is_booked or kind != STATEMENT else waiting).append(entry)
    entries = tuple(booked)
    account = compact(head["iban"] or head["other"])
    return StatementClaim(
        account=account,
        currency=head["currency"] or head["balance_currency"],
        reference=head["reference"],
        opening=opening,
        closing=closing,
        balanced=is_balanced(opening, closing, entries, tuple(waiting)),
        entries=entries,
        kind=kind,
        iban=account if iban_is_valid(account) else "",
        closing_on=_closing_day(head["balance_date"]),
    )


def _closing_day(text: str) -> str:
    day = iso_date(text)
    return day if is_date(day) else ""


def _balances(node: etree._Element, version: _Version) -> tuple[str, str]:
    """Return opening and closing, signed as the account sees it, empty where there is none.

    A statement over several messages opens or closes with an interim balance.
    """
    found: list[tuple[str, str]] = []
    for item in node.iterchildren(version.tag + "Bal"):
        fields = version.balance.read(item)
        amount = fields["amount"]
        if fields["sign"] == _DEBIT and not amount.startswith("-"):
            amount = f"-{amount}"
        found.append((fields["code"], amount))
    first = dict(reversed(found))
    interim = [amount for code, amount in found if code == _INTERIM]
    opening = next((first[code] for code in _OPENING if code in first), "")
    closing = next((first[code] for code in _CLOSING if code in first), "")
    if not opening and interim and (closing or len(interim) > 1):
        opening = interim.pop(0)
    if not closing and interim and opening:
        closing = interim[-1]
    return opening, closing


def _entry(node: etree._Element, version: _Version, head: dict[str, str]) -> tuple[BankEntry, bool]:
    fields = version.entry.read(node)
    amount, sign = _signed(fields["amount"], fields["sign"])
    own = compact(head["iban"] or head["other"])
    nodes = version.details.nodes(node)
    details = tuple(_detail(item, version, sign, fields, own) for item in nodes)
    only = details[0] if len(details) == 1 else BankDetail(amount=amount, sign=sign)
    booked_on = fields["booked"] or fields["valued"] or head["balance_date"]
    is_return = only.is_return or fields["family"] in _RETURN_FAMILIES
    entry = BankEntry(
        booked_on=_day(booked_on, head["created"]),
        value_on=_day(fields["valued"] or booked_on, head["created"]),
        amount=amount,
        sign=sign,
        currency=fields["currency"],
        reference=fields["servicer"] or fields["reference"] or only.reference,
        end_to_end_id=only.end_to_end_id,
        counterparty=only.counterparty,
        account=only.account,
        text=only.text or fields["information"],
        is_return=is_return or fields["reversal"] in _TRUE,
        return_reason=only.return_reason,
        details=details,
        structured_reference=only.structured_reference,
        information=fields["information"],
        entry_reference=fields["reference"],
        bank_code="/".join(filter(None, (fields[name] for name in ("domain", "group", "family")))),
    )
    return entry, fields["status"] in _BOOKED


def _signed(text: str, indicator: str) -> tuple[str, str]:
    amount = text.removeprefix("+")
    if decimal_of(amount) is None:
        raise refused("bank-amount-malformed", amount=text[:40])
    is_negative = amount.startswith("-")
    is_debit = (indicator == _DEBIT) != is_negative
    return amount.removeprefix("-"), "-" if is_debit else "+"


def _detail(
    node: etree._Element, version: _Version, entry_sign: str, entry: dict[str, str], own: str
) -> BankDetail:
    """Return one transaction; its counterparty is the side whose account is not our own."""
    fields = version.detail.read(node)
    amount, sign = entry["amount"], entry_sign
    if fields["amount"]:
        indicator = fields["sign"] or (_DEBIT if entry_sign == "-" else "")
        amount, sign = _signed(fields["amount"], indicator)
    other = "debtor" if sign == "+" else "creditor"
    is_return = bool(fields["return_reason"]) or fields["family"] in _RETURN_FAMILIES
    is_own = bool(own) and compact(fields[f"{other}_account"]) == own
    if is_own or (is_return and not fields[other]):
        other = "creditor" if other == "debtor" else "debtor"
    end_to_end = fields["end_to_end_id"]
    return BankDetail(
        amount=amount,
        sign=sign,
        end_to_end_id="" if end_to_end == _NOT_PROVIDED else end_to_end,
        reference=fields["servicer"] or fields["transaction"],
        counterparty=fields[other],
        account=compact(fields[f"{other}_account"]),
        text=" ".join(version.texts.texts(node)),
        is_return=is_return or node.find(version.tag + "RtrInf") is not None,
        return_reason=fields["return_reason"],
        structured_reference=fields["structured"] or " ".join(version.documents.texts(node)),
    )


def _day(text: str, fallback: str) -> str:
    day = iso_date(text or fallback)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
        raise refused("bank-date-malformed", date=text[:20])
    return day
