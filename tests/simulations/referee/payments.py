"""The referee: receipts and their application, credits, and what sellers pay and are paid."""

from __future__ import annotations

from tests.simulations.referee.lines import Lines
from tests.simulations.referee.state import Inv, Kon, Row, cents

_AMOUNTS = ("amount", "not_assigned", "over_payment")


class Payments(Lines):
    """Events of money; each returns the reasons why it is refused."""

    def do_receipt(self, row: Row) -> set[str] | None:
        """E4, then the application."""
        facts = (self.today, row.get("debtor"), row["amount"])
        known = self.receipts.get(row["id"])
        if known:
            return {"duplicate" if known["facts"] == facts else "number_conflict"}
        amount = cents(row["amount"])
        self.bank += amount
        self.receipts[row["id"]] = {
            "facts": facts,
            "on": self.today,
            "debtor": row.get("debtor"),
            "left": amount,
        }
        return self.apply(self.receipts[row["id"]], row.get("apply", []))

    def do_apply(self, row: Row) -> set[str] | None:
        """Apply what an earlier receipt left, or credits alone."""
        if "debtor" not in row:
            receipt = self.receipts.get(row["receipt"])
            return self.apply(receipt, row["lines"]) if receipt else {"no_such_receipt"}
        whole = [{**line, "credit": line["amount"]} for line in row["lines"]]
        stand_in = {"debtor": row["debtor"], "left": 0, "on": self.today}
        return self.apply(stand_in, whole)

    def apply(self, receipt: Row, lines: list[Row]) -> set[str]:
        """Check every amount first, then do line by line."""
        reasons: set[str] = set()
        cash, used = 0, dict.fromkeys(self.public, 0)
        for line in lines:
            credit = cents(line.get("credit", "0.00"))
            cash += cents(next(line[key] for key in _AMOUNTS if key in line)) - credit
            reasons |= self.against(receipt, line, used, credit)
        reasons |= {"over_receipt"} if cash > receipt["left"] else set()
        if any(total > self.credits[debtor] for debtor, total in used.items()):
            reasons.add("over_credit")
        for line in () if reasons else lines:
            self.apply_line(receipt, line)
        return reasons

    def against(self, receipt: Row, line: Row, used: dict[str, int], credit: int) -> set[str]:
        """Return the reasons against one line."""
        if "over_payment" in line:
            return set() if receipt["debtor"] else {"no_debtor"}
        if "not_assigned" in line:
            is_running = self.terms(self.kons[line["contract"]])
            return set() if is_running else {"contract_not_in_force"}
        _, one = self.find(line)
        if one is None:
            return {"no_such_invoice"}
        used[one.debtor] += credit
        reasons = {"nothing_open"} if one.open == 0 else set()
        reasons |= {"other_debtor"} if receipt["debtor"] not in (None, one.debtor) else set()
        return reasons | ({"over_open"} if cents(line["amount"]) > one.open else set())

    def apply_line(self, receipt: Row, line: Row) -> None:
        """E16, E17, or E5 with tolerance."""
        if "over_payment" in line:
            amount = cents(line["over_payment"])
            receipt["left"] -= amount
            self.credits[receipt["debtor"]] += amount
            return
        kon = self.kons[line["contract"]]
        valued_on = receipt["on"] + self.value_days(kon, receipt["on"])
        if "not_assigned" in line:
            amount = cents(line["not_assigned"])
            receipt["left"] -= amount
            kon.owed += amount
            kon.moves.append((valued_on, -amount))
            return
        one = kon.invoices[line["invoice"]]
        credit = cents(line.get("credit", "0.00"))
        amount = cents(line["amount"]) - credit
        receipt["left"] -= amount
        self.credits[one.debtor] -= credit
        kon.moves += [(valued_on, -amount), (self.today, -credit)]
        one.pay(amount + credit, receipt["on"])
        if credit:
            one.payments[-1:] = [(receipt["on"], amount), (self.today, credit)]
        tolerance = cents((self.terms(kon) or {}).get("tolerance", "0.00"))
        if 0 < one.open <= tolerance and not one.disputed:
            self.close_rest(kon, one, is_sellers=False)

    def close_rest(self, kon: Kon, one: Inv, *, is_sellers: bool) -> None:
        """Reading 6: unapproved hold, then G or the pool, then a small difference or the seller."""
        rest = one.open
        lacking = max(0, one.approved - one.retained)
        if one.pooled:
            from_pool = min(lacking, kon.pool)
            kon.pool -= from_pool
            lacking -= from_pool
        loss = 0 if is_sellers else lacking
        kon.owed -= rest - loss
        kon.small += loss
        kon.moves.append((self.today, -loss))
        one.close("paid")

    def do_refund(self, row: Row) -> set[str] | None:
        """E16."""
        amount = cents(row["amount"])
        if amount > self.credits[row["debtor"]]:
            return {"over_credit"}
        self.credits[row["debtor"]] -= amount
        self.bank -= amount
        return None

    def do_direct_payment(self, row: Row) -> set[str] | None:
        """E14."""
        kon, one = self.find(row)
        amount = cents(row["amount"])
        if one is None or one.open == 0:
            return {"nothing_open" if one else "no_such_invoice"}
        if amount > one.open:
            return {"over_open"}
        one.pay(amount, self.today)
        kon.owed -= amount
        return None

    def do_pay_in(self, row: Row) -> set[str] | None:
        """E15, E26."""
        kon = self.kons[row["contract"]]
        if not self.terms(kon):
            return {"contract_not_in_force"}
        self.cash_for_seller(kon, cents(row["amount"]))
        self.bank += cents(row["amount"])
        return None

    def cash_for_seller(self, kon: Kon, amount: int) -> None:
        """Money that comes in for the seller counts from the day + v2."""
        kon.owed += amount
        kon.moves.append((self.today + self.value_days(kon, self.today), -amount))

    def do_accept_short(self, row: Row) -> set[str] | None:
        """E18 without limit."""
        kon, one = self.find(row)
        if one is None or one.open == 0:
            return {"nothing_open" if one else "no_such_invoice"}
        self.close_rest(kon, one, is_sellers=True)
        return None

    def do_confirm(self, row: Row) -> set[str] | None:
        """E3b."""
        kon = self.kons[row["contract"]]
        ordered = kon.ordered.get(row["payout"])
        if ordered is None or ordered[1] != "ordered":
            return {"payout_state" if ordered else "no_such_payout"}
        ordered[1] = "confirmed"
        kon.transit -= ordered[0]
        self.bank -= ordered[0]
        return None

    def do_returned(self, row: Row) -> set[str] | None:
        """E3c, before or after confirmation."""
        kon = self.kons[row["contract"]]
        ordered = kon.ordered.get(row["payout"])
        if ordered is None or ordered[1] == "returned":
            return {"payout_state" if ordered else "no_such_payout"}
        if ordered[1] == "confirmed":
            self.bank += ordered[0]
        else:
            kon.transit -= ordered[0]
        ordered[1] = "returned"
        kon.payouts -= ordered[0]
        kon.owed += ordered[0]
        kon.moves.append((self.today, -ordered[0]))
        return None
