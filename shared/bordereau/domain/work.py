"""What is under way: commands of staff, mails and their parts, intents to send, alerts, runs.

Nothing here is money: it may be cleaned up when finished (TTL), and be rebuilt.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bordereau.domain.claims import BankDetail
from bordereau.domain.identifiers import AccountId, ContractId, InvoiceId, PartyId
from bordereau.domain.problems import Problem


class OutcomeKind(StrEnum):
    """What became of one part of a mail: exactly one of these."""

    ASSIGNED = "assigned"
    REGISTERED = "registered"
    PARTLY_APPROVED = "partly-approved"
    OVER_LINE = "over-line"
    HELD = "held"
    TO_COMPLETE = "to-complete"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    CREDITED = "credited"
    CORRECTED = "corrected"
    QUARANTINED = "quarantined"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class MailHead:
    """One received mail: how many parts, how many have their outcome; the last one answers."""

    mail: str
    received_at: dt.datetime
    total: int
    done: int = 0
    sender: str = ""
    seller: PartyId | None = None
    may_be_answered: bool = False
    message_id: str = ""
    subject: str = ""
    claims_key: str = ""
    is_acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class MailRelease:
    """A person answers for a mail whose sender is not proven: who, when, why, for which seller.

    Its documents are then read as if the sender were proven (docs/adr/0013); written once.
    """

    mail: str
    released_on: dt.date
    by: str
    reason: str
    seller: PartyId | None = None


@dataclass(frozen=True, slots=True)
class PartOutcome:
    """The outcome of one part; a held one stands in ``pending`` under what it lacks.

    ``lacks`` is ``debtor:siren:…``, ``sender:…``, ``line:<contract>|<debtor>``,
    ``contract:<contract>``, ``fields:<mail>#<part>`` or ``release:<mail>`` (a person's word for an
    unproven sender); empty when the outcome is final. ``trial``
    counts how often it was tried again. Amounts are cents of ``currency``, positive for a credit
    note too; ``advance_cents`` is what the document makes available.
    """

    mail: str
    part: str
    outcome: OutcomeKind
    file: str = ""
    contract: ContractId | None = None
    invoice: InvoiceId | None = None
    number: str = ""
    debtor_name: str = ""
    amount_cents: int | None = None
    approved_cents: int | None = None
    currency: str = ""
    problems: tuple[Problem, ...] = ()
    lacks: str = ""
    decided_on: dt.date | None = None
    received_at: dt.datetime | None = None
    sha256: str = ""
    trial: int = 0
    debtor: PartyId | None = None
    advance_cents: int | None = None
    deadline_at: dt.datetime | None = None
    is_credit_note: bool = False
    v: int = 0


@dataclass(frozen=True, slots=True)
class Command:
    """A decision of staff, as posted: the line of the sheet, its revision and what came of it.

    ``facts_sha`` is the hash of the facts: the same hash as the last revision is no command.
    ``kind`` names the decision (``seller``, ``terms``, ``line`` …), ``facts`` its plain content.
    ``status`` is a code of the texts ``[sheet]``, ``message`` the sentence beside the line,
    ``in_force_on`` the day that a line in force shows.
    """

    ref: str
    revision: int
    kind: str
    facts_sha: str
    facts: Mapping[str, object] = field(default_factory=dict)
    status: str = "ok"
    message: str = ""
    problems: tuple[Problem, ...] = ()
    done_on: dt.date | None = None
    in_force_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class SheetLine:
    """What stands on a numbered line that the system brings: receipt or document, for ever.

    ``tab`` is the code name of the tab, ``number`` that of its line, ``object`` what it shows:
    ``<account>#<booked_on>#<ref>`` of a receipt, the ``ref`` of a document to complete.
    """

    tab: str
    number: int
    object: str
    since_on: dt.date


class IntentState(StrEnum):
    """Life of an e-mail to send (I7)."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Intent:
    """Something to send, committed with what causes it: exactly this document to this party.

    ``figures_key`` is the object with the document's frozen figures, ``pdf_key`` its rendered PDF
    (empty for mails without). ``ambiguous_sends`` counts sends whose answer was lost.
    """

    kind: str
    id: str
    to: tuple[str, ...]
    party: PartyId | None
    created_at: dt.datetime
    language: str = "fr"
    figures: str = ""
    figures_key: str = ""
    pdf_key: str = ""
    needs_pdf: bool = False
    in_reply_to: str = ""
    state: IntentState = IntentState.WAITING
    lease_until: dt.datetime | None = None
    sent_at: dt.datetime | None = None
    sent_key: str = ""
    ambiguous_sends: int = 0
    v: int = 0


