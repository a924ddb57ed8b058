"""The advance statement in finished strings."""

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
)
from bordereau.domain.figures import AdvanceStatementFigures, AssignedRow, CreditNoteRow


def advance_statement_view(figures: AdvanceStatementFigures, phrases: Phrases) -> dict[str, Any]:
    """Return what the PDF and the e-mail of an advance statement show."""
    pen = Pen(phrases, figures.currency)
    return {
        "t": labels(phrases, "advance_statement"),
        **parties(figures, phrases, "seller"),
        "title": pen.say("advance_statement.title", number=figures.number),
        "subject": _subject(figures, pen),
        "preheader": _preheader(figures, pen),
        "file": pen.say("advance_statement.file", number=figures.number),
        "number_line": pen.say("advance_statement.number_line", number=figures.number),
        "issued": pen.say("common.issued", day=pen.day(figures.issued_on)),
        "contract": pen.say("common.contract", contract=contract_label(figures.contract)),
        "unit": pen.say("common.unit", currency=figures.currency),
        "contact": contact(figures.contact, phrases),
        "hero": _hero(figures, pen),
        "warnings": [phrases.problem(problem) for problem in figures.warnings],
        "invoices": [_invoice(row, pen) for row in figures.rows],
        "invoice_totals": _totals(figures, pen),
        "credit_notes": [_credit_note(row, pen) for row in figures.credit_notes],
        "fees": fee_rows(figures.fees, pen),
        "net": pen.money(figures.net_cents),
        "vat": [_vat(line, pen) for line in figures.vat],
        "gross": pen.money(figures.gross_cents),
        "steps": _steps(figures, pen),
        "rule": pen.say(
            "advance_statement.rule", rate=phrases.formats.percent(figures.advance_rate_bps)
        ),
        "settled": _settled(figures, pen),
        "account": pen.say("advance_statement.account", iban=figures.collection_iban_masked)
        if figures.collection_iban_masked
        else "",
        "trace": pen.say("advance_statement.trace", first=figures.first_seq, last=figures.last_seq),
    }


def _subject(figures: AdvanceStatementFigures, pen: Pen) -> str:
    if figures.payout:
        amount = pen.money(figures.payout.amount_cents)
        return pen.say("advance_statement.subject_payout", number=figures.number, amount=amount)
    amount = pen.money(figures.available_after_cents)
    return pen.say("advance_statement.subject", number=figures.number, amount=amount)


def _preheader(figures: AdvanceStatementFigures, pen: Pen) -> str:
    total = pen.money(sum(row.amount_cents for row in figures.rows))
    return pen.say("advance_statement.preheader", count=len(figures.rows), amount=total)


def _hero(figures: AdvanceStatementFigures, pen: Pen) -> dict[str, str]:
    if figures.payout:
        how = pen.say(
            "advance_statement.hero_payout_how",
            id=figures.payout.id,
            tail=figures.payout.iban_tail,
            after=pen.money(figures.available_after_cents),
        )
        label = pen.say("advance_statement.hero_payout")
        return _hero_of(label, how, pen.money(figures.payout.amount_cents))
    label = pen.say("advance_statement.hero_available")
    how = pen.say(f"no_payout.{figures.no_payout_code}")
    return _hero_of(label, how, pen.money(figures.available_after_cents))


def _hero_of(label: str, how: str, amount: str) -> dict[str, str]:
    return {"label": label, "how": how, "amount": amount}


def _hours(hours: int | None, pen: Pen) -> str:
    return NIL if hours is None else pen.say("common.hours", hours=hours)


def _invoice(row: AssignedRow, pen: Pen) -> dict[str, str]:
    return {
        "number": row.number,
        "debtor": row.debtor,
        "issued": pen.say("advance_statement.of_day", day=pen.short(row.issued_on)),
        "due": pen.short(row.due_on),
        "amount": pen.amount(row.amount_cents),
        "approved": pen.amount(row.approved_cents),
        "unapproved": pen.amount(row.unapproved_cents),
        "retained": pen.amount(row.retained_cents),
        "advance": pen.amount(row.advance_cents),
        "from_receipt": _hours(row.hours_from_receipt, pen),
        "from_completeness": _hours(row.hours_from_completeness, pen),
    }


def _totals(figures: AdvanceStatementFigures, pen: Pen) -> dict[str, str]:
    return {
        name: pen.amount(sum(getattr(row, f"{name}_cents") for row in figures.rows))
        for name in ("amount", "approved", "unapproved", "retained", "advance")
    }


def _credit_note(row: CreditNoteRow, pen: Pen) -> dict[str, str]:
    return {
        "number": row.number,
        "debtor": row.debtor,
        "issued": pen.short(row.issued_on),
        "invoice": row.invoice_number or NIL,
        "unapproved": pen.amount(row.unapproved_cents),
        "fund": pen.amount(row.fund_cents),
        "current": pen.amount(row.current_cents),
        "amount": pen.amount(row.amount_cents),
    }


def _vat(line: Any, pen: Pen) -> dict[str, str]:  # noqa: ANN401 - VatLine
    rate = pen.phrases.formats.percent(line.rate_bps)
    net = pen.money(line.net_cents)
    return {
        "label": pen.say("common.vat_of", rate=rate, net=net),
        "amount": pen.money(line.vat_cents),
    }


def _steps(figures: AdvanceStatementFigures, pen: Pen) -> list[dict[str, str]]:
    rows = [
        _step(pen.say("advance_statement.opening"), pen.amount(figures.opening_available_cents))
    ]
    rows += [
        _step(pen.say(f"steps.{step.code}"), pen.signed(step.amount_cents))
        for step in figures.steps
        if step.amount_cents
    ]
    before = pen.say("advance_statement.before_payout")
    rows.append(_step(before, pen.amount(figures.available_cents), "subtotal"))
    if figures.payout:
        label = pen.say("advance_statement.payout", id=figures.payout.id)
        rows.append(_step(label, pen.signed(-figures.payout.amount_cents)))
    after = pen.say("advance_statement.after_payout")
    kind = "total" if figures.available_after_cents >= 0 else "negative"
    rows.append(_step(after, pen.money(figures.available_after_cents), kind))
    return rows


def _step(label: str, amount: str, kind: str = "item") -> dict[str, str]:
    return {"label": label, "amount": amount, "kind": kind}


def _settled(figures: AdvanceStatementFigures, pen: Pen) -> str:
    if not figures.gross_cents:
        return ""
    return pen.say("advance_statement.settled", amount=pen.money(figures.gross_cents))
