"""What stands in the ledger besides invoices and lines: positions, cash, pay-outs, statements.

All amounts are cents of the contract's or account's currency; balances are debit-positive.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bordereau.domain import chart
from bordereau.domain.charges import PendingCharge
from bordereau.domain.entries import Entry, Head, InvoiceAfter
from bordereau.domain.fund import FundMoves
from bordereau.domain.identifiers import AccountId, BatchId, ContractId, InvoiceId, PartyId
from bordereau.domain.taking_on.records import Opening


class ContractStatus(StrEnum):
    """Whether a contract takes on anything new."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    TAKING_ON = "taking_on"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a contract stands: the one row that every commit on it moves on.

    ``billed_seq`` is the last entry whose fees were billed; ``batch_day`` and ``batch_count`` give
    a batch its place in its day; ``statement_count`` numbers the advance statements without gap;
    ``stated_seq`` is the last entry that one of them shows, ``stated_on`` the last one's day.
    ``fund_pool_cents`` is the fund on outstanding (none of it belongs to an invoice), ``pending``
    the charges that wait for the next E2, ``minimum_to`` the last day whose annual minimum was
    settled, ``financed_month`` the last month (``2026-01``) whose financing fee was settled;
    ``opening`` what an old system had done before the books began with a take-on.
    Nothing is booked on ``closed_through_on`` or before (ADR 11).
    ``fund_moves`` is what moved its guarantee fund since ``last_cut``.
    """

    contract: ContractId
    currency: str
    account: AccountId
    seq: int = 0
    terms_rev: int = 0
    balances: Mapping[str, int] = field(default_factory=dict)
    head_hash: str = ""
    booked_on: dt.date | None = None
    status: ContractStatus = ContractStatus.ACTIVE
    statement_count: int = 0
    billed_seq: int = 0
    batch_day: dt.date | None = None
    batch_count: int = 0
    payout_day: dt.date | None = None
    payout_count: int = 0
    last_cut: str = ""
    stated_seq: int = 0
    stated_on: dt.date | None = None
    fund_pool_cents: int = 0
    pending: tuple[PendingCharge, ...] = ()
    minimum_to: dt.date | None = None
    closed_on: dt.date | None = None
    financed_month: str = ""
    opening: Opening | None = None
    closed_through_on: dt.date | None = None
    fund_moves: FundMoves = field(default_factory=FundMoves)

    def head(self) -> Head:
        """Return what the next entry is chained to."""
        return Head(self.seq, self.balances, self.head_hash, self.booked_on)

    def after(self, entry: Entry) -> Position:
        """Return the position after one more entry of its journal."""
        return dataclasses.replace(
            self,
            fund_moves=self.fund_moves.moved(entry.kind, self._fund_change(entry)),
            seq=entry.seq,
            balances=entry.balances,
            head_hash=entry.hash,
            booked_on=entry.booked_on,
        )

    def _fund_change(self, entry: Entry) -> int:
        account = chart.GUARANTEE_FUND
        return self.balances.get(account, 0) - entry.balances.get(account, 0)

    def balance(self, account: str) -> int:
        """Return a balance as it is read: owed to the seller, or earned, is positive."""
        return chart.signed(account, self.balances.get(account, 0))


@dataclass(frozen=True, slots=True)
class BankHead:
    """Where one bank account's journal stands.

    ``opening_cents`` is what lay on the account before the first statement that was read (it is
    not in our books), ``through_on`` the last booking date of a statement that was compared,
    ``taken_on`` the day whose balance was taken on: what the bank says up to it is in there.
    Nothing is booked on ``closed_through_on`` or before (ADR 11).
    """

    account: AccountId
    currency: str
    seq: int = 0
    balances: Mapping[str, int] = field(default_factory=dict)
    head_hash: str = ""
    booked_on: dt.date | None = None
    opening_cents: int | None = None
    through_on: dt.date | None = None
    taken_on: dt.date | None = None
    closed_through_on: dt.date | None = None

    def head(self) -> Head:
        """Return what the next entry is chained to."""
        return Head(self.seq, self.balances, self.head_hash, self.booked_on)

    def after(self, entry: Entry) -> BankHead:
        """Return the head after one more entry of its journal."""
        return dataclasses.replace(
            self,
            seq=entry.seq,
            balances=entry.balances,
            head_hash=entry.hash,
            booked_on=entry.booked_on,
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """What one mail, file or command brought to one contract on one day ("remise")."""

    contract: ContractId
    batch: BatchId
    assigned_on: dt.date
    place: int
    invoice_count: int = 0
    amount_cents: int = 0
    v: int = 0


@dataclass(frozen=True, slots=True)
class CreditNote:
    """A credit note that was booked: on an open invoice (E9), or owed to the debtor (E10)."""

    contract: ContractId
    credit_note: InvoiceId
    number: str
    debtor: PartyId
    amount_cents: int
    issued_on: dt.date
    booked_on: dt.date
    invoice: InvoiceId | None = None
    on_invoice_cents: int = 0
    to_debtor_cents: int = 0
    seqs: tuple[int, ...] = ()
    source: str = ""
    v: int = 0


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Blocks double financing: debtor, number, date and amount belong to one contract (I6)."""

    sha: str
    contract: ContractId
    invoice: InvoiceId


@dataclass(frozen=True, slots=True)
class FileHash:
    """A file's bytes belong to one contract: another seller may not send them (I6)."""

    sha: str
    contract: ContractId


@dataclass(frozen=True, slots=True)
class SoftDuplicate:
    """A lookalike key: same debtor, amount and date; read before deciding."""

    debtor: PartyId
    amount_cents: int
    issued_on: dt.date
    contract: ContractId
    number: str


