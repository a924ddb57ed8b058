"""A mail's parts become exactly one outcome each, and the seller gets one answer."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

import pytest

from bordereau.domain.books import (
    Batch,
    ContractStatus,
    CreditNote,
    DebtorCredit,
    Position,
    SameNumber,
    SoftDuplicate,
)
from bordereau.domain.claims import AccountClaim, NoteClaim, PartyClaim, Verdict
from bordereau.domain.figures import AcknowledgementFigures
from bordereau.domain.guarantee_lines import FactorLine, LineStatus, RelationLine
from bordereau.domain.identifiers import InvoiceId, contract_id
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Contract, DebtorKind, PublicBody, Sender, Setting
from bordereau.domain.plain import from_plain
from bordereau.domain.problems import InvariantError, Problem, Severity, SourceUnavailableError
from bordereau.domain.tables import Index
from bordereau.domain.terms import FundMethod, Terms
from bordereau.domain.transactions import Put, Transaction
from bordereau.domain.work import MailHead, OutcomeKind, PartOutcome
from bordereau.services import contract_terms, lines, register
from bordereau.services.correct_invoice import Correction, correct_invoice
from bordereau.services.stored_claims import claims_key, write_claims
from tests.unit.services.mail_world import (
    ACCOUNT,
    ACME,
    ACME_CLAIM,
    ALPHA,
    ALPHA_EUR,
    ALPHA_MAIL,
    BETA,
    BETA_CLAIM,
    BETA_EUR,
    BETA_MAIL,
    CITY,
    NOW,
    RECEIVED,
    STRANGER,
    STRANGER_SIREN,
    TODAY,
    World,
    claim,
    debtor,
    mail,
    part,
    sender,
    world,
)

CITY_CLAIM = PartyClaim("Ville", siren="217500016")
STRANGER_CLAIM = PartyClaim("Nouveau SAS", siren=STRANGER_SIREN)
REVIEW = Problem("pdf-without-xml", Severity.REVIEW)


def scan(name: str = "scan.pdf") -> Any:
    """A PDF without XML, as the reader leaves it."""
    plain = claim("", issue_date="", due_dates=(), currency="", gross="", payable="")
    nobody = PartyClaim()
    return dataclasses.replace(
        plain, type_code="", syntax="PDF", verdict=Verdict.REVIEW, seller=nobody, buyer=nobody,
        problems=(REVIEW,), file=name,
    )  # fmt: skip


def figures(here: World, number: int = 0) -> AcknowledgementFigures:
    """What an answer shows."""
    intent = here.outbox()[number]
    return from_plain(AcknowledgementFigures, json.loads(here.objects.stored[intent.figures_key]))


def reasons(here: World) -> list[str]:
    """Why something was refused, as staff see it."""
    return [alert.facts["reason"] for alert in here.alerts() if alert.code == "staff-refused"]


def invoice(here: World, number: str = "2026#FA1", contract: Any = ALPHA_EUR) -> Invoice:
    """An invoice in the books."""
    found = here.ledger.get(Invoice, contract=contract, invoice=number)
    assert isinstance(found, Invoice)
    return found


def test_a_good_invoice_is_assigned_and_answered_once() -> None:
    """One invoice, one assignment in the batch of its mail, one answer with its advance."""
    here = world()
    assert here.deliver(mail("m1", claim(order_reference="PO-7"))) == {"assigned": 1}
    booked = invoice(here)
    assert (booked.amount_cents, booked.approved_cents, booked.batch) == (120000, 120000, "m1")
    assert (booked.received_at, booked.complete_at) == (RECEIVED, RECEIVED)
    assert booked.deadline_at == RECEIVED + dt.timedelta(hours=48)
    assert (booked.source, booked.order_reference) == ("m1#1", "PO-7")
    outcome = here.outcome("m1")
    assert (outcome.approved_cents, outcome.advance_cents) == (120000, 108000)
    assert (outcome.contract, outcome.invoice, outcome.debtor) == (ALPHA_EUR, "2026#FA1", ACME)
    [answer] = here.outbox()
    assert (answer.kind, answer.id, answer.to) == ("acknowledgement", "m1", (ALPHA_MAIL,))
    assert (answer.party, answer.needs_pdf) == (ALPHA, False)
    assert answer.in_reply_to == "<m1@alpha.example>"
    shown = figures(here)
    assert (shown.factor.name, shown.seller.name) == ("Factor SA", "ALPHA BTP")
    assert shown.contact.email == "equipe@factor.example"
    assert (shown.totals[0].amount_cents, shown.totals[0].advance_cents) == (120000, 108000)
    assert shown.advance_due_at == booked.deadline_at
    assert (here.alerts(), here.rows()) == ([], [])


def test_what_the_fund_of_the_contract_keeps_is_not_promised() -> None:
    """With the fund on outstanding, 10 % of 1 200.00 go into the pool: 1 080.00 are answered."""
    here = world()
    pooled = Terms(
        ALPHA_EUR,
        RECEIVED.date(),
        advance_rate_bps=10_000,
        fund_method=FundMethod.ON_OUTSTANDING,
        fund_rate_bps=1_000,
    )
    assert not contract_terms.set_terms(here.ledger, pooled).is_refused
    here.deliver(mail("m1", claim()))
    booked = invoice(here)
    assert (booked.advance_cents, booked.withheld_cents) == (120000, 12000)
    assert here.outcome("m1").advance_cents == 108000
    assert figures(here).totals[0].advance_cents == 108000


def test_the_same_claims_twice_change_nothing() -> None:
    """The second delivery of an event finds every part ruled on."""
    here = world()
    claims = mail("m1", claim("FA-1"), claim("FA-2", payable="-5.00"), scan())
    assert here.deliver(claims) == {"assigned": 1, "refused": 1, "to-complete": 1}
    before, objects = here.ledger.snapshot(), dict(here.objects.stored)
    here.now += dt.timedelta(days=1)
    assert here.deliver(claims) == {}
    assert (here.ledger.snapshot(), here.objects.stored) == (before, objects)


def test_one_bad_part_does_not_stop_the_good_ones() -> None:
    """Three parts, one of them unreadable: two are bought, the third says why not."""
    here = world()
    bad = part("2", None, Problem("pdf-damaged"))
    counts = here.deliver(mail("m1", claim("FA-1"), bad, claim("FA-3", payable="70.00")))
    assert counts == {"assigned": 2, "refused": 1}
    assert [row.outcome for row in figures(here).rows] == ["assigned", "refused", "assigned"]
    assert reasons(here) == ["pdf-damaged"]
    assert here.alerts()[0].facts["file"] == "file-2.pdf"
    batch = here.ledger.get(Batch, contract=ALPHA_EUR, batch="m1")
    assert (batch.invoice_count, batch.place) == (2, 1)


def test_a_batch_is_in_the_order_of_issue_and_number() -> None:
    """The order of a batch is that of the invoices, not that of the attachments."""
    here = world()
    later = claim("FA-1", issue_date="2026-03-02")
    here.deliver(mail("m1", later, claim("FA-9", payable="9.00"), claim("FA-2")))
    order = sorted(
        ("2026#FA1", "2026#FA9", "2026#FA2"), key=lambda n: invoice(here, n).assigned_seq
    )
    assert order == ["2026#FA2", "2026#FA9", "2026#FA1"]


def test_two_mails_are_two_batches() -> None:
    """Each mail has its own place in the day."""
    here = world()
    here.deliver(mail("m1", claim("FA-1")))
    here.deliver(mail("m2", claim("FA-2", payable="5.00")))
    assert [invoice(here, f"2026#FA{n}").place for n in (1, 2)] == [1, 2]


# ---------------------------------------------------------------- who sent it


@pytest.mark.parametrize("doubt", ["sender-not-proven", "from-doubled", "virus", ""])
def test_a_forged_sender_is_set_aside_and_never_answered(doubt: str) -> None:
    """Without proof nothing is bought and nobody is answered; staff see it."""
    here = world()
    evidence = sender(is_proven=False, doubt=doubt, may_be_answered=True)
    assert here.deliver(mail("m1", claim(), by=evidence)) == {"quarantined": 1}
    assert here.codes("m1") == [doubt or "sender-not-proven"]
    assert here.outbox() == []
    [alert] = here.alerts()
    assert (alert.code, alert.facts["sender"]) == ("staff-mail-quarantined", ALPHA_MAIL)
    assert here.outcome("m1").lacks == ("" if doubt == "virus" else "release:m1")


def test_a_forged_sender_is_not_released_by_listing_the_address() -> None:
    """A proof that failed is not made good by the list of senders."""
    here = world()
    here.deliver(mail("m1", claim(), by=sender("x@new.example", is_proven=False, doubt="virus")))
    listed = Sender("x@new.example", ALPHA, "X-0009", TODAY)
    register.set_sender(here.ledger, listed)
    assert here.wake("sender:x@new.example") == {}
    assert here.ledger.get(Invoice, contract=ALPHA_EUR, invoice="2026#FA1") is None


def test_an_unknown_sender_waits_until_staff_list_it() -> None:
    """Proven but unknown: told so, held, and bought when the address is listed."""
    here = world()
    claims = mail("m1", claim(), by=sender("new@alpha.example"))
    assert here.deliver(claims) == {"quarantined": 1}
    assert figures(here).seller.name == "new@alpha.example"
    assert figures(here).rows[0].problems[0].code == "sender-unknown"
    assert [alert.code for alert in here.alerts()] == ["staff-sender-unknown"]
    register.set_sender(here.ledger, Sender("new@alpha.example", ALPHA, "X-0002", TODAY))
    here.now += dt.timedelta(hours=3)
    assert here.wake("sender:new@alpha.example") == {"assigned": 1}
    booked = invoice(here)
    assert (booked.complete_at, booked.batch) == (
        here.now,
        f"wake#sender:new@alpha.example#{TODAY}",
    )
    assert here.alerts() == []
    assert [intent.id for intent in here.outbox()] == ["m1", "m1#1#1"]
    assert here.ledger.get(MailHead, mail="m1").seller == ALPHA


def test_a_mail_that_may_not_be_answered_is_not() -> None:
    """An automatic mail of a known sender is booked and not answered."""
    here = world()
    assert here.deliver(mail("m1", claim(), by=sender(may_be_answered=False))) == {"assigned": 1}
    assert here.outbox() == []


def test_nothing_attached_is_said() -> None:
    """A mail without invoices has one outcome, and the answer says what to send."""
    here = world()
    empty = mail("m1", problems=(Problem("mail-without-attachment"),))
    assert here.deliver(empty) == {"refused": 1}
    assert figures(here).rows == ()
    assert [problem.code for problem in figures(here).problems] == ["mail-without-attachment"]
    assert reasons(here) == ["mail-without-attachment"]


def test_an_automatic_reply_is_ignored_without_noise() -> None:
    """A bounce is no invoice: one outcome, no alert, no answer."""
    here = world()
    evidence = sender(is_proven=False, doubt="sender-not-proven", may_be_answered=False)
    bounce = mail("m1", by=evidence, problems=(Problem("mail-automatic", Severity.IGNORE),))
    assert here.deliver(bounce) == {"ignored": 1}
    assert (here.alerts(), here.outbox()) == ([], [])


def test_a_part_with_nothing_and_no_reason_is_refused() -> None:
    """Even then there is a sentence."""
    here = world()
    assert here.deliver(mail("m1", part("1", None))) == {"refused": 1}
    assert here.codes("m1") == ["nothing-found"]


def test_the_document_must_name_the_seller_that_the_sender_stands_for() -> None:
    """An invoice of BETA sent by ALPHA is held; listing the sender for BETA releases it."""
    here = world()
    assert here.deliver(mail("m1", claim(seller=BETA_CLAIM))) == {"held": 1}
    assert here.codes("m1") == ["seller-mismatch"]
    [alert] = here.alerts()
    assert (alert.code, alert.facts["expected"]) == ("staff-seller-mismatch", "ALPHA BTP")
    register.set_sender(here.ledger, Sender(ALPHA_MAIL, BETA, "X-0003", TODAY))
    assert here.wake(f"sender:{ALPHA_MAIL}") == {"assigned": 1}
    assert invoice(here, contract=BETA_EUR).source == "m1#1"


def test_an_unregistered_seller_in_the_document_is_a_mismatch() -> None:
    """A seller that nobody knows is not the sender's seller."""
    here = world()
    foreign = PartyClaim("Autre", siren="404833048")
    assert here.deliver(mail("m1", claim(seller=foreign))) == {"held": 1}
    assert here.codes("m1") == ["seller-mismatch"]


