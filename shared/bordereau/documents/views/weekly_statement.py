"""The weekly statement in finished strings: every answer on page 1, every movement on page 2."""

from __future__ import annotations

from typing import Any

from bordereau.documents.texts import Phrases
from bordereau.documents.views.parts import (
    NIL,
    Pen,
    contact,
    contract_label,
    fee_rows,
    labels,
    parties,
    shortened,
)
from bordereau.documents.views.weekly_blocks import (
    aged_bars,
    aged_table,
    from_outstanding,
    fund_chart,
    overdue_rows,
    release_rows,
    waterfall,
)
from bordereau.domain.figures import Movement, ReceiptRow, WeeklyStatementFigures


def weekly_statement_view(figures: WeeklyStatementFigures, phrases: Phrases) -> dict[str, Any]:
    """Return what the PDF and the e-mail of a weekly statement show."""
    pen = Pen(phrases, figures.currency)
    period = phrases.formats.period(figures.first_on, figures.last_on)
    return {
        "t": labels(phrases, "weekly_statement"),
        **parties(figures, phrases, "seller"),
        "title": pen.say("weekly_statement.title"),
        "subject": _subject(figures, pen),
        "preheader": _preheader(figures, pen),
        "file": pen.say("weekly_statement.file", number=figures.number),
        "number": pen.say("weekly_statement.number", number=figures.number),
        "period": period[:1].upper() + period[1:],
        "contract": pen.say("common.contract", contract=contract_label(figures.contract)),
        "unit": pen.say("common.unit", currency=figures.currency),
        "contact": contact(figures.contact, phrases),
        "hero": _hero(figures, pen),
        "kpis": [_held(figures, pen), _cost(figures, pen), _overdue(figures, pen)],
        "actions": [_action(action, pen) for action in figures.actions],
        "waterfall": waterfall(figures, pen),
        "from_outstanding": from_outstanding(figures, pen),
        "releases": release_rows(figures, pen),
        "bars": aged_bars(figures, pen),
        "fund_chart": fund_chart(figures, pen),
        "fund": _fund(figures, pen),
        "fund_rule": _fund_rule(figures, pen),
        "overdue": overdue_rows(figures, pen),
        "aged": aged_table(figures, pen),
        "movements": _movements(figures, pen),
        "fees": fee_rows(figures.fees, pen),
        "net": pen.money(figures.cost_cents),
        "vat": pen.money(figures.vat_cents),
        "gross": pen.money(figures.cost_cents + figures.vat_cents),
        "receipts": [_receipt(row, pen) for row in figures.receipts],
        "hours": _hours(figures, pen),
        "trace": pen.say("weekly_statement.trace", seq=figures.cut_seq, hash=figures.cut_hash[:12]),
    }


def _subject(figures: WeeklyStatementFigures, pen: Pen) -> str:
    week = str(figures.last_on.isocalendar().week)
    amount = pen.money(figures.payable_cents)
    subject = pen.say("weekly_statement.subject", week=week, amount=amount)
    if not figures.actions:
        return subject
    return subject + pen.say("weekly_statement.subject_actions", count=len(figures.actions))


def _preheader(figures: WeeklyStatementFigures, pen: Pen) -> str:
    held, late = pen.money(figures.held_cents), pen.money(figures.overdue_cents)
    return pen.say("weekly_statement.preheader", held=held, late=late)


def _hero(figures: WeeklyStatementFigures, pen: Pen) -> dict[str, str]:
    label = pen.say("weekly_statement.hero")
    amount = pen.money(figures.payable_cents)
    available = pen.money(figures.available_cents)
    if figures.available_cents < 0:
        how = pen.say("weekly_statement.hero_over", available=available)
    elif not figures.payable_cents and figures.available_cents:
        how = pen.say("weekly_statement.hero_below", available=available)
    elif figures.payout_is_automatic:
        how = pen.say("weekly_statement.hero_automatic")
    else:
        how = pen.say("weekly_statement.hero_request")
    tone = "bad" if figures.available_cents < 0 else "good"
    return {"label": label, "how": how, "amount": amount, "tone": tone}


