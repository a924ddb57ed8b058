"""From the mail to the e-mail: a crash anywhere, then redelivery, gives the same bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from bordereau.adapters.memory_mailer import MemoryMailer
from bordereau.domain.claims import MailClaims, PartyClaim
from bordereau.domain.problems import Problem, Severity
from bordereau.ports import RenderedMail
from bordereau.services import register
from bordereau.services.deliver_outbox import LEASE, deliver_outbox
from bordereau.services.open_mail import open_mail
from tests.unit.services.mail_world import (
    ACME,
    ALPHA_EUR,
    BETA_CLAIM,
    STRANGER,
    STRANGER_SIREN,
    World,
    claim,
    debtor,
    mail,
    part,
    world,
)

STRANGER_CLAIM: Final = PartyClaim("Nouveau SAS", siren=STRANGER_SIREN)


class Crash(BaseException):
    """The process ended: nothing of ours runs any more."""


class Fuse:
    """Counts port calls and ends the process before or after one of them."""

    def __init__(self, at: int = -1, *, after: bool = False) -> None:
        self.at, self.after, self.calls = at, after, 0

    def around(self, call: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Do a call, or crash at it."""
        here = self.calls == self.at
        self.calls += 1
        if here and not self.after:
            raise Crash
        answer = call(*args, **more)
        if isinstance(answer, Iterator):
            answer = iter(list(answer))
        if here:
            raise Crash
        return answer


class Fused:
    """A port whose every call goes through the fuse."""

    def __init__(self, port: Any, fuse: Fuse) -> None:
        self.port, self.fuse = port, fuse

    def __getattr__(self, name: str) -> Any:
        """Return the port's method behind the fuse."""
        method = getattr(self.port, name)
        return lambda *args, **more: self.fuse.around(method, *args, **more)


class PlainReader:
    """A reader that returns what the test says."""

    def __init__(self, claims: MailClaims) -> None:
        self.claims = claims

    def read_mail(self, key: str, data: bytes) -> MailClaims:  # noqa: ARG002 - the port
        """Return the claims."""
        return self.claims


class PlainRenderer:
    """A renderer whose documents are their figures."""

    def pdf(self, kind: str, figures: Any) -> bytes:
        """Return a PDF of a kind."""
        return f"%PDF {kind} {sorted(figures)}".encode()

    def mail(self, kind: str, figures: Any, **envelope: Any) -> RenderedMail:
        """Return a mail that shows its envelope."""
        shown = {name: str(value) for name, value in sorted(envelope.items())}
        return RenderedMail(kind, f"{kind} {shown} {figures.get('mail_id')}".encode())


def mixed_mail() -> MailClaims:
    """Every outcome that touches the books, and some that do not."""
    damaged = Problem("pdf-damaged")
    scan = claim("", syntax="PDF", problems=(Problem("pdf-without-xml", Severity.REVIEW),))
    note = {"type_code": "381", "payable": "200.00", "due_dates": ()}
    return mail(
        "m1",
        claim("FA-1"),
        claim("FA-2", payable="300.00"),
        claim("FA-3", payable="300.00"),
        claim("FA-4", buyer=STRANGER_CLAIM),
        claim("FA-5", seller=BETA_CLAIM),
        claim("AV-1", preceding=("FA-1",), **note),
        claim("AV-2", preceding=("FA-99",), **note),
        claim("FR-1", type_code="384", preceding=("FA-2",), payable="310.00"),
        scan,
        part("10", None, damaged),
    )


def after_the_mail() -> World:
    """The firm when the mail is registered and the new debtor typed in."""
    here = world(lambda w: w.line(ALPHA_EUR, ACME, 1_300_00))
    here.deliver(mixed_mail())
    register.set_party(here.ledger, debtor(STRANGER, "Nouveau"))
    here.line(ALPHA_EUR, STRANGER, 500_00)
    return here


def before_the_mail() -> World:
    """The firm before the mail; its object lies in the inbox."""
    here = world(lambda w: w.line(ALPHA_EUR, ACME, 1_300_00))
    here.objects.put("mail/m1", b"raw")
    return here


def open_it(here: World) -> None:
    """Do what open_mail does."""
    open_mail(here.objects, PlainReader(mixed_mail()), key="mail/m1")


def register_it(here: World) -> None:
    """Do what register_invoices does on claims."""
    here.register("m1")


def wake_it(here: World) -> None:
    """Do what register_invoices does when the debtor came."""
    here.wake(f"debtor:{STRANGER}")


