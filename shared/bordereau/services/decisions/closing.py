"""A month is closed from « Réglages » (ADR 11)."""

from __future__ import annotations

import dataclasses

from bordereau.domain.closing import MonthClosing, last_day
from bordereau.domain.decisions import ClosingDecision
from bordereau.domain.work import Command
from bordereau.services.close_month import close_month
from bordereau.services.decisions.reply import Desk, Reply


def close(desk: Desk, command: Command, decision: ClosingDecision) -> Reply:
    """Close the month; what still lacks is said beside the line, and nothing is closed.

    A month that is closed already is answered with its day: nothing is written but the answer.
    """
    closed = desk.ledger.get(MonthClosing, month=decision.month)
    if closed is not None:
        return Reply("ok", _said(desk, "sheet.month_closed_before", closed))
    now = MonthClosing(decision.month, last_day(decision.month), desk.today, command.ref, 0, "")
    reply = Reply("ok", _said(desk, "sheet.month_closed", now))
    outcome = close_month(
        desk.ledger,
        decision.month,
        by=command.ref,
        today=desk.today,
        command=reply.on(command, desk.today),
    )
    if outcome.is_refused:
        marked = (
            dataclasses.replace(one, facts={**one.facts, "field": "value"})
            for one in outcome.problems
        )
        return Reply("error", problems=tuple(marked))
    return reply


def _said(desk: Desk, phrase: str, closed: MonthClosing) -> str:
    days = {"through": desk.day(closed.through_on), "day": desk.day(closed.closed_on)}
    return desk.phrases.say(phrase, **days)