def test_one_address_may_send_for_two_sellers() -> None:
    """The document says for which; without a word in it a person does."""
    here = world()
    register.set_sender(here.ledger, Sender(ALPHA_MAIL, BETA, "X-0003", TODAY))
    nameless = claim("FA-2", seller=PartyClaim(), syntax="SCHEDULE", payable="5.00")
    counts = here.deliver(mail("m1", claim(seller=BETA_CLAIM), nameless))
    assert counts == {"assigned": 1, "to-complete": 1}
    assert here.codes("m1", "2") == ["seller-not-identified"]
    here.confirm("m1#2", decision="accept", seller=ALPHA)
    assert here.wake("fields:m1#2") == {"assigned": 1}
    assert invoice(here, "2026#FA2").source == "m1#2"


def test_a_schedule_names_no_seller_and_needs_none() -> None:
    """In a seller's own list the sender alone says who sells."""
    here = world()
    line = claim(seller=PartyClaim(), syntax="SCHEDULE")
    assert here.deliver(mail("m1", line)) == {"assigned": 1}


def test_an_invoice_with_a_name_and_no_identifier_is_looked_at() -> None:
    """Names never decide: a person confirms, then the sender is enough."""
    here = world()
    assert here.deliver(mail("m1", claim(seller=PartyClaim("ALPHA")))) == {"to-complete": 1}
    assert here.codes("m1") == ["seller-not-identified"]
    here.confirm("m1#1", decision="accept")
    assert here.wake("fields:m1#1") == {"assigned": 1}


