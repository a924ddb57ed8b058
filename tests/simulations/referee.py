"""The referee plays a story by the text of the format: events of the steps 1 to 5 and 8."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from math import ceil, floor

from tests.simulations.referee_state import ORDER, Inv, Kon, Row, cents, day, half_up, share

MUCH = 10**18


class Referee:
    """The state of a story, and what each event does to it; a method returns reasons to refuse."""

    def __init__(self, story: Row) -> None:
        self.story = story
        self.today = day(story["events"][0]["date"])
        self.kons = {row["id"]: Kon(row["id"], day(row["start"])) for row in story["contracts"]}
        self.public = {row["id"]: row.get("kind") == "public" for row in story["debtors"]}
        self.credits = dict.fromkeys(self.public, 0)
        self.limits: dict[str, tuple[int, dt.date | None]] = {}
        self.insolvent: dict[str, tuple[dt.date, dt.date | None]] = {}
        self.receipts: dict[str, Row] = {}
        self.held: list[Row] = []
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

    def do(self, number: int, row: Row) -> None:
        """Do an event, or keep the first reason why not."""
        method = getattr(self, f"do_{row['do'].replace('return', 'returned')}")
        self.refuse(number, row, method(row))

    def refuse(self, number: int, row: Row, reasons: set[str] | None) -> None:
        """Keep the first reason in the order of the list."""
        if reasons:
            first = min(reasons, key=ORDER.index)
            what = {"event": number, "date": self.today.isoformat(), "do": row["do"]}
            self.refused.append({**what, "reason": first})

    def find(self, row: Row) -> tuple[Kon, Inv | None]:
        """Return contract and invoice of an event."""
        kon = self.kons[row["contract"]]
        return kon, kon.invoices.get(row["invoice"])

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
            amount = next(line[key] for key in ("amount", "not_assigned", "over_payment") if key in line)
            cash += cents(amount) - credit
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

    def do_indemnity(self, row: Row) -> set[str] | None:
        """E23."""
        kon = self.kons[row["contract"]]
        known = kon.guarantees.get(row["debtor"])
        if known is None or cents(row["amount"]) > known["left"]:
            return {"over_claim" if known else "no_guarantee"}
        known["left"] -= cents(row["amount"])
        kon.claims -= cents(row["amount"])
        self.bank += cents(row["amount"])
        return None

    def do_dividend(self, row: Row) -> set[str] | None:
        """E24, split by reading 15."""
        kon = self.kons[row["contract"]]
        known = kon.guarantees.get(row["debtor"])
        if known is None:
            return {"no_guarantee"}
        amount, back, approved = cents(row["amount"]), known["back"], known["approved"]
        seller = half_up(Fraction(amount * back, back + approved))
        rest = amount - seller
        insurer = half_up(Fraction(rest * known["claim"], approved)) if approved else 0
        self.cash_for_seller(kon, seller)
        kon.insurer += insurer
        kon.recoveries += rest - insurer
        self.bank += amount
        return None

    def do_formal_notice(self, row: Row) -> set[str] | None:
        """The first counts."""
        _, one = self.find(row)
        if one is None:
            return {"no_such_invoice"}
        if one.notice is None:
            one.notice, one.moved = self.today, True
        return None

    def do_credit_note(self, row: Row) -> set[str] | None:
        """E9 as far as the invoice is open, E10 for the rest."""
        kon = self.kons[row["contract"]]
        facts = (row.get("invoice"), row.get("debtor"), row["amount"])
        if row["number"] in kon.notes:
            same = kon.notes[row["number"]] == facts
            return {"duplicate" if same else "number_conflict"}
        one = kon.invoices.get(row["invoice"]) if "invoice" in row else None
        if "invoice" in row and one is None:
            return {"no_such_invoice"}
        terms = self.terms(kon)
        if not terms:
            return {"contract_not_in_force"}
        amount = cents(row["amount"])
        kon.notes[row["number"]] = facts
        kon.owed -= amount
        on_invoice = min(amount, one.open) if one else 0
        if one:
            one.moved = True
        if one and on_invoice:
            one.credit(on_invoice)
        kon.moves.append((self.today, amount - on_invoice))
        self.credits[one.debtor if one else row["debtor"]] += amount - on_invoice
        if terms.get("fee_on_credit_notes"):
            self.fee(kon, terms, amount, None)
        return None

    def fee(self, kon: Kon, terms: Row, amount: int, one: Inv | None) -> None:
        """Put the commission on a document on the day's statement."""
        rate = share(terms.get("factoring_rate", "0.00"))
        net = max(half_up(amount * rate), cents(terms.get("factoring_minimum", "0.00")))
        if net:
            kon.waiting_charges.append(["factoring_fee", net, one])

    def do_dispute(self, row: Row) -> set[str] | None:
        """E11: disputes add up."""
        kon, one = self.find(row)
        if one is None or one.open == 0:
            return {"nothing_open" if one else "no_such_invoice"}
        most = one.open - one.disputed
        amount = cents(row["amount"]) if "amount" in row else most
        if amount > most or not amount:
            return {"over_open"}
        terms = self.terms(kon) or {}
        one.disputed += most if terms.get("dispute_scope") == "WHOLE" else amount
        one.moved = True
        return None

    def do_dispute_end(self, row: Row) -> set[str] | None:
        """E11."""
        _, one = self.find(row)
        if one is None or one.open == 0:
            return {"nothing_open" if one else "no_such_invoice"}
        amount = cents(row["amount"]) if "amount" in row else one.disputed
        if amount > one.disputed or not one.disputed:
            return {"over_open" if one.disputed else "no_dispute"}
        one.disputed -= amount
        one.moved = True
        return None

    def do_line(self, row: Row) -> None:
        """Replace a line of the relation, or the factor-wide limit."""
        amount = cents(row["amount"])
        if "insurer_ht" in row:
            with_vat = floor(cents(row["insurer_ht"]) * (1 + share(row["insurer_vat"])))
            amount = min(amount, with_vat)
        until = day(row["valid_until"]) if "valid_until" in row else None
        lines = self.kons[row["contract"]].lines if "contract" in row else self.limits
        lines[row["debtor"]] = (amount, until)

    def do_insolvency(self, row: Row) -> set[str] | None:
        """All lines of the debtor are nothing."""
        if row["debtor"] in self.insolvent:
            return {"duplicate"}
        published = day(row["published"]) if "published" in row else None
        self.insolvent[row["debtor"]] = (self.today, published)
        return None

    def do_guarantee_effective(self, row: Row) -> set[str] | None:
        """E20 to E22 (reading 15)."""
        kon, debtor = self.kons[row["contract"]], row["debtor"]
        if debtor in kon.guarantees:
            return {"duplicate"}
        mine = [one for one in kon.invoices.values() if one.debtor == debtor and one.open]
        covered = [one for one in mine if not one.disputed]
        terms = self.terms(kon)
        reasons = {"not_insolvent"} if debtor not in self.insolvent else set()
        reasons |= set() if terms else {"contract_not_in_force"}
        has_recourse = any(one.recourse is not None for one in covered)
        if has_recourse or (terms and not covered and terms.get("recourse_days") is not None):
            reasons.add("with_recourse")
        if reasons or not covered:
            return reasons | {"nothing_open"}
        approved, back = sum(o.approved for o in covered), sum(o.unapproved for o in covered)
        net = half_up(Fraction(approved) / (1 + share(row["vat"])))
        claim = floor(net * share(row["insured_share"]))
        for one in covered:
            one.close("indemnified" if one.approved else "charged_back")
        kon.owed -= back
        kon.moves.append((self.today, -approved))
        kon.claims += claim
        kon.losses += approved - claim
        kon.guarantees[debtor] = {"back": back, "approved": approved, "claim": claim, "left": claim}
        return None

    def do_chargeback(self, row: Row) -> set[str] | None:
        """E13."""
        kon, one = self.find(row)
        if one is None or one.open == 0:
            return {"nothing_open" if one else "no_such_invoice"}
        kon.owed -= one.open
        one.close("charged_back")
        return None

    def do_fund_use(self, row: Row) -> set[str] | None:
        """E19."""
        amount = cents(row["amount"])
        if "invoice" not in row:
            kon = self.kons[row["contract"]]
            if not self.terms(kon):
                return {"contract_not_in_force"}
            if amount > kon.pool:
                return {"over_fund"}
            kon.pool -= amount
            return None
        _, one = self.find(row)
        if one is None or one.open == 0:
            return {"nothing_open" if one else "no_such_invoice"}
        if amount > one.retained:
            return {"over_fund"}
        one.retained -= amount
        one.moved = True
        return None

    def do_reserve(self, row: Row) -> set[str] | None:
        """Hold a specific reserve."""
        kon = self.kons[row["contract"]]
        if not self.terms(kon):
            return {"contract_not_in_force"}
        kon.specific += cents(row["amount"])
        return None

    def do_reserve_release(self, row: Row) -> set[str] | None:
        """Release a specific reserve."""
        kon = self.kons[row["contract"]]
        if not self.terms(kon):
            return {"contract_not_in_force"}
        if cents(row["amount"]) > kon.specific:
            return {"over_reserve"}
        kon.specific -= cents(row["amount"])
        return None
