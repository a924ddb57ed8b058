"""A bank's answer to a file of orders: pain.002, all versions (ISO 20022).

Only refusals are read: what is accepted is proved by the account statement. Names are matched
without their namespace version.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from bordereau.domain.sepa import Rejection, StatusReport

NAMESPACE: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:pain\.002\.001\.[0-9]{2}")
_REJECTED: Final = "RJCT"
_TEXT_MAX: Final = 200


def is_status_report(root: etree._Element) -> bool:
    """Return whether a message is a pain.002."""
    return NAMESPACE.fullmatch(etree.QName(root).namespace or "") is not None


def read_status(root: etree._Element) -> StatusReport:
    """Return what a bank refused of one of our files.

    Refused as a whole is a file whose group, or whose every payment information, is refused.
    """
    spaces = {"p": etree.QName(root).namespace or ""}
    group = root.find("p:CstmrPmtStsRpt/p:OrgnlGrpInfAndSts", spaces)
    payments = root.findall("p:CstmrPmtStsRpt/p:OrgnlPmtInfAndSts", spaces)
    states = [_text(one, "p:PmtInfSts", spaces) for one in payments]
    whole = next((one for one in payments if states and set(states) == {_REJECTED}), None)
    is_group = group is not None and _text(group, "p:GrpSts", spaces) == _REJECTED
    source = group if is_group else whole
    code, words = _reason(source, spaces) if source is not None else ("", "")
    return StatusReport(
        message_id=_text(group, "p:OrgnlMsgId", spaces) if group is not None else "",
        is_all_rejected=source is not None,
        reason=code,
        text=words,
        rejections=tuple(
            Rejection(_text(one, "p:OrgnlEndToEndId", spaces), *_reason(one, spaces))
            for one in root.findall(".//p:TxInfAndSts", spaces)
            if _text(one, "p:TxSts", spaces) == _REJECTED
        ),
    )


def _reason(node: etree._Element, spaces: dict[str, str]) -> tuple[str, str]:
    code = _text(node, "p:StsRsnInf/p:Rsn/p:Cd", spaces)
    code = code or _text(node, "p:StsRsnInf/p:Rsn/p:Prtry", spaces)
    return code, _text(node, "p:StsRsnInf/p:AddtlInf", spaces)[:_TEXT_MAX]


def _text(node: etree._Element, path: str, spaces: dict[str, str]) -> str:
    found = node.findtext(path, namespaces=spaces)
    return (found or "").strip()
