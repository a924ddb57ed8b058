"""E28 by hand: the exact opposite of an entry, once, and only where nothing builds on it."""

from __future__ import annotations

import datetime as dt

import pytest

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain.books import BankHead, Position, Receipt, Reversal
from bordereau.domain.entries import Entry, Posting, credit, debit
from bordereau.domain.identifiers import AccountId, PartyId, contract_id
from bordereau.domain.parties import Contract
from bordereau.domain.terms import Terms
from bordereau.services.apply_receipt import ReceiptKey
from bordereau.services.book_receipt import book_receipt
from bordereau.services.check_books import check_books
from bordereau.services.contract_terms import open_contract
from bordereau.services.draft import Draft
from bordereau.services.outcome import Status
from bordereau.services.reverse_entry import DIRECT, reverse_entry, reverse_receipt

DAY = dt.date(2026, 1, 5)
ACCOUNT = AccountId("FR7630006000011234567890189")
ALPHA = PartyId("siren:732829320")
ALPHA_EUR = contract_id(ALPHA, "EUR")
KEY = ReceiptKey(ACCOUNT, DAY, "B1")


@pytest.fixture
def ledger() -> MemoryLedger:
    """A contract and a receipt."""
    made = MemoryLedger()
    open_contract(made, Contract(ALPHA_EUR, ALPHA, "EUR", DAY, ACCOUNT), Terms(ALPHA_EUR, DAY))
    book_receipt(made, Receipt(ACCOUNT, DAY, "B1", 100, 100, "EUR", DAY), today=DAY)
    return made


def charged(ledger: MemoryLedger, kind: str = "E27") -> None:
    """Book a charge without an invoice behind it."""
    lines = (*debit("seller_current", 500), *credit("ancillary_income", 500))
    draft = Draft(ledger)
    draft.post(ALPHA_EUR, Posting(kind, lines, ("x",)), today=DAY)
    assert draft.commit("promote")


def test_a_receipt_is_undone_once(ledger: MemoryLedger) -> None:
    """Balances are back, the receipt has nothing left, the second call writes nothing."""
    assert reverse_receipt(ledger, KEY, today=DAY).status is Status.DONE
    head = ledger.get(BankHead, account=ACCOUNT)
    receipt = ledger.get(Receipt, account=ACCOUNT, booked_on=DAY, ref="B1")
    assert head is not None
    assert receipt is not None
    assert head.balances == {}
    assert (receipt.left_cents, receipt.is_waiting) == (0, False)
    before = ledger.snapshot()
    assert reverse_receipt(ledger, KEY, today=DAY).status is Status.ALREADY
    assert ledger.snapshot() == before


def test_a_reference_of_two_days_is_two_receipts(ledger: MemoryLedger) -> None:
    """Each is undone once, with its own amount; the books stay sound, the nightly checks too."""
    later = DAY + dt.timedelta(1)
    for day, ref, cents in ((later, "B1", 100), (later, "B2", 70), (DAY, "B2", 50)):
        book_receipt(ledger, Receipt(ACCOUNT, day, ref, cents, cents, "EUR", DAY), today=later)
    for key in (KEY, ReceiptKey(ACCOUNT, later, "B1"), ReceiptKey(ACCOUNT, DAY, "B2")):
        assert reverse_receipt(ledger, key, today=later).status is Status.DONE
        assert reverse_receipt(ledger, key, today=later).status is Status.ALREADY
    head = ledger.get(BankHead, account=ACCOUNT)
    assert head is not None
    assert head.balances == {"bank": 70, "unallocated_receipts": -70}
    assert [check for check in check_books(ledger, [ALPHA_EUR], [ACCOUNT]) if not check.ok] == []


def test_a_receipt_that_was_never_booked_is_refused(ledger: MemoryLedger) -> None:
    """Another reference, another day: nothing."""
    outcome = reverse_receipt(ledger, ReceiptKey(ACCOUNT, DAY, "B2"), today=DAY)
    assert outcome.reason == "no_such_receipt"


def test_a_charge_is_undone_by_its_exact_opposite(ledger: MemoryLedger) -> None:
    """Sides change, amounts stay, and the reversal names what it undoes."""
    charged(ledger)
    assert reverse_entry(ledger, f"K#{ALPHA_EUR}", 1, today=DAY).status is Status.DONE
    position = ledger.get(Position, contract=ALPHA_EUR)
    first, second = ledger.list(Entry, journal=f"K#{ALPHA_EUR}")
    assert position is not None
    assert position.balances == {}
    assert second.reverses == 1
    assert [-line.cents for line in second.lines] == [line.cents for line in first.lines]
    assert ledger.get(Reversal, journal=f"K#{ALPHA_EUR}", seq=1) is not None
    assert reverse_entry(ledger, f"K#{ALPHA_EUR}", 1, today=DAY).status is Status.ALREADY


def test_what_has_records_behind_it_is_refused(ledger: MemoryLedger) -> None:
    """An assignment, a payment, a receipt: each is undone by its own event."""
    charged(ledger, "E2")
    assert reverse_entry(ledger, f"K#{ALPHA_EUR}", 1, today=DAY).reason == "entry_has_documents"
    assert reverse_entry(ledger, f"B#{ACCOUNT}", 1, today=DAY).reason == "entry_has_documents"
    assert reverse_entry(ledger, f"B#{ACCOUNT}", 7, today=DAY).reason == "no_such_entry"


def test_a_bank_entry_may_be_undone_where_its_kind_allows(
    ledger: MemoryLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rule is about kinds, not about journals."""
    monkeypatch.setattr("bordereau.services.reverse_entry.DIRECT", DIRECT | {"E4"})
    assert reverse_entry(ledger, f"B#{ACCOUNT}", 1, today=DAY).status is Status.DONE
