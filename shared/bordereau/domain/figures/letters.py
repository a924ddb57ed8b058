"""Letters and mails: to a seller (acknowledgement), to a debtor, to staff (a file for the bank)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bordereau.domain.figures.parts import AccountFigures, ContactFigures, PartyFigures
from bordereau.domain.problems import Problem
from bordereau.domain.work import OutcomeKind


@dataclass(frozen=True, slots=True)
class AcknowledgementRow:
    """One document of the mail: what it is, what became of it, and why.

    ``advance_cents`` is what it makes available (zero where nothing). A credit note has positive
    amounts and ``is_credit_note``. What could not be read has only ``file`` and problems.
    """

    file: str
    outcome: OutcomeKind
    number: str = ""
    debtor: str = ""
    currency: str = "EUR"
    amount_cents: int | None = None
    approved_cents: int = 0
    advance_cents: int = 0
    is_credit_note: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class AcknowledgementTotal:
    """Totals of what was taken over, per currency (a credit note counts negative)."""

    currency: str
    documents: int
    amount_cents: int
    approved_cents: int
    advance_cents: int


@dataclass(frozen=True, slots=True)
class AcknowledgementFigures:
    """The one answer to one received mail, after its last part has its outcome.

    ``advance_due_at`` is the latest deadline of what was taken over, ``None`` where nothing was.
    ``message_id`` is that of the seller's mail (for the thread). ``problems`` concern the mail as
    a whole (no attachment).
    """

    mail_id: str
    factor: PartyFigures
    seller: PartyFigures
    received_at: dt.datetime
    contact: ContactFigures
    subject: str = ""
    message_id: str = ""
    rows: tuple[AcknowledgementRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    totals: tuple[AcknowledgementTotal, ...] = ()
    advance_due_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """One overdue invoice as the debtor knows it; under a mandate its seller is the creditor."""

    seller: str
    number: str
    issued_on: dt.date
    due_on: dt.date
    amount_cents: int
    open_cents: int
    days_late: int
    order_reference: str = ""
    is_mandate: bool = False


@dataclass(frozen=True, slots=True)
class ReminderFigures:
    """One message per debtor, day and level with all its invoices of one currency.

    ``id`` is ``dun#<debtor>#<date>``. ``total_cents`` is the sum of what is open.
    """

    id: str
    level: int
    issued_on: dt.date
    factor: PartyFigures
    debtor: PartyFigures
    account: AccountFigures
    contact: ContactFigures
    rows: tuple[ReminderRow, ...]
    total_cents: int
    currency: str = "EUR"

    def __post_init__(self) -> None:
        assert self.rows, "a reminder has at least one invoice"
        assert sum(row.open_cents for row in self.rows) == self.total_cents


@dataclass(frozen=True, slots=True)
class DebtorNoticeFigures:
    """A seller's invoices are from now on paid to another account (notified contracts).

    ``id`` is stable per relation (``notice#<contract>#<debtor>``). ``effective_on`` is the day
    from which invoices are concerned.
    """

    id: str
    issued_on: dt.date
    effective_on: dt.date
    factor: PartyFigures
    seller: PartyFigures
    debtor: PartyFigures
    account: AccountFigures
    contact: ContactFigures
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class PaymentFileRow:
    """One pay-out of a file, and who released it; its IBAN is masked."""

    end_to_end_id: str
    beneficiary: str
    amount_cents: int
    account: str
    released_by: str = ""


@dataclass(frozen=True, slots=True)
class PaymentFileFigures:
    """Staff are told that a file for the bank is ready: where, how many, how much.

    ``id`` is the file's id at the bank, ``account`` our own, masked; no IBAN stands here in full.
    """

    id: str
    issued_on: dt.date
    factor: PartyFigures
    contact: ContactFigures
    file: str
    sha256: str
    account: str
    execution_on: dt.date
    count: int
    total_cents: int
    rows: tuple[PaymentFileRow, ...]
    currency: str = "EUR"

    def __post_init__(self) -> None:
        assert len(self.rows) == self.count, "every pay-out of the file is named"
        assert sum(row.amount_cents for row in self.rows) == self.total_cents
