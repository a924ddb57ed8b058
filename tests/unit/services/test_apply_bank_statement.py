"""A bank file books each entry once, and says aloud what it does not book."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from typing import Any

import pytest

from bordereau.domain import chart
from bordereau.domain.books import BankHead, PayOut, PayOutState, Position, Receipt
from bordereau.domain.claims import (
    BankDetail,
    BankEntry,
    BankFileClaim,
    BankMailClaims,
    SenderEvidence,
    StatementClaim,
    Verdict,
)
from bordereau.domain.entries import Entry
from bordereau.domain.money import format_amount, parse_amount
from bordereau.domain.parties import Setting
from bordereau.domain.plain import from_plain, to_plain
from bordereau.domain.problems import InvariantError, Problem, SourceUnavailableError
from bordereau.domain.work import BankFile, MailRelease
from bordereau.services.apply_bank_statement import apply_bank_statement
from bordereau.services.apply_receipt import Pays, ReceiptKey, apply_receipt
from bordereau.services.bank_mail import write_bank_mail
from bordereau.services.book_receipt import open_bank_account
from bordereau.services.draft import Draft, attempt
from bordereau.services.mail_release import release_mail
from bordereau.services.outcome import Outcome, Status
from bordereau.services.payouts import order_payout, return_payout
from tests.unit.services.firm import ACCOUNT, DAY, K1, K2, Firm, every_crash, firm

OPENING = 1_000_000_00
SECOND_ACCOUNT = Setting("account.2.iban", "FR99")


class PlainReader:
    """Reads claims that a test wrote as JSON: what is in a real file is the readers' business."""

    def read_bank(self, file: str, data: bytes) -> BankFileClaim:  # noqa: ARG002 - the port's
        """Return the claim as written, with the hash of its bytes."""
        claim = from_plain(BankFileClaim, json.loads(data))
        return dataclasses.replace(claim, sha256=hashlib.sha256(data).hexdigest())


def entry(amount: str, sign: str = "+", **more: Any) -> BankEntry:
    """Return an entry of the day."""
    day = more.pop("on", DAY).isoformat()
    return BankEntry(day, day, amount, sign, "EUR", **more)


def statement(*entries: BankEntry, opening: int = OPENING, **more: Any) -> StatementClaim:
    """Return a statement that adds up."""
    moved = sum((parse_amount(e.amount) or 0) * (1 if e.sign == "+" else -1) for e in entries)
    return StatementClaim(
        account=more.get("account", ACCOUNT),
        currency=more.get("currency", "EUR"),
        reference=more.get("reference", "S1"),
        opening=format_amount(opening),
        closing=format_amount(opening + moved),
        balanced=True,
        entries=entries,
        closing_on=more.get("closing_on", ""),
    )


def put(made: Firm, file: str, *statements: StatementClaim, verdict: str = "accept") -> None:
    """Put a bank file into the inbox."""
    claim = BankFileClaim(file, Verdict(verdict), "", statements=statements)
    made.objects.put(f"bank/{file}", json.dumps(to_plain(claim)).encode())


def apply(made: Firm, file: str = "a.xml", today: dt.date = DAY) -> Outcome:
    """Apply a file of the inbox."""
    ports = (made.ledger, made.objects, PlainReader(), made.queue)
    return apply_bank_statement(*ports, key=f"bank/{file}", today=today)


def bank_balance(made: Firm) -> int:
    """Return what our journal says is on the account, without the opening."""
    head: BankHead | None = made.ledger.get(BankHead, account=ACCOUNT)
    return head.balances.get(chart.BANK, 0) if head else 0


def paid_out(made: Firm) -> PayOut:
    """Assign an invoice and order the pay-out of what it makes available."""
    made.assign("FA-1", 1_000_00)
    outcome = order_payout(made.ledger, K1, today=DAY)
    assert outcome.amounts["amount"] == 900_00
    return the_payout(made)


def the_payout(made: Firm) -> PayOut:
    """Return the day's pay-out as it stands."""
    found: PayOut | None = made.ledger.get(PayOut, contract=K1, ordered_on=DAY, ordinal=1)
    assert found is not None
    return found


def test_money_in_is_a_receipt_and_is_sent_to_be_matched() -> None:
    """E4 books it whole, with the bank's value date, and one message asks for its match."""
    made = firm()
    credit = entry("1200.50", reference="REF1", account="DE89", counterparty="ACME", text="FA-1")
    put(made, "a.xml", statement(dataclasses.replace(credit, value_on="2026-03-03")))
    assert apply(made).amounts == {"receipts": 1, "alerts": 0, "new": 1}
    receipt = made.ledger.get(Receipt, account=ACCOUNT, booked_on=DAY, ref="REF1")
    assert receipt is not None
    assert (receipt.amount_cents, receipt.left_cents) == (1_200_50, 1_200_50)
    assert (receipt.value_on, receipt.payer_iban) == (dt.date(2026, 3, 3), "DE89")
    assert made.sent("allocate_receipts") == [
        {
            "account": ACCOUNT,
            "booked_on": "2026-03-02",
            "ref": "REF1",
            "cause": f"a.xml#{DAY}",
        }
    ]
    assert made.alerts() == []


