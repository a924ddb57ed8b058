"""One part of a mail on the desk: what is known of it, and the ruling that it gets.

A ruling is the part's outcome with what staff are shown: an alert (something must be added to the
register, or something was refused) or a line of "Factures à compléter" (a person confirms fields).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bordereau.domain.claims import ClaimPart, InvoiceClaim, MailClaims, PartyClaim, Verdict
from bordereau.domain.eligibility import CREDIT_NOTES, Document, fields_of
from bordereau.domain.identifiers import ContractId, PartyId
from bordereau.domain.invoices import Invoice
from bordereau.domain.money import parse_amount
from bordereau.domain.parties import Contract, Debtor
from bordereau.domain.problems import Problem, Severity
from bordereau.domain.work import Alert, OutcomeKind, PartOutcome, ToComplete
from bordereau.ports import Ledger, Objects, Queue
from bordereau.services import register
from bordereau.services.glance import Glance
from bordereau.services.page_proposals import page_proposals

NAME_LENGTH: Final = 200
ALERT_PER_PART_MAX: Final = 20
"""A mail of more parts (a long schedule) shows one alert for each reason, not for each line."""

_NO_CLAIM: Final = InvoiceClaim(file="", verdict=Verdict.REJECT, syntax="")
_WAITING: Final = (OutcomeKind.HELD, OutcomeKind.QUARANTINED, OutcomeKind.TO_COMPLETE)
_SILENT: Final = (
    OutcomeKind.ASSIGNED,
    OutcomeKind.REGISTERED,
    OutcomeKind.PARTLY_APPROVED,
    OutcomeKind.OVER_LINE,
    OutcomeKind.CREDITED,
    OutcomeKind.CORRECTED,
    OutcomeKind.IGNORED,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the work is done: the ports and the time.

    ``known`` is a glance at the ledger: the register as it stood when the message was first looked
    at, the books as they stood at the beginning of the lot.
    """

    ledger: Ledger
    objects: Objects
    queue: Queue
    today: dt.date
    now: dt.datetime
    known: Glance

    def debtor_of(self, claim: PartyClaim) -> Debtor | None:
        """Return the registered debtor that a document names by an identifier."""
        party = register.party_of_claim(self.known, register.DEBTOR, claim)
        return register.debtor_of(self.known, party) if party else None


@dataclass(frozen=True, slots=True)
class Case:
    """One part to rule on. ``previous`` and ``row`` are there when it is tried again."""

    mail: MailClaims
    part: ClaimPart
    previous: PartOutcome | None = None
    row: ToComplete | None = None

    @property
    def source(self) -> str:
        """The identity of the part, kept by what it becomes (``Invoice.source``)."""
        return f"{self.mail.mail_id}#{self.part.part}"

    @property
    def claim(self) -> InvoiceClaim:
        """What the part says; empty when nothing could be read."""
        return self.part.claim or _NO_CLAIM

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the reader found wrong."""
        return (*self.part.problems, *self.claim.problems)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What the reader only warns of."""
        return tuple(one for one in self.problems if one.severity is Severity.WARN)

    @property
    def confirmed(self) -> Mapping[str, str]:
        """What a person confirmed, empty while nobody did."""
        return self.row.confirmed if self.row and self.row.closed_on is None else {}

    @property
    def is_reviewed(self) -> bool:
        """Whether a person accepted the document as it stands or with other values."""
        return self.confirmed.get("decision") == "accept"

    @property
    def fields(self) -> dict[str, str]:
        """The fields of the document, a person's values first."""
        return fields_of(self.claim, self.confirmed)

    @property
    def complete_at(self) -> dt.datetime | None:
        """When nothing was missing any more: at receipt, unless it had to wait."""
        return self.mail.received_at if self.previous is None else None


@dataclass(frozen=True, slots=True)
class Ready:
    """A case that may go on to the books: its document, contract and, if known, debtor."""

    case: Case
    document: Document
    contract: Contract
    debtor: Debtor | None
    warnings: tuple[Problem, ...] = ()

    @property
    def order(self) -> tuple[str, str, str]:
        """The order inside a batch: date of issue, number, then as they came."""
        return self.document.issued_on.isoformat(), self.document.number, self.case.source


