"""One open alert per overdue invoice, one reminder per debtor and day."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

import pytest

from bordereau.domain.books import Receipt
from bordereau.domain.figures import ReminderFigures
from bordereau.domain.identifiers import AccountId, InvoiceId, PartyId
from bordereau.domain.invoices import Invoice
from bordereau.domain.overdue import REMINDER_DAYS, reminder_days
from bordereau.domain.parties import Debtor, Setting
from bordereau.domain.plain import from_plain
from bordereau.domain.terms import Disclosure
from bordereau.domain.work import Intent, ReceiptProposal
from bordereau.services.apply_receipt import Pays, ReceiptKey, apply_receipt
from bordereau.services.book_receipt import book_receipt
from bordereau.services.draft import Draft
from bordereau.services.move_invoice import open_dispute
from bordereau.services.outcome import Outcome, Status
from bordereau.services.raise_overdue_alerts import alert_contract, sweep_overdue
from bordereau.services.register import set_party
from bordereau.services.remind_debtors import INVOICES_MAX, remind_debtor
from tests.unit.services.firm import (
    ACCOUNT,
    ACME,
    DAY,
    K1,
    K2,
    ZIMMER,
    Firm,
    at,
    every_crash,
    firm,
)

DUE = DAY + dt.timedelta(10)


def late(days: int) -> dt.date:
    """Return the day on which the invoice is so many days late."""
    return DUE + dt.timedelta(days)


def alerts(made: Firm, on: dt.date) -> Outcome:
    """Look at the contract's alerts."""
    return alert_contract(made.ledger, contract=K1, on=on)


def remind(made: Firm, on: dt.date, debtor: PartyId = ACME) -> Outcome:
    """Remind a debtor."""
    ports = (made.ledger, made.objects, made.queue)
    return remind_debtor(*ports, payer=(debtor, "EUR"), on=on, now=at(on))


def open_stages(made: Firm) -> list[tuple[str, str]]:
    """Return number and stage of each open alert."""
    return sorted((alert.facts["number"], alert.stage) for alert in made.alerts())


def figures(made: Firm, on: dt.date) -> ReminderFigures:
    """Return what the day's reminder shows."""
    intent = made.ledger.get(Intent, kind="reminder", id=f"{ACME}#{on}")
    assert intent is not None
    return from_plain(ReminderFigures, json.loads(made.objects.stored[intent.figures_key]))


def pay(made: Firm, invoice: InvoiceId, cents: int, on: dt.date) -> None:
    """Receive and apply money."""
    book_receipt(made.ledger, Receipt(ACCOUNT, on, f"P{cents}", cents, cents, "EUR", on), today=on)
    key = ReceiptKey(ACCOUNT, on, f"P{cents}")
    apply_receipt(made.ledger, key, [Pays(K1, invoice, cents)], today=on)


def change(made: Firm, **facts: Any) -> None:
    """Change what the register says of ACME."""
    debtor = Debtor(ACME, 1, "D-A", "ACME Distribution", emails=("ap@acme.example",))
    set_party(made.ledger, dataclasses.replace(debtor, **facts))


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        (1, "overdue"),
        (2, "overdue"),
        (3, "reminder-1"),
        (10, "reminder-2"),
        (20, "reminder-3"),
        (30, "formal-notice"),
        (100, "pre-litigation"),
    ],
)
def test_the_stage_is_that_of_the_days(days: int, stage: str) -> None:
    """The usual days, also when the runs between were missed; one open alert."""
    made = firm()
    made.assign("FA-1", 1_000_00, due_on=DUE)
    alerts(made, DUE)
    assert made.alerts() == []
    alerts(made, late(1))
    alerts(made, late(days))
    assert open_stages(made) == [("FA-1", stage)]


def test_an_alert_says_what_and_when() -> None:
    """Facts are plain: the texts write them."""
    made = firm()
    made.assign("FA-1", 1_000_00, due_on=DUE)
    alerts(made, late(4))
    alert = made.alerts()[0]
    assert alert.facts == {
        "number": "FA-1",
        "debtor": "ACME Distribution",
        "amount": "1000.00 EUR",
        "day": late(3).isoformat(),
    }
    assert (alert.contract, alert.severity) == (K1, "normal")