# ---------------------------------------------------------------- contract, debtor, line


def test_a_currency_without_contract_waits_for_the_contract() -> None:
    """An invoice in dollars is held and bought when the contract is opened."""
    here = world()
    assert here.deliver(mail("m1", claim(currency="USD"))) == {"held": 1}
    usd = contract_id(ALPHA, "USD")
    assert here.outcome("m1").lacks == f"contract:{usd}"
    assert here.codes("m1") == ["contract-missing"]
    contract = Contract(usd, ALPHA, "USD", TODAY, ACCOUNT)
    contract_terms.open_contract(here.ledger, contract, Terms(usd, TODAY))
    assert here.wake(f"contract:{usd}") == {"held": 1}
    assert here.codes("m1") == ["line-missing"]


def test_a_contract_not_yet_in_force_or_suspended_holds() -> None:
    """A suspended contract takes nothing on; what came waits."""
    here = world()
    contract_terms.set_status(here.ledger, ALPHA_EUR, ContractStatus.SUSPENDED)
    assert here.deliver(mail("m1", claim())) == {"held": 1}
    assert here.codes("m1") == ["contract-suspended"]
    contract_terms.set_status(here.ledger, ALPHA_EUR, ContractStatus.ACTIVE)
    assert here.wake(f"contract:{ALPHA_EUR}") == {"assigned": 1}


def test_an_unknown_debtor_waits_and_is_bought_by_itself() -> None:
    """Staff add the debtor, then its line: the invoice goes on step by step, with one notice."""
    here = world()
    assert here.deliver(mail("m1", claim(buyer=STRANGER_CLAIM))) == {"held": 1}
    assert here.outcome("m1").lacks == f"debtor:{STRANGER}"
    [alert] = here.alerts()
    assert (alert.code, alert.facts["identifier"]) == ("staff-debtor-unknown", STRANGER_SIREN)
    register.set_party(here.ledger, debtor(STRANGER, "Nouveau"))
    here.today += dt.timedelta(days=1)
    here.now += dt.timedelta(days=1)
    assert here.wake(f"debtor:{STRANGER}") == {"held": 1}
    assert here.outcome("m1").lacks == f"line:{ALPHA_EUR}|{STRANGER}"
    assert [alert.code for alert in here.alerts()] == ["staff-line-missing"]
    assert len(here.outbox()) == 1
    here.line(ALPHA_EUR, STRANGER)
    assert here.wake(f"line:{ALPHA_EUR}|{STRANGER}") == {"assigned": 1}
    assert invoice(here).assigned_on == here.today
    assert invoice(here).complete_at == here.now
    assert [intent.id for intent in here.outbox()] == ["m1", "m1#1#2"]
    assert [row.outcome for row in figures(here, 1).rows] == ["assigned"]
    assert here.alerts() == []


def test_a_wake_twice_is_a_wake_once() -> None:
    """Waking for nothing new writes nothing; after the release nothing waits any more."""
    here = world()
    here.deliver(mail("m1", claim(buyer=STRANGER_CLAIM)))
    before = here.ledger.snapshot()
    assert here.wake(f"debtor:{STRANGER}") == {"held": 1}
    assert here.ledger.snapshot() == before
    register.set_party(here.ledger, debtor(STRANGER, "Nouveau"))
    here.line(ALPHA_EUR, STRANGER)
    assert here.wake(f"debtor:{STRANGER}") == {"assigned": 1}
    after = here.ledger.snapshot()
    assert here.wake(f"debtor:{STRANGER}") == {}
    assert here.ledger.snapshot() == after


def test_parts_of_several_mails_wake_in_one_batch_in_order() -> None:
    """One batch for one trigger, by date of issue and number; each mail has its own notice."""
    here = world()
    first = claim("FA-2", buyer=STRANGER_CLAIM, issue_date="2026-02-20")
    here.deliver(mail("m1", claim("FA-1", buyer=STRANGER_CLAIM)))
    here.deliver(mail("m2", first, claim("FA-3", buyer=STRANGER_CLAIM, payable="3.00")))
    assert len(here.alerts()) == 1
    register.set_party(here.ledger, debtor(STRANGER, "Nouveau"))
    here.line(ALPHA_EUR, STRANGER)
    assert here.wake(f"debtor:{STRANGER}") == {"assigned": 3}
    names = ["2026#FA2", "2026#FA1", "2026#FA3"]
    assert sorted(names, key=lambda n: invoice(here, n).assigned_seq) == names
    assert {invoice(here, n).batch for n in names} == {f"wake#debtor:{STRANGER}#{TODAY}"}
    assert [intent.id for intent in here.outbox()] == ["m1", "m1#1#1", "m2", "m2#1#1"]


