"""A small firm in memory: two sellers, three debtors, lines, senders, and mails as claims."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.adapters.memory_objects import MemoryObjects
from bordereau.adapters.memory_queue import MemoryQueue
from bordereau.domain.claims import (
    ClaimPart,
    InvoiceClaim,
    MailClaims,
    PartyClaim,
    SenderEvidence,
    Verdict,
)
from bordereau.domain.guarantee_lines import RelationLine
from bordereau.domain.identifiers import AccountId, PartyId, contract_id
from bordereau.domain.parties import Contract, Debtor, Seller, Sender, Setting
from bordereau.domain.problems import Problem
from bordereau.domain.tables import Index
from bordereau.domain.terms import Terms
from bordereau.domain.work import Alert, Intent, PartOutcome, ToComplete
from bordereau.services import contract_terms, lines, register
from bordereau.services.draft import Draft, attempt
from bordereau.services.register_invoices import register_claims, retry_held
from bordereau.services.stored_claims import claims_key, write_claims

TODAY: Final = dt.date(2026, 3, 2)
NOW: Final = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
RECEIVED: Final = dt.datetime(2026, 3, 2, 7, 10, tzinfo=dt.UTC)
ACCOUNT: Final = AccountId("FR7630006000011234567890189")
ALPHA: Final = PartyId("siren:552081317")
BETA: Final = PartyId("siren:732829320")
ALPHA_EUR: Final = contract_id(ALPHA, "EUR")
BETA_EUR: Final = contract_id(BETA, "EUR")
ACME: Final = PartyId("siren:443061841")
CITY: Final = PartyId("siren:217500016")
STRANGER_SIREN: Final = "404833048"
STRANGER: Final = PartyId(f"siren:{STRANGER_SIREN}")
ALPHA_CLAIM: Final = PartyClaim("ALPHA BTP", siren="552081317")
BETA_CLAIM: Final = PartyClaim("BETA SARL", siren="732829320")
ACME_CLAIM: Final = PartyClaim("ACME", siren="443061841")
ALPHA_MAIL: Final = "factures@alpha.example"
BETA_MAIL: Final = "compta@beta.example"


def sender(address: str = ALPHA_MAIL, **changes: Any) -> SenderEvidence:
    """A proven sender who may be answered."""
    evidence = SenderEvidence(
        address,
        is_proven=True,
        may_be_answered=True,
        message_id="<m1@alpha.example>",
        subject="Factures",
    )
    return dataclasses.replace(evidence, **changes)


def claim(number: str = "FA-1", **changes: Any) -> InvoiceClaim:
    """An invoice of ALPHA on ACME over 1 200.00 EUR with nothing wrong."""
    plain = InvoiceClaim(
        file=f"{number}.xml",
        verdict=Verdict.ACCEPT,
        syntax="CII",
        type_code="380",
        number=number,
        issue_date="2026-03-01",
        due_dates=("2026-04-15",),
        currency="EUR",
        gross="1200.00",
        payable="1200.00",
        seller=ALPHA_CLAIM,
        buyer=ACME_CLAIM,
    )
    return dataclasses.replace(plain, **changes)


def part(name: str, content: InvoiceClaim | None, *problems: Problem, sha: str = "") -> ClaimPart:
    """One attachment; its hash is its name unless one is given."""
    file = content.file if content else f"file-{name}.pdf"
    return ClaimPart(name, file, sha or f"sha-{name}-{file}", content, problems)


def mail(
    mail_id: str, *contents: InvoiceClaim | ClaimPart, by: SenderEvidence | None = None, **more: Any
) -> MailClaims:
    """A mail of ALPHA with these invoices."""
    parts = tuple(
        one if isinstance(one, ClaimPart) else part(str(index), one, sha=f"{mail_id}-{index}")
        for index, one in enumerate(contents, start=1)
    )
    return MailClaims(mail_id, more.pop("received_at", RECEIVED), by or sender(), parts, **more)


class World:
    """The ports, and what a person would look at."""

    def __init__(self) -> None:
        self.ledger: Any = MemoryLedger()
        self.objects: Any = MemoryObjects()
        self.queue: Any = MemoryQueue()
        self.today, self.now = TODAY, NOW

    def deliver(self, claims: MailClaims) -> dict[str, int]:
        """Store the claims and register them."""
        write_claims(self.objects, claims)
        return self.register(claims.mail_id)

    def register(self, mail_id: str) -> dict[str, int]:
        """Register claims that lie there."""
        key = claims_key(mail_id)
        return dict(
            register_claims(
                self.ledger, self.objects, self.queue, key=key, today=self.today, now=self.now
            )
        )

    def wake(self, lacks: str) -> dict[str, int]:
        """Say that something arrived."""
        return dict(
            retry_held(
                self.ledger, self.objects, self.queue, lacks=lacks, today=self.today, now=self.now
            )
        )

    def outcome(self, mail_id: str, name: str = "1") -> PartOutcome:
        """The outcome of a part."""
        found = self.ledger.get(PartOutcome, mail=mail_id, part=name)
        assert isinstance(found, PartOutcome)
        return found

    def codes(self, mail_id: str, name: str = "1") -> list[str]:
        """The problems that the seller reads."""
        return [problem.code for problem in self.outcome(mail_id, name).problems]

    def alerts(self) -> list[Alert]:
        """What staff see in Alertes."""
        return list(self.ledger.find(Alert, Index.PENDING, "alerts"))

    def rows(self) -> list[ToComplete]:
        """What staff see in Factures à compléter."""
        return list(self.ledger.find(ToComplete, Index.PENDING, "to-complete"))

    def outbox(self) -> list[Intent]:
        """What is to be sent."""
        return list(self.ledger.find(Intent, Index.PENDING, "outbox"))

    def write(self, shape: str, *records: object) -> None:
        """Write records as one commit."""

        def decide(draft: Draft) -> None:
            for record in records:
                draft.read(type(record), **_key_fields(record))
                draft.write(record)

        attempt(self.ledger, shape, decide)

    def confirm(self, ref: str, **values: str) -> None:
        """Let a person fill in a line of Factures à compléter."""
        row = self.ledger.get(ToComplete, ref=ref)
        assert row is not None
        self.write("answer-command", dataclasses.replace(row, confirmed=values))

    def line(self, contract: Any, debtor: PartyId, cents: int = 1_000_000_00) -> None:
        """Grant a line."""
        relation = RelationLine(debtor, "EUR", contract, limit_cents=cents)
        lines.set_line(self.ledger, relation, today=self.today)


def _key_fields(record: object) -> dict[str, object]:
    if isinstance(record, ToComplete):
        return {"ref": record.ref}
    assert isinstance(record, Setting)
    return {"key": record.key}


def debtor(party: PartyId, name: str, **more: Any) -> Debtor:
    """A debtor as staff type it."""
    return Debtor(party, 0, "D-0001", name, siren=party.partition(":")[2], **more)


def open_firm(here: World) -> None:
    """Write the firm of the first day into a ledger."""
    for party, name, address in ((ALPHA, "ALPHA BTP", ALPHA_MAIL), (BETA, "BETA", BETA_MAIL)):
        seller = Seller(party, 0, "C-0001", name, siren=party.partition(":")[2])
        register.set_party(here.ledger, seller)
        register.set_sender(here.ledger, Sender(address, party, "X-0001", dt.date(2026, 1, 1)))
        identity = contract_id(party, "EUR")
        contract = Contract(identity, party, "EUR", dt.date(2026, 1, 1), ACCOUNT)
        terms = Terms(identity, dt.date(2026, 1, 1), maximum_term_days=90)
        contract_terms.open_contract(here.ledger, contract, terms)
    register.set_party(here.ledger, debtor(ACME, "ACME"))
    register.set_party(here.ledger, debtor(CITY, "Ville"))
    here.line(ALPHA_EUR, ACME)
    here.line(BETA_EUR, ACME)
    here.write("set-rate", Setting("firm/name", "Factor SA"))
    here.write("set-rate", Setting("firm/email", "equipe@factor.example"))


def world(change: Callable[[World], None] | None = None) -> World:
    """The firm on its first day, in memory."""
    here = World()
    open_firm(here)
    if change is not None:
        change(here)
    return here
