"""The referee's days: assignments, corrections, ageing, charges, pay-outs, and the output."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import Any

from tests.simulations.referee import Referee
from tests.simulations.referee_state import Inv, Kon, Row, cents, day, half_up, share

ONE = dt.timedelta(1)
STEPS = {
    **dict.fromkeys(
        "receipt apply refund direct_payment pay_in accept_short confirm return indemnity dividend"
        " formal_notice interest_received".split(),
        1,
    ),
    **{"credit_note": 2, "dispute": 3, "dispute_end": 3, "line": 4, "insolvency": 5},
    **{"guarantee_effective": 5, "chargeback": 5, "assign": 7, "correct": 7, "fund_use": 8},
    **{"reserve": 8, "reserve_release": 8, "charge": 9, "close_contract": 9, "payout": 10},
}


def issued(row: Row) -> dt.date:
    """Return the issue date of an assignment."""
    return day(row.get("issued", row["date"]))


def due(row: Row) -> dt.date:
    """Return the due date of an assignment."""
    return day(row["due"]) if "due" in row else issued(row) + dt.timedelta(30)


def money(amount: int) -> str:
    """Write cents as the output does."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


class Days(Referee):
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
        tried = [(n, row) for n, row in self.held if row["debtor"] in self.kons[row["contract"]].lines]
        self.held = [pair for pair in self.held if pair not in tried]
        self.batches([(n, {**row, "batch": "#held"}) for n, row in tried])

    def batches(self, events: list[tuple[int, Row]]) -> None:
        """Assign by batch in order of appearance, inside by issue date and number."""
        keys = dict.fromkeys((row["contract"], row.get("batch")) for _, row in events)
        for key in keys:
            mine = [(n, row) for n, row in events if (row["contract"], row.get("batch")) == key]
            for number, row in sorted(mine, key=lambda pair: (issued(pair[1]), pair[1]["number"])):
                self.do(number, row)

    def do_assign(self, row: Row) -> set[str] | None:
        """E1, or held."""
        kon = self.kons[row["contract"]]
        known = kon.invoices.get(row["number"])
        if known:
            facts = (known.debtor, known.issued, known.due, known.amount)
            same = facts == (row["debtor"], issued(row), due(row), cents(row["amount"]))
            return {"duplicate" if same else "number_conflict"}
        terms = self.terms(kon)
        if not terms or kon.closed:
            return {"contract_not_in_force"}
        if row["debtor"] in self.insolvent:
            return {"debtor_insolvent"}
        if row["debtor"] not in kon.lines:
            number = next(n for n, one in enumerate(self.story["events"], 1) if one is row)
            self.held.append((number, row))
            return {"not_notified"}
        places = kon.places.setdefault(self.today, {})
        place = places.setdefault(row.get("batch", ""), len(places) + 1)
        facts = (kon.name, row["number"], row["debtor"], issued(row), due(row))
        one = Inv(*facts, cents(row["amount"]), self.today, place)
        self.open_invoice(kon, one, terms, min(one.amount, self.new_room(one.debtor, kon)))
        return None

    def open_invoice(self, kon: Kon, one: Inv, terms: Row, approved: int) -> None:
        """Book E1 of an invoice with its approval and fee."""
        one.open = one.amount
        one.rate = share(terms.get("advance_rate", "90.00"))
        one.pooled = terms.get("fund_method") == "ON_OUTSTANDING"
        one.recourse = terms.get("recourse_days")
        one.late = terms.get("late_interest", "DEFAULT")
        one.late_rate = share(terms.get("late_interest_rate", "0.00"))
        kon.invoices[one.number] = one
        kon.owed += one.amount
        one.approve(approved)
        self.withhold(kon, one, approved)
        self.fee(kon, terms, one.amount, one)

    def do_correct(self, row: Row) -> set[str] | None:
        """E28: all of the old one back, the new one in its place."""
        kon, old = self.find(row)
        if old is None:
            return {"no_such_invoice"}
        terms = self.terms(kon)
        if not terms:
            return {"contract_not_in_force"}
        if old.moved or old.open == 0 or kon.pool < old.withheld:
            return {"moved_on"}
        kon.owed -= old.amount
        kon.pool -= old.withheld
        del kon.invoices[old.number]
        self.fee_back(kon, old)
        due_on = day(row["due"]) if "due" in row else old.due
        facts = (kon.name, old.number, old.debtor, old.issued, due_on, cents(row["amount"]))
        one = Inv(*facts, old.assigned_on, old.place)
        kept = min(old.approved, one.amount)
        more = max(0, min(one.amount, self.new_room(one.debtor, kon)) - kept)
        self.open_invoice(kon, one, terms, kept + more)
        return None

    def fee_back(self, kon: Kon, old: Inv) -> None:
        """Reading 7: the VAT reversed is a difference of totals; what waits is dropped."""
        kon.waiting_charges = [one for one in kon.waiting_charges if one[2] is not old]
        for statement in kon.statements:
            for fee, of in statement["fees"]:
                if of is old:
                    rate, net = statement["rate"], statement["net"]
                    vat = half_up(net * rate) - half_up((net - fee) * rate)
                    statement["net"] = net - fee
                    kon.fees -= fee
                    kon.vat -= vat
                    kon.owed += fee + vat
                    kon.moves.append((self.today, -fee - vat))
                    kon.billed.append((self.today, -fee))

    def age(self) -> None:
        """De-fund, and at a month's end give back the surplus of the pool."""
        with_cash = {one["debtor"] for one in self.receipts.values() if one["left"]}
        for kon in self.kons.values():
            for one in kon.invoices.values():
                if one.open and one.recourse is not None and one.debtor not in with_cash:
                    if (self.today - one.due).days >= one.recourse and not one.defunded:
                        one.defunded = one.moved = True
            if (self.today + ONE).day == 1:
                terms = self.terms(kon) or {}
                is_pooled = terms.get("fund_method") == "ON_OUTSTANDING"
                is_over = kon.closed and kon.receivables == 0
                target = self.target(kon, terms) if is_pooled and not is_over else 0
                kon.pool = min(kon.pool, target)

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
        missing = set()
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
        first = kon.start.replace(year=kon.start.year + max(0, years - 1))
        if years and kon.start.replace(year=self.today.year) == self.today and not self.is_over(kon):
            self.top_up(kon, first, self.today - ONE)
        if kon.closed == self.today:
            this_year = kon.start.replace(year=self.today.year)
            begun = this_year if this_year <= self.today else first
            self.top_up(kon, begun, self.today)

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
        if owed > billed:
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

    def concentration(self, kon: Kon) -> int:
        """Reading 13."""
        terms = self.terms(kon) or {}
        if "concentration_limit" not in terms:
            return 0
        eligible, financed = 0, {}
        for one in kon.invoices.values():
            disputed = max(0, one.disputed - one.unapproved)
            eligible += 0 if one.defunded else one.approved - disputed
            held = one.hold_dispute + one.hold_defunded
            part = one.approved - one.retained - held
            financed[one.debtor] = financed.get(one.debtor, 0) + part
        cap = floor(eligible * share(terms["concentration_limit"]))
        is_pooled = terms.get("fund_method") == "ON_OUTSTANDING"
        quota = cap if is_pooled else floor(cap * share(terms.get("advance_rate", "90.00")))
        return sum(max(0, part - quota) for part in financed.values())

    def available(self, kon: Kon) -> int:
        """Reading 11."""
        ceiling = (self.terms(kon) or {}).get("facility_ceiling")
        most = kon.current - self.concentration(kon)
        return most if ceiling is None else min(most, cents(ceiling) - kon.in_use)

    def do_payout(self, row: Row) -> set[str] | None:
        """E3a."""
        kon = self.kons[row["contract"]]
        if not self.terms(kon):
            return {"contract_not_in_force"}
        return self.pay_out(kon, row["id"], cents(row["amount"]) if "amount" in row else None)

    def pay_out(self, kon: Kon, name: str, amount: int | None) -> set[str] | None:
        """Order a pay-out of an amount or of all."""
        terms = self.terms(kon) or {}
        amount = self.available(kon) if amount is None else amount
        reasons = {"over_available"} if amount <= 0 or amount > self.available(kon) else set()
        if amount < cents(terms.get("minimum_payout", "0.01")):
            reasons.add("below_minimum")
        if reasons:
            return reasons
        kon.ordered[name] = [amount, "ordered"]
        kon.owed -= amount
        kon.payouts += amount
        kon.transit += amount
        kon.moves.append((self.today - dt.timedelta(terms.get("payout_value_days", 0)), amount))
        return None

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
        total, missing = Fraction(0), set()
        for on, amount in late:
            for step in range((on - start).days + 1):
                rate = self.late_rate(one, start + ONE * step, first, missing)
                total += amount * (rate or 0)
        fixed = 0 if one.late == "LEGAL" else 4000 - one.indemnity_in
        return None if missing else half_up(total / 365) - one.interest_in, fixed, missing

    def late_rate(self, one: Inv, on: dt.date, first: dt.date, missing: set[str]) -> Fraction | None:
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

    def output(self, number: int, row: Row) -> Row:
        """Return the whole answer to an ask."""
        alerts = {
            (kon.name, rate) for kon in self.kons.values() for rate in kon.alerts | kon.index_alerts
        }
        for kon in self.kons.values():
            for one in kon.invoices.values():
                alerts |= {(kon.name, rate) for rate in self.memo(one)[2]}
        return {
            "ask": number,
            "name": row.get("name"),
            "date": row["date"],
            "contracts": {name: self.contract_figures(kon) for name, kon in self.kons.items()},
            "debtors": {name: self.debtor_figures(name) for name in self.public},
            "firm": self.firm_figures(),
            "refused": list(self.refused),
            "alerts": [{"contract": name, "rate_missing": rate} for name, rate in sorted(alerts)],
        }

    def contract_figures(self, kon: Kon) -> Row:
        """Return the figures of a contract."""
        available = self.available(kon)
        figures = {
            "available": available,
            "over_advance": max(0, -available),
            "seller_current": kon.current,
            "guarantee_fund": kon.fund,
            "hold_unapproved": kon.total("unapproved"),
            "hold_dispute": kon.total("hold_dispute"),
            "hold_defunded": kon.total("hold_defunded"),
            "hold_specific": kon.specific,
            "hold_concentration": self.concentration(kon),
            "receivables": kon.receivables,
            "funds_in_use": kon.in_use,
            "factoring_fees": kon.fees,
            "financing_fees": kon.financing,
            "ancillary_charges": kon.ancillary,
            "vat": kon.vat,
            "payouts": kon.payouts,
            "payouts_in_transit": kon.transit,
        }
        written: Row = {name: money(amount) for name, amount in figures.items()}
        written["invoices"] = {n: self.invoice_figures(one) for n, one in kon.invoices.items()}
        return written

    def invoice_figures(self, one: Inv) -> Row:
        """Return the figures of an invoice."""
        interest, fixed, _ = self.memo(one)
        figures = {
            "open": one.open,
            "approved": one.approved,
            "unapproved": one.unapproved,
            "financed_basis": one.basis,
            "advance": one.approved - one.retained,
            "retained": one.retained,
            "disputed": one.disputed,
            "hold_dispute": one.hold_dispute,
            "hold_defunded": one.hold_defunded,
        }
        return {
            **{name: money(amount) for name, amount in figures.items()},
            "state": one.state,
            "late_interest": None if interest is None else money(interest),
            "recovery_indemnity": money(fixed),
        }

    def debtor_figures(self, debtor: str) -> Row:
        """Return the figures of a debtor."""
        relations = {}
        for kon in self.kons.values():
            if debtor in kon.lines:
                approved, line = self.approved(debtor, kon), self.line(debtor, kon) or 0
                relations[kon.name] = {
                    "line": money(line),
                    "approved": money(approved),
                    "room": money(max(0, line - approved)),
                    "waiting": money(self.waiting(debtor, kon)),
                }
        wide, approved = self.line(debtor), self.approved(debtor)
        judged, published = self.insolvent.get(debtor, (None, None))
        return {
            "debtor_credits": money(self.credits[debtor]),
            "relations": relations,
            "factor_wide": {
                "line": None if wide is None else money(wide),
                "approved": money(approved),
                "room": None if wide is None else money(max(0, wide - approved)),
            },
            "insolvent_on": judged.isoformat() if judged else None,
            "claim_due_on": two_months_after(published).isoformat() if published else None,
        }

    def firm_figures(self) -> Row:
        """Return the figures of the firm; the trial balance adds assets, losses and the rest."""
        kons = list(self.kons.values())

        def over(name: str) -> int:
            return sum(getattr(kon, name) for kon in kons)

        memos = [self.memo(one) for kon in kons for one in kon.invoices.values()]
        left = sum(one["left"] for one in self.receipts.values())
        credits = sum(self.credits.values())
        income = sum(map(over, ("fees", "financing", "ancillary", "vat", "insurer", "recoveries")))
        owed = over("owed") + left + credits + over("transit")
        own = sum(map(over, ("receivables", "small", "losses", "claims"))) + self.bank
        figures: dict[str, Any] = {
            "bank": self.bank,
            "receivables": over("receivables"),
            "unallocated_receipts": left,
            "debtor_credits": credits,
            "bank_clearing": 0,
            "payouts_in_transit": over("transit"),
            "fee_income_factoring": over("fees"),
            "fee_income_financing": over("financing"),
            "ancillary_income": over("ancillary"),
            "vat_output": over("vat"),
            "small_differences": over("small"),
            "credit_losses": over("losses"),
            "insurer_claims": over("claims"),
            "insurer_share_payable": over("insurer"),
            "recoveries": over("recoveries"),
            "late_interest_income": over("interest"),
            "recovery_indemnity": over("indemnity"),
            "late_interest_claims": sum(memo or 0 for memo, _, _ in memos),
            "recovery_indemnity_claims": sum(fixed for _, fixed, _ in memos),
            "trial_balance": own - owed - income - over("interest") - over("indemnity"),
        }
        return {name: money(amount) for name, amount in figures.items()}


def two_months_after(on: dt.date) -> dt.date:
    """Return the same day two months later, or the last of that month."""
    year, month = on.year + (on.month + 1) // 12, (on.month + 1) % 12 + 1
    return dt.date(year, month, min(on.day, calendar.monthrange(year, month)[1]))