def test_the_same_file_again_is_known_and_sends_nothing() -> None:
    """The file's row answers for it."""
    made = firm()
    put(made, "a.xml", statement(entry("10.00", reference="R")))
    apply(made)
    before = made.ledger.snapshot()
    assert apply(made).reason == "file-known"
    assert made.ledger.snapshot() == before
    assert len(made.queue.sent) == 1


def test_overlapping_statements_book_an_entry_once() -> None:
    """With and without the bank's reference, the second file only adds what is new."""
    made = firm()
    shared = (entry("10.00", reference="R"), entry("7.00", text="a"), entry("7.00", text="a"))
    put(made, "a.xml", statement(*shared))
    put(made, "b.xml", statement(*shared, entry("5.00", reference="S")))
    assert apply(made, "a.xml").amounts["new"] == 3
    assert apply(made, "b.xml").amounts["new"] == 1
    assert bank_balance(made) == 29_00
    assert made.alerts() == []


def test_one_reference_for_two_payments_loses_neither() -> None:
    """A bank's reference that is not its own entry's is no identity."""
    made = firm()
    put(made, "a.xml", statement(entry("10.00", reference="1"), entry("11.00", reference="1")))
    assert apply(made).amounts["new"] == 2
    put(made, "b.xml", statement(entry("99.00", reference="R"), opening=OPENING + 21_00))
    put(made, "c.xml", statement(entry("98.00", reference="R"), opening=OPENING + 120_00))
    apply(made, "b.xml")
    apply(made, "c.xml")
    assert bank_balance(made) == 21_00 + 99_00 + 98_00
    assert made.alerts() == []


def test_our_own_debit_confirms_the_payout() -> None:
    """E3b, by the end-to-end id: nothing is in transit any more."""
    made = firm()
    payout = paid_out(made)
    put(made, "a.xml", statement(entry("900.00", "-", end_to_end_id=payout.end_to_end_id)))
    assert apply(made).amounts == {"confirmed": 1, "alerts": 0, "new": 1}
    assert the_payout(made).state is PayOutState.CONFIRMED
    assert the_payout(made).settled_on == DAY
    position = made.ledger.get(Position, contract=K1)
    assert position is not None
    assert position.balance(chart.PAYOUTS_IN_TRANSIT) == 0
    assert bank_balance(made) == -900_00
    assert made.alerts() == []


def test_a_batch_booking_confirms_each_payout_of_it() -> None:
    """One debit whose details add up to it."""
    made = firm()
    first = paid_out(made)
    made.assign("FB-1", 2_000_00, contract=K2)
    order_payout(made.ledger, K2, today=DAY)
    second = made.ledger.get(PayOut, contract=K2, ordered_on=DAY, ordinal=1)
    assert second is not None
    details = (
        BankDetail("900.00", "-", end_to_end_id=first.end_to_end_id),
        BankDetail("1800.00", "-", end_to_end_id=second.end_to_end_id),
    )
    put(made, "a.xml", statement(entry("2700.00", "-", details=details)))
    assert apply(made).amounts["confirmed"] == 2
    assert bank_balance(made) == -2_700_00


def test_a_return_is_no_receipt_and_staff_hear_of_it() -> None:
    """E3c: the money is the seller's again, the invoice is untouched."""
    made = firm()
    payout = paid_out(made)
    named = {"end_to_end_id": payout.end_to_end_id}
    put(made, "a.xml", statement(entry("900.00", "-", **named)))
    put(made, "b.xml", statement(entry("900.00", is_return=True, **named), opening=OPENING - 90000))
    apply(made, "a.xml")
    assert apply(made, "b.xml").amounts == {"returned": 1, "alerts": 0, "new": 1}
    assert the_payout(made).state is PayOutState.RETURNED
    position = made.ledger.get(Position, contract=K1)
    assert position is not None
    assert position.balance(chart.SELLER_CURRENT) == 900_00
    assert made.sent("allocate_receipts") == []
    assert made.codes() == ["payout-returned"]
    assert bank_balance(made) == 0


def test_a_return_without_its_debit_books_both() -> None:
    """The file with the debit was lost; when it comes after all it is known."""
    made = firm()
    named = {"text": f"RETOUR {paid_out(made).end_to_end_id}"}
    put(made, "b.xml", statement(entry("900.00", is_return=True, **named)))
    apply(made, "b.xml")
    assert the_payout(made).state is PayOutState.RETURNED
    put(made, "a.xml", statement(entry("900.00", "-", **named), opening=OPENING - 900_00))
    assert apply(made, "a.xml").amounts["new"] == 0


def test_a_debit_of_a_payout_that_never_left_is_told() -> None:
    """The bank had refused the order: then it cannot have debited it."""
    made = firm()
    payout = paid_out(made)
    return_payout(made.ledger, (K1, DAY, 1), today=DAY)
    put(made, "a.xml", statement(entry("900.00", "-", end_to_end_id=payout.end_to_end_id)))
    apply(made)
    assert made.codes() == ["bank-balance-differs", "bank-payout-refused-before"]


