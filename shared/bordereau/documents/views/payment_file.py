"""The e-mail about a file for the bank, in finished strings."""

from __future__ import annotations

from typing import Any

from bordereau.documents.texts import Phrases
from bordereau.documents.views.parts import Pen, contact, labels, parties
from bordereau.domain.figures import PaymentFileFigures, PaymentFileRow

ROWS_SHOWN = 25
"""More make an e-mail that mail programs cut; the file has them all."""


def payment_file_view(figures: PaymentFileFigures, phrases: Phrases) -> dict[str, Any]:
    """Return what the e-mail about a file for the bank shows."""
    pen = Pen(phrases, figures.currency)
    total, count = pen.money(figures.total_cents), figures.count
    day = pen.day(figures.execution_on)
    subject = pen.say("payment_file.subject", count=count, amount=total)
    how = pen.say("payment_file.how", count=count, account=figures.account, day=day)
    more = count - ROWS_SHOWN
    return {
        "t": labels(phrases, "payment_file"),
        **parties(figures, phrases),
        "title": subject,
        "subject": subject,
        "preheader": pen.say("payment_file.preheader", day=day),
        "hero": {"label": pen.say("payment_file.hero"), "amount": total, "how": how},
        "path": figures.file,
        "sha256": figures.sha256,
        "rows": [_row(row, pen) for row in figures.rows[:ROWS_SHOWN]],
        "others": pen.say("payment_file.others", count=more) if more > 0 else "",
        "contact": contact(figures.contact, phrases),
        "reference": pen.say("payment_file.reference", id=figures.id),
    }


def _row(row: PaymentFileRow, pen: Pen) -> dict[str, str]:
    by = pen.say("payment_file.released_by", name=row.released_by) if row.released_by else ""
    detail = (row.end_to_end_id, row.account, by)
    return {
        "beneficiary": row.beneficiary,
        "detail": " · ".join(part for part in detail if part),
        "amount": pen.money(row.amount_cents),
    }
