"""Random terms and rates of a story, some of the rates missing."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

Row = dict[str, Any]

AMOUNTS = ("0.01", "0.80", "100.00", "617.69", "1000.00", "1234.56", "2500.00", "4999.99")
BIG = ("6000.00", "9000.01", "12345.67", "20000.00", "33333.33")
SHARES = ("0.00", "10.00", "33.33", "50.00", "80.00", "85.55", "90.00")
STARTS = (
    *("2026-01-02", "2026-02-26", "2026-05-20", "2027-12-03"),
    *("2026-06-28", "2026-12-29", "2028-02-27", "2024-12-30"),
)
"""Ends of months, half-years and years; a leap year's February."""
VAT_RATES = ("20.00", "20.00", "20.00", "5.50", "0.00", "8.5", "19.99")
INDEXES = ("E3M", "E3M", "ESTR")
CODES = (
    *("factoring_fee", "financing_fee", "annual_minimum"),
    *("direct_payment", "unassigned_receipt", "ancillary"),
)


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
        """Return rates, some of them missing, some of them changed within the story."""
        years = range(self.start.year - 1, self.start.year + 4)
        months = [f"{year}-{month:02d}" for year in years for month in range(1, 13)]
        halves = [f"{year}-H{half}" for year in years for half in (1, 2)]
        index = [
            {"name": name, "month": month, "rate": self.chance.choice(("2.013", "-0.3", "3.1415"))}
            for month in months
            for name in sorted({*INDEXES})
            if self.chance.random() < 0.92
        ]
        return {
            "vat": [row for code in CODES for row in self.vat(code)],
            "index": index,
            "ecb": self.by_half(halves, ("2.15", "2.15", "4.5", "0.0000", "-0.5", "3.6525")),
            "legal": self.by_half(halves, ("2.62", "6.65", "0.01")),
        }

    def vat(self, code: str) -> list[Row]:
        """Return the dated rates of one code: none, one that may come late, or a change."""
        pick = self.chance.choice
        if self.chance.random() < 0.15:
            return []
        late = str(self.start + dt.timedelta(self.chance.choice((3, 20, 75, 200))))
        row = {
            "code": code,
            "from": pick(("2020-01-01", "2020-01-01", "2020-01-01", late)),
            "rate": pick(VAT_RATES),
        }
        change = str(self.start + dt.timedelta(self.chance.choice((21, 30, 45, 90))))
        rows = [row, {"code": code, "from": change, "rate": pick(VAT_RATES)}]
        return rows[:: pick((1, -1))] if self.chance.random() < 0.3 else [row]

    def by_half(self, halves: list[str], rates: tuple[str, ...]) -> list[Row]:
        """Return a rate for most half-years."""
        return [
            {"semester": half, "rate": self.chance.choice(rates)}
            for half in halves
            if self.chance.random() < 0.92
        ]

    def all_terms(self, name: str, begun: dt.date) -> list[Row]:
        """Return the dated terms of a contract, in any order; the first may be from before."""
        first = begun - dt.timedelta(self.chance.choice((0, 0, 0, 1, 400)))
        days = {first}
        for _ in range(self.chance.choice((0, 0, 0, 0, 1, 1, 2, 3))):
            later = self.start + dt.timedelta(self.chance.choice((1, 5, 12, 33, 61, 200)))
            days |= {later} - {begun}
        rows = [self.terms(name, day) for day in sorted(days)]
        return rows[:: self.chance.choice((1, 1, -1))]

    def terms(self, name: str, day: dt.date) -> Row:
        """Return one set of terms."""
        pick = self.chance.choice
        row = {"contract": name, "from": str(day), "advance_rate": pick(SHARES[1:])}
        row |= self.maybe(
            0.3,
            fund_method="ON_OUTSTANDING",
            fund_rate=pick(SHARES[:4]),
            fund_minimum=pick(("0.00", "0.01", "500.00", "2000.00")),
        )
        if "fund_method" in row:
            row |= self.maybe(0.3, fund_ceiling=pick(("0.01", "800.00", "3000.00")))
        row |= self.maybe(0.6, factoring_rate=pick(("0.33", "0.33", "1.20", "1.20", "2.05", "25")))
        row |= self.maybe(0.3, factoring_minimum=pick(("8.00", "0.01")))
        row |= self.maybe(0.3, fee_on_credit_notes=True)
        row |= self.maybe(
            0.3, annual_minimum=pick(("0.00", "100.00", "100.00", "333.33", "6000.00"))
        )
        row |= self.maybe(
            0.6,
            margin=pick(("0.00", "0.2", "2.50")),
            index=pick(INDEXES),
            index_floor=pick((True, False)),
        )
        row |= self.maybe(0.4, payout_value_days=pick((1, 2, 5, 31)))
        row |= self.maybe(0.4, receipt_value_days=pick((1, 3, 10, 40)))
        row |= self.maybe(0.35, recourse_days=pick((0, 1, 15, 60)))
        row |= self.maybe(0.4, tolerance=pick(("0.01", "1.00", "5.00", "150.00")))
        row |= self.maybe(0.3, dispute_scope="WHOLE")
        row |= self.maybe(
            0.3, concentration_limit=pick(("25.00", "40.00", "66.67", "0.00", "100.00"))
        )
        row |= self.maybe(0.3, facility_ceiling=pick(("0.01", "5000.00", "15000.00")))
        row |= self.maybe(0.2, minimum_payout=pick(("150.00", "0.02", "5000.00")))
        row |= self.maybe(0.25, payout="automatic")
        row |= pick(
            (
                {},
                {},
                {"late_interest": "LEGAL"},
                {"late_interest": "CLAUSE", "late_interest_rate": pick(("7.86", "0.00"))},
            )
        )
        return {**row, **self.maybe(0.3, late_interest_for="SELLER")}