@pytest.mark.parametrize(
    ("amount", "account", "code"),
    [
        ("800.00", ACCOUNT, "bank-payout-other-amount"),
        ("900.00", "FR99", "bank-payout-other-account"),
    ],
)
def test_a_transfer_that_only_names_a_payout_is_told(amount: str, account: str, code: str) -> None:
    """Another amount, or another account of ours: not booked."""
    made = firm()
    made.put(dataclasses.replace(SECOND_ACCOUNT, value="FR99"))
    named = {"end_to_end_id": paid_out(made).end_to_end_id}
    put(made, "a.xml", statement(entry(amount, "-", **named), account=account))
    apply(made)
    assert code in made.codes()
    assert the_payout(made).state is PayOutState.ORDERED


def test_fees_and_foreign_debits_are_told_and_make_the_balance_differ() -> None:
    """Nothing is booked silently; the same entry in another file tells nothing new."""
    made = firm()
    fee = entry("12.00", "-", reference="F1", text="FRAIS DE TENUE DE COMPTE")
    put(made, "a.xml", statement(fee))
    put(made, "b.xml", statement(fee, entry("1.00", reference="R")))
    apply(made, "a.xml")
    assert made.codes() == ["bank-balance-differs", "bank-debit-unknown"]
    difference = next(a for a in made.alerts() if a.code == "bank-balance-differs")
    assert difference.facts["amount_difference"] == "-12.00 EUR"
    apply(made, "b.xml")
    assert made.codes() == ["bank-balance-differs", "bank-debit-unknown"]


def test_the_difference_ends_with_a_statement_that_agrees() -> None:
    """The bank takes its debit back: books and bank are one again."""
    made = firm()
    put(made, "a.xml", statement(entry("12.00", "-", reference="F1")))
    put(made, "b.xml", statement(entry("12.00", reference="F2"), opening=OPENING - 12_00))
    apply(made, "a.xml")
    head = made.ledger.get(BankHead, account=ACCOUNT)
    assert head is not None
    draft = Draft(made.ledger)
    draft.read(BankHead, account=ACCOUNT)
    draft.write(dataclasses.replace(head, opening_cents=OPENING - 12_00))
    assert draft.commit("prove-statement")
    apply(made, "b.xml")
    assert "bank-balance-differs" not in made.codes()


def test_a_return_that_is_not_ours_is_not_a_receipt() -> None:
    """It is told, not booked."""
    made = firm()
    put(made, "a.xml", statement(entry("50.00", is_return=True)))
    apply(made)
    assert "bank-return-unknown" in made.codes()
    assert made.sent("allocate_receipts") == []


def test_a_credit_that_mixes_a_return_with_other_money_is_told() -> None:
    """The return is booked, the rest is a person's business."""
    made = firm()
    payout = paid_out(made)
    details = (
        BankDetail("900.00", "+", end_to_end_id=payout.end_to_end_id, is_return=True),
        BankDetail("20.00", "+", text="FA-1"),
    )
    put(made, "a.xml", statement(entry("920.00", details=details)))
    apply(made)
    assert the_payout(made).state is PayOutState.RETURNED
    assert "bank-credit-mixed" in made.codes()


def test_a_file_that_proves_nothing_books_nothing() -> None:
    """The alert carries the reader's reason."""
    made = firm()
    problem = Problem("bank-not-balanced", facts={"account": ACCOUNT})
    claim = BankFileClaim("a.xml", Verdict.REJECT, "", (problem,), (statement(entry("1.00")),))
    made.objects.put("bank/a.xml", json.dumps(to_plain(claim)).encode())
    assert apply(made).reason == "refused"
    assert made.codes() == ["bank-not-balanced"]
    assert made.sent("allocate_receipts") == []
    assert [row.verdict for row in made.ledger.list(BankFile, file="a.xml")] == ["reject"]


def test_a_report_of_the_day_books_nothing() -> None:
    """The statement of the day repeats what a camt.052 says."""
    made = firm()
    put(made, "a.xml", statement(entry("1.00")), verdict="ignore")
    assert apply(made).reason == "books-nothing"
    assert made.sent("allocate_receipts") == []


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"account": "DE00"}, "bank-account-not-ours"),
        ({"currency": "USD"}, "bank-currency-differs"),
    ],
)
def test_an_account_that_is_not_ours_is_told(other: dict[str, Any], code: str) -> None:
    """Another account, or ours in another currency."""
    made = firm()
    put(made, "a.xml", statement(entry("1.00"), **other))
    apply(made)
    assert made.codes() == [code]
    assert made.sent("allocate_receipts") == []


def test_an_entry_in_another_currency_is_told_not_booked() -> None:
    """The account is in euros: what a dollar is worth, only the bank can say."""
    made = firm()
    dollars = dataclasses.replace(entry("70.00", reference="U"), currency="USD")
    put(made, "a.xml", statement(dollars, entry("1.00", reference="R")))
    assert apply(made).amounts["receipts"] == 1
    assert "bank-entry-currency" in made.codes()
    assert bank_balance(made) == 1_00