@dataclass(frozen=True, slots=True)
class Alert:
    """One stored alert per object and stage; closed when its cause is gone."""

    object: str
    stage: str
    since_on: dt.date
    severity: str
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)
    contract: ContractId | None = None
    debtor: PartyId | None = None
    invoice: InvoiceId | None = None
    due_at: dt.datetime | None = None
    closed_on: dt.date | None = None
    v: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run of a schedule for a date (I8): the second one is a no-op that says so."""

    kind: str
    day: str
    finished_at: dt.datetime
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToComplete:
    """A document that a person completes: what was read, and where the file lies.

    ``ref`` is ``<mail>#<part>``. ``proposed`` and ``confirmed`` have the keys of
    ``eligibility.FIELDS``: number, issued_on, due_on (ISO dates), amount (plain decimal), currency,
    type_code, debtor, preceding; ``debtor`` is a name when proposed, a party's identity or alias
    when confirmed. ``confirmed`` also holds ``decision`` (``accept`` or ``refuse``) and ``reason``;
    whoever writes it wakes ``fields:<ref>``. Empty = nobody decided yet.
    """

    ref: str
    mail: str
    part: str
    file: str
    seller: PartyId | None
    received_at: dt.datetime
    object_key: str
    proposed: Mapping[str, str] = field(default_factory=dict)
    confirmed: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    closed_on: dt.date | None = None
    v: int = 0


@dataclass(frozen=True, slots=True)
class BankFile:
    """What became of one bank file, by its bytes: the same file again is known by this row.

    ``counts``: receipts, known (booked before), confirmed, returned, alerts.
    """

    file: str
    sha256: str
    applied_on: dt.date
    verdict: str
    counts: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class BankNotice:
    """What a camt.054 says of an entry that a statement books, before or after it.

    ``ref`` is the entry's reference, the servicer's or the entry's own: one row under each.
    ``cents`` are signed as the account sees them; details beyond the cap are left out, and then
    ``is_whole`` is false: the entry is taken as one. ``entry_ref`` and ``entry_on`` name the entry
    of a statement that came first without details, under its own reference.
    """

    account: AccountId
    ref: str
    cents: int
    file: str
    told_on: dt.date
    details: tuple[BankDetail, ...] = ()
    is_whole: bool = True
    entry_ref: str = ""
    entry_on: dt.date | None = None
    v: int = 0


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """One invoice that a receipt seems to pay; ``credit_cents`` of it from the debtor's credits."""

    contract: ContractId
    invoice: InvoiceId
    number: str
    amount_cents: int
    credit_cents: int = 0


@dataclass(frozen=True, slots=True)
class ReceiptProposal:
    """What a receipt seems to be for: what is certain is applied, the rest is shown to staff.

    ``why`` is a code of the texts ``[matching]``. ``is_certain`` plans are carried out as they
    stand, whatever happens in between: ``trial`` counts plans that the books then refused.
    ``rest_cents`` is what no line takes (an over-payment).
    """

    account: AccountId
    booked_on: dt.date
    ref: str
    why: str
    lines: tuple[ProposedLine, ...] = ()
    rest_cents: int = 0
    debtor: PartyId | None = None
    is_certain: bool = False
    is_applied: bool = False
    trial: int = 0
    v: int = 0
