"""A mail in quarantine, released by a person: read as if proven, once, and never answered."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from bordereau.domain.decisions import DecisionKind, MailReleaseDecision
from bordereau.domain.invoices import Invoice
from bordereau.domain.work import Alert, Command, MailRelease
from bordereau.services.alerts import close_alert, raise_alert
from bordereau.services.apply_decisions import apply_decisions
from bordereau.services.decisions.reply import Desk
from bordereau.services.desk.figures import gather
from bordereau.services.desk.quarantine_lines import mail_rows
from bordereau.services.mail_release import sender_of
from bordereau.services.outcome import Status
from tests.unit.desk.desk_world import FRENCH
from tests.unit.desk.desk_world import World as DeskWorld
from tests.unit.services import mail_world
from tests.unit.services import test_apply_decisions as made
from tests.unit.services.mail_world import ALPHA, ALPHA_EUR, BETA, TODAY, World, claim, mail, sender

RELEASE = MailReleaseDecision("mail:m1", "release", "Claire", "confirmé au téléphone", ALPHA)


def quarantined(doubt: str = "sender-not-proven") -> World:
    """A firm that got a mail whose sender is not proven."""
    here = mail_world.world()
    evidence = sender("x@elsewhere.example", is_proven=False, doubt=doubt)
    here.deliver(mail("m1", claim(), by=evidence))
    return here


def desk(here: World) -> Desk:
    """The desk over those books."""
    return Desk(here.ledger, here.objects, here.queue, FRENCH, here.today, here.now)


def decide(here: World, decision: MailReleaseDecision, revision: int = 1) -> Command:
    """Post a line of « Mails en quarantaine »; return its answer."""
    message = made.command("Q-0001", DecisionKind.MAIL_RELEASE, decision, revision)
    apply_decisions(desk(here), message)
    answered = here.ledger.get(Command, ref="Q-0001", revision=revision)
    assert isinstance(answered, Command)
    return answered


def wrong(answered: Command) -> list[str]:
    """The codes of what is wrong."""
    return [problem.code for problem in answered.problems]


def woken(here: World) -> list[Any]:
    """What register_invoices was woken with."""
    return [one.message["wake"] for one in here.queue.sent if "wake" in one.message]


def test_a_released_mail_is_bought_as_if_proven_and_nobody_is_answered() -> None:
    """Who, when and why are kept; the invoice is assigned; the outbox stays empty."""
    here = quarantined()
    answered = decide(here, RELEASE)
    assert answered.status == "ok"
    assert "Claire" in answered.message
    assert here.ledger.get(MailRelease, mail="m1") == MailRelease(
        "m1", TODAY, "Claire", "confirmé au téléphone", ALPHA
    )
    assert here.alerts() == []
    assert woken(here) == ["release:m1"]
    assert here.wake("release:m1") == {"assigned": 1}
    assert here.ledger.get(Invoice, contract=ALPHA_EUR, invoice="2026#FA1") is not None
    assert here.outbox() == []
    before = here.ledger.snapshot()
    assert here.wake("release:m1") == {}
    assert here.register("m1") == {}
    assert here.ledger.snapshot() == before


def test_the_seller_in_the_document_must_be_the_one_that_was_named() -> None:
    """A release is no way around the check of who sells."""
    here = quarantined()
    decide(here, replace(RELEASE, seller=BETA))
    assert "assigned" not in here.wake("release:m1")
    assert here.ledger.get(Invoice, contract=ALPHA_EUR, invoice="2026#FA1") is None


def test_a_mail_may_be_left_and_released_later_but_not_set_aside_again() -> None:
    """What is read stays read."""
    here = quarantined()
    assert decide(here, replace(RELEASE, action="keep")).status == "waiting"
    assert woken(here) == []
    assert decide(here, RELEASE, 2).status == "ok"
    assert wrong(decide(here, replace(RELEASE, action="keep"), 3)) == ["decision-mail-released"]
    assert wrong(decide(here, replace(RELEASE, by="Paul"), 4)) == ["decision-mail-released"]


def test_a_virus_and_an_unknown_mail_are_not_released() -> None:
    """Nobody may answer for the first; the second was never set aside."""
    assert wrong(decide(quarantined("virus"), RELEASE)) == ["decision-virus"]
    here = quarantined()
    for name in ("mail:m9", "what:m1"):
        assert wrong(decide(here, replace(RELEASE, object=name))) == ["decision-no-such-mail"]
        here.ledger = quarantined().ledger


def test_a_bank_mail_is_sent_again_to_who_applies_it() -> None:
    """Its claims lie there already: the function gets the event of their object."""
    here = quarantined()
    alert = Alert("bank:b1", "by-mail", TODAY, "high", "bank-mail-not-listed", {"sender": "b@x"})
    raise_alert(here.ledger, alert)
    decide(here, replace(RELEASE, object="bank:b1", seller=None))
    (sent,) = (one for one in here.queue.sent if one.queue == "apply_bank_statement")
    assert sent.message["Records"][0]["s3"]["object"]["key"] == "claims%2Fbank%2Fb1.json"
    release = here.ledger.get(MailRelease, mail="b1")
    assert isinstance(release, MailRelease)
    assert sender_of(release, "b@x") is None


@pytest.mark.parametrize("revision", [1])
def test_a_crash_anywhere_then_redelivery_gives_the_same_books(revision: int) -> None:
    """Release, alert and answer are one commit; the wake-up is sent again."""
    start = quarantined()
    message = made.command("Q-0001", DecisionKind.MAIL_RELEASE, RELEASE, revision)
    whole, count = copy.deepcopy(start), made.Fuse()
    apply_decisions(fused(whole, count), message)
    for at in range(count.calls):
        for after in (False, True):
            here = copy.deepcopy(start)
            with pytest.raises(made.Crash):
                apply_decisions(fused(here, made.Fuse(at, after=after)), message)
            apply_decisions(desk(here), message)
            assert here.ledger.snapshot() == whole.ledger.snapshot()
            assert woken(here)[-1] == "release:m1"
    assert apply_decisions(desk(whole), message).status is Status.ALREADY


def fused(here: World, fuse: made.Fuse) -> Desk:
    """The desk whose ports may end the process."""
    plain = desk(here)
    return replace(
        plain, ledger=made.Fused(plain.ledger, fuse), queue=made.Fused(plain.queue, fuse)
    )


def test_the_sheet_shows_each_mail_on_its_line_for_ever(world: DeskWorld) -> None:
    """Set aside: why; released: when."""
    facts = {"sender": "x@elsewhere.example", "subject": "Factures", "reason": "from-doubled"}
    alert = Alert("mail:m1", "quarantined", world.today, "high", "staff-mail-quarantined", facts)
    raise_alert(world.ledger, alert)
    bank = Alert("bank:b1", "by-mail", world.today, "high", "bank-mail-not-listed")
    raise_alert(world.ledger, bank)
    world.refresh()
    rows = world.sheet.values(["_quarantaine"])["_quarantaine"][1:]
    assert [row[0] for row in rows] == ["Q-0001", "Q-0002"]
    assert {row[2] for row in rows} == {"x@elsewhere.example", "\u2013"}
    line = next(n for n, row in enumerate(rows, 1) if row[2] == "x@elsewhere.example")
    answer = {"action": "Libérer", "by": "Claire", "reason": "vu", "seller": ""}
    world.type("quarantine", line, answer)
    world.settle()
    assert world.beside(f"Q-000{line}")[0] == "À compléter"
    other = 3 - line
    world.type("quarantine", other, answer)
    world.settle()
    assert world.beside(f"Q-000{other}")[0] == "OK"
    shown = world.sheet.values(["_quarantaine"])["_quarantaine"][other]
    assert shown[4] == "Libéré le 05/01/2026."


@pytest.fixture
def world() -> DeskWorld:
    """An empty firm."""
    return DeskWorld()


def test_a_line_without_a_mail_shows_nothing(world: DeskWorld) -> None:
    """Nothing was set aside."""
    assert mail_rows(world.ledger, figures_of(world), FRENCH, today=dt.date(2026, 1, 5)) == []
    world.type("quarantine", 1, {"action": "Libérer", "by": "Claire", "reason": "vu"})
    world.settle()
    assert "aucun mail" in world.beside("Q-0001")[1].lower()


def figures_of(world: DeskWorld) -> Any:
    """What the books say."""
    return gather(world.ledger, today=world.today)


def test_a_mail_whose_alert_was_closed_is_released_all_the_same() -> None:
    """The alert stays closed on the day on which somebody closed it."""
    here = quarantined()
    (alert,) = here.alerts()
    earlier = TODAY - dt.timedelta(1)
    close_alert(here.ledger, alert.object, alert.stage, on=earlier)
    assert decide(here, RELEASE).status == "ok"
    closed = here.ledger.get(Alert, object=alert.object, stage=alert.stage)
    assert closed.closed_on == earlier
