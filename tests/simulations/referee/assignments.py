"""The referee: assignments, corrections, ageing, what is available, pay-outs."""

from __future__ import annotations

import datetime as dt
from math import floor

from tests.simulations.referee.charges import ONE, Charges
from tests.simulations.referee.state import Inv, Kon, Row, cents, day, half_up, share


def issued(row: Row) -> dt.date:
    """Return the issue date of an assignment."""
    return day(str(row.get("issued", row["date"])))


def due(row: Row) -> dt.date:
    """Return the due date of an assignment."""
    return day(row["due"]) if "due" in row else issued(row) + dt.timedelta(30)


class Assignments(Charges):
    """What becomes of invoices, and what their seller may draw."""

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
        amount = cents(row["amount"])
        whose = (kon.name, row["number"], row["debtor"])
        one = Inv(*whose, issued(row), due(row), amount, self.today, place)
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
        whose = (kon.name, old.number, old.debtor)
        amount = cents(row["amount"])
        one = Inv(*whose, old.issued, due_on, amount, old.assigned_on, old.place)
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
                is_running = one.open and not one.defunded and one.debtor not in with_cash
                recourse = 10**6 if one.recourse is None else one.recourse
                if is_running and (self.today - one.due).days >= recourse:
                    one.defunded = one.moved = True
            if (self.today + ONE).day == 1:
                terms = self.terms(kon) or {}
                is_pooled = terms.get("fund_method") == "ON_OUTSTANDING"
                is_over = kon.closed and kon.receivables == 0
                target = self.target(kon, terms) if is_pooled and not is_over else 0
                kon.pool = min(kon.pool, target)

    def concentration(self, kon: Kon) -> int:
        """Reading 13."""
        terms = self.terms(kon) or {}
        if "concentration_limit" not in terms:
            return 0
        eligible = 0
        financed: dict[str, int] = {}
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