@dataclass(frozen=True, slots=True)
class SameNumber:
    """The other lookalike key: same debtor, year and number, whatever the amount."""

    debtor: PartyId
    invoice: InvoiceId
    contract: ContractId


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money on our account: booked whole (E4), then applied; guarded by what is left of it.

    ``ref`` is the bank's own reference, else a hash with an ordinal; unique in account and day.
    """

    account: AccountId
    booked_on: dt.date
    ref: str
    amount_cents: int
    left_cents: int
    currency: str
    value_on: dt.date
    debtor: PartyId | None = None
    payer: str = ""
    payer_iban: str = ""
    text: str = ""
    end_to_end_id: str = ""
    allocation_count: int = 0
    is_waiting: bool = True


@dataclass(frozen=True, slots=True)
class BankCharge:
    """A fee or interest that our bank took (E29): booked once, whatever file tells of it."""

    account: AccountId
    booked_on: dt.date
    ref: str
    amount_cents: int
    value_on: dt.date
    bank_code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Allocation:
    """One application of a receipt (E5, E16, E17): immutable, with the entries it made.

    ``was`` is what the invoice stood at before it, ``close_seq`` the entry that closed a small rest
    with it (E18; 0 for none): what a reversal goes back to (ADR 20). It is reversed when the entry
    ``bank_seq`` is.
    """

    account: AccountId
    booked_on: dt.date
    ref: str
    ordinal: int
    applied_on: dt.date
    amount_cents: int
    credit_cents: int = 0
    contract: ContractId | None = None
    invoice: InvoiceId | None = None
    kind: str = "E5"
    bank_seq: int = 0
    contract_seq: int = 0
    command: str = ""
    was: InvoiceAfter | None = None
    close_seq: int = 0


@dataclass(frozen=True, slots=True)
class DebtorCredit:
    """What a debtor has with us (over-payment, late credit note); never the seller's."""

    debtor: PartyId
    credit: str
    account: AccountId
    currency: str
    since_on: dt.date
    amount_cents: int
    left_cents: int


class PayOutState(StrEnum):
    """Life of a pay-out; it resolves at most once (I12)."""

    ORDERED = "ordered"
    SEALED = "sealed"
    SENT = "sent"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    REFUSED = "refused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class PayOut:
    """Money to a seller: contract, day and ordinal; ``end_to_end_id`` is its id at the bank.

    ``released_facts`` is the fingerprint for which ``released_by`` released it; who is paid
    (``beneficiary``, ``iban``) follows it. ``batch`` is its SEPA batch, once for ever (I10);
    ``fault_is_ours``: refused, and not for its payee.
    """

    contract: ContractId
    ordered_on: dt.date
    ordinal: int
    amount_cents: int
    currency: str
    end_to_end_id: str
    covers_seq: int
    beneficiary: str = ""
    iban: str = ""
    state: PayOutState = PayOutState.ORDERED
    settled_on: dt.date | None = None
    batch: str = ""
    released_facts: str = ""
    released_by: str = ""
    released_on: dt.date | None = None
    fault_is_ours: bool = False
    v: int = 0


@dataclass(frozen=True, slots=True)
class AdvanceStatement:
    """The numbered tax document of a contract and day; its row makes E2 happen at most once.

    ``net_by_rate`` is the net of fees by VAT rate (basis points as text) that a correction lowers.
    ``figures_key`` is the object that holds everything the document shows, with its hash.
    ``first_seq`` to ``last_seq`` are the entries whose fees it bills (an empty range while a rate
    is missing). ``available_cents`` is what is left to draw after it; ``is_offset`` says that all
    that was assigned went against a debit balance; ``stated_seq`` is the last entry that it shows.
    """

    contract: ContractId
    issued_on: dt.date
    number: int
    first_seq: int
    last_seq: int
    fee_seq: int | None = None
    assigned_cents: int = 0
    advance_cents: int = 0
    retained_cents: int = 0
    fee_cents: int = 0
    vat_cents: int = 0
    payout_cents: int = 0
    payout_id: str = ""
    available_cents: int = 0
    is_offset: bool = False
    invoice_count: int = 0
    net_by_rate: Mapping[str, int] = field(default_factory=dict)
    fee_vat_bps: int = 0
    figures_key: str = ""
    figures_sha: str = ""
    stated_seq: int = 0
    v: int = 0


@dataclass(frozen=True, slots=True)
class StatementCut:
    """A weekly statement, cut: rendered from this and its object alone, however often."""

    contract: ContractId
    week: str
    cut_on: dt.date
    seq: int
    opening_seq: int
    head_hash: str
    balances: Mapping[str, int]
    figures_key: str = ""
    figures_sha: str = ""


@dataclass(frozen=True, slots=True)
class GuaranteeClaim:
    """The guarantee took effect for one contract and debtor: what the insurer and others owe.

    ``approved_cents`` was lost or claimed, ``charged_back_cents`` went back to the seller,
    ``claim_cents`` is the insurer's part, ``received_cents`` what it paid of it. ``is_whole`` is
    false between the commits of a debtor with more invoices than one commit holds.
    """

    contract: ContractId
    debtor: PartyId
    effective_on: dt.date
    approved_cents: int
    charged_back_cents: int
    claim_cents: int
    received_cents: int = 0
    dividend_cents: int = 0
    is_whole: bool = True
    v: int = 0


@dataclass(frozen=True, slots=True)
class Reversal:
    """Says that an entry was reversed: once for ever (I13)."""

    journal: str
    seq: int
    by_seq: int