def test_a_late_alert_stays_while_somebody_waits() -> None:
    """The alert of a missing debtor goes only when nobody waits for it."""
    here = world()
    here.deliver(mail("m1", claim(buyer=STRANGER_CLAIM)))
    here.wake(f"debtor:{STRANGER}")
    assert len(here.alerts()) == 1


def test_a_debtor_without_identifier_is_named_by_a_person() -> None:
    """A consumer has none and is never bought; a firm is chosen from the list by a person."""
    here = world()
    assert here.deliver(mail("m1", claim(buyer=PartyClaim("M. Martin")))) == {"to-complete": 1}
    assert here.codes("m1") == ["debtor-not-identified"]
    here.confirm("m1#1", decision="accept", debtor="siren:999999999")
    assert here.wake("fields:m1#1") == {"to-complete": 1}
    here.confirm("m1#1", decision="accept", debtor=ACME)
    assert here.wake("fields:m1#1") == {"assigned": 1}
    assert invoice(here).debtor == ACME
    assert here.rows() == []


def test_a_blocked_debtor_holds_and_an_insolvent_one_refuses() -> None:
    """Blocked until staff unblock; insolvent is no longer for sale."""
    here = world()
    register.set_party(here.ledger, debtor(ACME, "ACME", is_blocked=True))
    assert here.deliver(mail("m1", claim())) == {"held": 1}
    assert (here.codes("m1"), here.outcome("m1").lacks) == (["debtor-blocked"], f"debtor:{ACME}")
    register.set_party(here.ledger, debtor(ACME, "ACME", insolvent_on=TODAY))
    assert here.wake(f"debtor:{ACME}") == {"refused": 1}
    assert here.codes("m1") == ["debtor-insolvent"]


def test_no_line_holds_until_it_is_granted() -> None:
    """A known debtor without a line: held, never bought beside a line."""
    here = world()
    assert here.deliver(mail("m1", claim(buyer=CITY_CLAIM))) == {"held": 1}
    assert here.outcome("m1").lacks == f"line:{ALPHA_EUR}|{CITY}"
    assert here.alerts()[0].facts["debtor"] == "Ville"


def test_over_the_line_is_assigned_in_part_or_not_approved() -> None:
    """The whole invoice is assigned; what the line does not cover is said."""
    here = world(lambda w: w.line(ALPHA_EUR, ACME, 150000))
    here.deliver(mail("m1", claim("FA-1"), claim("FA-2"), claim("FA-3", payable="7.00")))
    assert here.outcome("m1", "1").outcome is OutcomeKind.ASSIGNED
    held = here.outcome("m1", "2")
    # FA-2 looks like FA-1: same debtor, amount and date.
    assert (held.outcome, held.problems[0].code) == (OutcomeKind.HELD, "lookalike")
    here.confirm("m1#2", decision="accept")
    assert here.wake("fields:m1#2") == {"partly-approved": 1}
    partly = here.outcome("m1", "2")
    assert (partly.approved_cents, partly.amount_cents) == (29300, 120000)
    assert here.codes("m1", "2") == ["line-exceeded"]
    here.deliver(mail("m2", claim("FA-4", payable="8.00")))
    assert here.outcome("m2").outcome is OutcomeKind.OVER_LINE
    assert here.outcome("m2").deadline_at is None, "nothing is promised of what is not approved"


# ---------------------------------------------------------------- eligibility


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"payable": "-5.00"}, "total-not-positive"),
        ({"payable": "0.00"}, "total-not-positive"),
        ({"due_dates": ("2026-02-01",)}, "due-before-issue"),
        ({"issue_date": "2026-01-02", "due_dates": ("2026-03-01",)}, "already-overdue"),
        ({"due_dates": ("2026-12-31",)}, "term-beyond-maximum"),
        ({"problems": (Problem("type-not-a-claim"),)}, "type-not-a-claim"),
        ({"problems": (Problem("already-paid", Severity.NOT_FOR_SALE),)}, "already-paid"),
    ],
)
def test_what_is_not_for_sale_is_refused_with_its_reason(
    changes: dict[str, Any], code: str
) -> None:
    """Refused for good, no advance; the seller and staff read why."""
    here = world()
    assert here.deliver(mail("m1", claim(**changes))) == {"refused": 1}
    assert here.codes("m1") == [code]
    assert reasons(here) == [code]
    assert here.ledger.get(Position, contract=ALPHA_EUR).seq == 0
    assert figures(here).totals == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "---"}, "number-missing"),
        ({"number": "9" * 101}, "number-too-long"),
        ({"issue_date": "hier"}, "issue-date-missing"),
        ({"due_dates": ()}, "due-date-missing"),
        ({"payable": "", "gross": ""}, "payable-missing"),
        ({"currency": "euro"}, "currency-missing"),
        ({"type_code": "999"}, "type-missing"),
        ({"type_code": "386"}, "deposit-invoice"),
        ({"due_dates": ("2026-05-20",)}, "term-beyond-law"),
        ({"problems": (Problem("iban-key", Severity.REVIEW),)}, "iban-key"),
        ({"problems": (Problem("payee-is-other", Severity.REVIEW),)}, "payee-is-other"),
    ],
)
def test_what_is_doubtful_is_confirmed_by_a_person(changes: dict[str, Any], code: str) -> None:
    """A line of Factures à compléter with what was read and what is missing."""
    here = world()
    assert here.deliver(mail("m1", claim(**changes))) == {"to-complete": 1}
    assert code in here.codes("m1")
    [row] = here.rows()
    assert (row.ref, row.seller, row.object_key) == ("m1#1", ALPHA, "mail/m1")
    assert row.proposed["debtor"] == "ACME"
    good = {"number": "FA-1", "issued_on": "2026-03-01", "due_on": "2026-04-15"}
    good |= {"amount": "1200.00", "currency": "EUR", "type_code": "380"}
    here.confirm("m1#1", decision="accept", **good)
    assert here.wake("fields:m1#1") == {"assigned": 1}


