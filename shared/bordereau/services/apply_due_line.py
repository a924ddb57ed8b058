"""A decision on a line whose day has come takes effect."""

from __future__ import annotations

from typing import Final

from bordereau.domain.decisions import DecisionKind, LineDecision, decision_of
from bordereau.domain.line_requests import DatedLine
from bordereau.domain.problems import ConflictError
from bordereau.services.decisions import dated_lines, line_requests
from bordereau.services.decisions.guarantee import Record, take_effect
from bordereau.services.decisions.reply import Desk, Reply
from bordereau.services.decisions.wakes import of_line
from bordereau.services.draft import Draft
from bordereau.services.outcome import Outcome, Status, already, refused

APPLIED: Final = "applied"


def apply_due_line(desk: Desk, ref: str) -> Outcome:
    """Let a dated decision take effect, and wake what it concerns.

    Before its day, or when it was applied or withdrawn: nothing is written (a line that was applied
    wakes again). Refused ``line_superseded``: its source agreed to something later since.
    """
    row = desk.ledger.get(DatedLine, ref=ref)
    if row is None or row.from_on > desk.today:
        return already("not-due", ref)
    decision: LineDecision = decision_of(DecisionKind.LINE, row.facts)
    if row.applied_on is None:
        reply = take_effect(desk, decision, _ends(desk, ref), is_due=True)
        if reply.problems:
            dated_lines.end(desk, ref, "superseded")
            return refused("line_superseded", ref)
        dated_lines.end(desk, ref, APPLIED)
    elif row.outcome != APPLIED:
        return already(row.outcome, ref)
    line_requests.answer(desk, decision)
    woken = 0
    for function, message, group in of_line(desk, decision):
        desk.queue.send(function, message, group=group)
        woken += 1
    return Outcome(Status.DONE, APPLIED, (ref,), {"woken": woken})


def _ends(desk: Desk, ref: str) -> Record:
    """Return what notes in the line's own commit that its waiting has ended."""

    def record(draft: Draft, reply: Reply) -> None:  # noqa: ARG001 - the command has its answer
        row = draft.take(DatedLine, ref=ref)
        if row.applied_on is not None:
            raise ConflictError(f"{ref} was withdrawn or applied meanwhile")
        draft.write(dated_lines.ended(desk, row, APPLIED))

    return record
