"""The referee: terms of a day, lines on both levels, promotions, the fund on outstanding."""

from __future__ import annotations

import datetime as dt
from math import ceil

from tests.simulations.referee.state import ORDER, Inv, Kon, Row, cents, day, share

MUCH = 10**18


class Lines:
    """The state of a story, and what its lines leave room for."""

    def __init__(self, story: Row) -> None:
        self.story = story
        self.today = day(story["events"][0]["date"])
        self.kons = {row["id"]: Kon(row["id"], day(row["start"])) for row in story["contracts"]}
        self.public = {row["id"]: row.get("kind") == "public" for row in story["debtors"]}
        self.credits = dict.fromkeys(self.public, 0)
        self.limits: dict[str, tuple[int, dt.date | None]] = {}
        self.insolvent: dict[str, tuple[dt.date, dt.date | None]] = {}
        self.receipts: dict[str, Row] = {}
        self.held: list[tuple[int, Row]] = []
        self.bank = 0
        self.refused: list[Row] = []

    def terms(self, kon: Kon, on: dt.date | None = None) -> Row | None:
        """Return the terms in force on a day."""
        on = on or self.today
        rows = [row for row in self.story["terms"] if row["contract"] == kon.name]
        rows = [row for row in rows if day(row["from"]) <= on and on >= kon.start]
        return max(rows, key=lambda row: day(row["from"]), default=None)

    def value_days(self, kon: Kon, on: dt.date) -> dt.timedelta:
        """Return v2 of a day."""
        return dt.timedelta((self.terms(kon, on) or {}).get("receipt_value_days", 0))

    def find(self, row: Row) -> tuple[Kon, Inv | None]:
        """Return contract and invoice of an event."""
        kon = self.kons[row["contract"]]
        return kon, kon.invoices.get(row["invoice"])

    def refuse(self, number: int, row: Row, reasons: set[str] | None) -> None:
        """Keep the first reason in the order of the list."""
        if reasons:
            first = min(reasons, key=ORDER.index)
            what = {"event": number, "date": self.today.isoformat(), "do": row["do"]}
            self.refused.append({**what, "reason": first})

    def of_debtor(self, debtor: str) -> list[Inv]:
        """Return all invoices of a debtor in the order of promotion."""
        every = (one for kon in self.kons.values() for one in kon.invoices.values())
        return sorted((one for one in every if one.debtor == debtor), key=lambda one: one.order)

    def approved(self, debtor: str, kon: Kon | None = None) -> int:
        """Return what is approved of a debtor, in one contract or in all."""
        listed = self.of_debtor(debtor)
        return sum(one.approved for one in listed if kon is None or one.contract == kon.name)

    def line(self, debtor: str, kon: Kon | None = None) -> int | None:
        """Return the effective line of today; none where there is no row."""
        row = self.limits.get(debtor) if kon is None else kon.lines.get(debtor)
        if row is None:
            return None
        is_over = row[1] is not None and row[1] < self.today
        return 0 if is_over or debtor in self.insolvent else row[0]

    def room(self, debtor: str, kon: Kon | None = None) -> int:
        """Return the room of one level."""
        line = self.line(debtor, kon)
        if line is None:
            return 0 if kon or debtor in self.insolvent else MUCH
        return max(0, line - self.approved(debtor, kon))

    def waiting(self, debtor: str, kon: Kon) -> int:
        """Return what waits in a relation (reading 4)."""
        mine = (one for one in kon.invoices.values() if one.debtor == debtor)
        return 0 if debtor in self.insolvent else sum(one.waits for one in mine)

    def new_room(self, debtor: str, kon: Kon) -> int:
        """Return the room of a newcomer: a row where someone waits counts nothing."""
        wide = sum(
            min(self.waiting(debtor, other), self.room(debtor, other))
            for other in self.kons.values()
        )
        if self.waiting(debtor, kon) or wide:
            return 0
        return min(self.room(debtor, kon), self.room(debtor))

    def promote(self) -> None:
        """Reading 5, for every debtor."""
        for debtor in self.public:
            for one in self.of_debtor(debtor):
                kon = self.kons[one.contract]
                more = min(one.waits, self.room(debtor, kon), self.room(debtor))
                if debtor not in self.insolvent and more > 0:
                    one.approve(more)
                    self.withhold(kon, one, more)

    def withhold(self, kon: Kon, one: Inv, more: int) -> None:
        """Reading 8."""
        terms = self.terms(kon) or {}
        if not one.pooled or terms.get("fund_method") != "ON_OUTSTANDING":
            return
        part = ceil(share(terms["fund_rate"]) * more)
        part = min(part, max(0, self.target(kon, terms) - kon.pool))
        kon.pool += part
        one.withheld += part

    def target(self, kon: Kon, terms: Row) -> int:
        """Return what the fund on outstanding should hold."""
        wanted = ceil(share(terms["fund_rate"]) * kon.receivables)
        wanted = max(wanted, cents(terms.get("fund_minimum", "0.00")))
        top = terms.get("fund_ceiling")
        return wanted if top is None else min(wanted, cents(top))