def test_a_part_payment_changes_the_amount_and_a_payment_closes() -> None:
    """The day since when it stands is kept."""
    made = firm()
    invoice = made.assign("FA-1", 1_000_00, due_on=DUE)
    alerts(made, late(1))
    pay(made, invoice, 400_00, late(2))
    alerts(made, late(2))
    alert = made.alerts()[0]
    assert (alert.facts["amount"], alert.since_on) == ("600.00 EUR", late(1))
    pay(made, invoice, 600_00, late(2))
    assert alerts(made, late(3)).amounts == {"alerts": 0, "closed": 1, "over": 0}
    assert made.alerts() == []


def test_a_dispute_closes_and_its_end_opens_again() -> None:
    """Since the day of its end."""
    made = firm()
    invoice = made.assign("FA-1", 1_000_00, due_on=DUE)
    alerts(made, late(1))
    open_dispute(made.ledger, K1, invoice, today=late(1))
    alerts(made, late(2))
    assert made.alerts() == []
    settle(made, invoice)
    alerts(made, late(2))
    assert [alert.since_on for alert in made.alerts()] == [late(2)]


def settle(made: Firm, identity: InvoiceId) -> None:
    """End the dispute of an invoice, without its entry."""
    write(made, dataclasses.replace(made.invoice(identity), disputed_cents=0))


def write(made: Firm, invoice: Invoice) -> None:
    """Write an invoice as it is given."""
    draft = Draft(made.ledger)
    draft.read(Invoice, contract=invoice.contract, invoice=invoice.invoice)
    draft.write(invoice)
    assert draft.commit("set-alert")


def test_the_second_look_writes_nothing() -> None:
    """All is as it should be."""
    made = firm()
    made.assign("FA-1", 1_000_00, due_on=DUE)
    alerts(made, late(5))
    before = made.ledger.snapshot()
    alerts(made, late(5))
    assert made.ledger.snapshot() == before


def test_the_sweep_asks_for_what_is_overdue_and_for_what_was() -> None:
    """Also for what a missed run left; due today is not overdue; once a day."""
    made = firm()
    made.assign("FA-1", 1_000_00, due_on=DUE)
    made.assign("FB-1", 1_000_00, contract=K2, debtor=ZIMMER, due_on=late(5))
    sweep_overdue(made.ledger, made.queue, on=late(5), now=at(late(5)))
    wanted = [
        {"contract": K1, "on": late(5).isoformat()},
        {"debtor": ACME, "currency": "EUR", "on": late(5).isoformat()},
    ]
    assert made.sent("raise_overdue_alerts") == wanted
    again = sweep_overdue(made.ledger, made.queue, on=late(5), now=at(late(5)))
    assert again.reason == "run-finished"


def test_the_sweep_asks_for_contracts_whose_alerts_may_close() -> None:
    """Nothing is overdue there any more."""
    made = firm()
    invoice = made.assign("FA-1", 1_000_00, due_on=DUE)
    alerts(made, late(1))
    pay(made, invoice, 1_000_00, late(1))
    sweep_overdue(made.ledger, made.queue, on=late(2), now=at(late(2)))
    assert made.sent("raise_overdue_alerts") == [{"contract": K1, "on": late(2).isoformat()}]


def test_a_reminder_lists_all_that_is_overdue_of_every_seller() -> None:
    """One message, one account, all invoices raised to the first level."""
    made = firm()
    first = made.assign("FA-1", 1_000_00, due_on=DUE)
    made.assign("FB-1", 500_00, contract=K2, due_on=late(2))
    made.assign("FA-3", 700_00, due_on=late(3))
    outcome = remind(made, late(3))
    assert outcome.status is Status.DONE
    shown = figures(made, late(3))
    assert [(row.seller, row.number, row.days_late) for row in shown.rows] == [
        ("Alpha BTP", "FA-1", 3),
        ("Béta Bois", "FB-1", 1),
    ]
    assert (shown.total_cents, shown.level) == (1_500_00, 1)
    assert (shown.account.iban, shown.account.bic) == (ACCOUNT, "AGRIFRPP")
    assert made.invoice(first).reminder_level == 1
    wanted = {"kind": "reminder", "id": f"{ACME}#{late(3)}"}
    assert made.sent("write_documents") == [wanted]


