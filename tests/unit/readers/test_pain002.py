"""A bank's refusals, as banks write them: one order, a payment information, a whole file."""

from __future__ import annotations

import pytest

from bordereau.domain.sepa import Rejection, StatusReport
from bordereau.readers.bank import read_bank

MESSAGE = "BORDEREAU.20260302.0001"


def report(group: str = "PART", payment: str = "", version: str = "10") -> bytes:
    """A pain.002 of one of our files."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt>
  <GrpHdr><MsgId>R1</MsgId><CreDtTm>2026-03-02T12:00:00</CreDtTm></GrpHdr>
  <OrgnlGrpInfAndSts><OrgnlMsgId>{MESSAGE}</OrgnlMsgId><OrgnlMsgNmId>pain.001</OrgnlMsgNmId>
    <GrpSts>{group}</GrpSts>
    <StsRsnInf><Rsn><Cd>DU01</Cd></Rsn><AddtlInf>En double</AddtlInf></StsRsnInf>
  </OrgnlGrpInfAndSts>{payment}</CstmrPmtStsRpt></Document>""".encode()


def read_status(data: bytes) -> StatusReport:
    """What the one way into the bank readers says of it."""
    claim = read_bank("pain002.xml", data)
    assert (claim.statements, claim.problems) == ((), ())
    assert claim.report is not None
    return claim.report


def order(name: str, state: str, reason: str = "<Cd>AC04</Cd>") -> str:
    """One order's status."""
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>{state}</TxSts>"
        f"<StsRsnInf><Rsn>{reason}</Rsn><AddtlInf>Compte clos</AddtlInf></StsRsnInf></TxInfAndSts>"
    )


@pytest.mark.parametrize("version", ["03", "10", "13"])
def test_one_order_of_many_is_refused(version: str) -> None:
    """What is accepted is not told: the statement proves it."""
    payment = (
        "<OrgnlPmtInfAndSts><OrgnlPmtInfId>x</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts>"
        + order("A", "RJCT")
        + order("B", "ACSC")
        + order("C", "RJCT", "<Prtry>BANQUE</Prtry>")
        + "</OrgnlPmtInfAndSts>"
    )
    assert read_status(report("PART", payment, version)) == StatusReport(
        MESSAGE,
        rejections=(
            Rejection("A", "AC04", "Compte clos"),
            Rejection("C", "BANQUE", "Compte clos"),
        ),
    )


def test_a_whole_file_is_refused() -> None:
    """By its group."""
    expected = StatusReport(MESSAGE, is_all_rejected=True, reason="DU01", text="En double")
    assert read_status(report("RJCT")) == expected


def test_a_file_whose_every_part_is_refused_is_refused_whole() -> None:
    """Some banks say it of the payment information only."""
    payment = (
        "<OrgnlPmtInfAndSts><PmtInfSts>RJCT</PmtInfSts>"
        "<StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf></OrgnlPmtInfAndSts>"
    )
    expected = StatusReport(MESSAGE, is_all_rejected=True, reason="AM04")
    assert read_status(report("", payment)) == expected


def test_an_accepted_file_refuses_nothing() -> None:
    """Nor does a report without a group."""
    assert read_status(report("ACCP")) == StatusReport(MESSAGE)
    bare = (
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt/>'
        b"</Document>"
    )
    assert read_status(bare) == StatusReport("")


def test_another_message_is_no_report() -> None:
    """It is refused as before."""
    data = b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"/>'
    claim = read_bank("order.xml", data)
    assert claim.report is None
    assert claim.problems[0].code == "bank-other-message"