@pytest.mark.parametrize(
    ("kind", "body", "codes"),
    [
        (DebtorKind.PUBLIC, PublicBody.ADMINISTRATION, ["public-term-beyond-law"]),
        (DebtorKind.PUBLIC, PublicBody.UNDERTAKING, []),
        (DebtorKind.COMPANY, PublicBody.ADMINISTRATION, []),
    ],
)
def test_a_public_body_s_late_due_day_is_warned_of_and_bought(
    kind: DebtorKind, body: PublicBody, codes: list[str]
) -> None:
    """45 days are too many for a town, lawful for a public undertaking and between firms."""
    here = world()
    register.set_party(here.ledger, debtor(ACME, "ACME", kind=kind, body=body))
    assert here.deliver(mail("m1", claim(due_dates=("2026-04-15",)))) == {"assigned": 1}
    assert here.codes("m1") == codes


def test_a_scan_is_never_bought_on_its_text() -> None:
    """A PDF without XML waits for a person's figures; too little is not enough; no is no."""
    here = world()
    assert here.deliver(mail("m1", scan(), scan("b.pdf"))) == {"to-complete": 2}
    assert here.codes("m1") == ["pdf-without-xml"]
    here.confirm("m1#1", decision="accept", number="FA-1", amount="1200.00")
    assert here.wake("fields:m1#1") == {"to-complete": 1}
    assert here.ledger.get(Position, contract=ALPHA_EUR).seq == 0
    values = {"number": "FA-1", "issued_on": "2026-03-01", "due_on": "2026-04-15", "debtor": ACME}
    here.confirm("m1#1", decision="accept", amount="1200.00", **values)
    here.now += dt.timedelta(hours=5)
    assert here.wake("fields:m1#1") == {"assigned": 1}
    assert invoice(here).complete_at == here.now
    here.confirm("m1#2", decision="refuse", reason="Brouillon")
    assert here.wake("fields:m1#2") == {"refused": 1}
    assert here.outcome("m1", "2").problems[0].facts == {"reason": "Brouillon"}
    assert (here.rows(), here.alerts()) == ([], [])


def test_an_invoice_that_pays_us_is_not_odd() -> None:
    """A payee or account that is the factor's own is as it should be."""
    here = world()
    odd = Problem("payee-is-other", Severity.REVIEW)
    ours = claim("FA-1", problems=(odd,), accounts=(AccountClaim(iban=ACCOUNT),))
    assert here.deliver(mail("m1", ours)) == {"assigned": 1}
    here.write("set-rate", Setting("firm/siren", "338966385"))
    factored = Problem("already-factored", Severity.NOT_FOR_SALE)
    named = claim("FA-2", payable="9.00", problems=(factored,))
    named = dataclasses.replace(named, payee=PartyClaim("Factor SA", siren="338966385"))
    assert here.deliver(mail("m2", named)) == {"assigned": 1}


@pytest.mark.parametrize(
    ("iban", "outcome"),
    [(ACCOUNT, OutcomeKind.ASSIGNED), ("FR1420041", OutcomeKind.TO_COMPLETE)],
)
def test_our_own_account_written_with_spaces_is_no_doubt(iban: str, outcome: OutcomeKind) -> None:
    """Sellers print it in groups; another account in groups is for a person to see."""
    here = world()
    spaced = Problem("iban-spaces", Severity.REVIEW, "BT-84", {"iban": iban})
    account = AccountClaim(iban=iban, written=" ".join(iban))
    here.deliver(mail("m1", claim(problems=(spaced,), accounts=(account,))))
    assert here.outcome("m1").outcome is outcome


def test_warnings_travel_with_a_good_invoice() -> None:
    """No clause on it, another account on it: bought, and said."""
    here = world()
    warned = claim(
        problems=(Problem("clause-missing", Severity.WARN),),
        accounts=(AccountClaim(iban="FR1420041010050500013M02606"),),
    )
    assert here.deliver(mail("m1", warned)) == {"assigned": 1}
    assert here.codes("m1") == ["clause-missing", "account-not-ours"]
    assert invoice(here).has_assignment_clause is False


NOTICE = "Pour être libératoire, votre règlement doit être fait à Affacturage SA, subrogé, IBAN {}."


@pytest.mark.parametrize(
    ("place", "iban", "codes"),
    [
        ("notes", ACCOUNT, []),
        ("notes", "FR14 2004 1010 0505 0001 3M02 606", ["clause-account-missing"]),
        ("text", ACCOUNT, []),
        ("text", "à demander", ["clause-account-missing"]),
    ],
)
def test_a_notice_must_name_an_account_of_ours(place: str, iban: str, codes: list[str]) -> None:
    """The debtor is told to pay the factor: where, is judged with the accounts of the firm."""
    here = world()
    said = NOTICE.format(iban)
    told = {"notes": (NoteClaim("ACC", said),)} if place == "notes" else {"text": said}
    assert here.deliver(mail("m1", claim(**told))) == {"assigned": 1}
    assert here.codes("m1") == codes


def test_the_last_due_date_counts() -> None:
    """Earlier dates earn a discount."""
    here = world()
    here.deliver(mail("m1", claim(due_dates=("2026-04-15", "2026-03-10"))))
    assert invoice(here).due_on == dt.date(2026, 4, 15)


def test_a_part_that_came_twice_in_the_mail_is_ignored() -> None:
    """A PDF and its XML are one invoice: the second is of no matter."""
    here = world()
    twice = part("2", None, Problem("invoice-twice-in-mail", Severity.IGNORE))
    assert here.deliver(mail("m1", claim(), twice)) == {"assigned": 1, "ignored": 1}
    assert here.alerts() == []


# ---------------------------------------------------------------- seen before


def test_a_duplicate_says_when_the_first_one_came() -> None:
    """The same invoice in a later mail: nothing is booked, the day is told."""
    here = world()
    here.deliver(mail("m1", claim()))
    assert here.deliver(mail("m2", claim())) == {"duplicate": 1}
    assert here.outcome("m2").problems[0].facts == {"day": "2026-03-02"}
    assert here.ledger.get(Position, contract=ALPHA_EUR).seq == 1


