"""What the desk shows of lines: where each stands, and the analysis of every open request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from bordereau.domain import line_agreements
from bordereau.domain.debtor_analysis import TENTHS, DebtorAnalysis
from bordereau.domain.guarantee_lines import (
    UNLIMITED_CENTS,
    FactorLine,
    RelationLine,
    effective_limit,
    room,
)
from bordereau.domain.identifiers import seller_in
from bordereau.domain.line_requests import LineRequest
from bordereau.domain.parties import Debtor, DebtorFacts
from bordereau.ports import Phrases
from bordereau.services.desk.answers import NOTHING, LineRoom
from bordereau.services.desk.difference import Row
from bordereau.services.desk.figures import Figures

EUR: Final = "EUR"
DAYS_OF_YEAR: Final = 365

Said = Iterator[tuple[str, str, str]]
"""Topic and figure (keys of the texts ``[analysis]``), and the value as people read it."""


def line_room(line: RelationLine | FactorLine, today: dt.date) -> LineRoom:
    """Return where a line stands: nothing once expired, frozen or on an insolvent debtor."""
    review = line_agreements.review_on(line.own, line.insurer)
    if line.limit_cents == UNLIMITED_CENTS:
        return LineRoom(None, line.approved_cents, None, review)
    limit = effective_limit(line, today)
    return LineRoom(limit, line.approved_cents, room(line, today), review)


def analysis_rows(figures: Figures, phrases: Phrases) -> list[Row]:
    """Return the analyses of all open requests, one figure a row, in the order of the requests."""
    return [row for request in figures.requests for row in _rows(request, figures, phrases)]


def _rows(request: LineRequest, figures: Figures, phrases: Phrases) -> Iterator[Row]:
    seller = ""
    if request.contract is not None:
        seller = figures.names.seller_name(seller_in(request.contract))
    debtor = figures.names.debtor(request.debtor)
    name = figures.names.debtor_name(request.debtor)
    for topic, figure, value in _Page(request, debtor, phrases).said():
        yield (
            f"{request.ref}#{topic}.{figure}",
            request.ref,
            seller,
            name,
            phrases.say(f"analysis.{topic}"),
            phrases.say(f"analysis.{figure}"),
            value,
        )


class _Page:
    """The analysis of one request in words."""

    def __init__(self, request: LineRequest, debtor: Debtor | None, phrases: Phrases) -> None:
        self._request, self._phrases = request, phrases
        self._analysis: DebtorAnalysis = request.analysis
        self._facts = debtor.facts if debtor else DebtorFacts()

    def said(self) -> Said:
        """Yield every figure, topic after topic."""
        yield from self._asked()
        yield from self._record()
        yield from self._exposure()
        yield from self._age()
        yield from self._dilution()
        yield from self._typed()

    def _money(self, cents: int | None) -> str:
        if cents is None:
            return NOTHING
        return self._phrases.formats.money(cents, self._request.currency)

    def _percent(self, bps: int) -> str:
        return self._phrases.formats.percent(bps)

    def _day(self, day: dt.date | None) -> str:
        return self._phrases.formats.short(day) if day else NOTHING

    def _asked(self) -> Said:
        request = self._request
        yield "request", "amount", self._money(request.amount_cents)
        yield "request", "asked_by", request.asked_by
        yield "request", "asked_on", self._day(request.asked_on)
        yield "request", "reason", request.reason or NOTHING
        yield "request", "made_on", self._day(self._analysis.made_on)

    def _record(self) -> Said:
        record = self._analysis.record
        late = self._phrases.say(
            "analysis.days",
            days=f"{record.late_tenths // TENTHS},{record.late_tenths % TENTHS}",
        )
        oldest = self._phrases.say("common.days", count=record.oldest_days)
        disputes, direct = str(record.disputed_count), str(record.direct_count)
        yield "record", "paid", f"{record.paid_count} · {self._money(record.paid_cents)}"
        yield "record", "days_late", late
        yield "record", "late_share", self._percent(record.late_share_bps)
        yield "record", "overdue", self._money(record.overdue_cents)
        yield "record", "oldest", oldest
        yield "record", "disputes", f"{disputes} · {self._money(record.disputed_cents)}"
        yield "record", "direct", f"{direct} · {self._money(record.direct_cents)}"

    def _exposure(self) -> Said:
        found = self._analysis.exposure
        yield "exposure", "line", self._money(found.relation_cents)
        yield "exposure", "line_used", self._money(found.relation_approved_cents)
        yield "exposure", "share", self._percent(found.share_bps)
        yield "exposure", "contracts", str(found.contracts)
        yield "exposure", "open", self._money(found.open_cents)
        yield "exposure", "approved", self._money(found.approved_cents)
        yield "exposure", "waiting", self._money(found.waiting_cents)
        yield "exposure", "limits", self._money(found.limits_cents)
        yield "exposure", "wide", self._money(found.wide_limit_cents)
        yield "exposure", "wide_room", self._money(found.wide_room_cents)

    def _age(self) -> Said:
        analysis, founded = self._analysis, self._facts.founded_on
        known = self._phrases.say("common.days", count=analysis.known_days)
        since = self._day(analysis.known_since_on)
        yield "age", "known", f"{since} · {known}" if analysis.known_since_on else NOTHING
        yield "age", "founded", self._founded(founded) if founded else NOTHING

    def _founded(self, founded: dt.date) -> str:
        years = (self._analysis.made_on - founded).days // DAYS_OF_YEAR
        return f"{self._day(founded)} · {self._phrases.say('analysis.years', count=years)}"

    def _dilution(self) -> Said:
        found = self._analysis.dilution
        yield "dilution", "assigned", self._money(found.assigned_cents)
        yield "dilution", "credited", self._money(found.credited_cents)
        yield "dilution", "rate", self._percent(found.rate_bps)

    def _typed(self) -> Said:
        facts = self._facts
        headcount = str(facts.headcount) if facts.headcount is not None else NOTHING
        turnover = facts.turnover_cents
        yield "typed", "headcount", headcount
        yield (
            "typed",
            "turnover",
            self._phrases.formats.money(turnover, EUR) if turnover else NOTHING,
        )
        yield "typed", "rating", facts.rating or NOTHING
        yield "typed", "bank_of_france", facts.bank_of_france or NOTHING
        yield "typed", "facts_on", self._day(facts.facts_on)
        yield "typed", "comment", facts.comment or NOTHING