def test_a_cfonb_account_is_known_by_its_iban() -> None:
    """The file names bank, branch and number; ours is listed by its IBAN."""
    made = firm()
    found = statement(entry("5.00", reference="R"), account="12345678901")
    put(made, "a.txt", dataclasses.replace(found, iban=ACCOUNT, kind="cfonb120"))
    assert apply(made, "a.txt").amounts["receipts"] == 1
    assert bank_balance(made) == 5_00


def test_what_the_bank_charges_is_booked_once_by_its_own_code() -> None:
    """E29: fees and interest of the account; the same entry in another file is known."""
    made = firm()
    fee = entry("12.00", "-", reference="F1", bank_code="ACMT/MDOP/CHRG", text="FRAIS")
    interest = entry("3.50", "-", reference="F2", bank_code="PMNT/MDOP/INTR")
    put(made, "a.xml", statement(fee, interest))
    put(made, "b.xml", statement(fee, interest, entry("1.00", reference="R")))
    assert apply(made).amounts == {"charges": 2, "alerts": 0, "new": 2}
    assert apply(made, "b.xml").amounts == {"charges": 2, "receipts": 1, "alerts": 0, "new": 1}
    head = made.ledger.get(BankHead, account=ACCOUNT)
    assert head is not None
    assert head.balances[chart.BANK_CHARGES] == 15_50
    assert bank_balance(made) == 1_00 - 15_50
    assert made.alerts() == []


@pytest.mark.parametrize(
    "doubtful",
    [
        entry("12.00", "-", reference="F", bank_code="PMNT/ICDT/ESCT", text="FRAIS"),
        entry("12.00", "-", reference="F", bank_code="PMNT/MDOP/OTHR"),
        entry("12.00", "-", reference="F", bank_code="PMNT/MDOP/CHRG", is_return=True),
        entry("12.00", "-", reference="F", text="COMMISSION DE MOUVEMENT"),
    ],
)
def test_a_charge_that_the_code_does_not_prove_is_told(doubtful: BankEntry) -> None:
    """Words decide nothing; what comes back is no charge."""
    made = firm()
    put(made, "a.xml", statement(doubtful))
    apply(made)
    assert {"bank-balance-differs"} < set(made.codes())
    assert bank_balance(made) == 0


BACK = {"is_return": True, "counterparty": "ACME"}
TAKEN_BACK: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "by the bank's reference": ({}, {"reference": "R"}),
    "by the second reference": ({}, {"reference": "R-X", "entry_reference": "R"}),
    "by a reference of its details": (
        {},
        {"reference": "R-X", "details": (BankDetail("40.00", "-", reference="R"),)},
    ),
    "by the end-to-end id": ({"end_to_end_id": "E-1"}, {"end_to_end_id": "E-1"}),
    "by the payer's account": ({"account": "DE89"}, {"account": "DE 89"}),
    "by its words": ({"text": "VIR ACME FACT 12"}, {"text": "VIR ACME  FACT 12"}),
}


def the_receipts(made: Firm) -> dict[str, int]:
    """Return what is left of each receipt of the day."""
    listed = made.ledger.list(Receipt, account=ACCOUNT, booked_on=DAY)
    return {receipt.ref: receipt.left_cents for receipt in listed}


@pytest.mark.parametrize("how", TAKEN_BACK)
def test_a_receipt_that_the_bank_takes_back_is_reversed_once(how: str) -> None:
    """Nothing of it was applied: its booking is undone by the opposite, and staff are told."""
    first, second = TAKEN_BACK[how]
    made = firm()
    put(made, "a.xml", statement(entry("40.00", **{"reference": "R", **first})))
    back = entry("40.00", "-", **{"reference": "R-X", **second, **BACK})
    put(made, "b.xml", statement(back, opening=OPENING + 40_00))
    apply(made)
    assert apply(made, "b.xml").amounts == {"taken_back": 1, "alerts": 0, "new": 1}
    put(made, "c.xml", statement(back, reference="S9", opening=OPENING + 40_00))
    assert apply(made, "c.xml").amounts == {"taken_back": 1, "alerts": 0, "new": 0}
    assert the_receipts(made) == {"R": 0}
    assert bank_balance(made) == 0
    assert made.codes() == ["bank-receipt-taken-back"]


def test_a_receipt_is_taken_back_by_one_entry_alone() -> None:
    """A second debit of the same money is none that we can explain: a person looks at it."""
    made = firm()
    put(made, "a.xml", statement(entry("40.00", reference="R")))
    apply(made)
    back = entry("40.00", "-", reference="X1", entry_reference="R", **BACK)
    put(made, "b.xml", statement(back, opening=OPENING + 40_00))
    apply(made, "b.xml")
    again = dataclasses.replace(back, reference="X2")
    put(made, "c.xml", statement(again, reference="S9"))
    assert apply(made, "c.xml").amounts["new"] == 0
    told = {"bank-balance-differs", "bank-receipt-reversed", "bank-receipt-taken-back"}
    assert set(made.codes()) == told
    assert bank_balance(made) == 0


