"""A mandate by the usual roads: mail, reminder, advance run, weekly statement (ADR 12)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

from bordereau.documents.texts import Phrases
from bordereau.documents.views.letters import reminder_view
from bordereau.domain.books import Position, StatementCut
from bordereau.domain.claims import PartyClaim
from bordereau.domain.figures import (
    AdvanceStatementFigures,
    MovementKind,
    ReminderFigures,
    StepCode,
    WeeklyStatementFigures,
)
from bordereau.domain.identifiers import contract_id, invoice_id
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Contract
from bordereau.domain.plain import from_plain
from bordereau.domain.problems import Problem, Severity
from bordereau.domain.terms import ContractKind, Terms
from bordereau.domain.work import Intent
from bordereau.services.contract_terms import open_contract
from bordereau.services.issue_advances import issue_advances
from bordereau.services.outcome import Status
from bordereau.services.remind_debtors import remind_debtor
from bordereau.services.send_weekly_statements import send_weekly_statement
from tests.unit.services import mail_world
from tests.unit.services.closing_world import broken
from tests.unit.services.firm import ACME, DAY, K1, K2, Firm, at, firm
from tests.unit.services.mail_world import ACCOUNT, ALPHA, CITY, claim, mail, world
from tests.unit.services.test_raise_overdue_alerts import DUE, late, pay

NOTHING = {"advance_rate_bps": 0, "factoring_rate_bps": 0, "factoring_minimum_cents": 0}
CITY_CLAIM = PartyClaim("Ville", siren="217500016")


def collecting() -> Firm:
    """Both sellers only have us collect."""
    return firm(terms={"kind": ContractKind.MANDATE, **NOTHING})


def test_an_overdue_invoice_without_line_or_clause_is_registered_from_a_mail() -> None:
    """It is what a mandate is for; the answer says what became of it, and warns of no clause."""
    here = world()
    name = contract_id(ALPHA, "CHF")
    start = dt.date(2026, 1, 1)
    opened = Contract(name, ALPHA, "CHF", start, ACCOUNT)
    terms = Terms(name, start, kind=ContractKind.MANDATE, **NOTHING)  # type: ignore[arg-type]
    open_contract(here.ledger, opened, terms)
    sent = claim(currency="CHF", due_dates=("2026-03-01",), buyer=CITY_CLAIM)
    clause = Problem("clause-missing", Severity.WARN)
    parts = mail_world.part("1", dataclasses.replace(sent, problems=(clause,)))
    assert here.deliver(mail("m1", parts)) == {"registered": 1}
    found = here.ledger.get(Invoice, contract=name, invoice=invoice_id(2026, "FA-1"))
    assert isinstance(found, Invoice)
    assert (found.debtor, found.is_mandate, found.deadline_at) == (CITY, True, None)
    assert here.outcome("m1").problems == ()
    [answer] = here.outbox()
    (row,) = json.loads(here.objects.stored[answer.figures_key])["rows"]
    assert row["outcome"] == "registered"
    assert here.deliver(mail("m2", sent)) == {"duplicate": 1}
    assert broken(here.ledger) == []


def test_a_reminder_names_the_seller_as_creditor() -> None:
    """By mandate, whatever the terms say of notification; a bought invoice stays ours."""
    made = collecting()
    made.assign("FA-1", 1_000_00, due_on=DUE)
    made.assign("FB-1", 500_00, contract=K2, due_on=late(2))
    ports = (made.ledger, made.objects, made.queue)
    outcome = remind_debtor(*ports, payer=(ACME, "EUR"), on=late(9), now=at(late(9)))
    assert outcome.status is Status.DONE
    intent = made.ledger.get(Intent, kind="reminder", id=f"{ACME}#{late(9)}")
    assert intent is not None
    shown = from_plain(ReminderFigures, json.loads(made.objects.stored[intent.figures_key]))
    assert [(row.seller, row.is_mandate) for row in shown.rows] == [
        ("Alpha BTP", True),
        ("Béta Bois", True),
    ]
    view = reminder_view(shown, Phrases.load("fr"))
    assert view["mandate"].startswith("Alpha BTP, Béta Bois restent vos créanciers")
    bought = dataclasses.replace(
        shown, rows=tuple(dataclasses.replace(row, is_mandate=False) for row in shown.rows)
    )
    assert reminder_view(bought, Phrases.load("fr"))["mandate"] == ""


def test_what_was_collected_goes_out_and_the_statements_say_so() -> None:
    """The normal run pays it; nothing else is on the advance and the weekly statement."""
    made = collecting()
    identity = made.assign("FA-1", 1_000_00, due_on=DUE)
    ports = (made.ledger, made.objects, made.queue)
    quiet = issue_advances(*ports, contract=K1, on=DAY, now=at(DAY, 14))
    assert quiet.reason == "nothing-new"
    pay(made, identity, 400_00, DAY)
    issued = issue_advances(*ports, contract=K1, on=DAY, now=at(DAY, 14))
    assert issued.amounts == {"net": 0, "vat": 0, "payout": 400_00}
    intent = made.ledger.get(Intent, kind="advance_statement", id=f"{K1}#{DAY}")
    assert intent is not None
    shown = from_plain(AdvanceStatementFigures, json.loads(made.objects.stored[intent.figures_key]))
    assert {step.code: step.amount_cents for step in shown.steps} == {StepCode.COLLECTED: 400_00}
    assert shown.rows == ()
    monday = DAY + dt.timedelta(7)
    send_weekly_statement(*ports, contract=K1, on=monday, now=at(monday))
    (cut,) = made.ledger.list(StatementCut, contract=K1)
    weekly = from_plain(WeeklyStatementFigures, json.loads(made.objects.stored[cut.figures_key]))
    assert [one.kind for one in weekly.movements] == [MovementKind.COLLECTED, MovementKind.PAYOUT]
    assert sum(sum(one.buckets_cents) for one in weekly.debtors) == 600_00
    position = made.ledger.get(Position, contract=K1)
    assert position is not None
    assert broken(made.ledger) == []
