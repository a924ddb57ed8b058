"""Random terms and rates of a story, some of the rates missing."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

Row = dict[str, Any]

AMOUNTS = ("0.01", "0.80", "100.00", "617.69", "1000.00", "1234.56", "2500.00", "4999.99")
BIG = ("6000.00", "9000.01", "12345.67", "20000.00", "33333.33")
SHARES = ("0.00", "10.00", "33.33", "50.00", "80.00", "85.55", "90.00")
STARTS = ("2026-01-02", "2026-02-26", "2026-05-20", "2027-12-03")


class TermsMaker:
    """Makes rates and dated terms from a source of chance."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.start = dt.date.fromisoformat(chance.choice(STARTS))

    def maybe(self, part: float, **facts: Any) -> Row:
        """Return facts, or nothing."""
        return facts if self.chance.random() < part else {}

    def amount(self) -> str:
        """Return an amount, small or large."""
        if self.chance.random() < 0.5:
            return self.chance.choice(AMOUNTS + BIG)
        whole = self.chance.randint(1, 1_500_000)
        return f"{whole // 100}.{whole % 100:02d}"

    def rates(self) -> Row:
        """Return rates, some of them missing."""
        codes = "factoring_fee financing_fee annual_minimum direct_payment unassigned_receipt"
        late = str(self.start + dt.timedelta(20))
        vat = [
            {
                "code": code,
                "from": self.chance.choice(("2020-01-01", "2020-01-01", late)),
                "rate": rate,
            }
            for code in (*codes.split(), "ancillary")
            for rate in ("20.00", self.chance.choice(("20.00", "5.50", "0.00")))[-1:]
            if self.chance.random() < 0.85
        ]
        months = [
            f"{year}-{month:02d}" for year in (2025, 2026, 2027, 2028) for month in range(1, 13)
        ]
        index = [
            {"name": name, "month": month, "rate": self.chance.choice(("2.013", "-0.3", "3.1415"))}
            for month in months
            for name in ("E3M",)
            if self.chance.random() < 0.9
        ]
        halves = [f"{year}-H{half}" for year in (2025, 2026, 2027, 2028) for half in (1, 2)]
        return {
            "vat": vat,
            "index": index,
            "ecb": [{"semester": h, "rate": "2.15"} for h in halves if self.chance.random() < 0.9],
            "legal": [
                {"semester": h, "rate": "2.62"} for h in halves if self.chance.random() < 0.9
            ],
        }

    def all_terms(self, name: str, begun: dt.date) -> list[Row]:
        """Return the dated terms of a contract."""
        later = self.start + dt.timedelta(self.chance.choice((5, 12, 33)))
        rows = [self.terms(name, begun)]
        return [*rows, self.terms(name, later)] if self.chance.random() < 0.35 else rows

    def terms(self, name: str, day: dt.date) -> Row:
        """Return one set of terms."""
        pick = self.chance.choice
        row = {"contract": name, "from": str(day), "advance_rate": pick(SHARES[1:])}
        row |= self.maybe(
            0.3,
            fund_method="ON_OUTSTANDING",
            fund_rate=pick(SHARES[:4]),
            fund_minimum=pick(("0.01", "500.00", "2000.00")),
        )
        if "fund_method" in row:
            row |= self.maybe(0.3, fund_ceiling=pick(("800.00", "3000.00")))
        row |= self.maybe(0.6, factoring_rate=pick(("0.33", "1.20", "2.05")))
        row |= self.maybe(0.3, factoring_minimum="8.00")
        row |= self.maybe(0.3, fee_on_credit_notes=True)
        row |= self.maybe(0.3, annual_minimum=pick(("100.00", "6000.00")))
        row |= self.maybe(
            0.6, margin=pick(("0.00", "2.50")), index="E3M", index_floor=pick((True, False))
        )
        row |= self.maybe(0.4, payout_value_days=pick((1, 2)))
        row |= self.maybe(0.4, receipt_value_days=pick((1, 3)))
        row |= self.maybe(0.35, recourse_days=pick((0, 15, 60)))
        row |= self.maybe(0.4, tolerance=pick(("1.00", "5.00")))
        row |= self.maybe(0.3, dispute_scope="WHOLE")
        row |= self.maybe(0.3, concentration_limit=pick(("25.00", "40.00", "66.67")))
        row |= self.maybe(0.3, facility_ceiling=pick(("5000.00", "15000.00")))
        row |= self.maybe(0.2, minimum_payout="150.00")
        row |= self.maybe(0.25, payout="automatic")
        row |= pick(
            (
                {},
                {},
                {"late_interest": "LEGAL"},
                {"late_interest": "CLAUSE", "late_interest_rate": "7.86"},
            )
        )
        return {**row, **self.maybe(0.3, late_interest_for="SELLER")}
