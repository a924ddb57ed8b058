"""The referee: the output of an ask."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

from tests.simulations.referee.assignments import Assignments
from tests.simulations.referee.state import Inv, Kon, Row


def money(amount: int) -> str:
    """Write cents as the output does."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


class Output(Assignments):
    """Every figure of the output."""

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
        credit = sum(self.credits.values())
        income = sum(map(over, ("fees", "financing", "ancillary", "vat", "insurer", "recoveries")))
        owed = over("owed") + left + credit + over("transit")
        own = sum(map(over, ("receivables", "small", "losses", "claims"))) + self.bank
        figures: dict[str, Any] = {
            "bank": self.bank,
            "receivables": over("receivables"),
            "unallocated_receipts": left,
            "debtor_credits": credit,
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
