"""The weekly statement: what moved, what is held and why, what may be drawn today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bordereau.domain.availability import StepCode as WaterfallCode
from bordereau.domain.availability import WaterfallLine
from bordereau.domain.figures.parts import ContactFigures, FeeLine, PartyFigures, Step
from bordereau.domain.money import half_up
from bordereau.domain.terms import FundMethod

BUCKETS = ("not-due", "late-1-30", "late-31-60", "late-61-90", "late-over-90")
"""Ages of what is open, by days after the due date; the order of ``AgedDebtor.buckets_cents``."""


class MovementKind(StrEnum):
    """What moved the seller's account (the sum of the contract's sub-accounts)."""

    ASSIGNMENT = "assignment"
    COLLECTED = "collected"
    CREDIT_NOTE = "credit-note"
    FEE = "fee"
    VAT = "vat"
    FINANCING_FEE = "financing-fee"
    PAYOUT = "payout"
    PAYOUT_RETURNED = "payout-returned"
    DIRECT_PAYMENT = "direct-payment"
    RECEIPT_NOT_ASSIGNED = "receipt-not-assigned"
    PAY_IN = "pay-in"
    CHARGEBACK = "chargeback"
    SHORT_PAYMENT = "short-payment"
    CORRECTION = "correction"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement; ``balance_cents`` is the account after it. Fees carry their statement."""

    booked_on: dt.date
    kind: MovementKind
    reference: str
    amount_cents: int
    balance_cents: int
    debtor: str = ""


@dataclass(frozen=True, slots=True)
class FundPoint:
    """The fund at the end of one week, for the chart."""

    until_on: dt.date
    amount_cents: int


@dataclass(frozen=True, slots=True)
class FundFigures:
    """The guarantee fund over the week; opening + retained - released - used = closing.

    ``rate_bps`` is what is held back; ``history`` ends with this week, oldest first, ≤ 17 points.
    ``target_cents`` only where the method has one.
    """

    method: FundMethod
    rate_bps: int
    opening_cents: int
    retained_cents: int
    released_cents: int
    used_cents: int
    closing_cents: int
    target_cents: int | None = None
    history: tuple[FundPoint, ...] = ()

    def __post_init__(self) -> None:
        spent = self.released_cents + self.used_cents
        assert self.opening_cents + self.retained_cents - spent == self.closing_cents
        assert not self.history or self.history[-1].amount_cents == self.closing_cents


@dataclass(frozen=True, slots=True)
class AgedDebtor:
    """What one debtor owes on this contract, by age (``BUCKETS``)."""

    debtor: str
    buckets_cents: tuple[int, ...]
    invoices: int = 0

    def __post_init__(self) -> None:
        assert len(self.buckets_cents) == len(BUCKETS)

    @property
    def open_cents(self) -> int:
        """All ages together."""
        return sum(self.buckets_cents)


class Stage(StrEnum):
    """How far the collection of an overdue invoice has come (handbook: domain 3.4)."""

    OVERDUE = "overdue"
    REMINDER_1 = "reminder-1"
    REMINDER_2 = "reminder-2"
    REMINDER_3 = "reminder-3"
    FORMAL_NOTICE = "formal-notice"
    PRE_LITIGATION = "pre-litigation"
    DISPUTED = "disputed"
    PROMISED = "promised"


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """One overdue invoice. ``defunded_on`` is the day its advance goes into reserve, if ever."""

    debtor: str
    number: str
    due_on: dt.date
    days_late: int
    open_cents: int
    stage: Stage
    defunded_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ExpectedRelease:
    """Money that becomes available when the invoice is paid as agreed (fund and holds)."""

    expected_on: dt.date
    amount_cents: int
    debtor: str
    number: str


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One application of a debtor's payment to an invoice in the week."""

    booked_on: dt.date
    debtor: str
    number: str
    amount_cents: int
    left_cents: int
    released_cents: int