def test_the_same_invoice_twice_in_one_mail_is_bought_once() -> None:
    """Two lines with the same invoice: the first is assigned, the second a duplicate."""
    here = world()
    assert here.deliver(mail("m1", claim(), claim())) == {"assigned": 1, "duplicate": 1}


@pytest.mark.parametrize("buyer", [CITY_CLAIM, ACME_CLAIM])
def test_a_number_with_other_facts_goes_to_staff(buyer: PartyClaim) -> None:
    """Same number, other amount or other debtor: one of the two is wrong."""
    here = world()
    here.deliver(mail("m1", claim()))
    other = claim(payable="1200.00" if buyer is CITY_CLAIM else "1300.00", buyer=buyer)
    assert here.deliver(mail("m2", other)) == {"refused": 1}
    assert here.codes("m2") == ["registered-with-other-content"]
    assert [alert.severity for alert in here.alerts()] == ["high"]


def test_the_same_invoice_of_another_seller_is_refused_without_a_name() -> None:
    """Financed elsewhere: the seller is told nothing of the other, staff are."""
    here = world()
    here.deliver(mail("m1", claim()))
    stolen = mail("m2", claim(seller=BETA_CLAIM), by=sender(BETA_MAIL))
    assert here.deliver(stolen) == {"refused": 1}
    assert here.outcome("m2").problems == (Problem("registered-elsewhere"),)
    [alert] = here.alerts()
    assert (alert.code, alert.facts["contract"]) == ("financed-elsewhere", ALPHA_EUR)


def test_the_same_file_of_another_seller_is_refused() -> None:
    """The bytes belong to one seller, whatever is read in them."""
    here = world()
    here.deliver(mail("m1", part("1", claim(), sha="same")))
    other = claim("FB-7", seller=BETA_CLAIM, payable="33.00")
    counts = here.deliver(mail("m2", part("1", other, sha="same"), by=sender(BETA_MAIL)))
    assert counts == {"refused": 1}
    assert here.alerts()[0].facts["contract"] == ALPHA_EUR


def test_one_file_may_hold_two_currencies_of_one_seller() -> None:
    """The file's hash blocks other sellers only."""
    here = world()
    usd = contract_id(ALPHA, "USD")
    contract = Contract(usd, ALPHA, "USD", TODAY, ACCOUNT)
    contract_terms.open_contract(here.ledger, contract, Terms(usd, TODAY))
    lines.set_line(here.ledger, RelationLine(ACME, "USD", usd, limit_cents=500000), today=TODAY)
    euro = part("1.r2", claim("FA-1"), sha="same")
    dollar = part("1.r3", claim("FA-2", currency="USD"), sha="same")
    assert here.deliver(mail("m1", euro, dollar)) == {"assigned": 2}


def test_a_lookalike_of_another_seller_is_held_without_naming_it() -> None:
    """Same debtor, year and number in another contract: a person looks before money moves."""
    here = world()
    here.deliver(mail("m1", claim()))
    alike = claim(seller=BETA_CLAIM, payable="1201.00")
    assert here.deliver(mail("m2", alike, by=sender(BETA_MAIL))) == {"held": 1}
    assert here.outcome("m2").problems[0].facts == {"number": "FA-1"}
    [row] = here.rows()
    assert row.proposed["looks_like"] == f"FA-1 ({ALPHA_EUR})"
    assert here.ledger.get(Position, contract=BETA_EUR).seq == 0


def test_same_amount_and_day_under_another_number_is_a_lookalike() -> None:
    """A renumbered invoice is held also within one contract; the seller reads its own number."""
    here = world()
    here.deliver(mail("m1", claim("FA-1")))
    assert here.deliver(mail("m2", claim("FA-2"))) == {"held": 1}
    assert here.outcome("m2").problems[0].facts == {"number": "FA-1"}


# ---------------------------------------------------------------- credit notes, corrections


def credit(number: str = "AV-1", **changes: Any) -> Any:
    """A credit note over 200.00 on FA-1."""
    wanted = {"type_code": "381", "payable": "200.00", "preceding": ("FA-1",), "due_dates": ()}
    return claim(number, **(wanted | changes))


def test_a_credit_note_lowers_its_invoice_and_wakes_its_debtor() -> None:
    """By the reference it carries; room may have come free."""
    here = world()
    here.deliver(mail("m1", claim(), credit()))
    assert here.outcome("m1", "2").outcome is OutcomeKind.CREDITED
    assert invoice(here).open_cents == 100000
    assert here.queue.sent[0].message == {"debtor": ACME, "currency": "EUR", "on": "2026-03-02"}
    [total] = figures(here).totals
    assert (total.documents, total.amount_cents) == (2, 100000)
    assert figures(here).rows[1].is_credit_note


def test_a_credit_note_of_last_year_s_invoice_is_found() -> None:
    """References carry no year."""
    here = world()
    here.deliver(mail("m1", claim(issue_date="2025-12-30", due_dates=("2026-03-20",))))
    assert here.codes("m1") == ["term-beyond-law"]
    here.confirm("m1#1", decision="accept")
    assert here.wake("fields:m1#1") == {"assigned": 1}
    here.deliver(mail("m2", credit()))
    assert invoice(here, "2025#FA1").open_cents == 100000


def test_a_credit_note_on_an_unknown_invoice_is_the_debtor_s() -> None:
    """E10: what the debtor will deduct is kept back; an unknown debtor holds it."""
    here = world()
    here.deliver(mail("m1", credit(), credit("AV-2", buyer=STRANGER_CLAIM)))
    assert here.codes("m1") == ["credit-note-beyond-open"]
    [kept] = list(here.ledger.list(DebtorCredit, debtor=ACME))
    assert kept.left_cents == 20000
    assert here.outcome("m1", "2").lacks == f"debtor:{STRANGER}"


