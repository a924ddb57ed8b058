"""A bank's answer to our file comes in by the bank's door, and gives the money back."""

from __future__ import annotations

from typing import Any

from bordereau.documents.pain001 import pain001
from bordereau.domain.books import PayOut, PayOutState
from bordereau.domain.claims import BankFileClaim
from bordereau.readers.bank import read_bank
from bordereau.services.apply_bank_statement import apply_bank_statement
from bordereau.services.outcome import Outcome, Status
from bordereau.services.payouts import order_payout
from bordereau.services.release_payouts import release_payout
from bordereau.services.seal_payouts import hand_over
from tests.unit.services.firm import DAY, K1, Firm, at, every_crash, firm

NAME = "S552081317.EUR.20260302.1"
REPORT = f"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
  <OrgnlGrpInfAndSts><OrgnlMsgId>BORDEREAU.20260302.0001</OrgnlMsgId></OrgnlGrpInfAndSts>
  <OrgnlPmtInfAndSts>
    <TxInfAndSts><OrgnlEndToEndId>{NAME}</OrgnlEndToEndId><TxSts>RJCT</TxSts>
      <StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts>
    <TxInfAndSts><OrgnlEndToEndId>S552081317.EUR.20260302.9</OrgnlEndToEndId>
      <TxSts>RJCT</TxSts></TxInfAndSts>
  </OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>""".encode()


class Reader:
    """The port over the real readers."""

    def read_bank(self, file: str, data: bytes) -> BankFileClaim:
        """Return what a bank file says."""
        return read_bank(file, data)


def sent() -> Firm:
    """One pay-out whose file is at the bank, and the bank's answer in its folder."""
    made = firm()
    made.assign("F1", 1_000_00)
    order_payout(made.ledger, K1, today=DAY, amount_cents=100_00)
    release_payout(made.ledger, (K1, DAY, 1), by="c", today=DAY)
    hand_over(made.ledger, made.objects, pain001, now=at(DAY, 15))
    made.objects.put("bank/answer.xml", REPORT)
    return made


def apply(ledger: Any, objects: Any, queue: Any) -> Outcome:
    """The bank's file arrives."""
    return apply_bank_statement(ledger, objects, Reader(), queue, key="bank/answer.xml", today=DAY)


def test_a_refused_order_is_the_seller_s_again_and_staff_hear_of_both() -> None:
    """One that is ours is given back, one that is not is told."""
    made = sent()
    outcome = apply(made.ledger, made.objects, made.queue)
    assert outcome.amounts == {"returned": 1, "alerts": 1, "new": 1}
    payout = made.ledger.get(PayOut, contract=K1, ordered_on=DAY, ordinal=1)
    assert payout is not None
    assert payout.state is PayOutState.REFUSED
    assert made.codes() == ["bank-refusal-not-booked", "payout-returned"]
    again = apply(made.ledger, made.objects, made.queue)
    assert (again.status, again.reason) == (Status.ALREADY, "file-known")


def test_a_crash_anywhere_ends_in_the_same_books() -> None:
    """The answer comes again."""
    _, crashes = every_crash(sent, apply)
    assert crashes > 20
