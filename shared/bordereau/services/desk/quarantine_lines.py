"""The lines of « Mails en quarantaine »: which mails were set aside, and why."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bordereau.domain.problems import Problem
from bordereau.domain.work import Alert
from bordereau.domain.workbook.quarantine_tab import QUARANTINE
from bordereau.ports import Ledger, Phrases
from bordereau.services.desk.answers import NOTHING
from bordereau.services.desk.difference import Row
from bordereau.services.desk.figures import Figures
from bordereau.services.desk.numbering import number_lines
from bordereau.services.mail_release import CODES, MAIL, STAGES

KEPT_LINES: Final = 60
"""How many of the newest mails still show what they are."""


def mail_rows(ledger: Ledger, figures: Figures, phrases: Phrases, *, today: dt.date) -> list[Row]:
    """Number the mails that were set aside, and return what each line shows."""
    waiting = {alert.object: alert for alert in figures.alerts if alert.code in CODES}
    numbers = number_lines(ledger, QUARANTINE.key, waiting, today=today)
    newest = sorted(numbers.items(), key=lambda pair: pair[1])[-KEPT_LINES:]
    rows = []
    for object_, number in newest:
        stage = STAGES[object_[: len(MAIL)]]
        alert = waiting.get(object_) or ledger.get(Alert, object=object_, stage=stage)
        assert alert is not None, "alerts are never deleted"
        rows.append(_row(QUARANTINE.ref(number), alert, phrases))
    return rows


def _row(line: str, alert: Alert, phrases: Phrases) -> Row:
    reason = alert.facts.get("reason", "")
    why = phrases.problem(Problem(reason)) if reason else phrases.say("sheet.bank_mail_aside")
    if alert.closed_on is not None:
        why = phrases.say("sheet.mail_done", day=phrases.formats.short(alert.closed_on))
    sender, subject = alert.facts.get("sender", ""), alert.facts.get("subject", "")
    return line, alert.since_on, sender or NOTHING, subject or NOTHING, why
