"""Cases of the tab « Litiges et promesses »: what a person follows on one invoice, to its end.

A case moves money only while it is a dispute (E11) or a direct payment (E14); promises, granted
delays and awaited credit notes suspend reminders, and are over by themselves once they are kept
(handbook: sheets 5.2, docs/adr/0013).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from bordereau.domain.identifiers import ContractId, InvoiceId, PartyId
from bordereau.domain.invoices import Invoice


class CaseKind(StrEnum):
    """What is followed."""

    DISPUTE = "dispute"
    PROMISE = "promise"
    DELAY = "delay"
    DIRECT_PAYMENT = "direct-payment"
    CREDIT_AWAITED = "credit-awaited"


class CaseEnd(StrEnum):
    """How a dispute ended: the buyer was right, was not, or both gave way."""

    FOUNDED = "founded"
    UNFOUNDED = "unfounded"
    SETTLED = "settled"


class CaseState(StrEnum):
    """Where a case stands on a day, seen with its invoice."""

    OPEN = "open"
    BROKEN = "broken"
    EXPIRED = "expired"
    TO_HAND_OVER = "to-hand-over"
    AWAITS_CREDIT = "awaits-credit"
    KEPT = "kept"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the tab; cents of the contract's currency.

    ``open_cents`` is what was open of the invoice when the case began, ``amount_cents`` the part
    that it is about (``None`` = all). ``disputed_cents`` is what this case holds disputed (disputes
    add up), ``direct_cents`` what it booked as paid to the seller. ``contract`` and ``invoice`` are
    found once from the number that was typed. ``closed_on`` ends it.
    """

    ref: str
    contract: ContractId
    invoice: InvoiceId
    number: str
    debtor: PartyId
    kind: CaseKind
    since_on: dt.date
    open_cents: int
    amount_cents: int | None = None
    disputed_cents: int = 0
    direct_cents: int = 0
    promised_on: dt.date | None = None
    reason: str = ""
    outcome: CaseEnd | None = None
    closed_on: dt.date | None = None
    v: int = 0

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits for something."""
        return self.closed_on is None

    @property
    def wanted_cents(self) -> int:
        """The part that it is about."""
        return self.open_cents if self.amount_cents is None else self.amount_cents


_SUSPENDING = (CaseKind.PROMISE, CaseKind.DELAY, CaseKind.CREDIT_AWAITED)


def suspends_reminders(case: Case, on: dt.date) -> bool:
    """Return whether a debtor is not reminded of the invoice on a day.

    A dispute does so for as long as it is open; what was promised or granted, to its day and with
    it. (What an invoice has disputed is not reminded of in any case.)
    """
    if not case.is_open:
        return False
    if case.kind is CaseKind.DISPUTE:
        return True
    return case.kind in _SUSPENDING and (case.promised_on is None or on <= case.promised_on)


def is_kept(case: Case, invoice: Invoice) -> bool:
    """Return whether what was promised or awaited has come: so much less is open."""
    return invoice.open_cents <= max(0, case.open_cents - case.wanted_cents)


def state_of(case: Case, invoice: Invoice, on: dt.date) -> CaseState:
    """Return where a case stands.

    A founded dispute waits for its credit note, a direct payment for the seller's money, until a
    person closes it. A promise is broken the day after its day.
    """
    if case.kind is CaseKind.DISPUTE:
        awaits = case.outcome in (CaseEnd.FOUNDED, CaseEnd.SETTLED) and invoice.disputed_cents > 0
        if awaits:
            return CaseState.AWAITS_CREDIT
        is_over = not case.is_open or invoice.disputed_cents == 0
        return CaseState.CLOSED if is_over else CaseState.OPEN
    if case.kind is CaseKind.DIRECT_PAYMENT:
        return CaseState.TO_HAND_OVER if case.is_open else CaseState.CLOSED
    if is_kept(case, invoice):
        return CaseState.KEPT
    if not case.is_open:
        return CaseState.CLOSED
    if case.promised_on is None or on <= case.promised_on:
        return CaseState.OPEN
    return CaseState.BROKEN if case.kind is CaseKind.PROMISE else CaseState.EXPIRED