def test_a_credit_note_twice_is_a_duplicate_and_other_facts_a_conflict() -> None:
    """The number of a credit note is booked once."""
    here = world()
    here.deliver(mail("m1", claim(), credit()))
    assert here.deliver(mail("m2", credit())) == {"duplicate": 1}
    assert here.deliver(mail("m3", credit(payable="1.00"))) == {"refused": 1}
    assert here.ledger.get(CreditNote, contract=ALPHA_EUR, credit_note="2026#AV1") is not None
    assert here.deliver(mail("m4", credit("AV-9"), credit("AV-9"))) == {
        "credited": 1,
        "duplicate": 1,
    }
    bare = credit("AV-7", preceding=())
    assert here.deliver(mail("m5", bare)) == {"credited": 1}
    assert here.deliver(mail("m6", bare)) == {"duplicate": 1}
    assert here.deliver(mail("m7", credit(preceding=()))) == {"duplicate": 1}


@pytest.mark.parametrize(
    "changes",
    [
        {"buyer": CITY_CLAIM, "preceding": ()},
        {"preceding": ("FA-2",)},
        {"issue_date": "2026-03-02"},
    ],
    ids=["debtor", "invoice", "day"],
)
def test_a_credit_note_of_a_known_number_on_something_else_is_a_conflict(
    changes: dict[str, Any],
) -> None:
    """It is told, and not taken for the one that came before."""
    here = world()
    here.deliver(mail("m1", claim(), claim("FA-2"), credit()))
    assert here.deliver(mail("m2", credit(**changes))) == {"refused": 1}
    assert here.codes("m2") == ["registered-with-other-content"]


def test_a_credit_note_before_its_contract_begins_waits_for_it() -> None:
    """Nothing that arrived is lost or stuck."""
    here = world()
    here.today = dt.date(2025, 12, 30)
    register.set_sender(here.ledger, Sender(ALPHA_MAIL, ALPHA, "X-0001", here.today))
    assert here.deliver(mail("m1", credit(issue_date="2025-12-29"))) == {"held": 1}
    assert here.codes("m1") == ["contract-suspended"]


def test_a_doubtful_credit_note_is_settled_by_a_person() -> None:
    """Several invoices meant, or another debtor's: confirmed with one reference it is booked."""
    here = world()
    here.deliver(mail("m1", claim("FA-1"), claim("FA-2", payable="300.00")))
    several = credit(preceding=("FA-1", "FA-2"))
    assert here.deliver(mail("m2", several, credit("AV-2", buyer=CITY_CLAIM))) == {"to-complete": 2}
    assert here.codes("m2", "1") == ["several-invoices-meant"]
    assert here.codes("m2", "2") == ["invoice-of-other-debtor"]
    here.confirm("m2#1", decision="accept", preceding="FA-2")
    assert here.wake("fields:m2#1") == {"credited": 1}
    assert invoice(here, "2026#FA2").open_cents == 10000


def test_a_credit_note_with_a_sign_is_confirmed_and_positive() -> None:
    """A negative credit note is doubtful; confirmed it counts by its amount."""
    here = world()
    here.deliver(mail("m1", claim()))
    odd = Problem("credit-note-negative", Severity.REVIEW)
    counts = here.deliver(
        mail("m2", credit(payable="-200.00"), credit("AV-2", payable="-5.00", problems=(odd,)))
    )
    assert counts == {"to-complete": 2}
    assert here.codes("m2", "1") == here.codes("m2", "2") == ["credit-note-negative"]
    here.confirm("m2#1", decision="accept")
    assert here.wake("fields:m2#1") == {"credited": 1}
    assert invoice(here).open_cents == 100000
    assert here.deliver(mail("m3", credit("AV-3", payable="0.00"))) == {"refused": 1}


def test_a_factored_credit_note_counts_all_the_same() -> None:
    """Not for sale is said of invoices; a credit note lowers what we hold."""
    here = world()
    factored = Problem("already-factored", Severity.NOT_FOR_SALE)
    here.deliver(mail("m1", claim(), credit(type_code="396", problems=(factored,))))
    assert invoice(here).open_cents == 100000


def test_a_correction_replaces_the_facts_and_is_repeatable() -> None:
    """384 with a reference corrects the invoice; the second mail finds it corrected."""
    here = world()
    here.deliver(mail("m1", claim()))
    right = claim("FR-1", type_code="384", preceding=("FA-1",), payable="1300.00")
    assert here.deliver(mail("m2", right)) == {"corrected": 1}
    assert invoice(here).amount_cents == 130000
    [total] = figures(here, 1).totals
    assert (total.documents, total.amount_cents, total.advance_cents) == (1, 0, 0)
    assert here.deliver(mail("m3", right)) == {"corrected": 1}
    alone = claim("FA-1", type_code="384", payable="1400.00")
    assert here.deliver(mail("m4", alone)) == {"corrected": 1}
    assert invoice(here).amount_cents == 140000


@pytest.mark.parametrize("cents", [130000, 120000], ids=["other facts", "the same facts"])
def test_a_correction_whose_outcome_was_lost_does_not_undo_a_later_one(cents: int) -> None:
    """Corrected, died before its outcome, corrected by another mail: coming again it finds that.

    Also where it changed nothing, because the invoice said so already.
    """
    here = world()
    here.deliver(mail("m1", claim()))
    before = invoice(here)
    lost = Correction(ALPHA_EUR, before.invoice, cents, before.due_on, source="m2#1")
    correct_invoice(here.ledger, lost, today=TODAY)
    later = claim("FA-1", type_code="384", payable="1400.00")
    assert here.deliver(mail("m3", later)) == {"corrected": 1}
    again = claim("FA-1", type_code="384", payable=f"{cents // 100}.00")
    assert here.deliver(mail("m2", again)) == {"corrected": 1}
    assert invoice(here).amount_cents == 140000
    assert invoice(here).corrected_by == ("m2#1", "m3#1")


def test_a_correction_of_nothing_or_too_late_goes_to_staff() -> None:
    """No such invoice: a person says which; after another event it is refused."""
    here = world()
    wrong = claim("FR-1", type_code="384", preceding=("FA-8",))
    assert here.deliver(mail("m1", wrong)) == {"to-complete": 1}
    assert here.codes("m1") == ["correction-without-invoice"]
    here.deliver(mail("m2", claim(), credit()))
    late = claim("FR-2", type_code="384", preceding=("FA-1",), payable="1.00")
    assert here.deliver(mail("m3", late)) == {"refused": 1}
    assert here.codes("m3") == ["correction-too-late"]
    other = claim("FR-3", type_code="384", preceding=("FA-1",), buyer=CITY_CLAIM)
    assert here.deliver(mail("m4", other)) == {"to-complete": 1}


