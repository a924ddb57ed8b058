"""Bank statements of the sample bank: camt.053.001.08, as a French bank sends them daily."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from bordereau.domain.money import format_amount
from local.samples.tree import Node, element, to_bytes

_SPACES: Final = {"doc": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"}


@dataclass(frozen=True, slots=True)
class SampleEntry:
    """One booked line. ``amount_cents`` is positive for money in, negative for money out.

    A debit of our own pay-out carries its ``end_to_end_id``. A pay-out that comes back is a
    credit with the same ``end_to_end_id`` and a ``return_reason`` (ISO code, for example AC04).
    """

    reference: str
    amount_cents: int
    text: str = ""
    counterparty: str = ""
    account: str = ""
    end_to_end_id: str = "NOTPROVIDED"
    return_reason: str = ""
    information: str = ""
    structured: str = ""


def camt053(
    account: str, day: dt.date, opening_cents: int, entries: tuple[SampleEntry, ...]
) -> bytes:
    """Return the statement of one account and day; the closing balance follows from the entries.

    ``account`` is the IBAN; the message's ids come from the account and the day.
    """
    closing_cents = opening_cents + sum(entry.amount_cents for entry in entries)
    stamp = f"{day.isoformat()}T20:00:00+01:00"
    number = f"{account[-6:]}-{day:%Y%m%d}"
    statement = (
        "doc:Stmt",
        ("doc:Id", f"REL-{number}"),
        ("doc:ElctrncSeqNb", str(day.timetuple().tm_yday)),
        ("doc:CreDtTm", stamp),
        (
            "doc:Acct",
            ("doc:Id", ("doc:IBAN", account)),
            ("doc:Ccy", "EUR"),
            ("doc:Ownr", ("doc:Nm", "Bordereau Affacturage SA")),
        ),
        _balance("OPBD", opening_cents, day),
        _balance("CLBD", closing_cents, day),
        *(_entry(entry, day) for entry in entries),
    )
    header = ("doc:GrpHdr", ("doc:MsgId", f"MSG-{number}"), ("doc:CreDtTm", stamp))
    root = ("doc:Document", ("doc:BkToCstmrStmt", header, statement))
    return to_bytes(element(root, _SPACES))


def _signed(cents: int) -> tuple[Node, Node]:
    return (
        ("doc:Amt", {"Ccy": "EUR"}, format_amount(abs(cents))),
        ("doc:CdtDbtInd", "DBIT" if cents < 0 else "CRDT"),
    )


def _balance(code: str, cents: int, day: dt.date) -> Node:
    return (
        "doc:Bal",
        ("doc:Tp", ("doc:CdOrPrtry", ("doc:Cd", code))),
        *_signed(cents),
        ("doc:Dt", ("doc:Dt", day.isoformat())),
    )


def _entry(entry: SampleEntry, day: dt.date) -> Node:
    family = ("RCDT" if entry.amount_cents > 0 else "ICDT", "ESCT")
    if entry.return_reason:
        family = (family[0], "RRTN")
    code = (
        "doc:BkTxCd",
        (
            "doc:Domn",
            ("doc:Cd", "PMNT"),
            ("doc:Fmly", ("doc:Cd", family[0]), ("doc:SubFmlyCd", family[1])),
        ),
    )
    return (
        "doc:Ntry",
        ("doc:NtryRef", entry.reference),
        *_signed(entry.amount_cents),
        ("doc:Sts", ("doc:Cd", "BOOK")),
        ("doc:BookgDt", ("doc:Dt", day.isoformat())),
        ("doc:ValDt", ("doc:Dt", day.isoformat())),
        ("doc:AcctSvcrRef", entry.reference),
        code,
        ("doc:NtryDtls", _detail(entry)),
        ("doc:AddtlNtryInf", entry.information) if entry.information else None,
    )


def _detail(entry: SampleEntry) -> Node:
    role = "Cdtr" if (entry.amount_cents < 0) != bool(entry.return_reason) else "Dbtr"
    name, account = entry.counterparty, entry.account
    parties = (
        "doc:RltdPties",
        (f"doc:{role}", ("doc:Pty", ("doc:Nm", name))) if name else None,
        (f"doc:{role}Acct", ("doc:Id", ("doc:IBAN", account))) if account else None,
    )
    reason = entry.return_reason
    return (
        "doc:TxDtls",
        ("doc:Refs", ("doc:EndToEndId", entry.end_to_end_id)),
        *_signed(entry.amount_cents),
        parties if name or account else None,
        _remittance(entry),
        ("doc:RtrInf", ("doc:Rsn", ("doc:Cd", reason))) if reason else None,
    )


def _remittance(entry: SampleEntry) -> Node | None:
    if not entry.text and not entry.structured:
        return None
    reference = ("doc:Strd", ("doc:CdtrRefInf", ("doc:Ref", entry.structured)))
    return (
        "doc:RmtInf",
        ("doc:Ustrd", entry.text) if entry.text else None,
        reference if entry.structured else None,
    )