def test_a_reminder_is_sent_once_and_again_only_for_something_new() -> None:
    """The next day nothing is due; when another invoice comes to its day, all are listed."""
    made = firm()
    made.assign("FA-1", 1_000_00, due_on=DUE)
    made.assign("FA-2", 500_00, due_on=late(5))
    remind(made, late(3))
    before = made.ledger.snapshot()
    assert remind(made, late(3)).reason == "reminded"
    assert remind(made, late(4)).reason == "nothing-due"
    assert made.ledger.snapshot() == before
    remind(made, late(8))
    assert [row.number for row in figures(made, late(8)).rows] == ["FA-2", "FA-1"]


def test_a_rendered_reminder_is_not_asked_for_again() -> None:
    """Its PDF is there."""
    made = firm()
    made.assign("FA-1", 1_000_00, due_on=DUE)
    remind(made, late(3))
    intent = made.ledger.get(Intent, kind="reminder", id=f"{ACME}#{late(3)}")
    assert intent is not None
    draft = Draft(made.ledger)
    draft.read(Intent, kind="reminder", id=intent.id)
    draft.write(dataclasses.replace(intent, pdf_key="x.pdf"))
    assert draft.commit("move-intent")
    remind(made, late(3))
    assert len(made.sent("write_documents")) == 1


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"is_blocked": True}, "blocked"),
        ({"insolvent_on": DAY}, "insolvent"),
        ({"no_reminder_until": late(3)}, "veto"),
        ({"emails": ()}, "no_email"),
    ],
)
def test_a_reminder_waits_while_the_register_says_so(facts: dict[str, Any], reason: str) -> None:
    """Nothing is sent and no level moves."""
    made = firm()
    invoice = made.assign("FA-1", 1_000_00, due_on=DUE)
    change(made, **facts)
    assert (remind(made, late(3)).status, remind(made, late(3)).reason) == (Status.HELD, reason)
    assert made.invoice(invoice).reminder_level == 0
    assert made.sent("write_documents") == []
    assert (made.codes() == ["debtor-without-email"]) is (reason == "no_email")
    change(made, no_reminder_until=late(2))
    assert remind(made, late(3)).status is Status.DONE
    assert made.codes() == []


@pytest.mark.parametrize("is_known", [True, False])
def test_a_reminder_waits_while_cash_is_not_applied(*, is_known: bool) -> None:
    """The debtor's own, or what seems to be."""
    made = firm()
    made.assign("FA-1", 1_000_00, due_on=DUE)
    receipt = Receipt(ACCOUNT, late(1), "R", 55, 55, "EUR", late(1))
    book_receipt(
        made.ledger, dataclasses.replace(receipt, debtor=ACME if is_known else None), today=late(1)
    )
    draft = Draft(made.ledger)
    draft.write(ReceiptProposal(ACCOUNT, late(1), "R", "payer-name", debtor=ACME))
    if not is_known:
        assert draft.commit("propose-receipt")
    assert remind(made, late(3)).reason == "unallocated_cash"


def test_another_debtor_s_cash_hinders_nothing() -> None:
    """Nor does money of nobody."""
    made = firm()
    made.assign("FA-1", 1_000_00, due_on=DUE)
    book_receipt(made.ledger, Receipt(ACCOUNT, late(1), "R", 55, 55, "EUR", late(1)), today=late(1))
    assert remind(made, late(3)).status is Status.DONE


def test_a_disputed_invoice_is_not_reminded_of() -> None:
    """Neither alone nor in a list."""
    made = firm()
    invoice = made.assign("FA-1", 1_000_00, due_on=DUE)
    open_dispute(made.ledger, K1, invoice, today=late(1))
    assert remind(made, late(5)).reason == "nothing-due"


