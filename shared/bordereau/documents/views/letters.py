"""The first reminder and the debtor notice in finished strings."""

from __future__ import annotations

from typing import Any

from bordereau.documents.texts import Phrases
from bordereau.documents.views.parts import NIL, Pen, account, contact, labels, parties
from bordereau.domain.figures import DebtorNoticeFigures, ReminderFigures, ReminderRow


def reminder_view(figures: ReminderFigures, phrases: Phrases) -> dict[str, Any]:
    """Return what the letter and the e-mail of a first reminder show."""
    pen = Pen(phrases, figures.currency)
    oldest = pen.day(min(row.due_on for row in figures.rows))
    total = pen.money(figures.total_cents)
    sellers = ", ".join(dict.fromkeys(row.seller for row in figures.rows))
    subject = pen.say("reminder.subject", amount=total, day=oldest)
    count = len(figures.rows)
    reference = pen.say("reminder.reference", numbers=_numbers(figures.rows))
    return {
        "t": labels(phrases, "reminder"),
        **parties(figures, phrases, "debtor"),
        "title": subject,
        "subject": subject,
        "preheader": pen.say("reminder.preheader", count=count, sellers=sellers),
        "file": pen.say("reminder.file", day=figures.issued_on.isoformat()),
        "place_and_day": _place_and_day(figures.factor.city, pen.day(figures.issued_on), pen),
        "opening": pen.say("reminder.opening", count=count, amount=total, day=oldest),
        "crossed": pen.say("reminder.crossed", day=pen.day(figures.issued_on)),
        "several_sellers": len({row.seller for row in figures.rows}) > 1,
        "suppliers": pen.say("reminder.suppliers", sellers=sellers),
        "mandate": _mandate(figures.rows, pen),
        "rows": [_reminder_row(row, pen) for row in figures.rows],
        "total": total,
        "account": account(figures.account),
        "account_reference": reference,
        "contact": contact(figures.contact, phrases),
        "signatory": figures.contact.name or figures.factor.name,
    }


def _mandate(rows: tuple[ReminderRow, ...], pen: Pen) -> str:
    """Return for whom we collect by mandate, or nothing."""
    sellers = list(dict.fromkeys(row.seller for row in rows if row.is_mandate))
    if not sellers:
        return ""
    return pen.say("reminder.mandate", count=len(sellers), sellers=", ".join(sellers))


def _numbers(rows: tuple[ReminderRow, ...]) -> str:
    return ", ".join(row.number for row in rows[:4]) + (" …" if len(rows) > 4 else "")  # noqa: PLR2004


def _reminder_row(row: ReminderRow, pen: Pen) -> dict[str, str]:
    return {
        "seller": row.seller,
        "number": row.number,
        "order": row.order_reference or NIL,
        "issued": pen.short(row.issued_on),
        "due": pen.short(row.due_on),
        "late": pen.say("common.days", count=row.days_late),
        "open": pen.amount(row.open_cents),
    }


def _place_and_day(city: str, day: str, pen: Pen) -> str:
    return pen.say("common.place_and_day", city=city, day=day) if city else day


def debtor_notice_view(figures: DebtorNoticeFigures, phrases: Phrases) -> dict[str, Any]:
    """Return what the letter and the e-mail of a debtor notice show."""
    pen = Pen(phrases, figures.currency)
    seller, factor = figures.seller.name, figures.factor.name
    day = pen.day(figures.effective_on)
    subject = pen.say("debtor_notice.subject", seller=seller)
    return {
        "t": labels(phrases, "debtor_notice"),
        **parties(figures, phrases, "debtor", "seller"),
        "title": subject,
        "subject": subject,
        "preheader": pen.say("debtor_notice.preheader", day=day),
        "file": pen.say("debtor_notice.file", day=figures.issued_on.isoformat()),
        "place_and_day": _place_and_day(figures.factor.city, pen.day(figures.issued_on), pen),
        "opening": pen.say("debtor_notice.opening", seller=seller, factor=factor, day=day),
        "account_intro": pen.say("debtor_notice.account_intro", day=day, currency=figures.currency),
        "account": account(figures.account),
        "verify": pen.say("debtor_notice.verify", seller=seller),
        "discharge": pen.say("debtor_notice.discharge", seller=seller),
        "unchanged": pen.say("debtor_notice.unchanged", seller=seller),
        "copy": pen.say("debtor_notice.copy_to", seller=seller),
        "contact": contact(figures.contact, phrases),
        "signatory": figures.contact.name or factor,
    }
