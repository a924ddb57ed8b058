"""Once, to one alone, or no more: second calls, indexes that lag, rows that are old."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bordereau.domain.books import Allocation, DebtorCredit, Position, Receipt
from bordereau.domain.identifiers import AccountId, PartyId
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Alias, Debtor, Sender
from bordereau.domain.past import PastInvoice
from bordereau.domain.problems import InvariantError
from bordereau.domain.tables import Index
from bordereau.domain.work import Alert, Intent, ReceiptProposal
from bordereau.services import allocate_receipts as matching
from bordereau.services import past_books
from bordereau.services.alerts import Severity, close_alerts_of, open_alerts, raise_alert
from bordereau.services.allocate_receipts import allocate_receipts
from bordereau.services.apply_receipt import Pays, ReceiptKey, apply_receipt
from bordereau.services.book_receipt import book_receipt
from bordereau.services.draft import Draft
from bordereau.services.fan_out import finish_run
from bordereau.services.open_register import OpenRegister
from bordereau.services.outbox import put_intent
from bordereau.services.outcome import Outcome, Status
from bordereau.services.payers import payers_of
from bordereau.services.raise_overdue_alerts import alert_contract, sweep_overdue
from bordereau.services.register import aliases_of_party, set_party, set_sender
from bordereau.services.seller_and_debtor_payments import give_credits_back
from bordereau.services.watch_claims import watch_claims
from bordereau.services.weekly_cut import Cut
from bordereau.services.weekly_figures import WeeklyFigures
from tests.unit.services.firm import ACCOUNT, ACME, ALPHA, DAY, K1, ZIMMER, Firm, at, firm

LATER = DAY + dt.timedelta(60)
PAYER = "DE89370400440532013000"


def told(made: Firm, object_: str, stage: str = "x", **more: Any) -> None:
    """Raise an alert about something."""
    alert = Alert(object_, stage, DAY, Severity.NORMAL, "x", **more)
    raise_alert(made.ledger, alert)


def received(made: Firm, cents: int, text: str = "", ref: str = "R1") -> Receipt:
    """Book a receipt of somebody whom nobody knows."""
    receipt = Receipt(
        *(ACCOUNT, LATER, ref, cents, cents, "EUR", LATER), payer_iban=PAYER, text=text
    )
    book_receipt(made.ledger, receipt, today=LATER)
    return receipt


def owes(made: Firm, *credits_owed: DebtorCredit) -> None:
    """Let credits of a debtor be in the books."""
    for credit in credits_owed:
        draft = Draft(made.ledger)
        draft.write(credit)
        assert draft.commit("credit-note")


def matched(made: Firm, ref: str = "R1") -> Outcome:
    """Match a receipt."""
    message = {"account": ACCOUNT, "booked_on": LATER.isoformat(), "ref": ref}
    return allocate_receipts(made.ledger, made.queue, message=message, today=LATER)


def lags(made: Firm, kind: type, listed: list[Any]) -> None:
    """From now on the indexes say of a kind what they said before."""
    find = made.ledger.find
    made.ledger.find = lambda asked, *place, **more: (
        iter(listed) if asked is kind else find(asked, *place, **more)
    )


# ------------------------------------------------------------------------------- second calls


def test_what_is_written_once_says_so_the_second_time() -> None:
    """The run of a day, a mail to send, a sender: the second call changes nothing."""
    made = firm()
    intent = Intent("reminder", "x", ("a@b.example",), ACME, at(DAY))
    sender = Sender("a@alpha.example", ALPHA, "X-0001", DAY)
    calls: tuple[Callable[[], Outcome], ...] = (
        lambda: finish_run(made.ledger, "sweep", on=DAY, now=at(DAY), counts={}),
        lambda: put_intent(made.ledger, intent),
        lambda: set_sender(made.ledger, sender),
    )
    for call in calls:
        assert call().status is Status.DONE
        before = made.ledger.snapshot()
        assert call().status is Status.ALREADY
        assert made.ledger.snapshot() == before


# ------------------------------------------------------------------------------- to one alone


def test_only_the_alerts_of_one_object_are_closed() -> None:
    """Another's name may begin alike."""
    made = firm()
    told(made, "debtor:1")
    told(made, "debtor:1#2")
    assert close_alerts_of(made.ledger, "debtor:1", on=DAY) == 1
    assert [alert.object for alert in open_alerts(made.ledger)] == ["debtor:1#2"]


def test_other_alerts_about_a_debtor_are_not_those_of_its_claim() -> None:
    """The daily look at claims to be filed leaves them as they are."""
    made = firm()
    told(made, f"debtor:{ACME}", debtor=ACME)
    before = made.ledger.snapshot()
    watch_claims(made.ledger, on=LATER)
    assert made.ledger.snapshot() == before


def test_a_deadline_is_no_reason_to_look_for_overdue_invoices() -> None:
    """The sweep asks for contracts with an alert of a stage, which may have to be closed."""
    made = firm()
    told(made, f"invoice:{K1}#2026#FA1", "deadline", contract=K1)
    sweep_overdue(made.ledger, made.queue, on=DAY, now=at(DAY))
    assert made.sent("raise_overdue_alerts") == []


