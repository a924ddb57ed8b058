"""A small firm's books, made by the services: two sellers, two debtors, everything that moves."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
from functools import cache, partial
from typing import Final

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain.books import Position, Receipt, StatementCut
from bordereau.domain.fund import FundMoves
from bordereau.domain.guarantee_lines import RelationLine
from bordereau.domain.identifiers import (
    AccountId,
    BatchId,
    ContractId,
    InvoiceId,
    PartyId,
    contract_id,
    invoice_id,
)
from bordereau.domain.parties import Contract, Rate
from bordereau.domain.terms import Terms
from bordereau.services.apply_receipt import (
    ApplicationLine,
    NotAssigned,
    OverPayment,
    Pays,
    ReceiptKey,
    apply_receipt,
)
from bordereau.services.assign_invoices import Assignment, assign_invoices
from bordereau.services.bill_fees import bill_fees
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.book_receipt import book_receipt
from bordereau.services.contract_terms import open_contract, set_terms
from bordereau.services.correct_invoice import Correction, correct_invoice
from bordereau.services.draft import Draft, attempt
from bordereau.services.lines import set_line
from bordereau.services.outcome import Outcome, Status
from bordereau.services.payouts import confirm_payout, order_payout, return_payout
from bordereau.services.promote_waiting import promote_waiting

ACCOUNT: Final = AccountId("FR7630006000011234567890189")
SELLERS: Final = (PartyId("siren:552081317"), PartyId("siren:732829320"))
CONTRACTS: Final = tuple(contract_id(seller, "EUR") for seller in SELLERS)
DEBTORS: Final = (PartyId("siren:356000000"), PartyId("vat:DE136695976"))
FIRST: Final = dt.date(2026, 1, 5)


def day(number: int) -> dt.date:
    """Return the day of the scenario, from 0."""
    return FIRST + dt.timedelta(days=number)


def small_firm() -> MemoryLedger:
    """Return the books after three days, to be used and spoilt; made once, then copied."""
    return copy.deepcopy(_made())


@cache
def _made() -> MemoryLedger:
    ledger = MemoryLedger()
    _open(ledger)
    _assign(ledger)
    _pay(ledger)
    _correct_and_cut(ledger)
    return ledger


def _done(*outcomes: Outcome) -> None:
    for outcome in outcomes:
        assert outcome.status is Status.DONE, outcome


def _open(ledger: MemoryLedger) -> None:
    for seller, contract in zip(SELLERS, CONTRACTS, strict=True):
        opened = Contract(contract, seller, "EUR", FIRST, ACCOUNT)
        _done(open_contract(ledger, opened, _terms(contract)))
        for debtor in DEBTORS:
            line = RelationLine(debtor, "EUR", contract, limit_cents=1_000_000)
            _done(set_line(ledger, line, today=FIRST))
    rate = Rate("vat/factoring_fee", FIRST, 2000)
    attempt(ledger, "set-rate", partial(Draft.write, record=rate))


def _terms(contract: ContractId, from_on: dt.date = FIRST, rate_bps: int = 120) -> Terms:
    return Terms(contract, from_on, factoring_rate_bps=rate_bps, tolerance_cents=100)


def _invoice(number: str, debtor: PartyId, cents: int) -> Assignment:
    return Assignment(debtor, number, FIRST, FIRST + dt.timedelta(days=30), cents)


def _assign(ledger: MemoryLedger) -> None:
    first = [
        _invoice("F1", DEBTORS[0], 400_000),
        _invoice("F2", DEBTORS[0], 900_000),  # over the line: partly approved
        _invoice("F3", DEBTORS[1], 123_456),
    ]
    _done(*assign_invoices(ledger, CONTRACTS[0], BatchId("b1"), first, today=day(0)))
    second = [_invoice("G1", DEBTORS[0], 50_000), _invoice("G2", DEBTORS[1], 77_777)]
    _done(*assign_invoices(ledger, CONTRACTS[1], BatchId("b2"), second, today=day(0)))
    _done(*(bill_fees(ledger, contract, today=day(0)) for contract in CONTRACTS))
    _done(
        *(
            order_payout(ledger, contract, amount_cents=10_000, today=day(0))
            for contract in CONTRACTS
        )
    )
    _done(order_payout(ledger, CONTRACTS[0], amount_cents=20_000, today=day(0)))
    _done(order_payout(ledger, CONTRACTS[0], amount_cents=30_000, today=day(0)))


def _pay(ledger: MemoryLedger) -> None:
    pays = partial(Pays, CONTRACTS[0])
    _receive(ledger, "r1", 400_000, [pays(_id("F1"), 400_000)])
    _receive(ledger, "r2", 60_000, [Pays(CONTRACTS[1], _id("G1"), 49_950), OverPayment(5_000)])
    _receive(ledger, "r3", 9_000, [NotAssigned(CONTRACTS[1], 9_000)])
    _receive(ledger, "r4", 10_000, [pays(_id("F2"), 12_000, 2_000)])
    _receive(ledger, "r5", 7_000, [])
    confirmed = (CONTRACTS[0], day(0), 1)
    _done(confirm_payout(ledger, confirmed, today=day(1)))
    _done(confirm_payout(ledger, (CONTRACTS[1], day(0), 1), today=day(1)))
    _done(return_payout(ledger, (CONTRACTS[1], day(0), 1), today=day(2)))
    _done(return_payout(ledger, (CONTRACTS[0], day(0), 2), today=day(1)))
    assert promote_waiting(ledger, DEBTORS[0], "EUR", today=day(1))


def _id(number: str) -> InvoiceId:
    return invoice_id(2026, number)


def _receive(ledger: MemoryLedger, ref: str, cents: int, lines: list[ApplicationLine]) -> None:
    receipt = Receipt(ACCOUNT, day(1), ref, cents, cents, "EUR", day(1), debtor=DEBTORS[0])
    _done(book_receipt(ledger, receipt, today=day(1)))
    key = ReceiptKey(ACCOUNT, day(1), ref)
    if lines:
        _done(apply_receipt(ledger, key, lines, today=day(1), command=ref))


def _correct_and_cut(ledger: MemoryLedger) -> None:
    for contract in CONTRACTS[:1]:
        _cut(ledger, contract, "2026-W01")
    note = CreditRequest(CONTRACTS[0], "A1", day(2), 10_000, invoice=_id("F2"))
    _done(book_credit_note(ledger, note, today=day(2)))
    _done(set_terms(ledger, _terms(CONTRACTS[0], day(2), 150)))
    correction = Correction(CONTRACTS[0], _id("F3"), 120_000)
    _done(correct_invoice(ledger, correction, today=day(2)))
    for contract in CONTRACTS:
        _cut(ledger, contract, "2026-W02")


def _cut(ledger: MemoryLedger, contract: ContractId, week: str) -> None:
    def decide(draft: Draft) -> None:
        position = draft.take(Position, contract=contract)
        before = list(ledger.list(StatementCut, contract=contract))
        draft.write(
            StatementCut(
                *(contract, week, day(2), position.seq, before[-1].seq if before else 0),
                head_hash=position.head_hash,
                balances=position.balances,
            )
        )
        moves = FundMoves(since_on=day(2))
        draft.write(dataclasses.replace(position, last_cut=week, fund_moves=moves))

    attempt(ledger, "cut-statement", decide)