@dataclass(frozen=True, slots=True)
class Ruling:
    """The end of one case; ``invoice`` is what it became, where it became one."""

    outcome: PartOutcome
    alert: Alert | None = None
    row: ToComplete | None = None
    invoice: Invoice | None = None
    seller: PartyId | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that must be added to the register, and the alert that asks staff for it."""

    lacks: str
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)
    contract: ContractId | None = None
    debtor: PartyId | None = None


def outcome_of(
    desk: Desk,
    case: Case,
    kind: OutcomeKind,
    problems: tuple[Problem, ...] = (),
    *,
    lacks: str = "",
    contract: ContractId | None = None,
) -> PartOutcome:
    """Return a part's outcome with what the document says of itself."""
    fields = case.fields
    return PartOutcome(
        mail=case.mail.mail_id,
        part=case.part.part,
        outcome=kind,
        file=case.part.file[:NAME_LENGTH],
        contract=contract,
        number=fields["number"][:NAME_LENGTH],
        debtor_name=fields["debtor"][:NAME_LENGTH],
        amount_cents=parse_amount(fields["amount"]),
        currency=fields["currency"][:3],
        problems=problems,
        lacks=lacks,
        decided_on=desk.today,
        received_at=case.mail.received_at,
        sha256=case.part.sha256,
        trial=case.previous.trial + 1 if case.previous else 0,
        is_credit_note=fields["type_code"] in CREDIT_NOTES,
    )


def is_waiting(outcome: PartOutcome) -> bool:
    """Return whether an outcome is not the last word."""
    return outcome.outcome in _WAITING


def needs_nobody(outcome: PartOutcome) -> bool:
    """Return whether staff need not see an outcome."""
    return outcome.outcome in _SILENT


def held_for(
    desk: Desk,
    case: Case,
    missing: Missing,
    problem: Problem,
    *,
    kind: OutcomeKind = OutcomeKind.HELD,
) -> Ruling:
    """Return the ruling of a part that waits for the register; one alert for what is missing.

    However many parts wait for the same thing, staff see it once: it is named by the first.
    """
    outcome = outcome_of(
        desk, case, kind, (problem, *case.warnings), lacks=missing.lacks, contract=missing.contract
    )
    alert = Alert(
        object=missing.lacks,
        stage="lacks",
        since_on=desk.today,
        severity="normal",
        code=missing.code,
        facts=_facts(case) | dict(missing.facts),
        contract=missing.contract,
        debtor=missing.debtor,
    )
    return Ruling(outcome, alert=alert)


def to_complete(
    desk: Desk,
    case: Case,
    problems: tuple[Problem, ...],
    *,
    kind: OutcomeKind = OutcomeKind.TO_COMPLETE,
    seller: PartyId | None = None,
    **proposed: str,
) -> Ruling:
    """Return the ruling of a part that a person completes or confirms.

    For a document that is only text the row proposes what the text and the register say. What was
    confirmed before and was not enough is cleared, so that the person decides anew.
    """
    outcome = outcome_of(desk, case, kind, problems, lacks=f"fields:{case.source}")
    values, reasons = page_proposals(desk.known, case.mail, case.claim, seller)
    known = {name: text for name, text in (case.fields | proposed).items() if text}
    row = ToComplete(
        ref=case.source,
        mail=case.mail.mail_id,
        part=case.part.part,
        file=case.part.file[:NAME_LENGTH],
        seller=seller,
        received_at=case.mail.received_at,
        object_key=f"mail/{case.mail.mail_id}",
        proposed=values | known,
        problems=(*problems, *reasons),
    )
    return Ruling(outcome, row=row, seller=seller)


def ended(
    desk: Desk,
    case: Case,
    kind: OutcomeKind,
    problems: tuple[Problem, ...],
    *,
    alert: Alert | None = None,
) -> Ruling:
    """Return the ruling of a part that is refused, a duplicate or ignored, with its alert."""
    outcome = outcome_of(desk, case, kind, problems)
    if needs_nobody(outcome):
        return Ruling(outcome)
    return Ruling(outcome, alert=alert or alert_of(desk, case, kind, problems[0]))


def alert_of(
    desk: Desk, case: Case, stage: str, problem: Problem, *, severity: str = "info"
) -> Alert:
    """Return the alert that shows staff what became of a part; fact ``reason`` says why.

    The facts of the problem are among its own, so that the reason can be told in full.
    """
    is_long = len(case.mail.parts) > ALERT_PER_PART_MAX
    return Alert(
        object=f"mail:{case.mail.mail_id}" if is_long else case.source,
        stage=f"{stage}:{problem.code}" if is_long else stage,
        since_on=desk.today,
        severity=severity,
        code="staff-refused",
        facts=_facts(case) | dict(problem.facts) | {"reason": problem.code},
    )


def with_books(ruling: Ruling, **values: object) -> Ruling:
    """Return a ruling with facts that only the books know."""
    return dataclasses.replace(ruling, outcome=dataclasses.replace(ruling.outcome, **values))  # type: ignore[arg-type]


def _facts(case: Case) -> dict[str, str]:
    fields = case.fields
    named = ", ".join(filter(None, (fields["number"], fields["debtor"])))
    file = case.part.file or case.mail.sender.subject  # a mail without an attachment
    facts = {
        "document": f"{file} ({named})" if named else file,
        "file": case.part.file,
        "sender": case.mail.sender.address,
        "number": fields["number"],
        "debtor": fields["debtor"],
        "seller": case.claim.seller.name,
    }
    return {name: text[:NAME_LENGTH] for name, text in facts.items()}