def test_a_foreign_debtor_is_found_by_its_own_identifier_and_a_short_name_by_none() -> None:
    """« XY » stands in every text; the number of a foreign register does not."""
    made = firm()
    party = Debtor(PartyId("id:HRB1234"), 0, "D-9", "XY", foreign_id="HRB1234")
    assert aliases_of_party(party) == ("id:HRB1234",)
    set_party(made.ledger, party)
    assert made.ledger.get(Alias, role="DEBTOR", alias="id:HRB1234").party == party.party
    assert made.ledger.get(Alias, role="DEBTOR", alias="name:xy") is None


def test_a_transfer_for_two_debtors_teaches_nobody_s_account() -> None:
    """Each invoice is named whole: both are paid, and the account stays a stranger's."""
    made = firm()
    made.assign("FA-2026-12", 1_000_00)
    made.assign("FB-2026-77", 500_00, debtor=ZIMMER)
    received(made, 1_500_00, "FA-2026-12 FB-2026-77")
    assert matched(made).amounts == {"applied": 1_500_00, "left": 0}
    assert payers_of(made.ledger, PAYER) == ()


def test_only_credits_that_are_left_on_the_receipt_s_account_pay_beside_it() -> None:
    """One that was used up is none; money on another account is not moved."""
    made = firm()
    other = AccountId("FR99")
    owes(
        made,
        DebtorCredit(ACME, f"{K1}#2026#AV1", ACCOUNT, "EUR", DAY, 100, 40),
        DebtorCredit(ACME, f"{K1}#2026#AV2", ACCOUNT, "EUR", DAY, 100, 0),
        DebtorCredit(ACME, f"{K1}#2026#AV3", other, "EUR", DAY, 100, 100),
    )
    owing = OpenRegister(made.ledger, received(made, 1_00), LATER).owing([ACME])
    assert [credit.left_cents for credit in owing.credits_of([ACME])] == [40]


def test_credits_come_back_to_the_last_that_was_used_and_no_further() -> None:
    """0.60 of the later credit were used last: they come back there, the earlier one stays."""
    made = firm()
    first = DebtorCredit(ACME, f"{K1}#2026#AV1", ACCOUNT, "EUR", DAY, 100, 0)
    later = dataclasses.replace(
        first, credit=f"{K1}#2026#AV2", since_on=DAY + dt.timedelta(1), left_cents=40
    )
    owes(made, first, later)
    draft = Draft(made.ledger)
    give_credits_back(made.ledger, draft, ACME, ACCOUNT, cents=60)
    left = [
        draft.take(DebtorCredit, debtor=ACME, credit=one.credit).left_cents
        for one in (first, later)
    ]
    assert left == [0, 100]


# ------------------------------------------------------------------------------- no more, or old


def test_what_an_index_still_lists_is_not_owed_any_more() -> None:
    """Matching and alerts read each listed invoice again by its key."""
    made = firm()
    invoice = made.assign("FA-1", 1_000_00)
    listed = list(made.ledger.find(Invoice, Index.BY_CONTRACT, f"K#{K1}", prefix="O#"))
    receipt = received(made, 1_000_00)
    register = OpenRegister(made.ledger, receipt, LATER)
    assert len(register.owing([ACME]).of(ACME)) == 1
    key = ReceiptKey(ACCOUNT, LATER, "R1")
    apply_receipt(made.ledger, key, [Pays(K1, invoice, 1_000_00)], today=LATER)
    lags(made, Invoice, listed)
    assert register.owing([ACME]).of(ACME) == []
    assert alert_contract(made.ledger, contract=K1, on=LATER).amounts["alerts"] == 0


def test_a_second_plan_is_applied_under_a_name_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the first one is taken for a part of it."""
    made = firm()
    made.assign("FA-2026-12", 1_000_00)
    received(made, 1_000_00, "FA-2026-12")
    carry_out, refusals = matching._carry_out, [False]

    def first_refused(*ports: Any, **more: Any) -> bool:
        return refusals.pop() if refusals else carry_out(*ports, **more)

    monkeypatch.setattr(matching, "_carry_out", first_refused)
    assert matched(made).status is Status.DONE
    proposal = made.ledger.get(ReceiptProposal, account=ACCOUNT, booked_on=LATER, ref="R1")
    assert proposal.trial == 1
    (applied,) = made.ledger.list(Allocation, account=ACCOUNT, booked_on=LATER)
    assert applied.command.startswith(f"auto#{ACCOUNT}#{LATER}#R1#1")


def test_entries_that_do_not_say_when_an_invoice_is_due_leave_it_to_its_row() -> None:
    """The aged balance of a past day; an invoice without a row is a broken journal."""
    made = firm()
    invoice = made.assign("FA-1", 1_000_00)
    position = made.ledger.get(Position, contract=K1)
    past = PastInvoice(invoice, ACME, *(1_000_00, 1_000_00, 0, 0), *(False, 0, 0))
    assert past_books._item(made.ledger, position, past).due_on == made.invoice(invoice).due_on
    with pytest.raises(InvariantError, match="no such row"):
        past_books._item(made.ledger, position, dataclasses.replace(past, invoice="2026#X"))


def test_a_movement_of_an_invoice_that_was_closed_long_ago_has_its_number() -> None:
    """The cut holds ninety days; an older one is looked up, what is no invoice stays unknown."""
    made = firm()
    invoice = made.assign("FA-1", 1_000_00)
    position = made.ledger.get(Position, contract=K1)
    cut = cast("Cut", SimpleNamespace(position=position, invoices=()))
    figures = WeeklyFigures(made.ledger, cut)
    found = figures._invoice(invoice)
    assert found is not None
    assert (found.number, figures._invoice("2026#X")) == ("FA-1", None)
