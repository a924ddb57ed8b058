"""What stands in the outbox goes out: never lost, doubled at most as often as is counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.adapters.memory_mailer import MemoryMailer
from bordereau.adapters.memory_objects import MemoryObjects
from bordereau.domain.problems import SourceUnavailableError
from bordereau.domain.tables import Index
from bordereau.domain.transactions import Cancelled, Put, Transaction
from bordereau.domain.work import Alert, Intent
from bordereau.ports import AmbiguousSendError, RefusedSendError, RenderedMail
from bordereau.services.deliver_outbox import LEASE, PAUSE, UndeliveredError, deliver_outbox
from bordereau.services.outbox import put_intent

NOW = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
TO = ("a@b.example",)


class Writer:
    """A renderer that shows what it was given, and fails on the kinds it is told to."""

    def __init__(self, *bad: str) -> None:
        self.bad = bad

    def pdf(self, kind: str, figures: Mapping[str, Any]) -> bytes:
        """Print nothing."""
        raise NotImplementedError

    def mail(self, kind: str, figures: Mapping[str, Any], **envelope: Any) -> RenderedMail:
        """Return the envelope as a mail."""
        if kind in self.bad:
            raise RuntimeError(kind)
        return RenderedMail(kind, repr((kind, dict(figures), sorted(envelope.items()))).encode())


class Office:
    """A ledger, objects and a mailer, with intents."""

    def __init__(self, *intents: Intent) -> None:
        self.ledger: Any = MemoryLedger()
        self.objects = MemoryObjects()
        self.mailer, self.writer, self.now = MemoryMailer(), Writer(), NOW
        for one in intents:
            put_intent(self.ledger, one)
            self.objects.put(one.figures_key, b'{"number": 1}')

    def run(self) -> dict[str, int]:
        """Deliver what is ready."""
        return dict(
            deliver_outbox(self.ledger, self.objects, self.writer, self.mailer, now=self.now)
        )

    def intent(self, kind: str = "acknowledgement", name: str = "m1") -> Intent:
        """An intent as it stands."""
        found = self.ledger.get(Intent, kind=kind, id=name)
        assert isinstance(found, Intent)
        return found

    def alerts(self) -> list[str]:
        """The codes of open alerts."""
        return [one.code for one in self.ledger.find(Alert, Index.PENDING, "alerts")]


def intent(kind: str = "acknowledgement", name: str = "m1", **more: Any) -> Intent:
    """Something to send."""
    wanted: dict[str, Any] = {"to": TO, "figures_key": f"documents/{kind}/{name}.json"}
    wanted |= more
    to = wanted.pop("to")
    return Intent(kind, name, to, None, NOW - dt.timedelta(hours=1), **wanted)


def test_a_mail_goes_out_once_and_its_exact_bytes_are_kept() -> None:
    """Sent, marked, kept; a second run finds nothing to do."""
    office = Office(intent(in_reply_to="<x@y>"))
    assert office.run() == {"sent": 1}
    sent = office.intent()
    assert (sent.state, sent.sent_at, sent.sent_key) == ("sent", NOW, "sent/acknowledgement/m1.eml")
    [mail] = office.mailer.sent
    assert mail.data == office.objects.stored[sent.sent_key]
    assert (mail.to, mail.tag) == (TO, "acknowledgement#m1")
    assert b"<x@y>" in mail.data
    assert str(NOW - dt.timedelta(hours=1)).encode()[:4] in mail.data
    assert office.run() == {}


def test_what_waits_for_its_pdf_is_not_ready() -> None:
    """A statement goes out with its PDF or not at all."""
    office = Office(
        intent("weekly_statement", "w1", needs_pdf=True),
        intent("weekly_statement", "w2", needs_pdf=True, pdf_key="documents/w2.pdf"),
    )
    office.objects.put("documents/w2.pdf", b"%PDF 2")
    assert office.run() == {"sent": 1}
    assert b"%PDF 2" in office.mailer.sent[0].data


def test_nobody_to_write_to_is_shown_to_staff() -> None:
    """A document without recipients leaves the outbox and stands in Alertes, once."""
    office = Office(intent(to=()))
    assert office.run() == {"parked": 1}
    assert office.intent().state == "parked"
    assert office.alerts() == ["no-recipient"]
    assert office.run() == {}


def test_a_lost_answer_is_counted_waits_and_is_sent_again() -> None:
    """Ambiguous: not before the lease is over, the same bytes, counted once."""
    office = Office(intent())
    office.mailer.failures = [AmbiguousSendError("lost")]
    assert office.run() == {"ambiguous": 1}
    assert office.intent().ambiguous_sends == 1
    assert office.run() == {}
    office.now += LEASE
    assert office.run() == {"sent": 1}
    assert office.intent().ambiguous_sends == 1
    first, second = office.mailer.sent
    assert first.data == second.data


def test_a_refused_mail_is_parked() -> None:
    """What the service will never take is no more tried, and staff see it."""
    office = Office(intent())
    office.mailer.failures = [RefusedSendError("no")]
    assert office.run() == {"parked": 1}
    assert office.alerts() == ["mail-refused"]


def test_what_surely_did_not_go_out_is_given_back() -> None:
    """A throttled send rests, so that its own change wakes nobody; it is not counted."""
    office = Office(intent())
    office.mailer.failures = [SourceUnavailableError("slow down")]
    with pytest.raises(UndeliveredError, match="acknowledgement m1"):
        office.run()
    assert office.run() == {}
    office.now += PAUSE
    assert office.run() == {"sent": 1}
    assert office.intent().ambiguous_sends == 0


def test_one_bad_document_does_not_stop_the_others() -> None:
    """It is parked and named at the end; the rest has gone out."""
    office = Office(intent("a"), intent("b"), intent("c"))
    office.writer = Writer("b")
    with pytest.raises(UndeliveredError, match="b m1"):
        office.run()
    assert [mail.tag for mail in office.mailer.sent] == ["a#m1", "c#m1"]
    assert office.alerts() == ["mail-not-composed"]
    assert office.run() == {}


@pytest.mark.parametrize("lost", ["documents/acknowledgement/m1.json", "documents/x.pdf"])
def test_a_missing_object_is_waited_for(lost: str) -> None:
    """Figures or PDF that do not answer now: given back, sent later."""
    office = Office(intent(pdf_key="documents/x.pdf", needs_pdf=True))
    office.objects.put("documents/x.pdf", b"%PDF")
    kept = office.objects.stored.pop(lost)
    with pytest.raises(UndeliveredError, match="no object"):
        office.run()
    office.objects.put(lost, kept)
    office.now += PAUSE
    assert office.run() == {"sent": 1}


class Flaky:
    """A ledger that does not answer some commits; ``before`` is called ahead of each."""

    def __init__(self, ledger: MemoryLedger, fails_on: str, times: int) -> None:
        self.ledger, self.fails_on, self.times = ledger, fails_on, times
        self.get, self.find, self.list = ledger.get, ledger.find, ledger.list

    def commit(self, transaction: Transaction) -> Cancelled | None:
        """Commit, unless this one is to fail."""
        action = transaction.actions[0]
        assert isinstance(action, Put)
        if action.record.state == self.fails_on and self.times:
            self.times -= 1
            raise SourceUnavailableError("no answer")
        return self.ledger.commit(transaction)


@pytest.mark.parametrize(("times", "ambiguous"), [(4, 0), (5, 1)])
def test_marking_is_tried_again_within_the_run(times: int, ambiguous: int) -> None:
    """Four failures do no harm; after the fifth the mail is sent again when the lease is over."""
    office = Office(intent())
    office.ledger = Flaky(office.ledger, "sent", times)
    if ambiguous:
        with pytest.raises(UndeliveredError):
            office.run()
        office.now += LEASE
    assert office.run() == {"sent": 1}
    assert office.intent().ambiguous_sends == ambiguous
    assert len(office.mailer.sent) == 1 + ambiguous


def test_two_runs_at_once_send_once() -> None:
    """Whoever claims first sends; the other leaves it alone, before and after it is sent."""
    office = Office(intent())
    other = Office()
    other.ledger, other.objects = office.ledger, office.objects
    send = office.mailer.send

    class Mailer:
        def send(self, data: bytes, *, to: tuple[str, ...], tag: str) -> str:
            assert other.run() == {}
            return send(data, to=to, tag=tag)

    counts = deliver_outbox(office.ledger, office.objects, office.writer, Mailer(), now=NOW)
    assert counts == {"sent": 1}
    assert other.mailer.sent == []


def test_an_index_that_lags_does_no_harm() -> None:
    """An intent that the index still shows is read again before it is claimed."""
    office = Office(intent("a"), intent("b", to=()))
    stale = list(office.ledger.find(Intent, Index.PENDING, "outbox"))
    office.run()

    class Lagging(Flaky):
        def __init__(self, ledger: MemoryLedger) -> None:
            super().__init__(ledger, "", 0)
            self.find = lambda *_args, **_more: iter(stale)

    office.ledger = Lagging(office.ledger)
    assert office.run() == {"taken": 2}
    assert len(office.mailer.sent) == 1


def test_a_claim_of_another_run_is_respected() -> None:
    """Claimed between the list and the claim: left alone; an old list does not help."""
    office = Office(intent())
    stale = list(office.ledger.find(Intent, Index.PENDING, "outbox"))
    office.mailer.failures = [AmbiguousSendError("lost")]
    office.run()

    class Lagging(Flaky):
        def __init__(self, ledger: MemoryLedger) -> None:
            super().__init__(ledger, "", 0)
            self.find = lambda *_args, **_more: iter(stale)

    office.ledger = Lagging(office.ledger)
    assert office.run() == {"taken": 1}


def test_a_late_mark_does_not_undo_a_sent_mail() -> None:
    """A run that outlived its lease finds the mail marked by the next one, and leaves it so."""
    office = Office(intent())
    late = Office()
    late.ledger, late.objects, late.now = office.ledger, office.objects, NOW + LEASE

    class Slow:
        def send(self, *_data: bytes, **_envelope: object) -> str:
            assert late.run() == {"sent": 1}
            raise AmbiguousSendError("late")

    counts = deliver_outbox(office.ledger, office.objects, office.writer, Slow(), now=NOW)
    assert counts == {"ambiguous": 1}
    assert (office.intent().state, office.intent().ambiguous_sends) == ("sent", 1)


def test_the_intent_that_changed_is_sent_before_the_index_shows_it() -> None:
    """The index lags behind the stream: what woke us is read by itself, unless it has ended."""
    office = Office(intent("a"), intent("b"))
    office.ledger.find = lambda *_args, **_more: iter(())

    def run(kind: str, name: str) -> dict[str, int]:
        ports = (office.ledger, office.objects, office.writer, office.mailer)
        return dict(deliver_outbox(*ports, now=NOW, changed=(kind, name)))

    assert run("a", "m1") == {"sent": 1}
    assert run("a", "m1") == {}
    assert run("nothing", "m1") == {}
    assert [mail.tag for mail in office.mailer.sent] == ["a#m1"]
