"""What the services of money answer when they are called twice, too early, or by a wrong id."""

from __future__ import annotations

import datetime as dt

import pytest

from bordereau.domain.books import (
    ContractStatus,
    Receipt,
)
from bordereau.domain.charges import PendingCharge
from bordereau.domain.guarantee_lines import UNLIMITED_CENTS, FactorLine, RelationLine, room
from bordereau.domain.identifiers import PartyId
from bordereau.domain.parties import Contract
from bordereau.domain.tables import Table
from bordereau.domain.terms import Terms
from bordereau.domain.work import Command, Intent
from bordereau.services import contract_terms, insolvency, lines, move_fund, move_invoice
from bordereau.services.accept_short_payment import accept_short_payment
from bordereau.services.apply_receipt import (
    OverPayment,
    apply_receipt,
)
from bordereau.services.bill_fees import add_charge, bill_fees
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.book_receipt import book_receipt, open_bank_account
from bordereau.services.correct_invoice import Correction, correct_invoice
from bordereau.services.late_interest_claims import book_interest
from bordereau.services.outcome import Status
from bordereau.services.payouts import confirm_payout, order_payout, return_payout
from bordereau.services.seller_and_debtor_payments import pay_in, refund
from tests.unit.services.one_contract import (
    ACCOUNT,
    DAY,
    DEBTOR,
    F1,
    NEXT,
    NOBODY,
    NONE,
    R1,
    Act,
    K,
    assigned,
    books,
    received,
    terms,
)

SECOND_CALLS: dict[str, tuple[Act, str]] = {
    "contract": (
        lambda ledger: contract_terms.open_contract(
            ledger, Contract(K, PartyId("s"), "EUR", DAY, ACCOUNT), terms()
        ),
        "contract-open",
    ),
    "account": (lambda ledger: open_bank_account(ledger, ACCOUNT, "EUR"), "account-open"),
    "terms": (lambda ledger: contract_terms.set_terms(ledger, terms()), "terms-known"),
    "line": (
        lambda ledger: lines.set_line(
            ledger, RelationLine(DEBTOR, "EUR", K, limit_cents=500_000), today=NEXT
        ),
        "line-known",
    ),
    "limit": (
        lambda ledger: lines.set_factor_limit(
            ledger, FactorLine(DEBTOR, "EUR", limit_cents=UNLIMITED_CENTS), today=NEXT
        ),
        "limit-known",
    ),
    "expiry": (
        lambda ledger: lines.expire_line(ledger, RelationLine(DEBTOR, "EUR", K), today=NEXT),
        "counted",
    ),
    "invoice": (lambda ledger: assigned(ledger, "F1"), "duplicate"),
    "correction": (
        lambda ledger: correct_invoice(ledger, Correction(K, F1, 100_000), today=NEXT),
        "duplicate",
    ),
    "surplus": (lambda ledger: move_fund.release_surplus(ledger, K, today=NEXT), "no-surplus"),
    "status": (
        lambda ledger: contract_terms.set_status(ledger, K, ContractStatus.ACTIVE),
        "status-known",
    ),
}


@pytest.mark.parametrize("name", SECOND_CALLS)
def test_what_is_there_already_is_said_and_nothing_is_written(name: str) -> None:
    """The second call answers ``already`` with its reason; the books stay to the byte."""
    act, reason = SECOND_CALLS[name]
    ledger = books()
    before = ledger.snapshot()
    outcome = act(ledger)
    assert (outcome.status, outcome.reason) == (Status.ALREADY, reason)
    assert ledger.snapshot() == before


