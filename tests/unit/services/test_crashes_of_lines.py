"""A decision on a line that crashes anywhere and comes again ends as if nothing had happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Final

import pytest

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain.decisions import DecisionKind, LineDecision, facts_of, facts_sha
from bordereau.domain.guarantee_lines import RelationLine
from bordereau.domain.line_agreements import Basis, Source
from bordereau.domain.line_requests import DatedLine
from bordereau.domain.plain import to_plain
from bordereau.domain.problems import ConflictError
from bordereau.domain.work import Command
from bordereau.entry.types import Command as CommandMessage
from bordereau.entry.wiring.apply_decisions import apply_one
from bordereau.services.apply_decisions import apply_decisions
from bordereau.services.apply_due_line import apply_due_line
from bordereau.services.decisions.reply import Desk
from tests.unit.desk.desk_world import FRENCH
from tests.unit.services.firm import ACME, DAY, K1, Firm, at, every_crash, firm

SOON: Final = DAY + dt.timedelta(3)
GRANT: Final = LineDecision(ACME, "EUR", "grant", 7_000_00, DAY, contract=K1)


def message(decision: LineDecision) -> dict[str, Any]:
    """The message that carries a decision."""
    facts = facts_of(decision)
    kind = DecisionKind.LINE
    return {"command": to_plain(Command("G-0009", 1, kind, facts_sha(kind, facts), facts))}


@pytest.mark.parametrize(
    "decision",
    [
        replace(GRANT, source=Source.INSURER, basis=Basis.HT, vat_bps=2000, insured_share_bps=9000),
        replace(GRANT, action="freeze", reason="x", asked_by="y"),
        replace(GRANT, action="request", asked_by="y"),
        replace(GRANT, from_on=SOON),
        replace(GRANT, contract=None),
    ],
    ids=["insurer", "freeze", "request", "dated", "wide"],
)
def test_a_decision_that_crashes_comes_to_the_same_end(decision: LineDecision) -> None:
    """Before and after each call of a port."""

    def run(ledger: Any, objects: Any, queue: Any) -> None:
        apply_decisions(Desk(ledger, objects, queue, FRENCH, DAY, at(DAY)), message(decision))

    _, crashes = every_crash(firm, run)
    assert crashes > 5


def dated() -> Firm:
    """The firm with a line for a later day."""
    made = firm()
    desk = Desk(made.ledger, made.objects, made.queue, FRENCH, DAY, at(DAY))
    apply_decisions(desk, message(replace(GRANT, from_on=SOON)))
    return made


def test_a_line_whose_day_has_come_takes_effect_once_whatever_crashes() -> None:
    """Before and after each call of a port."""

    def run(ledger: Any, objects: Any, queue: Any) -> None:
        apply_due_line(Desk(ledger, objects, queue, FRENCH, SOON, at(SOON)), "G-0009")

    _, crashes = every_crash(dated, run)
    assert crashes > 5


def test_a_line_that_is_retyped_while_its_day_comes_keeps_what_was_typed_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The sweep's message read it just before: it comes again, and finds it withdrawn."""
    made = dated()
    desk = Desk(made.ledger, made.objects, made.queue, FRENCH, SOON, at(SOON))
    early = made.ledger.get(DatedLine, ref="G-0009")
    typed = replace(GRANT, from_on=SOON, amount_cents=9_000_00)
    facts = facts_of(typed)
    sent = Command("G-0009", 2, DecisionKind.LINE, facts_sha(DecisionKind.LINE, facts), facts)
    apply_decisions(desk, {"command": to_plain(sent)})
    answers = iter([early])

    def get(kind: type, /, **key: Any) -> Any:
        """The row as it was when the message read it, once."""
        return next(answers, None) or MemoryLedger.get(made.ledger, kind, **key)

    with monkeypatch.context() as patched:
        patched.setattr(made.ledger, "get", get)
        with pytest.raises(ConflictError):
            apply_due_line(desk, "G-0009")
    line = made.ledger.get(RelationLine, debtor=ACME, currency="EUR", contract=K1)
    assert line is not None
    assert line.limit_cents == 9_000_00
    assert apply_due_line(desk, "G-0009").reason == "withdrawn"


def test_the_function_reads_what_the_sweep_sends() -> None:
    """``{"due": …}`` beside ``{"command": …}``."""

    class At:
        """A clock that stands."""

        def now(self) -> dt.datetime:
            """The moment."""
            return at(SOON)

    made = dated()
    sent = CommandMessage({"due": "G-0009"}, "m-1", 1)
    fields = apply_one(made.ledger, made.objects, made.queue, At(), sent)
    assert fields == {"line": "G-0009", "status": "done", "result": "applied"}