def test_a_file_that_repeats_a_closed_month_brings_nothing_late() -> None:
    """What is booked already is no news; one new entry beside it is."""
    made = firm()
    put(made, "a.xml", statement(entry("40.00", reference="R")))
    apply(made)

    def close(draft: Draft) -> None:
        head = draft.take(BankHead, account=ACCOUNT)
        draft.write(dataclasses.replace(head, closed_through_on=DAY))

    attempt(made.ledger, "prove-statement", close)
    put(made, "b.xml", statement(entry("40.00", reference="R"), reference="S2"))
    apply(made, "b.xml", today=DAY + dt.timedelta(1))
    assert made.codes() == []
    late = (entry("40.00", reference="R"), entry("5.00", reference="L"))
    put(made, "c.xml", statement(*late, reference="S3"))
    apply(made, "c.xml", today=DAY + dt.timedelta(1))
    assert made.codes() == ["bank-booked-late"]


def test_a_credit_and_its_reversal_in_one_statement_leave_nothing() -> None:
    """The bank corrects itself the same day: the credit is booked first."""
    made = firm()
    back = entry("40.00", "-", reference="R-X", end_to_end_id="E-1", **BACK)
    put(made, "a.xml", statement(back, entry("40.00", reference="R", end_to_end_id="E-1")))
    assert apply(made).amounts == {"receipts": 1, "taken_back": 1, "alerts": 0, "new": 2}
    assert bank_balance(made) == 0


def test_a_receipt_that_was_applied_is_told_with_what_it_paid() -> None:
    """What it paid stays paid until a person takes the application back."""
    made = firm()
    invoice = made.assign("FA-1", 40_00)
    put(made, "a.xml", statement(entry("40.00", reference="R")))
    apply(made)
    key = ReceiptKey(ACCOUNT, DAY, "R")
    apply_receipt(made.ledger, key, (Pays(K1, invoice, 40_00),), today=DAY)
    back = entry("40.00", "-", reference="R", **BACK)
    put(made, "b.xml", statement(back, opening=OPENING + 40_00))
    apply(made, "b.xml")
    assert made.codes() == ["bank-balance-differs", "bank-receipt-applied"]
    (alert,) = [one for one in made.alerts() if one.code == "bank-receipt-applied"]
    assert (alert.facts["receipt"], alert.facts["invoices"]) == ("R", "FA1")


@pytest.mark.parametrize(
    "others",
    [
        (),
        (entry("41.00", reference="R", end_to_end_id="E-1"),),
        (
            entry("40.00", reference="R1", end_to_end_id="E-1"),
            entry("40.00", reference="R2", end_to_end_id="E-1"),
        ),
        (entry("40.00", reference="R1", account="DE90"),),
    ],
    ids=["none", "another amount", "two alike", "another payer"],
)
def test_a_reversal_of_nothing_certain_is_told(others: tuple[BankEntry, ...]) -> None:
    """No receipt, or more than one: a person finds it."""
    made = firm()
    back = entry("40.00", "-", reference="X", end_to_end_id="E-1", account="DE89", **BACK)
    put(made, "a.xml", statement(*others, back))
    apply(made)
    assert made.codes() == ["bank-balance-differs", "bank-receipt-reversed"]
    assert all(the_receipts(made).values())


def notification(*entries: BankEntry) -> StatementClaim:
    """Return a camt.054 of the account: no balances, details."""
    found = StatementClaim(ACCOUNT, "EUR", "N1", "", "", balanced=False, entries=entries)
    return dataclasses.replace(found, kind="camt.054")


def detailed(**more: Any) -> BankEntry:
    """Return the entry of a receipt as a notification tells it."""
    detail = BankDetail("10.00", "+", counterparty="ACME", account="DE89", text="FACT FA-1")
    facts = {"counterparty": "ACME", "account": "DE89", "text": "FACT FA-1"}
    return entry("10.00", reference="R", details=(detail,), **facts, **more)


def the_receipt(made: Firm) -> Receipt:
    """Return the day's receipt R."""
    found: Receipt | None = made.ledger.get(Receipt, account=ACCOUNT, booked_on=DAY, ref="R")
    assert found is not None
    return found


@pytest.mark.parametrize("first", ["statement", "notification"])
def test_a_notification_completes_its_entry_whichever_comes_first(first: str) -> None:
    """It books nothing; the receipt gets payer, account and words, and is matched with them."""
    made = firm()
    put(made, "statement", statement(entry("10.00", reference="R")))
    put(made, "notification", notification(detailed()))
    other = {"statement": "notification", "notification": "statement"}[first]
    apply(made, first)
    if first == "notification":
        assert bank_balance(made) == 0
        assert made.ledger.get(Receipt, account=ACCOUNT, booked_on=DAY, ref="R") is None
    apply(made, other)
    receipt = the_receipt(made)
    assert (receipt.payer, receipt.payer_iban, receipt.text) == ("ACME", "DE89", "FACT FA-1")
    assert (receipt.amount_cents, bank_balance(made)) == (10_00, 10_00)
    assert len(made.sent("allocate_receipts")) == (2 if first == "statement" else 1)
    assert made.alerts() == []