# ---------------------------------------------------------------- long mails, broken systems


def test_a_long_schedule_is_ruled_in_lots_and_answered_once() -> None:
    """Forty lines: three commits of outcomes, one batch, one answer, one alert for one reason."""
    here = world()
    good = [
        part(f"1.r{n}", claim(f"FA-{n}", payable=f"{n}.00", syntax="SCHEDULE"), sha="s")
        for n in range(1, 39)
    ]
    bad = [part(f"1.r{n}", claim(f"FA-{n}", payable="-1.00"), sha="s") for n in (50, 51)]
    assert here.deliver(mail("m1", *good, *bad)) == {"assigned": 38, "refused": 2}
    assert len(figures(here).rows) == 40
    assert here.ledger.get(Batch, contract=ALPHA_EUR, batch="m1").invoice_count == 38
    [alert] = here.alerts()
    assert (alert.object, alert.facts["reason"]) == ("mail:m1", "total-not-positive")


def test_an_alert_that_was_closed_opens_again() -> None:
    """What is missing a second time is shown a second time."""
    here = world()
    here.deliver(mail("m1", claim(currency="USD")))
    usd = contract_id(ALPHA, "USD")
    contract = Contract(usd, ALPHA, "USD", TODAY, ACCOUNT)
    contract_terms.open_contract(here.ledger, contract, Terms(usd, TODAY))
    here.wake(f"contract:{usd}")
    assert [alert.code for alert in here.alerts()] == ["staff-line-missing"]
    contract_terms.set_status(here.ledger, usd, ContractStatus.SUSPENDED)
    here.deliver(mail("m2", claim("FA-2", currency="USD", payable="5.00")))
    codes = {alert.code for alert in here.alerts()}
    assert codes == {"staff-line-missing", "staff-contract-suspended"}


def test_claims_that_are_gone_or_wrong_stop_the_message() -> None:
    """A broken system raises, so that the message is parked where somebody sees it."""
    here = world()
    with pytest.raises(SourceUnavailableError):
        here.register("nowhere")
    good = mail("m1", claim())
    write_claims(here.objects, good)
    here.objects.stored[claims_key("m2")] = here.objects.stored[claims_key("m1")]
    with pytest.raises(InvariantError, match="another mail"):
        here.register("m2")
    twice = dataclasses.replace(good, mail_id="m3", parts=good.parts * 2)
    with pytest.raises(InvariantError, match="twice"):
        here.deliver(twice)
    for text in (b"\xff", b"{", b"[]", b'{"mail_id": "m4"}'):
        here.objects.stored[claims_key("m4")] = text
        with pytest.raises(InvariantError, match="no claims"):
            here.register("m4")
    assert here.ledger.get(MailHead, mail="m4") is None


def test_claims_that_lost_a_held_part_stop_the_wake() -> None:
    """A part that waits must be in its claims."""
    here = world()
    here.deliver(mail("m1", claim(buyer=STRANGER_CLAIM)))
    write_claims(here.objects, mail("m1", part("9", claim())))
    with pytest.raises(InvariantError, match="no part 1"):
        here.wake(f"debtor:{STRANGER}")


def test_now_is_the_time_of_the_answer() -> None:
    """Time comes as an argument."""
    here = world()
    here.deliver(mail("m1", claim()))
    assert here.outbox()[0].created_at == NOW


def test_an_index_that_lags_wakes_nothing_twice() -> None:
    """What the index still shows as waiting is read again before it is ruled on."""
    here = world()
    here.deliver(mail("m1", claim(buyer=STRANGER_CLAIM)))
    register.set_party(here.ledger, debtor(STRANGER, "Nouveau"))
    here.line(ALPHA_EUR, STRANGER)
    stale = list(here.ledger.find(PartOutcome, Index.PENDING, f"lacks#debtor:{STRANGER}"))
    here.wake(f"debtor:{STRANGER}")
    before = here.ledger.snapshot()
    here.ledger.find = lambda *_args, **_more: iter(stale)
    assert here.wake(f"debtor:{STRANGER}") == {}
    assert here.ledger.snapshot() == before


def test_a_line_in_insolvency_refuses() -> None:
    """The line may know of the insolvency before the register of debtors does."""
    here = world()
    line = here.ledger.get(FactorLine, debtor=ACME, currency="EUR")
    frozen = dataclasses.replace(line, status=LineStatus.INSOLVENT)
    here.ledger.commit(Transaction("set-line", (Put(frozen),)))
    assert here.deliver(mail("m1", claim())) == {"refused": 1}
    assert here.codes("m1") == ["debtor-insolvent"]


def test_what_looks_alike_in_another_currency_or_under_its_own_row_is_not() -> None:
    """An amount in dollars is not the same amount; an invoice is no twin of itself."""
    here = world()
    row = SoftDuplicate(ACME, 120000, dt.date(2026, 3, 1), contract_id(BETA, "USD"), "X-1")
    number = SameNumber(ACME, InvoiceId("2026#FA1"), contract_id(BETA, "USD"))
    own = SoftDuplicate(ACME, 120000, dt.date(2026, 3, 1), ALPHA_EUR, "FA-1")
    mine = SameNumber(ACME, InvoiceId("2026#FA1"), ALPHA_EUR)
    puts = tuple(Put(one) for one in (row, number, own, mine))
    here.ledger.commit(Transaction("note-lookalike", puts))
    assert here.deliver(mail("m1", claim())) == {"assigned": 1}


def test_a_person_s_wish_to_ask_decides_nothing() -> None:
    """Only accept and refuse move a document; anything else leaves it where it is."""
    here = world()
    here.deliver(mail("m1", scan()))
    before = here.ledger.snapshot()
    assert here.wake("fields:m1#1") == {}
    assert here.ledger.snapshot() == before
    here.confirm("m1#1", decision="ask")
    assert here.wake("fields:m1#1") == {"to-complete": 1}
    assert here.outcome("m1").trial == 0
