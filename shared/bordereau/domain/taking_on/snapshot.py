"""What an old system hands over, as staff typed it: one snapshot at a date (docs/adr/0010).

Every row has the reference of its line in the sheet, so that what is wrong is said beside it.
Amounts are cents. Parties, contracts and accounts are identities already; that they are known was
found when the rows were read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from bordereau.domain.identifiers import (
    AccountId,
    ContractId,
    InvoiceId,
    PartyId,
    fingerprint,
    invoice_id,
)
from bordereau.domain.parties import Contract
from bordereau.domain.plain import to_plain
from bordereau.domain.terms import Terms, in_force

ROWS_MAX = 10_000
"""Rows of one dossier: what one check reads; a larger portfolio comes in several, by contract."""


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract: how it is opened, and what the old system shows of it on the date.

    ``current_cents`` is what the seller may draw, below zero when he owes. ``open_cents``,
    ``approved_cents`` and ``fund_cents`` are the old system's totals. ``statement_number`` is the
    last number of an advance statement, ``fees_cents`` the commissions billed, net of VAT, since
    the contract's last anniversary.
    """

    ref: str
    contract: Contract
    terms: tuple[Terms, ...]
    current_cents: int
    open_cents: int
    approved_cents: int
    fund_cents: int
    specific_cents: int = 0
    statement_number: int = 0
    fees_cents: int = 0

    @property
    def name(self) -> ContractId:
        """The contract's identity."""
        return self.contract.contract

    def terms_on(self, day: dt.date) -> Terms | None:
        """Return the terms in force on a day, ``None`` before the first."""
        return in_force(self.terms, day)


@dataclass(frozen=True, slots=True)
class LineRow:
    """A guarantee line of one contract, or a debtor's factor-wide limit (``contract`` empty)."""

    ref: str
    debtor: PartyId
    currency: str
    limit_cents: int
    contract: ContractId | None = None
    valid_until: dt.date | None = None
    notified_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An open invoice. ``basis_cents`` is the part ever financed, less credit notes.

    ``advance_rate_bps`` is its own rate where the terms of its assignment are not those typed.
    """

    ref: str
    contract: ContractId
    debtor: PartyId
    number: str
    issued_on: dt.date
    due_on: dt.date
    assigned_on: dt.date
    amount_cents: int
    open_cents: int
    approved_cents: int
    retained_cents: int
    disputed_cents: int = 0
    basis_cents: int | None = None
    advance_rate_bps: int | None = None
    place: int = 1
    is_defunded: bool = False
    reminder_level: int = 0

    @property
    def identity(self) -> InvoiceId:
        """Its identity within the contract."""
        return invoice_id(self.issued_on.year, self.number)

    @property
    def mark(self) -> str:
        """What no other contract may hold (I6)."""
        day = self.issued_on.isoformat()
        return fingerprint(self.debtor, self.number, day, self.amount_cents)


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """A pay-out that the bank did not debit yet, under the old system's reference."""

    ref: str
    contract: ContractId
    reference: str
    ordered_on: dt.date
    amount_cents: int


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """Money on our account that pays nothing yet: what is left of it."""

    ref: str
    account: AccountId
    currency: str
    reference: str
    received_on: dt.date
    amount_cents: int
    debtor: PartyId | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class CreditRow:
    """What a debtor has with us: what is left of it, and the number it goes by."""

    ref: str
    account: AccountId
    currency: str
    debtor: PartyId
    number: str
    since_on: dt.date
    amount_cents: int


@dataclass(frozen=True, slots=True)
class BankRow:
    """What the bank's statement shows on the date; below zero for an overdraft."""

    ref: str
    account: AccountId
    currency: str
    balance_cents: int


class Figure(StrEnum):
    """A total that the old system shows, over the whole dossier and one currency."""

    OUTSTANDING = "outstanding"
    APPROVED = "approved"
    FUND = "fund"
    CURRENT = "current"
    TRANSIT = "transit"
    BANK = "bank"
    UNALLOCATED = "unallocated"
    CREDITS = "credits"
    UNAPPROVED = "unapproved"
    DISPUTED = "disputed"
    DEFUNDED = "defunded"
    SPECIFIC = "specific"
    IN_USE = "in_use"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class TotalRow:
    """One total as the old system shows it; a count of invoices counts as so many units."""

    ref: str
    figure: Figure
    currency: str
    cents: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One dossier: everything that is taken on at the end of the day ``on``."""

    dossier: str
    ref: str
    on: dt.date
    contracts: tuple[ContractRow, ...] = ()
    lines: tuple[LineRow, ...] = ()
    invoices: tuple[InvoiceRow, ...] = ()
    payouts: tuple[PayoutRow, ...] = ()
    receipts: tuple[ReceiptRow, ...] = ()
    credits: tuple[CreditRow, ...] = ()
    banks: tuple[BankRow, ...] = ()
    totals: tuple[TotalRow, ...] = ()

    @property
    def starts_on(self) -> dt.date:
        """The first day of our own books."""
        return self.on + dt.timedelta(1)

    @property
    def count(self) -> int:
        """How many rows it has, the dossier's own not counted."""
        return sum(1 for _ in self._rows())

    def _rows(self) -> Iterator[object]:
        yield from chain(self.contracts, self.lines, self.invoices, self.payouts)
        yield from chain(self.receipts, self.credits, self.banks, self.totals)

    def data(self) -> bytes:
        """Return the snapshot as an object keeps it; the same rows give the same bytes."""
        plain = to_plain(self)
        return json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()


def sha_of(data: bytes) -> str:
    """Return the hash by which a snapshot is known."""
    return hashlib.sha256(data).hexdigest()
