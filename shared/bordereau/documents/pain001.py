"""The order of a SEPA batch as pain.001.001.09 (ISO 20022, EPC 132-08).

Hand-written because what there is draws a random id and reads a clock, so that a repetition is
another file (handbook: documents 9). The same batch gives the same bytes. Beneficiaries' addresses
are left out, as they may be inside SEPA; unstructured ones are refused since November 2026. It is
written with the standard library, which only builds here and reads nothing: whoever writes the file
needs no layer for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from bordereau.domain.money import format_amount
from bordereau.domain.problems import InvariantError
from bordereau.domain.sepa import (
    NAME_MAX,
    TEXT_MAX,
    SepaBatch,
    SepaMember,
    agrees,
    sepa_id,
    sepa_text,
)

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"


def pain001(batch: SepaBatch, members: Sequence[SepaMember]) -> bytes:
    """Return the file of a sealed batch; raise ``InvariantError`` where its sums do not tie."""
    if not members or not agrees(batch, members):
        raise InvariantError(f"{batch.message_id}: count or sum is not that of its members")
    assert batch.sealed_at is not None, "only a sealed batch is written"
    assert batch.execution_on is not None, "frozen with it"
    root = ET.Element("Document", {"xmlns": NAMESPACE})
    order = _add(root, "CstmrCdtTrfInitn")
    head = _add(order, "GrpHdr")
    _add(head, "MsgId", sepa_id(batch.message_id))
    _add(head, "CreDtTm", batch.sealed_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _totals(head, batch)
    _add(_add(head, "InitgPty"), "Nm", sepa_text(batch.payer, NAME_MAX))
    payment = _payment(order, batch, batch.execution_on)
    for member in members:
        _transfer(payment, member, batch)
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return data + b"\n"


def _payment(order: ET.Element, batch: SepaBatch, execution_on: dt.date) -> ET.Element:
    payment = _add(order, "PmtInf")
    _add(payment, "PmtInfId", sepa_id(f"{batch.message_id}.1"))
    _add(payment, "PmtMtd", "TRF")
    _add(payment, "BtchBookg", "false")  # one debit each: the statement names each pay-out
    _totals(payment, batch)
    _add(_add(_add(payment, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    _add(_add(payment, "ReqdExctnDt"), "Dt", execution_on.isoformat())
    _add(_add(payment, "Dbtr"), "Nm", sepa_text(batch.payer, NAME_MAX))
    _add(_add(_add(payment, "DbtrAcct"), "Id"), "IBAN", batch.account)
    _agent(_add(payment, "DbtrAgt"), batch.payer_bic)
    _add(payment, "ChrgBr", "SLEV")
    return payment


def _transfer(payment: ET.Element, member: SepaMember, batch: SepaBatch) -> None:
    transfer = _add(payment, "CdtTrfTxInf")
    _add(_add(transfer, "PmtId"), "EndToEndId", sepa_id(member.end_to_end_id))
    amount = _add(_add(transfer, "Amt"), "InstdAmt", format_amount(member.amount_cents))
    amount.set("Ccy", batch.currency)
    if member.bic:
        _agent(_add(transfer, "CdtrAgt"), member.bic)
    _add(_add(transfer, "Cdtr"), "Nm", sepa_text(member.beneficiary, NAME_MAX))
    _add(_add(_add(transfer, "CdtrAcct"), "Id"), "IBAN", member.iban)
    text = f"{batch.payer} {member.end_to_end_id}"
    _add(_add(transfer, "RmtInf"), "Ustrd", sepa_text(text, TEXT_MAX))


def _totals(parent: ET.Element, batch: SepaBatch) -> None:
    _add(parent, "NbOfTxs", str(batch.count))
    _add(parent, "CtrlSum", format_amount(batch.sum_cents))


def _agent(parent: ET.Element, bic: str) -> None:
    bank = _add(parent, "FinInstnId")
    if bic:
        _add(bank, "BICFI", bic)
    else:
        _add(_add(bank, "Othr"), "Id", "NOTPROVIDED")


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = text
    return child
