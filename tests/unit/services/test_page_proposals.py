"""A PDF that is only text: staff see proposed values, and nothing is bought on them."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from bordereau.domain.claims import InvoiceClaim, PartyClaim, Verdict
from bordereau.domain.identifiers import PartyId
from bordereau.domain.invoices import Invoice
from bordereau.domain.problems import Problem, Severity
from bordereau.domain.tables import Index
from bordereau.domain.work import OutcomeKind
from bordereau.services import register
from bordereau.services.page_proposals import page_proposals
from tests.unit.services.mail_world import (
    ACME,
    ALPHA,
    ALPHA_EUR,
    BETA_MAIL,
    World,
    claim,
    mail,
    sender,
)
from tests.unit.services.mail_world import world as new_world

PAGE = """ALPHA BTP SIREN 552 081 317
Facture n° FA-77 du 01/03/2026   Échéance : 15/04/2026
Client SIREN 443 061 841
Total HT 1 000,00 € TVA 200,00 € Total TTC 1 200,00 €
"""


@pytest.fixture
def world() -> World:
    """The firm on its first day."""
    return new_world()


def pdf(text: str = PAGE) -> InvoiceClaim:
    """A PDF without data, as the reader gives it."""
    return InvoiceClaim(
        file="facture.pdf",
        verdict=Verdict.REVIEW,
        syntax="PDF",
        problems=(Problem("pdf-without-xml", Severity.REVIEW),),
        text=text,
    )


def proposed(here: World) -> dict[str, str]:
    """What the one line of Factures à compléter proposes."""
    (row,) = here.rows()
    return dict(row.proposed)


def told(here: World) -> list[str]:
    """Why, as staff read it."""
    (row,) = here.rows()
    return [problem.code for problem in row.problems]


def invoices(here: World) -> list[Invoice]:
    """Everything bought of ALPHA."""
    return list(here.ledger.find(Invoice, Index.BY_CONTRACT, f"K#{ALPHA_EUR}"))


def test_staff_see_the_fields_of_the_text_and_why(world: World) -> None:
    """Number, dates, amount and the debtor of the register; nothing is bought."""
    world.deliver(mail("m1", pdf()))
    assert world.outcome("m1").outcome is OutcomeKind.TO_COMPLETE
    assert proposed(world) == {
        "number": "FA-77",
        "issued_on": "2026-03-01",
        "due_on": "2026-04-15",
        "amount": "1200.00",
        "currency": "EUR",
        "debtor": "ACME",
    }
    assert told(world) == [
        "pdf-without-xml",
        "proposed-debtor-by-number",
        "proposed-by-label",
        "proposed-amount-by-sum-and-label",
    ]
    assert invoices(world) == []


def test_the_seller_is_told_only_that_it_waits(world: World) -> None:
    """What we guess is no business of the acknowledgement."""
    world.deliver(mail("m1", pdf()))
    assert world.codes("m1") == ["pdf-without-xml"]
    assert world.outcome("m1").amount_cents is None


def test_a_confirmed_proposal_is_bought(world: World) -> None:
    """A person confirms what was proposed, with the debtor's identity: then it is bought."""
    world.deliver(mail("m1", pdf()))
    values: dict[str, Any] = {**proposed(world), "debtor": str(ACME), "decision": "accept"}
    world.confirm("m1#1", **values)
    world.wake("fields:m1#1")
    assert [invoice.number for invoice in invoices(world)] == ["FA-77"]


def test_a_name_is_looked_for_in_the_whole_register(world: World) -> None:
    """ACME without its number, never invoiced by ALPHA: proposed by its name, and told why."""
    world.deliver(mail("m1", pdf(PAGE.replace("SIREN 443 061 841", "ACME"))))
    assert proposed(world)["debtor"] == "ACME"
    assert "proposed-debtor-by-name" in told(world)


def test_a_name_in_the_middle_of_a_line_counts_for_debtors_that_the_seller_invoices(
    world: World,
) -> None:
    """Where no name stands at its usual place, only the seller's own debtors are looked for."""
    named = PAGE.replace("Client SIREN 443 061 841", "Livré chez votre filiale ACME à Lyon")
    world.deliver(mail("m1", pdf(named)))
    assert "debtor" not in proposed(world)
    world.deliver(mail("m2", claim("FA-1")))
    world.deliver(mail("m3", pdf(named.replace("FA-77", "FA-78"))))
    third = next(row for row in world.rows() if row.mail == "m3")
    assert third.proposed["debtor"] == "ACME"


def test_a_name_that_two_debtors_share_is_proposed_for_neither(world: World) -> None:
    """Names never decide: two of one name point to nobody, in whatever order they came."""
    acme = register.debtor_of(world.ledger, ACME)
    assert acme is not None
    twin = dataclasses.replace(
        acme, party=PartyId("siren:552120222"), siren="552120222", vat="", name="Acme S.A.S."
    )
    register.set_party(world.ledger, twin)
    register.set_party(world.ledger, dataclasses.replace(acme, phone="0400000000"))
    world.deliver(mail("m1", pdf(PAGE.replace("SIREN 443 061 841", "ACME"))))
    assert "debtor" not in proposed(world)


def test_a_schedule_in_the_same_mail_gives_the_fields_of_its_line(world: World) -> None:
    """The PDF of a line: its number stands on the page, its fields are taken over."""
    line = claim(
        "FA-77",
        syntax="SCHEDULE",
        file="bordereau.csv",
        due_dates=("2026-04-30",),
        seller=PartyClaim(),
    )
    world.deliver(mail("m1", line, pdf()))
    assert proposed(world)["due_on"] == "2026-04-30"
    assert "proposed-from-schedule" in told(world)


def test_a_page_without_text_proposes_nothing(world: World) -> None:
    """A scan."""
    world.deliver(mail("m1", pdf("  \n ")))
    assert proposed(world) == {}
    assert told(world) == ["pdf-without-xml"]


def test_a_sender_of_nobody_gets_no_proposals(world: World) -> None:
    """An unproven mail is in quarantine, whatever its text says."""
    world.deliver(mail("m1", pdf(), by=sender(BETA_MAIL, is_proven=False)))
    assert world.rows() == []


def test_a_person_s_values_stay_before_proposals(world: World) -> None:
    """What was confirmed and was not enough is not overwritten by what the text says."""
    world.deliver(mail("m1", pdf()))
    world.confirm("m1#1", number="FA-99", decision="accept")
    world.wake("fields:m1#1")
    assert proposed(world)["number"] == "FA-99"
    assert "due-date-missing" in told(world)
    assert str(ALPHA) in str(world.rows()[0].seller)


def test_without_a_seller_nobody_s_debtors_are_looked_through(world: World) -> None:
    """The sender sends for several: only the register's numbers and names speak then."""
    world.deliver(mail("m1", claim("FA-1")))
    page = PAGE.replace("Client SIREN 443 061 841", "Livré chez votre filiale ACME à Lyon")
    evidence = mail("m2", pdf(page))
    known, _ = page_proposals(world.ledger, evidence, pdf(page), ALPHA)
    unknown, _ = page_proposals(world.ledger, evidence, pdf(page), None)
    assert known["debtor"] == "ACME"
    assert "debtor" not in unknown