def with_claims() -> World:
    """The firm with the claims of the mail."""
    here = before_the_mail()
    open_it(here)
    return here


STEPS: Final = {
    "open_mail": (before_the_mail, open_it),
    "register_invoices": (with_claims, register_it),
    "register_invoices, woken": (after_the_mail, wake_it),
}


def fused(here: World, fuse: Fuse) -> World:
    """The same firm seen through a fuse."""
    return_world = World()
    return_world.ledger = Fused(here.ledger, fuse)
    return_world.objects = Fused(here.objects, fuse)
    return_world.queue = Fused(here.queue, fuse)
    return return_world


def run_with_crash(step: str, fuse: Fuse) -> tuple[dict[str, Any], dict[str, bytes], bool]:
    """Do a step through a fuse and again without; return what lies there, whether it crashed."""
    prepare, act = STEPS[step]
    here = prepare()
    crashed = False
    try:
        act(fused(here, fuse))
    except Crash:
        crashed = True
    act(here)
    return here.ledger.snapshot(), here.objects.stored, crashed


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_any_port_call_is_healed_by_the_second_delivery(
    step: str, *, after: bool
) -> None:
    """Every call of every port, before and after it: byte-identical books, one answer."""
    counted = Fuse()
    books, objects, _ = run_with_crash(step, counted)
    assert counted.calls > 0
    for at in range(counted.calls):
        again, kept, crashed = run_with_crash(step, Fuse(at, after=after))
        assert crashed
        assert again == books, f"crash {'after' if after else 'before'} call {at}"
        assert {key: kept[key] for key in objects} == objects


def test_the_mixed_mail_has_every_outcome_that_it_was_made_for() -> None:
    """The road that is crashed on is not an empty one."""
    here = with_claims()
    counts = here.register("m1")
    assert counts == {
        "assigned": 1,
        "partly-approved": 1,
        "held": 3,
        "credited": 2,
        "corrected": 1,
        "to-complete": 1,
        "refused": 1,
    }
    assert after_the_mail().wake(f"debtor:{STRANGER}") == {"partly-approved": 1}


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_while_sending_loses_nothing_and_counts_what_may_be_double(*, after: bool) -> None:
    """However the run ends, the next ones send; duplicates never exceed what was counted."""
    counted = Fuse()
    here = with_claims()
    here.register("m1")
    deliver(fused(here, counted), Fused(MemoryMailer(), counted))
    [done] = sent(here)
    assert (done.state, done.ambiguous_sends) == ("sent", 0)
    for at in range(counted.calls):
        here, mailer, fuse = with_claims(), MemoryMailer(), Fuse(at, after=after)
        here.register("m1")
        with pytest.raises(Crash):
            deliver(fused(here, fuse), Fused(mailer, fuse))
        deliver(here, mailer)
        here.now += LEASE
        deliver(here, mailer)
        [intent] = sent(here)
        assert intent.state == "sent"
        assert 1 <= len(mailer.sent) <= 1 + intent.ambiguous_sends
        assert {one.data for one in mailer.sent} == {here.objects.stored[intent.sent_key]}


def deliver(here: World, mailer: Any) -> None:
    """Do what deliver_outbox does."""
    deliver_outbox(here.ledger, here.objects, PlainRenderer(), mailer, now=here.now)


def sent(here: World) -> list[Any]:
    """The answer to the mail."""
    from bordereau.domain.work import Intent  # noqa: PLC0415

    return [here.ledger.get(Intent, kind="acknowledgement", id="m1")]


@pytest.mark.parametrize("hours", [0, 20, 24 * 60])
def test_a_redelivery_much_later_finds_what_was_assigned(hours: int) -> None:
    """Assigned, crashed, and the invoice is overdue by now: it is assigned all the same."""
    here = with_claims()
    fuse = Fuse(_first_outcome_commit(here), after=False)
    here = with_claims()
    with pytest.raises(Crash):
        fused(here, fuse).register("m1")
    here.now += dt.timedelta(hours=hours)
    here.today = here.now.date()
    here.register("m1")
    assert here.outcome("m1").outcome == "assigned"
    assert here.outcome("m1").approved_cents == 120000


def _first_outcome_commit(here: World) -> int:
    """The number of the port call that would store the first outcomes."""
    fuse = Fuse()
    watched = fused(here, fuse)
    found: list[int] = []
    commit = here.ledger.commit

    def noting(transaction: Any) -> Any:
        if transaction.shape == "part-outcome" and not found:
            found.append(fuse.calls - 1)
        return commit(transaction)

    here.ledger.commit = noting
    watched.register("m1")
    return found[0]
