"""What staff decide in the sheet, one record per kind of decision; carried by commands as plain.

Amounts are cents, days dates. A decision says what is wanted, not how to book it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from bordereau.domain.identifiers import AccountId, ContractId, PartyId
from bordereau.domain.line_agreements import Agreement, Basis, Source
from bordereau.domain.parties import Contract, Debtor, Seller, Sender
from bordereau.domain.plain import from_plain, to_plain
from bordereau.domain.terms import Terms


class DecisionKind(StrEnum):
    """The kinds, in the order in which they depend on each other."""

    SETTING = "setting"
    RATE = "rate"
    SELLER = "seller"
    TERMS = "terms"
    SENDER = "sender"
    DEBTOR = "debtor"
    TAKE_ON = "take-on"
    LINE = "line"
    MANUAL_RECEIPT = "manual-receipt"
    ALLOCATION = "allocation"
    COMPLETION = "completion"
    CASE = "case"
    RELEASE = "release"
    OPERATION = "operation"
    CLOSING = "closing"
    MAIL_RELEASE = "mail-release"


@dataclass(frozen=True, slots=True)
class SettingDecision:
    """A setting's plain text."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class RateDecision:
    """A dated rate: basis points for VAT, parts per million for all others."""

    code: str
    from_on: dt.date
    value: int


@dataclass(frozen=True, slots=True)
class TermsDecision:
    """Terms of a contract; the first ones open it. ``contract`` is how it would be opened."""

    contract: Contract
    terms: Terms


@dataclass(frozen=True, slots=True)
class TakeOnDecision:
    """A dossier is taken on as checked: the object ``key`` holds its rows, ``sha`` their hash."""

    dossier: str
    on: dt.date
    key: str
    sha: str


@dataclass(frozen=True, slots=True)
class LineDecision:
    """A line on a debtor: of one contract, or factor-wide (``contract`` empty).

    ``action`` is ``request`` (nothing but its analysis), ``grant``, ``cut``, ``cancel`` (then the
    amount is zero), ``freeze`` or ``unfreeze``. The amount is on ``basis``, TTC or HT with the VAT
    rate; ``source`` is ``internal`` or ``insurer``. A later ``from_on`` waits for its day.
    """

    debtor: PartyId
    currency: str
    action: str
    amount_cents: int
    from_on: dt.date
    to_on: dt.date | None = None
    contract: ContractId | None = None
    source: Source = Source.INTERNAL
    basis: Basis = Basis.TTC
    vat_bps: int = 0
    policy_ref: str = ""
    insured_share_bps: int = 0
    reason: str = ""
    asked_by: str = ""

    def agreement(self) -> Agreement:
        """Return what the decision agrees to."""
        return Agreement(
            amount_cents=self.amount_cents,
            from_on=self.from_on,
            valid_until=self.to_on,
            basis=self.basis,
            vat_bps=self.vat_bps,
            policy_ref=self.policy_ref,
            insured_share_bps=self.insured_share_bps,
        )


@dataclass(frozen=True, slots=True)
class NamedAmount:
    """An invoice or credit note by its number as typed; ``None`` = as much as there is."""

    number: str
    amount_cents: int | None = None


@dataclass(frozen=True, slots=True)
class AllocationDecision:
    """What a receipt is for. ``action``: apply, settle, keep, pass-on, wait."""

    account: AccountId
    booked_on: dt.date
    ref: str
    action: str
    pays: tuple[NamedAmount, ...] = ()
    debtor: PartyId | None = None
    seller: PartyId | None = None


@dataclass(frozen=True, slots=True)
class ManualReceiptDecision:
    """A payment that no bank file brings. ``action``: book or reverse."""

    account: AccountId
    received_on: dt.date
    amount_cents: int
    debtor: PartyId
    reference: str
    action: str
    means: str = ""
    pays: tuple[NamedAmount, ...] = ()


@dataclass(frozen=True, slots=True)
class CompletionDecision:
    """What a person confirmed of a document; keys as ``ToComplete.confirmed``."""

    ref: str
    confirmed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseDecision:
    """What a person says of one invoice: a dispute, a promise, a payment to the seller.

    ``kind`` and ``outcome`` are codes of ``cases.CaseKind`` and ``cases.CaseEnd``; the number is as
    typed, ``None`` for an amount means all of it. ``spoken_to`` and ``channel`` are for people.
    """

    number: str
    kind: str
    seller: PartyId | None = None
    amount_cents: int | None = None
    promised_on: dt.date | None = None
    reason: str = ""
    outcome: str = ""
    closed_on: dt.date | None = None
    spoken_to: str = ""
    channel: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseDecision:
    """What becomes of a pay-out. ``action``: release, keep, cancel.

    ``seen`` is the fingerprint of the facts that stood beside the line when it was answered; it is
    no part of what makes a decision new (``OUTSIDE_SHA``).
    """

    end_to_end_id: str
    action: str
    by: str
    reason: str = ""
    seen: str = ""