def test_a_notification_again_and_its_statement_again_change_nothing() -> None:
    """Other files with the same: a longer statement, the notification under another name."""
    made = firm()
    put(made, "a.xml", statement(entry("10.00", reference="R")))
    put(made, "n.xml", notification(detailed()))
    put(made, "n2.xml", notification(detailed(), entry("0.50", reference="Z")))
    put(made, "b.xml", statement(entry("10.00", reference="R"), entry("2.00", reference="S")))
    for file in ("a.xml", "n.xml", "n2.xml", "b.xml"):
        apply(made, file)
    assert the_receipt(made).text == "FACT FA-1"
    assert bank_balance(made) == 12_00


def test_a_notification_of_another_amount_is_not_taken_over() -> None:
    """One reference, other money: the statement's own words stay."""
    made = firm()
    other = dataclasses.replace(detailed(), amount="11.00")
    put(made, "n.xml", notification(other))
    put(made, "a.xml", statement(entry("10.00", reference="R", text="X")))
    apply(made, "n.xml")
    apply(made, "a.xml")
    assert the_receipt(made).text == "X"


@pytest.mark.parametrize("first", ["statement", "notification"])
def test_a_batch_without_details_is_confirmed_by_its_notification(first: str) -> None:
    """One debit of two pay-outs: the camt.054 lists them, paired by NtryRef."""
    made = firm()
    one = paid_out(made)
    made.assign("FB-1", 2_000_00, contract=K2)
    order_payout(made.ledger, K2, today=DAY)
    two = made.ledger.get(PayOut, contract=K2, ordered_on=DAY, ordinal=1)
    assert two is not None
    batch = entry("2700.00", "-", reference="B-1", entry_reference="LOT")
    told = (
        entry("900.00", "-", reference="T1", entry_reference="LOT"),
        entry("1800.00", "-", reference="T2", entry_reference="LOT"),
    )
    named_ = [
        dataclasses.replace(each, end_to_end_id=payout.end_to_end_id)
        for each, payout in zip(told, (one, two), strict=True)
    ]
    put(made, "statement", statement(batch))
    put(made, "notification", notification(*named_))
    apply(made, first)
    apply(made, {"statement": "notification", "notification": "statement"}[first])
    later = DAY + dt.timedelta(1)
    put(made, "next", statement(entry("1.00", on=later, reference="Q"), opening=OPENING - 270000))
    apply(made, "next", later)
    assert the_payout(made).state is PayOutState.CONFIRMED
    assert bank_balance(made) == -2_699_00
    assert made.alerts() == []


def test_a_notification_without_a_reference_is_nobody_s() -> None:
    """What names no entry completes none; a statement without references is booked as it is."""
    made = firm()
    put(made, "n.xml", notification(entry("10.00", text="A")))
    put(made, "a.xml", statement(entry("10.00", text="B")))
    assert apply(made, "n.xml").amounts == {"new": 0}
    assert apply(made, "a.xml").amounts["new"] == 1


def test_a_notification_of_a_debit_that_is_not_ours_leaves_it_told() -> None:
    """Its details name no pay-out: a person looks."""
    made = firm()
    put(made, "a.xml", statement(entry("12.00", "-", reference="D")))
    put(made, "n.xml", notification(entry("12.00", "-", reference="D", text="LOYER")))
    apply(made, "a.xml")
    apply(made, "n.xml")
    assert "bank-debit-unknown" in made.codes()


def test_a_receipt_that_is_used_up_is_completed_and_not_matched_again() -> None:
    """The words come late: nothing is left to match."""
    made = firm()
    invoice = made.assign("FA-2026-12", 10_00)
    put(made, "a.xml", statement(entry("10.00", reference="R")))
    apply(made, "a.xml")
    key = ReceiptKey(ACCOUNT, DAY, "R")
    apply_receipt(made.ledger, key, [Pays(K1, invoice, 10_00)], today=DAY)
    put(made, "n.xml", notification(detailed()))
    apply(made, "n.xml")
    assert the_receipt(made).payer == "ACME"
    assert len(made.sent("allocate_receipts")) == 1
    put(made, "b.xml", statement(entry("10.00", reference="R"), entry("1.00", reference="S")))
    apply(made, "b.xml")
    assert len(made.sent("allocate_receipts")) == 2


SENDER = SenderEvidence("releves@banque.example", is_proven=True, subject="Relevé")
LISTED = Setting("bank_senders", "Releves@banque.example ; autre@banque.example")