def _held(figures: WeeklyStatementFigures, pen: Pen) -> dict[str, str]:
    greatest = sorted(figures.holds, key=lambda step: step.amount_cents)[:2]
    parts = [
        pen.say(f"held.{step.code}", amount=pen.money(-step.amount_cents))
        for step in greatest
        if step.amount_cents
    ]
    note = pen.say("weekly_statement.held_note", parts=", ".join(parts)) if parts else NIL
    label = pen.say("weekly_statement.held")
    return {"label": label, "amount": pen.money(figures.held_cents), "note": note}


def _cost(figures: WeeklyStatementFigures, pen: Pen) -> dict[str, str]:
    note = pen.say("weekly_statement.no_cost")
    if figures.financed_cents:
        per_thousand = pen.money(figures.cost_per_thousand_cents)
        thousand = pen.money(1_000_00)
        note = pen.say("weekly_statement.cost_note", cost=per_thousand, thousand=thousand)
    label = pen.say("weekly_statement.cost")
    return {"label": label, "amount": pen.money(figures.cost_cents), "note": note}


def _overdue(figures: WeeklyStatementFigures, pen: Pen) -> dict[str, str]:
    note = pen.say("weekly_statement.no_overdue")
    if figures.overdue:
        debtors = pen.say("common.debtors", count=len({row.debtor for row in figures.overdue}))
        oldest = pen.say("common.days", count=max(row.days_late for row in figures.overdue))
        note = pen.say("weekly_statement.overdue_note", debtors=debtors, oldest=oldest)
    label = pen.say("weekly_statement.overdue")
    return {"label": label, "amount": pen.money(figures.overdue_cents), "note": note}


def _action(action: Any, pen: Pen) -> dict[str, str]:  # noqa: ANN401 - figures' Action
    return {
        "what": pen.say(f"actions.{action.code}", **pen.phrases.written(action.facts)),
        "until": pen.say("weekly_statement.until", day=pen.day(action.until_on)),
        "else": pen.say(f"actions_else.{action.code}"),
    }


def _fund(figures: WeeklyStatementFigures, pen: Pen) -> str:
    fund, amount = figures.fund, pen.phrases.formats.amount
    used = pen.say("weekly_statement.fund_used", used=amount(fund.used_cents))
    walk = pen.say(
        "weekly_statement.fund_walk",
        opening=amount(fund.opening_cents),
        retained=amount(fund.retained_cents),
        released=amount(fund.released_cents),
        used=used if fund.used_cents else "",
        closing=amount(fund.closing_cents),
    )
    if fund.target_cents is None:
        return walk
    target = pen.say("weekly_statement.fund_target", target=amount(fund.target_cents))
    return f"{walk} {target}"


def _fund_rule(figures: WeeklyStatementFigures, pen: Pen) -> str:
    rate = pen.phrases.formats.percent(figures.fund.rate_bps)
    return pen.say(f"fund_rules.{figures.fund.method}", rate=rate)


def _movements(figures: WeeklyStatementFigures, pen: Pen) -> dict[str, Any]:
    return {
        "opening": pen.phrases.formats.amount(figures.opening_cents),
        "closing": pen.phrases.formats.amount(figures.closing_cents),
        "first": pen.phrases.formats.short_without_year(figures.first_on),
        "last": pen.phrases.formats.short_without_year(figures.last_on),
        "rows": [_movement(row, pen) for row in figures.movements],
    }


def _movement(row: Movement, pen: Pen) -> dict[str, str]:
    return {
        "day": pen.phrases.formats.short_without_year(row.booked_on),
        "what": pen.say(f"movements.{row.kind}"),
        "reference": row.reference,
        "debtor": shortened(row.debtor) or NIL,
        "amount": pen.signed(row.amount_cents),
        "balance": pen.phrases.formats.amount(row.balance_cents),
    }


def _receipt(row: ReceiptRow, pen: Pen) -> dict[str, str]:
    return {
        "day": pen.phrases.formats.short_without_year(row.booked_on),
        "debtor": shortened(row.debtor),
        "number": row.number,
        "amount": pen.amount(row.amount_cents),
        "left": pen.amount(row.left_cents),
        "released": pen.amount(row.released_cents),
    }


def _hours(figures: WeeklyStatementFigures, pen: Pen) -> str:
    hours = figures.hours
    if not hours.invoices:
        return ""
    return pen.say(
        "weekly_statement.hours",
        count=hours.invoices,
        within=hours.within,
        promised=hours.promised_hours,
        receipt=hours.longest_from_receipt,
        completeness=hours.longest_from_completeness,
    )