REFUSALS: dict[str, tuple[Act, str]] = {
    "terms of nobody": (
        lambda ledger: contract_terms.set_terms(ledger, Terms(NOBODY, DAY)),
        "no_such_contract",
    ),
    "terms in the past": (
        lambda ledger: contract_terms.set_terms(ledger, terms(from_on=dt.date(2026, 2, 1))),
        "terms_in_the_past",
    ),
    "status of nobody": (
        lambda ledger: contract_terms.set_status(ledger, NOBODY, ContractStatus.CLOSED),
        "no_such_contract",
    ),
    "application of no receipt": (
        lambda ledger: apply_receipt(ledger, R1, [OverPayment(1)], today=DAY),
        "no_such_receipt",
    ),
    "receipt with other facts": (
        lambda ledger: book_receipt(
            ledger, Receipt(ACCOUNT, DAY, "R2", 101, 101, "EUR", DAY, DEBTOR), today=DAY
        ),
        "number_conflict",
    ),
    "correction of nothing": (
        lambda ledger: correct_invoice(ledger, Correction(K, NONE, 1), today=NEXT),
        "no_such_invoice",
    ),
    "correction before the terms": (
        lambda ledger: correct_invoice(ledger, Correction(K, F1, 1), today=dt.date(2025, 1, 1)),
        "contract_not_in_force",
    ),
    "interest on nothing": (
        lambda ledger: book_interest(
            ledger, K, NONE, interest_cents=1, indemnity_cents=0, is_public=False, today=NEXT
        ),
        "no_such_invoice",
    ),
    "pay-in for nobody": (
        lambda ledger: pay_in(ledger, NOBODY, 1, today=NEXT),
        "contract_not_in_force",
    ),
    "pay-out for nobody": (
        lambda ledger: order_payout(ledger, NOBODY, today=NEXT),
        "contract_not_in_force",
    ),
    "debit of no pay-out": (
        lambda ledger: confirm_payout(ledger, (K, DAY, 1), today=NEXT),
        "no_such_payout",
    ),
    "return of no pay-out": (
        lambda ledger: return_payout(ledger, (K, DAY, 1), today=NEXT),
        "no_such_payout",
    ),
    "charge for nobody": (
        lambda ledger: add_charge(ledger, NOBODY, PendingCharge("ancillary", 1, DAY), today=NEXT),
        "contract_not_in_force",
    ),
    "dispute of nothing": (
        lambda ledger: move_invoice.open_dispute(ledger, K, NONE, today=NEXT),
        "no_such_invoice",
    ),
    "dispute of too much": (
        lambda ledger: move_invoice.open_dispute(ledger, K, F1, today=NEXT, amount_cents=100_001),
        "over_open",
    ),
    "direct payment of too much": (
        lambda ledger: move_invoice.pay_directly(ledger, K, F1, 100_001, today=NEXT),
        "over_open",
    ),
    "de-funding before its day": (
        lambda ledger: move_invoice.defund(ledger, K, F1, today=NEXT),
        "not_due",
    ),
    "notice of nothing": (
        lambda ledger: move_invoice.note_formal_notice(ledger, K, NONE, today=NEXT),
        "no_such_invoice",
    ),
    "short payment of nothing": (
        lambda ledger: accept_short_payment(ledger, K, NONE, today=NEXT),
        "no_such_invoice",
    ),
    "credit note for nobody": (
        lambda ledger: book_credit_note(
            ledger, CreditRequest(NOBODY, "AV1", DAY, 1, debtor=DEBTOR), today=NEXT
        ),
        "contract_not_in_force",
    ),
    "refund of nothing": (
        lambda ledger: refund(ledger, DEBTOR, ACCOUNT, 1, today=NEXT),
        "over_credit",
    ),
    "fund of nobody": (
        lambda ledger: move_fund.use_fund(ledger, NOBODY, 1, today=NEXT),
        "contract_not_in_force",
    ),
    "reserve of nobody": (
        lambda ledger: move_fund.reserve(ledger, NOBODY, 1, today=NEXT),
        "contract_not_in_force",
    ),
    "end of nobody": (
        lambda ledger: move_fund.close_contract(ledger, NOBODY, today=NEXT),
        "contract_not_in_force",
    ),
    "guarantee of nobody": (
        lambda ledger: insolvency.take_guarantee(
            ledger, NOBODY, DEBTOR, insolvency.Cover(9000, 2000), today=NEXT
        ),
        "contract_not_in_force",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_the_facts_do_not_allow_is_refused(name: str) -> None:
    """The reason of the stories, and nothing is written."""
    act, reason = REFUSALS[name]
    ledger = books()
    received(ledger, 100, "R2")
    before = ledger.snapshot()
    outcome = act(ledger)
    assert (outcome.status, outcome.reason) == (Status.REFUSED, reason)
    assert ledger.snapshot() == before


def test_a_line_on_an_insolvent_debtor_stays_nothing() -> None:
    """Set after the judgment, it counts as 0; so does a first line."""
    ledger = books()
    insolvency.declare_insolvency(ledger, DEBTOR, "EUR", judged_on=DAY)
    for contract in (K, NOBODY):
        relation = RelationLine(DEBTOR, "EUR", contract, limit_cents=900_000)
        assert lines.set_line(ledger, relation, today=NEXT).status is Status.DONE
        line = ledger.get(RelationLine, debtor=DEBTOR, currency="EUR", contract=contract)
        assert line is not None
        assert (line.limit_cents, room(line, NEXT)) == (900_000, 0)


def test_a_decision_and_its_notice_are_written_with_what_they_cause() -> None:
    """The command and the e-mail to the debtor stand in the commit of the line."""
    ledger = books()
    notice = Intent(
        "debtor_notice", "n", ("a@b.example",), DEBTOR, dt.datetime(2026, 2, 2, tzinfo=dt.UTC)
    )
    command = Command("L-1", 1, "line", "abc")
    relation = RelationLine(DEBTOR, "EUR", NOBODY, limit_cents=1)
    lines.set_line(ledger, relation, today=DAY, notice=notice, command=command)
    assert ledger.get(Command, ref="L-1", revision=1) == command
    assert ledger.get(Intent, kind="debtor_notice", id="n") is not None


def test_what_is_closed_takes_no_more() -> None:
    """A direct payment of a paid invoice, and the charges of a contract that has no record."""
    ledger = books()
    assert move_invoice.pay_directly(ledger, K, F1, 100_000, today=DAY).status is Status.DONE
    assert move_invoice.pay_directly(ledger, K, F1, 1, today=DAY).reason == "nothing_open"
    assert move_invoice.open_dispute(ledger, K, F1, today=DAY).reason == "nothing_open"
    assert move_invoice.end_dispute(ledger, K, F1, today=DAY).reason == "nothing_open"
    del ledger._partitions[Table.PARTY, f"CONTRACT#{K}"]["CONTRACT"]
    assert bill_fees(ledger, K, today=DAY).amounts == {"net": 0, "vat": 0}
