"""A small factoring firm on the twins: two sellers, two debtors, and ports that can crash."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.adapters.memory_objects import MemoryObjects
from bordereau.adapters.memory_queue import MemoryQueue
from bordereau.domain.guarantee_lines import RelationLine
from bordereau.domain.identifiers import (
    AccountId,
    BatchId,
    ContractId,
    InvoiceId,
    PartyId,
    invoice_id,
)
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Contract, Debtor, Rate, Seller, Setting
from bordereau.domain.terms import PayoutMode, Terms
from bordereau.domain.work import Alert
from bordereau.services.assign_invoices import Assignment, assign_invoices
from bordereau.services.contract_terms import open_contract
from bordereau.services.draft import Draft
from bordereau.services.lines import set_line
from bordereau.services.register import set_party

ACCOUNT = AccountId("FR7630006000011234567890189")
SELLER_IBAN = "FR1420041010050500013M02606"
ALPHA, BETA = PartyId("siren:552081317"), PartyId("siren:404833048")
K1, K2 = ContractId(f"{ALPHA}/EUR"), ContractId(f"{BETA}/EUR")
ACME, ZIMMER = PartyId("siren:732829320"), PartyId("vat:DE136695976")
DAY = dt.date(2026, 3, 2)
"""A Monday."""


def at(day: dt.date, hour: int = 9, minute: int = 0) -> dt.datetime:
    """Return an instant of a day, UTC."""
    return dt.datetime.combine(day, dt.time(hour, minute), dt.UTC)


class CrashError(Exception):
    """The function died here."""


class Crashing:
    """A port whose n-th call dies, before it did anything or after it did it all."""

    def __init__(self, port: object, plan: CrashPlan) -> None:
        self._port, self._plan = port, plan

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._port, name)

        def called(*args: Any, **keywords: Any) -> Any:
            self._plan.before()
            result = method(*args, **keywords)
            if name in ("list", "find"):
                result = iter(list(result))
            self._plan.after()
            return result

        return called


@dataclass
class CrashPlan:
    """At which port call, over all ports, the function dies."""

    at_call: int
    is_before: bool
    calls: int = 0
    has_crashed: bool = False

    def before(self) -> None:
        """Count a call; die when it is the one."""
        self.calls += 1
        if self.is_before:
            self._die()

    def after(self) -> None:
        """Die after the call when it is the one."""
        if not self.is_before:
            self._die()

    def _die(self) -> None:
        if self.calls == self.at_call and not self.has_crashed:
            self.has_crashed = True
            raise CrashError


@dataclass
class Firm:
    """The firm's ports, and short ways to what happened before a test."""

    ledger: Any = field(default_factory=MemoryLedger)
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    queue: MemoryQueue = field(default_factory=MemoryQueue)

    def assign(
        self,
        number: str,
        cents: int,
        *,
        contract: ContractId = K1,
        debtor: PartyId = ACME,
        on: dt.date = DAY,
        due_on: dt.date | None = None,
    ) -> InvoiceId:
        """Assign an invoice that arrived and was complete at nine o'clock."""
        document = Assignment(
            debtor=debtor,
            number=number,
            issued_on=on,
            due_on=due_on or on + dt.timedelta(30),
            amount_cents=cents,
            received_at=at(on),
            complete_at=at(on),
            deadline_at=at(on + dt.timedelta(2)),
        )
        batch = BatchId(f"mail-{on}-{number}")
        outcomes = assign_invoices(self.ledger, contract, batch, [document], today=on)
        assert not outcomes[0].is_refused, outcomes
        return invoice_id(on.year, number)

    def invoice(self, identity: InvoiceId, contract: ContractId = K1) -> Invoice:
        """Return an invoice as it stands."""
        found: Invoice | None = self.ledger.get(Invoice, contract=contract, invoice=identity)
        assert found is not None
        return found

    def alerts(self) -> list[Alert]:
        """Return every open alert."""
        from bordereau.services.alerts import open_alerts  # noqa: PLC0415

        return list(open_alerts(self.ledger))

    def codes(self) -> list[str]:
        """Return the codes of the open alerts, sorted."""
        return sorted(alert.code for alert in self.alerts())

    def sent(self, queue: str) -> list[dict[str, Any]]:
        """Return the messages that went to a function."""
        return [message.message for message in self.queue.sent if message.queue == queue]

    def put(self, *records: object) -> None:
        """Put records of the register that are not there, each in a commit of its own."""
        for record in records:
            draft = Draft(self.ledger)
            draft.write(record)
            if not draft.commit("set-rate"):
                assert self.stands(record), "another test of the same tables put something else"

    def stands(self, record: object) -> bool:
        """Return whether a record of that key stands in the tables, but for its version."""
        assert dataclasses.is_dataclass(record)
        names = {one.name: getattr(record, one.name) for one in dataclasses.fields(record)}
        stored = self.ledger.get(type(record), **names)
        return stored is not None and bool(dataclasses.replace(stored, v=0) == record)


