"""The referee: charges with VAT, financing fee, annual minimum, late interest."""

from __future__ import annotations

import calendar
import datetime as dt
from fractions import Fraction

from tests.simulations.referee.events import Events
from tests.simulations.referee.state import Inv, Kon, Row, cents, day, half_up, share

ONE = dt.timedelta(1)


def anniversary(start: dt.date, years: int) -> dt.date:
    """Return the anniversary: for 29 February the first day that is not before it (R5)."""
    if (start.month, start.day) == (2, 29) and not calendar.isleap(start.year + years):
        return dt.date(start.year + years, 3, 1)
    return start.replace(year=start.year + years)


class Charges(Events):
    """What is charged and claimed, and when."""

    def vat(self, code: str) -> Fraction | None:
        """Return the VAT rate of a code today."""
        rows = [row for row in self.story.get("rates", {}).get("vat", []) if row["code"] == code]
        rows = [row for row in rows if day(row["from"]) <= self.today]
        last = max(rows, key=lambda row: day(row["from"]), default=None)
        return share(last["rate"]) if last else None

    def rate(self, kind: str, **key: str) -> Fraction | None:
        """Return an index, ECB or legal rate as a part of one."""
        for row in self.story.get("rates", {}).get(kind, []):
            if all(row[name] == value for name, value in key.items()):
                return share(row["rate"])
        return None

    def do_charge(self, row: Row) -> set[str] | None:
        """A charge of the price list."""
        kon = self.kons[row["contract"]]
        if not self.terms(kon):
            return {"contract_not_in_force"}
        kon.waiting_charges.append([row["code"], cents(row["amount"]), None])
        return None

    def do_close_contract(self, row: Row) -> set[str] | None:
        """A contract's last day."""
        kon = self.kons[row["contract"]]
        if not self.terms(kon) or kon.closed:
            return {"contract_not_in_force"}
        kon.closed = self.today
        return None

    def finance(self, kon: Kon) -> None:
        """Reading 12, on the 1st."""
        if self.today.day == 1:
            self.month_fee(kon, self.today - ONE)
        vat = self.vat("financing_fee")
        for charge in [one for one in kon.waiting_charges if one[0] == "financing_fee"]:
            if vat is not None:
                kon.waiting_charges.remove(charge)
                kon.financing += charge[1]
                kon.vat += half_up(charge[1] * vat)
                kon.owed -= charge[1] + half_up(charge[1] * vat)

    def month_fee(self, kon: Kon, last: dt.date) -> None:
        """Sum base by rate of each day of a month."""
        total = Fraction(0)
        missing: set[str] = set()
        for number in range(1, calendar.monthrange(last.year, last.month)[1] + 1):
            on = last.replace(day=number)
            base = sum(amount for when, amount in kon.moves if when <= on)
            terms = self.terms(kon, on) or {}
            if base <= 0 or "index" not in terms:
                continue
            index = self.rate("index", name=terms["index"], month=f"{last:%Y-%m}")
            if index is None:
                missing.add(f"index/{terms['index']}/{last:%Y-%m}")
                continue
            index = max(Fraction(0), index) if terms.get("index_floor", True) else index
            total += base * max(Fraction(0), index + share(terms["margin"]))
        kon.index_alerts |= missing
        fee = half_up(total / 360)
        if fee and not missing:
            kon.waiting_charges.append(["financing_fee", fee, None])

    def annual_minimum(self, kon: Kon) -> None:
        """Reading 10."""
        years = self.today.year - kon.start.year
        first, this_year = anniversary(kon.start, max(0, years - 1)), anniversary(kon.start, years)
        if years and this_year == self.today and not self.is_over(kon):
            self.top_up(kon, first, self.today - ONE)
        if kon.closed == self.today:
            self.top_up(kon, this_year if this_year <= self.today else first, self.today)

    def is_over(self, kon: Kon) -> bool:
        """Return whether the contract was closed before today."""
        return kon.closed is not None and kon.closed < self.today

    def top_up(self, kon: Kon, first: dt.date, last: dt.date) -> None:
        """Charge what lacks to the minimum of a period."""
        minimum = cents((self.terms(kon, last) or {}).get("annual_minimum", "0.00"))
        owed = min(minimum, half_up(Fraction(minimum * ((last - first).days + 1), 365)))
        billed = sum(fee for on, fee in kon.billed if first <= on <= last)
        if last == self.today and self.vat("factoring_fee") is not None:
            billed += sum(one[1] for one in kon.waiting_charges if one[0] == "factoring_fee")
        if minimum and owed > billed:
            kon.waiting_charges.append(["annual_minimum", owed - billed, None])

    def bill(self, kon: Kon) -> None:
        """Reading 9: E2, VAT once per rate on the total."""
        totals: dict[Fraction, int] = {}
        statement: Row = {"fees": [], "rate": self.vat("factoring_fee"), "net": 0}
        kon.alerts = set()
        waiting, kon.waiting_charges = kon.waiting_charges, []
        for code, net, one in waiting:
            rate = self.vat(code)
            if rate is None or code == "financing_fee":
                kon.waiting_charges.append([code, net, one])
                kon.alerts |= {f"vat/{code}"}
                continue
            totals[rate] = totals.get(rate, 0) + net
            kon.ancillary += 0 if code in ("factoring_fee", "annual_minimum") else net
            kon.fees += net if code in ("factoring_fee", "annual_minimum") else 0
            if code == "factoring_fee":
                statement["fees"].append((net, one))
                kon.billed.append((self.today, net))
        if totals:
            vat = sum(half_up(net * rate) for rate, net in totals.items())
            kon.vat += vat
            kon.owed -= sum(totals.values()) + vat
            kon.moves.append((self.today, sum(totals.values()) + vat))
            statement["net"] = totals.get(statement["rate"], 0)
            kon.statements.append(statement)

    def do_interest_received(self, row: Row) -> set[str] | None:
        """E25."""
        kon, one = self.find(row)
        if one is None:
            return {"no_such_invoice"}
        interest, indemnity = cents(row["interest"]), cents(row.get("indemnity", "0.00"))
        memo, fixed, _ = self.memo(one)
        if interest > (memo or 0) or indemnity > fixed:
            return {"over_claim"}
        one.interest_in += interest
        one.indemnity_in += indemnity
        one.moved = True
        self.bank += interest + indemnity
        if (self.terms(kon) or {}).get("late_interest_for") == "SELLER":
            self.cash_for_seller(kon, interest + indemnity)
        else:
            kon.interest += interest
            kon.indemnity += indemnity
        return None

    def memo(self, one: Inv) -> tuple[int | None, int, set[str]]:
        """Reading 16."""
        late = [(on, amount) for on, amount in one.payments if on > one.due and amount]
        if one.open or one.closed_by not in ("paid", "credited") or not late:
            return 0, 0, set()
        if one.late == "LEGAL" and one.notice is None:
            return 0, 0, set()
        first = one.due + ONE
        start = max(first, one.notice + ONE) if one.late == "LEGAL" and one.notice else first
        total = Fraction(0)
        missing: set[str] = set()
        for on, amount in late:
            for step in range((on - start).days + 1):
                rate = self.late_rate(one, start + ONE * step, first, missing)
                total += amount * (rate or 0)
        fixed = 0 if one.late == "LEGAL" else 4000 - one.indemnity_in
        return None if missing else half_up(total / 365) - one.interest_in, fixed, missing

    def late_rate(
        self, one: Inv, on: dt.date, first: dt.date, missing: set[str]
    ) -> Fraction | None:
        """Return the rate of late interest of one day."""
        is_public = self.public[one.debtor] and one.late != "LEGAL"
        if one.late == "CLAUSE" and not is_public:
            return one.late_rate
        kind = "legal" if one.late == "LEGAL" else "ecb"
        of = first if is_public else on
        semester = f"{of.year}-H{1 if of.month < 7 else 2}"
        rate = self.rate(kind, semester=semester)
        if rate is None:
            missing.add(f"{kind}/{semester}")
            return None
        points = 0 if kind == "legal" else 8 if is_public else 10
        return rate + Fraction(points, 100)
