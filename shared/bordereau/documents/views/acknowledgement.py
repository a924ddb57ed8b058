"""The acknowledgement of one received mail in finished strings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bordereau.documents.texts import Phrases
from bordereau.documents.views.parts import NIL, Pen, contact, labels, parties
from bordereau.domain.figures import AcknowledgementFigures, AcknowledgementRow
from bordereau.domain.work import OutcomeKind

ROWS_IN_MAIL = 25
"""What a mail shows at most: Gmail cuts at 102 KB (handbook: documents 5)."""

TONES = {
    OutcomeKind.ASSIGNED: "good",
    OutcomeKind.REGISTERED: "good",
    OutcomeKind.CREDITED: "good",
    OutcomeKind.CORRECTED: "good",
    OutcomeKind.PARTLY_APPROVED: "warn",
    OutcomeKind.OVER_LINE: "warn",
    OutcomeKind.HELD: "warn",
    OutcomeKind.TO_COMPLETE: "warn",
    OutcomeKind.DUPLICATE: "plain",
    OutcomeKind.IGNORED: "plain",
    OutcomeKind.QUARANTINED: "bad",
    OutcomeKind.REFUSED: "bad",
}
"""How an outcome is coloured; its word always stands beside."""

_TAKEN = (
    OutcomeKind.ASSIGNED,
    OutcomeKind.REGISTERED,
    OutcomeKind.PARTLY_APPROVED,
    OutcomeKind.OVER_LINE,
    OutcomeKind.CREDITED,
    OutcomeKind.CORRECTED,
)
_ORDER = ("bad", "warn", "good", "plain")


def acknowledgement_view(figures: AcknowledgementFigures, phrases: Phrases) -> dict[str, Any]:
    """Return what the e-mail shows: first what the reader must do, then what was taken over."""
    rows = sorted(figures.rows, key=lambda row: _ORDER.index(TONES[row.outcome]))
    currency = figures.totals[0].currency if figures.totals else "EUR"
    pen = Pen(phrases, currency)
    subject = _subject(figures, pen)
    return {
        "t": labels(phrases, "acknowledgement"),
        **parties(figures, phrases, "seller"),
        "title": subject,
        "subject": subject,
        "preheader": _due(figures, pen),
        "received": pen.say(
            "acknowledgement.received",
            subject=figures.subject or NIL,
            when=phrases.formats.instant(figures.received_at),
        ),
        "hero": _hero(figures, pen),
        "problems": [phrases.problem(problem) for problem in figures.problems],
        "rows": [_row(row, phrases) for row in rows[:ROWS_IN_MAIL]],
        "others": _others(rows, pen),
        "totals": _totals(figures, phrases),
        "contact": contact(figures.contact, phrases),
        "reference": pen.say("acknowledgement.reference", mail_id=figures.mail_id),
    }


def _counts(rows: Sequence[AcknowledgementRow]) -> tuple[int, int]:
    taken = sum(row.outcome in _TAKEN for row in rows)
    seen_to = sum(TONES[row.outcome] == "plain" for row in rows)
    return taken, len(rows) - taken - seen_to


def _subject(figures: AcknowledgementFigures, pen: Pen) -> str:
    taken, waiting = _counts(figures.rows)
    if not figures.rows:
        return pen.say("acknowledgement.subject_nothing")
    if not waiting and not taken:
        return pen.say("acknowledgement.subject_known", count=len(figures.rows))
    said = [pen.say("acknowledgement.taken", count=taken)] if taken else []
    said += [pen.say("acknowledgement.waiting", count=waiting)] if waiting else []
    return pen.say("acknowledgement.subject", what=", ".join(said))


def _due(figures: AcknowledgementFigures, pen: Pen) -> str:
    if figures.advance_due_at is None:
        return pen.say("acknowledgement.no_advance")
    when = pen.phrases.formats.instant(figures.advance_due_at)
    return pen.say("acknowledgement.advance_due", when=when)


def _hero(figures: AcknowledgementFigures, pen: Pen) -> dict[str, str]:
    if not figures.totals:
        return {}
    total = figures.totals[0]
    return {
        "label": pen.say("acknowledgement.hero"),
        "amount": pen.money(total.advance_cents),
        "how": _due(figures, pen),
    }


def _row(row: AcknowledgementRow, phrases: Phrases) -> dict[str, Any]:
    pen = Pen(phrases, row.currency)
    kind = "credit_note" if row.is_credit_note else "invoice"
    title = pen.say(f"acknowledgement.{kind}", number=row.number) if row.number else row.file
    return {
        "title": title,
        "file": row.file if row.number else "",
        "debtor": row.debtor,
        "amount": NIL if row.amount_cents is None else pen.money(_sign(row) * row.amount_cents),
        "outcome": pen.say(f"outcomes.{row.outcome}"),
        "tone": TONES[row.outcome],
        "detail": _detail(row, pen),
        "problems": [phrases.problem(problem) for problem in row.problems],
    }


def _sign(row: AcknowledgementRow) -> int:
    return -1 if row.is_credit_note else 1


def _detail(row: AcknowledgementRow, pen: Pen) -> str:
    if not row.approved_cents:
        return ""
    approved, advance = pen.money(row.approved_cents), pen.money(row.advance_cents)
    return pen.say("acknowledgement.detail", approved=approved, advance=advance)


def _others(rows: Sequence[AcknowledgementRow], pen: Pen) -> str:
    left = len(rows) - ROWS_IN_MAIL
    return pen.say("acknowledgement.others", count=left) if left > 0 else ""


def _totals(figures: AcknowledgementFigures, phrases: Phrases) -> list[dict[str, str]]:
    rows = []
    for total in figures.totals:
        pen = Pen(phrases, total.currency)
        rows.append(
            {
                "documents": pen.say("acknowledgement.documents", count=total.documents),
                "amount": pen.money(total.amount_cents),
                "approved": pen.money(total.approved_cents),
                "advance": pen.money(total.advance_cents),
            }
        )
    return rows
