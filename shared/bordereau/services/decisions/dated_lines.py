"""Decisions on lines for a later day: they wait, are withdrawn, or take effect when due."""

from __future__ import annotations

import dataclasses
from typing import Final

from bordereau.domain.decisions import LineDecision, facts_of
from bordereau.domain.line_requests import DatedLine
from bordereau.domain.work import Command
from bordereau.services.decisions.reply import Desk, Reply
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done

SHAPE: Final = "date-line"


def wait(desk: Desk, command: Command, decision: LineDecision) -> Reply:
    """Keep a decision until its day; another revision of the line replaces it."""
    message = desk.phrases.say("sheet.from_later", day=desk.day(decision.from_on))
    reply = Reply("in_force", message, in_force_on=decision.from_on)

    def decide(draft: Draft) -> None:
        old = draft.read(DatedLine, ref=command.ref)
        draft.write(
            DatedLine(
                command.ref,
                decision.from_on,
                decision.debtor,
                facts_of(decision),
                v=old.v if old else 0,
            )
        )
        draft.write(reply.on(command, desk.today))

    attempt(desk.ledger, SHAPE, decide)
    return reply


def withdraw(desk: Desk, ref: str) -> None:
    """End the waiting of a line that says something else now; one that does not wait stays."""
    end(desk, ref, "withdrawn")


def end(desk: Desk, ref: str, outcome: str) -> Outcome:
    """Note what became of a dated decision; a second call writes nothing."""

    def decide(draft: Draft) -> Outcome:
        row = draft.read(DatedLine, ref=ref)
        if row is None or row.applied_on is not None:
            return already("no-dated-line", ref)
        draft.write(ended(desk, row, outcome))
        return done(ref)

    return attempt(desk.ledger, SHAPE, decide)


def ended(desk: Desk, row: DatedLine, outcome: str) -> DatedLine:
    """Return a dated decision after its day."""
    return dataclasses.replace(row, applied_on=desk.today, outcome=outcome)
