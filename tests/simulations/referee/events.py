"""The referee: credit notes, disputes, lines, insolvency and guarantee, fund and reserves."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from tests.simulations.referee.payments import Payments
from tests.simulations.referee.state import Inv, Kon, Row, cents, day, half_up, share


class Events(Payments):
    """Events of the other kinds; each returns the reasons why it is refused."""

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
