"""Requests for a line: recorded with their analysis, closed by a decision on the same relation."""

from __future__ import annotations

import dataclasses
from typing import Final

from bordereau.domain.decisions import LineDecision
from bordereau.domain.line_requests import LineRequest
from bordereau.domain.tables import Index
from bordereau.domain.work import Command
from bordereau.services.analyse_debtor import analyse_debtor
from bordereau.services.decisions.reply import Desk, Reply
from bordereau.services.draft import Draft, attempt

SHAPE: Final = "request-line"
DECIDED: Final = ("grant", "cut", "cancel")


def ask(desk: Desk, command: Command, decision: LineDecision) -> Reply:
    """Record a request with the figures of the day; another revision is analysed again."""
    analysis = analyse_debtor(
        desk.ledger,
        decision.debtor,
        decision.currency,
        contract=decision.contract,
        today=desk.today,
    )
    reply = Reply("ok", desk.phrases.say("sheet.line_requested"))

    def decide(draft: Draft) -> None:
        old = draft.read(LineRequest, ref=command.ref)
        draft.write(
            LineRequest(
                ref=command.ref,
                debtor=decision.debtor,
                currency=decision.currency,
                contract=decision.contract,
                amount_cents=decision.amount_cents,
                asked_on=desk.today,
                asked_by=decision.asked_by,
                reason=decision.reason,
                analysis=analysis,
                v=old.v if old else 0,
            )
        )
        draft.write(reply.on(command, desk.today))

    attempt(desk.ledger, SHAPE, decide)
    return reply


def withdraw(desk: Desk, ref: str) -> None:
    """Close the request of a line that says something else now."""
    request = desk.ledger.get(LineRequest, ref=ref)
    if request is not None:
        _close(desk, request)


def answer(desk: Desk, decision: LineDecision) -> None:
    """Close the open requests of a relation on which somebody decided."""
    if decision.action not in DECIDED:
        return
    for request in list(desk.ledger.find(LineRequest, Index.PENDING, "requests")):
        whose = (request.debtor, request.currency, request.contract)
        if whose == (decision.debtor, decision.currency, decision.contract):
            _close(desk, request)


def _close(desk: Desk, request: LineRequest) -> None:
    def decide(draft: Draft) -> None:
        current = draft.take(LineRequest, ref=request.ref)
        closed_on = current.closed_on or desk.today
        draft.write(dataclasses.replace(current, closed_on=closed_on))

    attempt(desk.ledger, SHAPE, decide)