@dataclass(frozen=True, slots=True)
class MailReleaseDecision:
    """What becomes of a mail in quarantine. ``action``: release or keep.

    ``object`` is that of its alert: ``mail:<id>`` of a seller's mail, ``bank:<id>`` of a bank's.
    """

    object: str
    action: str
    by: str
    reason: str
    seller: PartyId | None = None


class Operation(StrEnum):
    """What a person does once, on a line of « Opérations »."""

    PAYOUT = "payout"
    PAY_IN = "pay-in"
    REFUND = "refund"
    REFUND_CANCEL = "refund-cancel"
    CREDIT_NOTE = "credit-note"
    CHARGEBACK = "chargeback"
    ACCEPT_SHORT = "accept-short"
    CHARGE = "charge"
    RESERVE = "reserve"
    RESERVE_RELEASE = "reserve-release"
    USE_FUND = "use-fund"
    FORMAL_NOTICE = "formal-notice"
    INTEREST = "interest"
    GUARANTEE = "guarantee"
    INDEMNITY = "indemnity"
    DIVIDEND = "dividend"
    WRITE_OFF = "write-off"
    REVERSAL = "reversal"
    UNAPPLY = "unapply"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class NamedReceipt:
    """A receipt: account, booking date, the bank's reference."""

    account: AccountId
    booked_on: dt.date
    ref: str


@dataclass(frozen=True, slots=True)
class OperationDecision:
    """One operation with what its kind needs; ``None`` for an amount means all there is.

    ``number`` is an invoice's as typed, of ``seller`` where one is named, or a refund's id.
    ``indemnity_cents`` is the part of an amount that is the fixed indemnity, ``share_bps`` the
    insured share and ``vat_bps`` the VAT in the invoices of a guarantee, ``code`` a charge's,
    ``entry`` the number of an entry of the contract's journal, ``document`` a credit note's number.
    """

    operation: str
    seller: PartyId | None = None
    currency: str = "EUR"
    debtor: PartyId | None = None
    number: str = ""
    amount_cents: int | None = None
    indemnity_cents: int = 0
    receipt: NamedReceipt | None = None
    code: str = ""
    share_bps: int | None = None
    vat_bps: int | None = None
    entry: int | None = None
    on: dt.date | None = None
    iban: str = ""
    document: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClosingDecision:
    """A month (``2026-01``) is to be closed; asked again by another ``asked_on``."""

    month: str
    asked_on: dt.date | None = None


RECORDS: Final[Mapping[DecisionKind, type]] = {
    DecisionKind.SETTING: SettingDecision,
    DecisionKind.RATE: RateDecision,
    DecisionKind.SELLER: Seller,
    DecisionKind.TERMS: TermsDecision,
    DecisionKind.SENDER: Sender,
    DecisionKind.DEBTOR: Debtor,
    DecisionKind.TAKE_ON: TakeOnDecision,
    DecisionKind.LINE: LineDecision,
    DecisionKind.MANUAL_RECEIPT: ManualReceiptDecision,
    DecisionKind.ALLOCATION: AllocationDecision,
    DecisionKind.COMPLETION: CompletionDecision,
    DecisionKind.CASE: CaseDecision,
    DecisionKind.RELEASE: ReleaseDecision,
    DecisionKind.OPERATION: OperationDecision,
    DecisionKind.CLOSING: ClosingDecision,
    DecisionKind.MAIL_RELEASE: MailReleaseDecision,
}
"""The record of each kind of decision."""


def facts_of(decision: object) -> dict[str, Any]:
    """Return a decision as a command carries it."""
    facts: dict[str, Any] = to_plain(decision)
    return facts


def decision_of(kind: DecisionKind, facts: Mapping[str, object]) -> Any:  # noqa: ANN401 - by kind
    """Return the decision of a command; raises ``NotPlainError`` when it has another shape."""
    return from_plain(RECORDS[kind], dict(facts))


OUTSIDE_SHA: Final[Mapping[DecisionKind, frozenset[str]]] = {
    DecisionKind.RELEASE: frozenset({"seen"})
}
"""Facts that stood beside what a person typed: another one of these is no new decision."""


def facts_sha(kind: DecisionKind, facts: Mapping[str, object]) -> str:
    """Return the hash by which a decision is known: the same facts are no new decision."""
    outside = OUTSIDE_SHA.get(kind, frozenset())
    typed = {name: value for name, value in facts.items() if name not in outside}
    text = json.dumps({"kind": kind, "facts": typed}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