@dataclass(frozen=True, slots=True)
class HoursFigures:
    """Hours from e-mail to money, of the invoices whose first pay-out was debited in the week.

    Whole hours, rounded up, without closing days; ``within`` is how many of ``invoices`` kept the
    promise of ``promised_hours`` from completeness.
    """

    invoices: int = 0
    within: int = 0
    longest_from_receipt: int = 0
    longest_from_completeness: int = 0
    promised_hours: int = 48


class ActionCode(StrEnum):
    """What the seller should do; its sentence is in the texts ``[actions]``."""

    SEND_PAPERS = "send-papers"
    HAND_OVER_PAYMENT = "hand-over-payment"
    REPAY_OVER_ADVANCE = "repay-over-advance"
    CALL_DEBTOR = "call-debtor"
    SETTLE_DISPUTE = "settle-dispute"
    COMPLETE_INVOICES = "complete-invoices"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do, until when; ``facts`` (finished strings) fill the sentence.

    Facts per code: ``debtor``, ``number``, ``amount``, ``count`` as the text asks for them.
    """

    code: ActionCode
    until_on: dt.date
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WeeklyStatementFigures:
    """What the statement of one contract and week shows, cut first and rendered from the cut.

    The account is the sum of the contract's sub-accounts: everything the factor owes the seller,
    drawable or not. opening + Σ movements = closing; closing + Σ holds (negative) = available;
    next week's opening is this closing. ``waterfall`` is the other way to the same figure, from the
    outstanding down, as ``explain`` and « Fonds » have it (empty in statements cut before it was).
    ``payable_cents`` is what may be drawn today: available, never below zero, zero below the
    contract's minimum. ``financed_cents`` is the base of the cost per thousand: the advances of the
    week.
    """

    number: str
    contract: str
    currency: str
    first_on: dt.date
    last_on: dt.date
    issued_on: dt.date
    factor: PartyFigures
    seller: PartyFigures
    contact: ContactFigures
    opening_cents: int
    closing_cents: int
    available_cents: int
    payable_cents: int
    fund: FundFigures
    movements: tuple[Movement, ...] = ()
    holds: tuple[Step, ...] = ()
    waterfall: tuple[WaterfallLine, ...] = ()
    debtors: tuple[AgedDebtor, ...] = ()
    overdue: tuple[OverdueRow, ...] = ()
    releases: tuple[ExpectedRelease, ...] = ()
    fees: tuple[FeeLine, ...] = ()
    vat_cents: int = 0
    financed_cents: int = 0
    receipts: tuple[ReceiptRow, ...] = ()
    hours: HoursFigures = HoursFigures()
    actions: tuple[Action, ...] = ()
    payout_is_automatic: bool = False
    cut_seq: int = 0
    cut_hash: str = ""

    def __post_init__(self) -> None:
        balance = self.opening_cents
        for movement in self.movements:
            balance += movement.amount_cents
            assert movement.balance_cents == balance, f"balance after {movement.reference}"
        assert balance == self.closing_cents, "opening + movements = closing"
        held = sum(step.amount_cents for step in self.holds)
        assert self.closing_cents + held == self.available_cents, "closing - holds = available"
        assert 0 <= self.payable_cents <= max(0, self.available_cents)
        self._check_waterfall()

    def _check_waterfall(self) -> None:
        running = 0
        for line in self.waterfall:
            running = line.cents if line.is_total else running + line.cents
            assert line.code is not WaterfallCode.AVAILABLE or running == self.available_cents

    @property
    def held_cents(self) -> int:
        """What the factor keeps of the seller's money; positive."""
        return -sum(step.amount_cents for step in self.holds)

    @property
    def overdue_cents(self) -> int:
        """What is overdue."""
        return sum(row.open_cents for row in self.overdue)

    @property
    def cost_cents(self) -> int:
        """Charges of the week before VAT."""
        return sum(fee.amount_cents for fee in self.fees)

    @property
    def cost_per_thousand_cents(self) -> int:
        """Charges before VAT for each 1 000.00 financed in the week; zero where nothing was."""
        thousand_cents = 100_000
        if not self.financed_cents:
            return 0
        return half_up(self.cost_cents * thousand_cents, self.financed_cents)
