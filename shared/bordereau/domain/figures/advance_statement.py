"""The advance statement: the numbered tax document of a contract's day (``docs/money.md``)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bordereau.domain.figures.parts import (
    ContactFigures,
    FeeLine,
    PartyFigures,
    PayoutFigures,
    Step,
    VatLine,
)
from bordereau.domain.problems import Problem


@dataclass(frozen=True, slots=True)
class AssignedRow:
    """One invoice assigned since the last statement; advance + retained = approved.

    Hours are whole hours, rounded up, until the statement; ``None`` where a clock never ran. Hours
    on closing days of the bank calendar are not in them.
    """

    number: str
    debtor: str
    issued_on: dt.date
    due_on: dt.date
    amount_cents: int
    approved_cents: int
    unapproved_cents: int
    advance_cents: int
    retained_cents: int
    fee_cents: int = 0
    hours_from_receipt: int | None = None
    hours_from_completeness: int | None = None

    def __post_init__(self) -> None:
        assert self.approved_cents + self.unapproved_cents == self.amount_cents
        assert self.advance_cents + self.retained_cents == self.approved_cents


@dataclass(frozen=True, slots=True)
class CreditNoteRow:
    """One credit note booked since the last statement; all amounts are positive.

    ``amount`` = ``unapproved`` + ``current`` + ``fund``: where it was taken from (E9, E10).
    """

    number: str
    debtor: str
    issued_on: dt.date
    amount_cents: int
    unapproved_cents: int
    current_cents: int
    fund_cents: int
    invoice_number: str = ""

    def __post_init__(self) -> None:
        parts = self.unapproved_cents + self.current_cents + self.fund_cents
        assert parts == self.amount_cents


@dataclass(frozen=True, slots=True)
class AdvanceStatementFigures:
    """What the advance statement ``number`` of one contract and day shows.

    ``steps`` are the signed changes of the availability since the last statement:
    ``opening_available_cents`` + Σ steps = ``available_cents``; less the pay-out that is
    ``available_after_cents``. An assignment shows as ``ASSIGNED`` (whole), ``UNAPPROVED`` and
    ``FUND`` (negative). ``no_payout_code`` says why there is no pay-out: one of the texts
    ``[no_payout]`` (``on-request``, ``below-minimum``, ``nothing-available``, ``suspended`` …).
    """

    number: str
    contract: str
    currency: str
    issued_on: dt.date
    factor: PartyFigures
    seller: PartyFigures
    contact: ContactFigures
    opening_available_cents: int
    steps: tuple[Step, ...]
    available_cents: int
    available_after_cents: int
    rows: tuple[AssignedRow, ...] = ()
    credit_notes: tuple[CreditNoteRow, ...] = ()
    fees: tuple[FeeLine, ...] = ()
    vat: tuple[VatLine, ...] = ()
    payout: PayoutFigures | None = None
    no_payout_code: str = ""
    warnings: tuple[Problem, ...] = ()
    collection_iban_masked: str = ""
    advance_rate_bps: int = 0
    first_seq: int = 0
    last_seq: int = 0

    def __post_init__(self) -> None:
        changes = sum(step.amount_cents for step in self.steps)
        assert self.opening_available_cents + changes == self.available_cents
        paid = self.payout.amount_cents if self.payout else 0
        assert self.available_cents - paid == self.available_after_cents
        assert sum(line.net_cents for line in self.vat) == self.net_cents, "each fee has its VAT"
        assert (self.payout is None) != (not self.no_payout_code), "a pay-out or the reason why not"

    @property
    def net_cents(self) -> int:
        """Charges of the statement before VAT."""
        return sum(fee.amount_cents for fee in self.fees)

    @property
    def vat_cents(self) -> int:
        """VAT of the statement."""
        return sum(line.vat_cents for line in self.vat)

    @property
    def gross_cents(self) -> int:
        """Charges of the statement with VAT."""
        return self.net_cents + self.vat_cents
