"""The referee plays a story, day by day, and answers its asks."""

from __future__ import annotations

from collections.abc import Iterator

from tests.simulations.referee.assignments import issued
from tests.simulations.referee.charges import ONE
from tests.simulations.referee.output import Output
from tests.simulations.referee.state import Row, day

STEPS = {
    **dict.fromkeys(("receipt", "apply", "refund", "direct_payment", "pay_in", "accept_short"), 1),
    **dict.fromkeys(("confirm", "return", "indemnity", "dividend", "formal_notice"), 1),
    **dict.fromkeys(("interest_received",), 1),
    **dict.fromkeys(("credit_note",), 2),
    **dict.fromkeys(("dispute", "dispute_end"), 3),
    **dict.fromkeys(("line",), 4),
    **dict.fromkeys(("insolvency", "guarantee_effective", "chargeback"), 5),
    **dict.fromkeys(("assign", "correct"), 7),
    **dict.fromkeys(("fund_use", "reserve", "reserve_release"), 8),
    **dict.fromkeys(("charge", "close_contract"), 9),
    **dict.fromkeys(("payout",), 10),
}


class Days(Output):
    """A referee that plays whole days."""

    def play(self) -> Iterator[Row]:
        """Yield the output of each ask."""
        events = [(number, row) for number, row in enumerate(self.story["events"], 1)]
        asks = [(number, row) for number, row in enumerate(self.story["asks"], 1)]
        last = max(day(row["date"]) for _, row in events + asks)
        while self.today <= last:
            self.one_day([(n, row) for n, row in events if day(row["date"]) == self.today])
            for number, row in asks:
                if day(row["date"]) == self.today:
                    yield self.output(number, row)
            self.today += ONE

    def one_day(self, events: list[tuple[int, Row]]) -> None:
        """Run the steps of a day in their order."""
        given = self.story.get("settings", {}).get("given_order", [])
        if self.today.isoformat() in given:
            self.as_given([(n, row) for n, row in events if STEPS[row["do"]] <= 8])
        else:
            for step in range(1, 6):
                self.step(events, step)
            self.promote()
            self.try_held()
            self.batches([(n, row) for n, row in events if row["do"] == "assign"])
            self.step([(n, row) for n, row in events if row["do"] == "correct"], 7)
            self.step(events, 8)
        self.age()
        self.step(events, 9)
        for kon in self.kons.values():
            self.finance(kon)
            self.annual_minimum(kon)
            self.bill(kon)
        self.step(events, 10)
        for kon in self.kons.values():
            if (self.terms(kon) or {}).get("payout") == "automatic":
                self.pay_out(kon, f"{kon.name}:{self.today}", None)

    def step(self, events: list[tuple[int, Row]], step: int) -> None:
        """Do the events of one step as written."""
        for number, row in events:
            if STEPS[row["do"]] == step:
                self.do(number, row)

    def do(self, number: int, row: Row) -> None:
        """Do an event, or keep the first reason why not."""
        method = getattr(self, f"do_{row['do'].replace('return', 'returned')}")
        self.refuse(number, row, method(row))

    def as_given(self, events: list[tuple[int, Row]]) -> None:
        """Do the events of the steps 1 to 8 as written."""
        for number, row in events:
            if row["do"] in ("assign", "correct"):
                self.promote()
            self.do(number, row)
        self.promote()
        self.try_held()
        self.promote()

    def try_held(self) -> None:
        """Held invoices whose debtor has a line now are the first batch of their contract."""
        lines = {name: kon.lines for name, kon in self.kons.items()}
        tried = [(n, row) for n, row in self.held if row["debtor"] in lines[row["contract"]]]
        self.held = [pair for pair in self.held if pair not in tried]
        self.batches([(n, {**row, "batch": "#held"}) for n, row in tried])

    def batches(self, events: list[tuple[int, Row]]) -> None:
        """Assign by batch in order of appearance, inside by issue date and number."""
        keys = dict.fromkeys((row["contract"], row.get("batch")) for _, row in events)
        for key in keys:
            mine = [(n, row) for n, row in events if (row["contract"], row.get("batch")) == key]
            for number, row in sorted(mine, key=lambda pair: (issued(pair[1]), pair[1]["number"])):
                self.do(number, row)
