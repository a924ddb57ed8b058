"""What « Accueil » says: whether reading works, what there is today, what waits for whom."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bordereau.domain.identifiers import seller_in
from bordereau.domain.money import EUR
from bordereau.domain.problems import Problem
from bordereau.domain.work import Alert
from bordereau.domain.workbook import home
from bordereau.ports import Phrases, SheetBlock, SheetValue
from bordereau.services.desk import payout_lines
from bordereau.services.desk.context import Note
from bordereau.services.desk.difference import Row, comparable
from bordereau.services.desk.figures import Figures, open_invoices
from bordereau.services.desk.tables import amount

INDENT = "\u00a0\u00a0\u00a0"
"""Keeps a text off the figure on its left."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One refresh: when, of which day, what was read when, and what was wrong outside lines.

    ``take_ons`` is how far each dossier of « Reprise » is; ``None`` when nothing was read.
    """

    now: dt.datetime
    today: dt.date
    read_at: dt.datetime | None
    firm: str
    faults: Sequence[Problem] = ()
    strays: Sequence[Problem] = ()
    take_ons: Mapping[str, Note] | None = None


def home_blocks(
    title: str, there: Sequence[Row], moment: Moment, figures: Figures, phrases: Phrases
) -> list[SheetBlock]:
    """Return the blocks that bring the home page up to date."""
    wanted: dict[int, Row] = {home.FIRM_ROW: (moment.firm or phrases.say("sheet.no_firm"),)}
    facts = _state(moment, phrases)
    wanted |= {home.STATE_ROWS[key]: (None, value) for key, value in facts.items()}
    figure = _figures(figures, moment.today, phrases)
    wanted |= {home.FACT_ROWS[key]: (None, *pair) for key, pair in figure.items()}
    wanted |= _listed(home.DEADLINE_ROW, home.DEADLINE_ROWS, _deadlines(figures, phrases))
    strays = [phrases.problem(stray) for stray in moment.strays]
    wanted |= _listed(home.STRAY_ROW, home.STRAY_ROWS, strays or [phrases.say("sheet.no_strays")])
    return [
        SheetBlock(title, row, column, ((value,),))
        for row, values in sorted(wanted.items())
        for column, value in enumerate(values, home.LABEL_COLUMN)
        if value is not None and comparable(_at(there, row, column)) != comparable(value)
    ]


def _at(there: Sequence[Row], row: int, column: int) -> SheetValue:
    cells = there[row] if row < len(there) else ()
    return cells[column] if column < len(cells) else ""


def _state(moment: Moment, phrases: Phrases) -> Mapping[str, SheetValue]:
    state = phrases.say("sheet.state_ok")
    if moment.faults:
        reasons = " ; ".join(phrases.problem(fault) for fault in moment.faults[:3])
        state = phrases.say("sheet.import_stopped", reason=reasons)
    return {
        "state": state,
        "read_at": moment.read_at or "",
        "written_at": moment.now,
        "four_eyes": phrases.say("sheet.four_eyes_later"),
        **_take_ons(moment, phrases),
    }


def _take_ons(moment: Moment, phrases: Phrases) -> Mapping[str, SheetValue]:
    """Return what is said of the dossiers; it stays as it is while the sheet cannot be read."""
    if moment.take_ons is None:
        return {}
    told = (
        phrases.say("sheet.take_on_of", dossier=name, state=phrases.say(note.phrase, **note.facts))
        for name, note in moment.take_ons.items()
    )
    return {"take_on": " ".join(told) or phrases.say("sheet.no_take_on")}


def _figures(figures: Figures, today: dt.date, phrases: Phrases) -> Mapping[str, Row]:
    """Return the figures of the day in euros, each with what it counts."""
    listed = [one.waterfall for one in figures.contracts if one.position.currency == EUR]
    known = [one for one in listed if one is not None]
    late = [
        invoice
        for invoice in open_invoices(figures)
        if invoice.due_on < today and invoice.contract.endswith(f"/{EUR}")
    ]
    found = (payout_lines.standing(figures, payout) for payout in figures.payouts)
    unreleased = (one.payout for one in found if one.is_open and not one.holds)
    payouts = [payout for payout in unreleased if payout.currency == EUR]
    receipts = [receipt for receipt in figures.receipts if receipt.currency == EUR]

    def line(cents: int, phrase: str, count: int) -> Row:
        return amount(cents), INDENT + phrases.say(f"sheet.{phrase}", count=count)

    return {
        "available": line(sum(w.available_cents for w in known), "home_contracts", len(known)),
        "outstanding": line(
            sum(w.outstanding_cents for w in known),
            "home_invoices",
            sum(1 for _ in open_invoices(figures)),
        ),
        "fund": (amount(sum(w.fund_cents for w in known)), ""),
        "payouts": line(sum(p.amount_cents for p in payouts), "home_payouts", len(payouts)),
        "overdue": line(sum(i.open_cents for i in late), "home_invoices", len(late)),
        "to_allocate": line(sum(r.left_cents for r in receipts), "home_receipts", len(receipts)),
        "to_complete": (
            len(figures.documents),
            INDENT + phrases.say("sheet.home_documents", count=len(figures.documents)),
        ),
        **_followed(figures, phrases),
    }


def _followed(figures: Figures, phrases: Phrases) -> Mapping[str, Row]:
    """Return what is disputed, and how many promises, payments and claims ask for a person."""
    disputed = [
        invoice
        for invoice in open_invoices(figures)
        if invoice.disputed_cents and invoice.contract.endswith(f"/{EUR}")
    ]
    told = Counter(alert.code for alert in figures.alerts)
    counted = phrases.say("sheet.home_invoices", count=len(disputed))
    return {
        "disputes": (amount(sum(one.disputed_cents for one in disputed)), INDENT + counted),
        "broken": (told["promise-broken"], ""),
        "direct": (told["direct-payment"], ""),
        "claims": (told["claim-due"] + told["claim-unpublished"], ""),
    }


def _deadlines(figures: Figures, phrases: Phrases) -> list[str]:
    """Return the alerts that a deadline of 48 hours raised, the nearest first."""
    near = [alert for alert in figures.alerts if alert.stage == "deadline"]
    near.sort(key=lambda alert: (alert.due_at is None, alert.due_at, alert.object))
    return [_deadline(alert, figures, phrases) for alert in near] or [
        phrases.say("sheet.no_deadline")
    ]


def _deadline(alert: Alert, figures: Figures, phrases: Phrases) -> str:
    seller = figures.names.seller_name(seller_in(alert.contract)) if alert.contract else ""
    sentence = phrases.alert(alert.code, alert.facts)
    return f"{seller} : {sentence}" if seller else sentence


def _listed(first: int, rows: int, texts: Sequence[str]) -> dict[int, Row]:
    """Return one row for each text; the last one that fits says that there are more."""
    shown = list(texts[:rows])
    if len(texts) > rows:
        shown[-1] = "…"
    return {first + place: (shown[place] if place < len(shown) else "",) for place in range(rows)}