def post(made: Firm, sender: SenderEvidence, *files: BankFileClaim) -> Outcome:
    """Put the files of a mail to the bank address and apply them."""
    received = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
    write_bank_mail(made.objects, BankMailClaims("m1", received, sender, files))
    ports = (made.ledger, made.objects, PlainReader(), made.queue)
    return apply_bank_statement(*ports, key="claims/bank/m1.json", today=DAY)


def by_mail(*entries: BankEntry, sha: str = "s1") -> BankFileClaim:
    """Return a statement as ``open_mail`` reads it."""
    return BankFileClaim("a.xml", Verdict.ACCEPT, sha, statements=(statement(*entries),))


def test_a_statement_by_mail_of_a_listed_sender_is_booked_once() -> None:
    """The same mail, and the same file in the inbox, book nothing more."""
    made = firm()
    made.put(LISTED)
    credit = entry("10.00", reference="R")
    assert post(made, SENDER, by_mail(credit)).amounts["new"] == 1
    before = made.ledger.snapshot()
    assert "new" not in post(made, SENDER, by_mail(credit)).amounts
    assert made.ledger.snapshot() == before
    put(made, "a.xml", statement(credit))
    assert apply(made).amounts["new"] == 0
    assert bank_balance(made) == 10_00


@pytest.mark.parametrize(
    "sender",
    [
        dataclasses.replace(SENDER, address="x@banque.example"),
        dataclasses.replace(SENDER, is_proven=False),
        dataclasses.replace(SENDER, address=""),
    ],
)
def test_a_statement_by_mail_of_anybody_else_books_nothing(sender: SenderEvidence) -> None:
    """Exact address, proven: nothing that parses hostile files can forge cash."""
    made = firm()
    made.put(LISTED)
    outcome = post(made, sender, by_mail(entry("10.00", reference="R")))
    assert (outcome.reason, made.codes()) == ("not_listed", ["bank-mail-not-listed"])
    assert made.sent("allocate_receipts") == []
    assert [row.sha256 for row in made.ledger.list(BankFile, file="m1")] == ["mail"]


def test_a_released_mail_of_anybody_books_what_it_holds_once() -> None:
    """A person answered for it: the mail that was refused is applied when it comes again."""
    made = firm()
    forged = dataclasses.replace(SENDER, is_proven=False, doubt="from-doubled")
    credit = entry("10.00", reference="R")
    assert post(made, forged, by_mail(credit)).reason == "not_listed"
    release = MailRelease("m1", DAY, "Claire", "vu avec la banque")
    outcome = release_mail(made.ledger, "bank:m1", release, today=DAY)
    assert outcome.status is Status.DONE
    assert post(made, forged, by_mail(credit)).amounts["new"] == 1
    before = made.ledger.snapshot()
    assert "new" not in post(made, forged, by_mail(credit)).amounts
    assert made.ledger.snapshot() == before
    assert (bank_balance(made), made.codes()) == (10_00, [])
    assert release_mail(made.ledger, "bank:m1", release, today=DAY).status is Status.ALREADY


def test_a_mail_without_a_statement_and_one_that_proves_nothing_are_told() -> None:
    """Staff hear of both; the mail has its outcome."""
    made = firm()
    made.put(LISTED)
    assert post(made, SENDER).amounts == {}
    assert made.codes() == ["bank-mail-without-file"]
    problem = Problem("bank-not-balanced", facts={"account": ACCOUNT})
    post(made, SENDER, BankFileClaim("b.xml", Verdict.REJECT, "s2", (problem,)))
    assert "bank-not-balanced" in made.codes()


def test_claims_that_are_not_of_this_mail_stop_the_message() -> None:
    """The object is gone, is no JSON, or another mail's."""
    made = firm()
    ports = (made.ledger, made.objects, PlainReader(), made.queue)
    with pytest.raises(SourceUnavailableError):
        apply_bank_statement(*ports, key="claims/bank/m9.json", today=DAY)
    made.objects.put("claims/bank/m9.json", b"{")
    with pytest.raises(InvariantError, match="holds no bank files"):
        apply_bank_statement(*ports, key="claims/bank/m9.json", today=DAY)
    post(made, SENDER)
    made.objects.put("claims/bank/m9.json", made.objects.get("claims/bank/m1.json") or b"")
    with pytest.raises(InvariantError, match="another mail"):
        apply_bank_statement(*ports, key="claims/bank/m9.json", today=DAY)


def test_an_own_account_without_a_contract_gets_its_journal() -> None:
    """The settings name our accounts too."""
    made = firm()
    made.put(SECOND_ACCOUNT)
    put(made, "a.xml", statement(entry("1.00", reference="R"), account="FR99"))
    assert apply(made).amounts["receipts"] == 1


def test_a_statement_without_entries_proves_nothing_and_an_old_one_neither() -> None:
    """No alert comes from what says nothing about today."""
    made = firm()
    later = DAY + dt.timedelta(1)
    put(made, "a.xml", statement())
    put(made, "b.xml", statement(entry("1.00", on=later, reference="B")))
    put(made, "c.xml", statement(entry("0.00"), entry("3.00", reference="C"), opening=5))
    for file in ("a.xml", "b.xml", "c.xml"):
        apply(made, file, later)
    assert made.alerts() == []