def test_a_confidential_contract_s_debtor_never_hears_of_us() -> None:
    """It pays the seller."""
    made = firm(terms={"disclosure": Disclosure.CONFIDENTIAL})
    made.assign("FA-1", 1_000_00, due_on=DUE)
    assert remind(made, late(5)).reason == "nothing-due"


def test_a_debtor_nobody_knows_is_nobody() -> None:
    """The message is older than the register."""
    assert remind(firm(), DAY, PartyId("siren:9")).reason == "no-such-debtor"


def test_invoices_to_another_account_wait_for_their_own_message() -> None:
    """One message tells one account."""
    made = firm()
    made.assign("FA-1", 1_000_00, due_on=DUE)
    other = made.assign("FB-1", 500_00, contract=K2, due_on=DUE)
    from bordereau.domain.parties import Contract  # noqa: PLC0415

    draft = Draft(made.ledger)
    contract = draft.take(Contract, contract=K2)
    draft.write(dataclasses.replace(contract, account=AccountId("FR99")))
    assert draft.commit("set-terms")
    remind(made, late(3))
    assert made.invoice(other, K2).reminder_level == 0
    remind(made, late(4))
    assert [row.number for row in figures(made, late(4)).rows] == ["FB-1"]
    assert figures(made, late(4)).account.holder == "Lumière Factor"


def test_a_very_long_list_is_one_commit_and_a_second_day() -> None:
    """What one commit cannot raise waits for the next message."""
    made = firm()
    for number in range(INVOICES_MAX + 2):
        made.assign(f"FA-{number:03d}", 100_00, due_on=DUE)
    remind(made, late(3))
    assert len(figures(made, late(3)).rows) == INVOICES_MAX
    remind(made, late(4))
    assert len(figures(made, late(4)).rows) == INVOICES_MAX + 2


def test_what_is_paid_between_list_and_commit_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit reads again; with nothing left there is no message."""
    made = firm()
    invoice = made.assign("FA-1", 1_000_00, due_on=DUE)
    from bordereau.services import remind_debtors  # noqa: PLC0415

    stale = made.invoice(invoice)
    monkeypatch.setattr(remind_debtors, "_due", lambda *_, **__: [stale])
    pay(made, invoice, 1_000_00, late(2))
    assert remind(made, late(3)).reason == "nothing-due"
    assert made.sent("write_documents") == []


@pytest.mark.parametrize("text", ["3;3", "10;3", "0;5", "trois", "", "3;x"])
def test_days_that_make_no_sense_are_the_usual_ones(text: str) -> None:
    """Staff typed them; nobody is reminded at random."""
    assert reminder_days(text) == REMINDER_DAYS


def test_staff_set_the_days() -> None:
    """Three stages of their own: a later one than the last does not come."""
    made = firm()
    made.put(Setting("reminder_days", "7 ; 21 ; 35"))
    made.assign("FA-1", 1_000_00, due_on=DUE)
    alerts(made, late(6))
    assert open_stages(made) == [("FA-1", "overdue")]
    alerts(made, late(90))
    assert open_stages(made) == [("FA-1", "reminder-3")]


def test_a_crash_anywhere_and_a_redelivery_end_in_the_same_books() -> None:
    """Alerts and reminder, before and after each port call."""

    def make() -> Firm:
        made = firm()
        made.assign("FA-1", 1_000_00, due_on=DUE)
        invoice = made.assign("FA-2", 300_00, due_on=DUE)
        alerts(made, late(1))
        pay(made, invoice, 300_00, late(2))
        return made

    def run(ledger: Any, objects: Any, queue: Any) -> None:
        sweep_overdue(ledger, queue, on=late(4), now=at(late(4)))
        alert_contract(ledger, contract=K1, on=late(4))
        remind_debtor(ledger, objects, queue, payer=(ACME, "EUR"), on=late(4), now=at(late(4)))

    _, crashes = every_crash(make, run)
    assert crashes > 60
