"""Blocks of the weekly statement's first page: waterfall, ages, fund, late clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bordereau.documents.charts import AGES, Bar, area, bars
from bordereau.documents.views.parts import NIL, Pen, shortened
from bordereau.domain.availability import StepCode
from bordereau.domain.figures import BUCKETS, AgedDebtor, MovementKind, WeeklyStatementFigures

DEBTORS_SHOWN = 8
ROWS_SHOWN = 4


def waterfall(figures: WeeklyStatementFigures, pen: Pen) -> list[dict[str, str]]:
    """Return opening + movements by kind = closing, closing less holds = available."""
    totals: dict[MovementKind, int] = {}
    for movement in figures.movements:
        totals[movement.kind] = totals.get(movement.kind, 0) + movement.amount_cents
    opening = pen.say("weekly_statement.opening", day=pen.short(figures.first_on))
    rows = [_line(opening, pen.amount(figures.opening_cents))]
    rows += [
        _line(pen.say(f"movement_totals.{kind}"), pen.signed(totals[kind]))
        for kind in MovementKind
        if totals.get(kind)
    ]
    closing = pen.say("weekly_statement.closing", day=pen.short(figures.last_on))
    rows.append(_line(closing, pen.amount(figures.closing_cents), "subtotal"))
    rows += [
        _line(pen.say(f"steps.{step.code}"), pen.signed(step.amount_cents))
        for step in figures.holds
        if step.amount_cents
    ]
    available = pen.say("weekly_statement.available")
    kind = "total" if figures.available_cents >= 0 else "negative"
    rows.append(_line(available, pen.money(figures.available_cents), kind))
    return rows


def from_outstanding(figures: WeeklyStatementFigures, pen: Pen) -> list[dict[str, str]]:
    """Return the waterfall from the outstanding down, in the words of ``explain`` and « Fonds »."""
    rows = []
    for line in figures.waterfall:
        label = pen.say(f"explain.{line.code}")
        if line.code is StepCode.AVAILABLE:
            kind = "total" if line.cents >= 0 else "negative"
            rows.append(_line(label, pen.money(line.cents), kind))
        elif line.is_total:
            rows.append(_line(label, pen.amount(line.cents), "subtotal"))
        elif line.code is StepCode.OUTSTANDING:
            rows.append(_line(label, pen.amount(line.cents)))
        elif line.cents:
            rows.append(_line(label, pen.signed(line.cents)))
    return rows


def _line(label: str, amount: str, kind: str = "item") -> dict[str, str]:
    return {"label": label, "amount": amount, "kind": kind}


def release_rows(figures: WeeklyStatementFigures, pen: Pen) -> dict[str, Any]:
    """Return the next expected releases, and what the later ones come to."""
    ordered = sorted(figures.releases, key=lambda release: release.expected_on)
    later = sum(release.amount_cents for release in ordered[ROWS_SHOWN:])
    return {
        "rows": [
            {
                "day": pen.phrases.formats.short_without_year(release.expected_on),
                "debtor": shortened(release.debtor),
                "number": release.number,
                "amount": pen.amount(release.amount_cents),
            }
            for release in ordered[:ROWS_SHOWN]
        ],
        "later": pen.amount(later) if later else "",
    }


def _ages(figures: WeeklyStatementFigures) -> list[int]:
    return [
        sum(debtor.buckets_cents[index] for debtor in figures.debtors)
        for index in range(len(BUCKETS))
    ]


def aged_bars(figures: WeeklyStatementFigures, pen: Pen) -> dict[str, Any]:
    """Return what is open by age, as a chart and in words."""
    ages = _ages(figures)
    rows = [
        Bar(pen.say(f"buckets.{name}"), cents, pen.amount(cents), colour)
        for name, cents, colour in zip(BUCKETS, ages, AGES, strict=True)
    ]
    title = pen.say("weekly_statement.aged")
    total = sum(ages) or 1
    return {
        "svg": bars(rows, title),
        "alt": "; ".join(f"{row.label} {row.text}" for row in rows),
        "rows": [
            {
                "label": row.label,
                "amount": row.text,
                "colour": row.colour,
                "share": str(100 * row.cents // total),
            }
            for row in rows
        ],
    }


def fund_chart(figures: WeeklyStatementFigures, pen: Pen) -> dict[str, str]:
    """Return the fund over the weeks as a chart; nothing before there are two weeks."""
    history = figures.fund.history
    if len(history) < 2:  # noqa: PLR2004 - one point is no line
        return {}
    short = pen.phrases.formats.short_without_year
    closing = pen.money(figures.fund.closing_cents)
    title = pen.say("weekly_statement.fund")
    texts = (short(history[0].until_on), short(history[-1].until_on), closing)
    return {
        "svg": area([point.amount_cents for point in history], texts, title),
        "alt": pen.say("weekly_statement.fund_alt", count=len(history), amount=closing),
    }


def overdue_rows(figures: WeeklyStatementFigures, pen: Pen) -> dict[str, Any]:
    """Return the longest overdue invoices with what is being done about them."""
    ordered = sorted(figures.overdue, key=lambda row: -row.days_late)
    return {
        "rows": [
            {
                "debtor": shortened(row.debtor),
                "number": row.number,
                "late": pen.say("common.days", count=row.days_late),
                "amount": pen.amount(row.open_cents),
                "stage": pen.say(f"stages.{row.stage}"),
                "defunded": pen.say("weekly_statement.defunded", day=pen.short(row.defunded_on))
                if row.defunded_on
                else "",
            }
            for row in ordered[:ROWS_SHOWN]
        ],
        "others": pen.say("weekly_statement.overdue_others", count=len(ordered) - ROWS_SHOWN)
        if len(ordered) > ROWS_SHOWN
        else "",
    }


def aged_table(figures: WeeklyStatementFigures, pen: Pen) -> dict[str, Any]:
    """Return debtors by five ages and total: the greatest, the others together, the sum."""
    ordered = sorted(figures.debtors, key=lambda debtor: (-debtor.open_cents, debtor.debtor))
    shown, rest = ordered[:DEBTORS_SHOWN], ordered[DEBTORS_SHOWN:]
    rows = [_aged(shortened(debtor.debtor), debtor.buckets_cents, pen) for debtor in shown]
    if rest:
        others = pen.say("common.other_debtors", count=len(rest))
        rows.append(_aged(others, _added(rest), pen))
    total = _aged(pen.say("common.total"), _added(ordered), pen)
    heads = [pen.say(f"buckets.{name}") for name in BUCKETS]
    return {"heads": heads, "rows": rows, "total": total}


def _added(debtors: Sequence[AgedDebtor]) -> tuple[int, ...]:
    return tuple(
        sum(debtor.buckets_cents[index] for debtor in debtors) for index in range(len(BUCKETS))
    )


def _aged(name: str, ages: Sequence[int], pen: Pen) -> dict[str, Any]:
    total = pen.amount(sum(ages)) or NIL
    return {"name": name, "ages": [pen.amount(cents) for cents in ages], "total": total}
