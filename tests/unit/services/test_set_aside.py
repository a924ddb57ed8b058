"""What a receipt pays too much is the debtor's: one credit with a name, no entry of a contract."""

from __future__ import annotations

import datetime as dt

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain.books import Allocation, DebtorCredit, Receipt
from bordereau.domain.identifiers import AccountId, PartyId
from bordereau.services.apply_receipt import OverPayment, ReceiptKey, apply_receipt
from bordereau.services.book_receipt import book_receipt
from bordereau.services.outcome import Status

DAY = dt.date(2026, 1, 5)
ACCOUNT, ACME = AccountId("FR7630006000011234567890189"), PartyId("siren:732829320")


def test_each_over_payment_of_a_receipt_is_a_credit_of_its_own() -> None:
    """Two of 30.00 and 20.00 from one receipt: named by day, reference and place."""
    ledger = MemoryLedger()
    receipt = Receipt(ACCOUNT, DAY, "B1", 50_00, 50_00, "EUR", DAY, debtor=ACME)
    book_receipt(ledger, receipt, today=DAY)
    key, lines = ReceiptKey(ACCOUNT, DAY, "B1"), [OverPayment(30_00), OverPayment(20_00)]
    for status in (Status.DONE, Status.ALREADY):
        assert apply_receipt(ledger, key, lines, today=DAY, command="c").status is status
    found = [(one.credit, one.left_cents) for one in ledger.list(DebtorCredit, debtor=ACME)]
    assert found == [("2026-01-05#B1#1", 30_00), ("2026-01-05#B1#2", 20_00)]
    made = list(ledger.list(Allocation, first="B1#A", last="B1#B", account=ACCOUNT, booked_on=DAY))
    assert [(one.kind, one.contract, one.contract_seq) for one in made] == [("E16", None, 0)] * 2