def test_an_object_that_is_not_there_comes_again() -> None:
    """The platform tries again, then parks it."""
    with pytest.raises(SourceUnavailableError):
        apply(firm())


def test_a_crash_anywhere_and_a_redelivery_end_in_the_same_books() -> None:
    """Before and after each port call."""

    def make() -> Firm:
        made = firm()
        payout = paid_out(made)
        entries = (
            entry("900.00", "-", end_to_end_id=payout.end_to_end_id),
            entry("10.00", reference="R", text="FA-1"),
            entry("3.00", "-", reference="F"),
            entry("4.00", "-", reference="G", bank_code="PMNT/MDOP/CHRG"),
        )
        told = entry("10.00", reference="R", text="FA-1 FA-2", counterparty="ACME")
        put(made, "a.xml", statement(*entries), notification(told))
        return made

    def run(ledger: Any, objects: Any, queue: Any) -> None:
        apply_bank_statement(ledger, objects, PlainReader(), queue, key="bank/a.xml", today=DAY)

    _, crashes = every_crash(make, run)
    assert crashes > 40


def closed_through(made: Firm, through_on: dt.date) -> None:
    """Close the account's journal through a day."""

    def stamp(draft: Draft) -> None:
        head = draft.read(BankHead, account=ACCOUNT) or BankHead(ACCOUNT, "EUR")
        draft.write(dataclasses.replace(head, closed_through_on=through_on))

    attempt(made.ledger, "prove-statement", stamp)


def test_what_a_late_file_brings_into_a_closed_month_is_booked_after_it_and_told() -> None:
    """Once for the file; the bank's own days stay on the receipt and on the entry."""
    made = firm()
    open_bank_account(made.ledger, ACCOUNT, "EUR")
    put(made, "a.xml", statement(entry("1.00", reference="early")))
    apply(made)
    closed_through(made, DAY)
    first = DAY + dt.timedelta(1)
    later = entry("5.00", reference="new", on=first)
    late = (entry("1.00", reference="early"), entry("2.00", reference="late"), later)
    put(made, "b.xml", statement(*late))
    apply(made, "b.xml", DAY + dt.timedelta(3))
    apply(made, "b.xml", DAY + dt.timedelta(4))
    (alert,) = made.alerts()
    assert (alert.code, alert.facts["count"]) == ("bank-booked-late", "1")
    assert (alert.facts["day"], alert.facts["day_booked"]) == (DAY.isoformat(), first.isoformat())
    booked = {one.documents[0]: one for one in made.ledger.list(Entry, journal=f"B#{ACCOUNT}")}
    days = {ref: (one.booked_on, one.valued_on) for ref, one in booked.items()}
    assert days == {"early": (DAY, DAY), "late": (first, DAY), "new": (first, first)}
    assert made.ledger.get(Receipt, account=ACCOUNT, booked_on=DAY, ref="late") is not None


def test_a_pay_out_that_was_confirmed_is_no_late_entry() -> None:
    """A charge that is booked neither; one that is under way is."""
    made = firm()
    made.assign("FA-1", 1_000_00)
    order_payout(made.ledger, K1, amount_cents=100_00, today=DAY)
    order_payout(made.ledger, K1, amount_cents=200_00, today=DAY)
    first, second = (one.end_to_end_id for one in made.ledger.list(PayOut, contract=K1))
    fee = entry("3.00", "-", reference="fee", bank_code="ACMT/MDOP/CHRG")
    debit = entry("100.00", "-", end_to_end_id=first)
    put(made, "a.xml", statement(debit, fee))
    apply(made)
    closed_through(made, DAY)
    put(made, "b.xml", statement(debit, fee, entry("200.00", "-", end_to_end_id=second)))
    apply(made, "b.xml", DAY + dt.timedelta(3))
    told = [alert for alert in made.alerts() if alert.code == "bank-booked-late"]
    assert [alert.facts["count"] for alert in told] == ["1"]


@pytest.mark.parametrize(
    ("closing_on", "through"),
    [("", 0), ("2026-03-05", 3), ("2026-03-09", 0), ("demain", 0)],
    ids=("not said", "said", "still to come", "no date"),
)
def test_a_day_without_an_entry_is_proven_by_its_closing_balance(
    closing_on: str, through: int
) -> None:
    """So a quiet account does not keep a month from being closed."""
    made = firm()
    put(made, "a.xml", statement(entry("1.00")))
    apply(made)
    put(made, "b.xml", statement(opening=OPENING + 1_00, closing_on=closing_on))
    apply(made, "b.xml", DAY + dt.timedelta(4))
    head = made.ledger.get(BankHead, account=ACCOUNT)
    assert head is not None
    assert head.through_on == DAY + dt.timedelta(through)
    put(made, "c.xml", statement(opening=OPENING, closing_on="2026-03-06", reference="S2"))
    apply(made, "c.xml", DAY + dt.timedelta(4))
    assert made.codes() == ["bank-balance-differs"]