def firm(
    *,
    limit_cents: int = 1_000_000_00,
    terms: dict[str, Any] | None = None,
    has_vat: bool = True,
    iban: str = SELLER_IBAN,
) -> Firm:
    """Return the firm: both sellers on both debtors, 90 %, 1.20 %, automatic pay-outs."""
    made = Firm()
    open_firm(made, limit_cents=limit_cents, terms=terms, has_vat=has_vat, iban=iban)
    return made


def open_firm(
    made: Firm,
    *,
    limit_cents: int = 1_000_000_00,
    terms: dict[str, Any] | None = None,
    has_vat: bool = True,
    iban: str = SELLER_IBAN,
) -> None:
    """Open the firm on whatever ledger ``made`` has."""
    if has_vat:
        made.put(Rate("vat/factoring_fee", dt.date(2026, 1, 1), 2000))
    made.put(
        Setting("firm/name", "Lumière Factor"),
        Setting("account.1.iban", ACCOUNT),
        Setting("account.1.bic", "AGRIFRPP"),
    )
    given: dict[str, Any] = {
        "factoring_rate_bps": 120,
        "factoring_minimum_cents": 800,
        "payout": PayoutMode.AUTOMATIC,
        "minimum_payout_cents": 100,
    } | (terms or {})
    for seller, contract, name in ((ALPHA, K1, "Alpha BTP"), (BETA, K2, "Béta Bois")):
        line_ref = f"C-{name[0]}"
        emails = (f"compta@{name[:4].lower().strip()}.example",)
        set_party(
            made.ledger, Seller(seller, 1, line_ref, name, statement_emails=emails, iban=iban)
        )
        start = dt.date(2026, 1, 1)
        opened = Contract(contract, seller, "EUR", start, ACCOUNT)
        open_contract(made.ledger, opened, Terms(contract, start, **given))
    for party, name in ((ACME, "ACME Distribution"), (ZIMMER, "Zimmermann Holzbau GmbH")):
        set_party(made.ledger, Debtor(party, 1, f"D-{name[0]}", name, emails=("ap@acme.example",)))
        for contract in (K1, K2):
            line = RelationLine(party, "EUR", contract, limit_cents)
            set_line(made.ledger, line, today=DAY)


def every_crash(
    make: Callable[[], Firm], run: Callable[[Any, Any, Any], object]
) -> tuple[Firm, int]:
    """Crash ``run(ledger, objects, queue)`` before and after each port call, then run it again.

    Returns the firm of an undisturbed run and how many crashes there were; asserts that the books
    end the same each time.
    """
    plain = make()
    run(plain.ledger, plain.objects, plain.queue)
    wanted = plain.ledger.snapshot()
    run(plain.ledger, plain.objects, plain.queue)
    assert plain.ledger.snapshot() == wanted, "the second run changed something"
    crashes = 0
    for is_before in (True, False):
        for number in range(1, 100_000):
            made, plan = make(), CrashPlan(number, is_before)
            ports = [Crashing(port, plan) for port in (made.ledger, made.objects, made.queue)]
            try:
                run(*ports)
            except CrashError:
                crashes += 1
            if not plan.has_crashed:
                break
            run(made.ledger, made.objects, made.queue)
            assert made.ledger.snapshot() == wanted, f"crash {number} {is_before}"
    return plain, crashes
