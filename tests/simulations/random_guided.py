"""Random stories whose events mostly can happen: the referee plays along and says what is open.

Without it most pay-outs are above what is available, few guarantees take effect and hardly any
interest comes in; what is refused is then met often, what is posted seldom.
"""

from __future__ import annotations

import datetime as dt
from random import Random

from tests.simulations.random_stories import AFTERWARDS, Maker
from tests.simulations.random_terms import SHARES, Row
from tests.simulations.referee.days import Days
from tests.simulations.referee.output import money
from tests.simulations.referee.state import Inv, Kon

ONE = dt.timedelta(1)
THEMES = (
    ("insolvency", "guarantee_effective", "guarantee_effective", "indemnity", "dividend"),
    ("dispute", "dispute", "dispute_end", "credit_note", "accept_short"),
    ("receipt", "receipt", "formal_notice", "interest_received", "interest_received"),
    ("fund_use", "reserve", "reserve_release", "payout", "credit_note"),
    ("payout", "payout", "confirm", "return", "pay_in"),
    ("correct", "correct", "assign", "credit_note", "line"),
    ("line", "assign", "receipt", "credit_note", "direct_payment"),
    ("apply", "apply", "refund", "receipt", "credit_note", "chargeback"),
)
"""Kinds that need each other; a guided story dwells on one of these rows."""


class Guided(Maker):
    """Makes a story of which most events find what they need."""

    def __init__(self, chance: Random) -> None:
        super().__init__(chance)
        self.share = chance.choice((0.0, 0.6, 0.9, 0.9))
        self.model: Days | None = None
        self.theme = chance.choice(THEMES)

    def parties(self) -> Row:
        """Return parties and terms; a guarantee is for contracts without recourse."""
        made = super().parties()
        if "guarantee_effective" in self.theme and self.share:
            for row in made["terms"]:
                row.pop("recourse_days", None)
        return made

    def event(self) -> Row:
        """Return an event that fits what the referee knows at the end of the day before."""
        if not self.events or self.chance.random() >= self.share:
            return super().event()
        model = self.played()
        kind = self.chance.choice(self.theme if self.chance.random() < 0.5 else self.kinds)
        if model.insolvent and self.chance.random() < 0.4:
            kind = self.chance.choice(AFTERWARDS)
        found: Row | None = getattr(self, f"fit_{kind}", lambda _: None)(model)
        return found or self.of_kind(self.kind())

    def played(self) -> Days:
        """Return the referee after the last whole day before today."""
        if self.model is None:
            self.model = Days({**self.made, "events": self.events, "asks": []})
        model = self.model
        while model.today < self.today:
            today = str(model.today)
            model.one_day(
                [(n, row) for n, row in enumerate(self.events, 1) if row["date"] == today]
            )
            model.today += ONE
        return model

    def some(self, model: Days, name: str = "open") -> tuple[Kon, Inv] | None:
        """Return an invoice of which something is left under a name."""
        every = [(kon, one) for kon in model.kons.values() for one in kon.invoices.values()]
        every = [pair for pair in every if getattr(pair[1], name)]
        return self.chance.choice(every) if every else None

    def upto(self, cents: int) -> str:
        """Return an amount: all of something, nearly all, a part, or a cent too much."""
        chance = self.chance.random()
        if chance < 0.4:
            return money(max(1, cents))
        parts = (cents - 1, cents - 80, cents - 100, cents // 2, cents // 3, 1, cents + 1)
        return money(max(1, self.chance.choice(parts)))

    def named(self, do: str, pair: tuple[Kon, Inv]) -> Row:
        """Return an event on an invoice."""
        return {"do": do, "contract": pair[0].name, "invoice": pair[1].number}

    def fit_receipt(self, model: Days) -> Row | None:
        """Return a receipt that pays one or several invoices of one debtor."""
        pair = self.some(model)
        if pair is None:
            return None
        debtor = pair[1].debtor
        lines = self.paying(model, debtor, pair)
        name = f"R{len(self.receipts) + 1}"
        surplus = self.chance.choice((0, 0, 0, 1, 5000))
        amount = money(sum(self.cash(line) for line in lines) + surplus)
        row = {"do": "receipt", "id": name, "amount": amount, "apply": lines}
        if amount == "0.00":
            return None
        self.receipts.append(name)
        if surplus and self.chance.random() < 0.7:
            lines.append({"over_payment": money(surplus)})
        return {**row, **self.maybe(0.9, debtor=debtor)}

    def paying(self, model: Days, debtor: str, first: tuple[Kon, Inv]) -> list[Row]:
        """Return lines that pay invoices of a debtor, some from its credits."""
        mine = [
            (kon, one)
            for kon in model.kons.values()
            for one in kon.invoices.values()
            if one.debtor == debtor and one.open and one is not first[1]
        ]
        left = model.credits[debtor]
        lines = []
        more = self.chance.sample(mine, min(len(mine), self.chance.choice((0, 0, 1, 2))))
        for kon, one in [first, *more]:
            amount = self.upto(one.open)
            row = {"contract": kon.name, "invoice": one.number, "amount": amount}
            credit = min(left, int(amount.replace(".", "")))
            if credit and self.chance.random() < 0.5:
                row["credit"] = money(credit)
                left -= credit
            lines.append(row)
        return lines

    def cash(self, line: Row) -> int:
        """Return what a line takes from its receipt, in cents."""
        amount, credit = line["amount"], line.get("credit", "0.00")
        return int(amount.replace(".", "")) - int(credit.replace(".", ""))

    def fit_apply(self, model: Days) -> Row | None:
        """Return an application of what a receipt left, or of a debtor's credits."""
        owing = [debtor for debtor, cents in model.credits.items() if cents]
        left = [name for name, row in model.receipts.items() if row["left"]]
        pair = self.some(model)
        if pair and owing and self.chance.random() < 0.5:
            lines = self.paying(model, pair[1].debtor, pair)
            bare = [{key: row[key] for key in ("contract", "invoice", "amount")} for row in lines]
            return {"do": "apply", "debtor": pair[1].debtor, "lines": bare}
        if not left:
            return None
        name = self.chance.choice(left)
        row = model.receipts[name]
        mine = [
            (kon, one)
            for kon in model.kons.values()
            for one in kon.invoices.values()
            if one.open and row["debtor"] in (None, one.debtor)
        ]
        lines = [self.set_aside(row["left"])]
        if mine and self.chance.random() < 0.8:
            kon, one = self.chance.choice(mine)
            amount = self.upto(min(one.open, row["left"]))
            lines = [{"contract": kon.name, "invoice": one.number, "amount": amount}]
        return {"do": "apply", "receipt": name, "lines": lines}

    def set_aside(self, cents: int) -> Row:
        """Return a line that pays no invoice."""
        if self.chance.random() < 0.5:
            return {"over_payment": self.upto(cents)}
        return {"contract": self.chance.choice(self.contracts), "not_assigned": self.upto(cents)}

    def fit_refund(self, model: Days) -> Row | None:
        """Return a refund of credits that are there."""
        owing = [debtor for debtor, cents in model.credits.items() if cents]
        if not owing:
            return None
        debtor = self.chance.choice(owing)
        return {"do": "refund", "debtor": debtor, "amount": self.upto(model.credits[debtor])}

    def fit_direct_payment(self, model: Days) -> Row | None:
        """Return a payment to the seller of what is open."""
        pair = self.some(model)
        return (
            {**self.named("direct_payment", pair), "amount": self.upto(pair[1].open)}
            if pair
            else None
        )

    def fit_accept_short(self, model: Days) -> Row | None:
        """Return a rest accepted."""
        pair = self.some(model)
        return self.named("accept_short", pair) if pair else None

    def fit_chargeback(self, model: Days) -> Row | None:
        """Return a chargeback of something open."""
        pair = self.some(model)
        return self.named("chargeback", pair) if pair else None

    def fit_confirm(self, model: Days) -> Row | None:
        """Return the bank's debit of a pay-out, mostly one under way."""
        return self.payout_row(model, "confirm", ("ordered",))

    def fit_return(self, model: Days) -> Row | None:
        """Return a pay-out that comes back."""
        return self.payout_row(model, "return", ("ordered", "confirmed"))

    def payout_row(self, model: Days, do: str, states: tuple[str, ...]) -> Row | None:
        """Return an event on a pay-out of some states, or now and then of any."""
        is_any = self.chance.random() < 0.1
        known = [
            (kon.name, name)
            for kon in model.kons.values()
            for name, (_, state) in kon.ordered.items()
            if is_any or state in states
        ]
        if not known:
            return None
        contract, name = self.chance.choice(known)
        return {"do": do, "contract": contract, "payout": name}

    def fit_payout(self, model: Days) -> Row | None:
        """Return a pay-out of what is available."""
        ready = [kon for kon in model.kons.values() if model.available(kon) > 0]
        if not ready:
            return None
        kon = self.chance.choice(ready)
        name = f"P{len(self.payouts) + 1}"
        self.payouts += [(kon.name, name)] * 2
        row = {"do": "payout", "contract": kon.name, "id": name}
        return {**row, **self.maybe(0.5, amount=self.upto(model.available(kon)))}

    def fit_interest_received(self, model: Days) -> Row | None:
        """Return late interest that is claimed."""
        every = [(kon, one) for kon in model.kons.values() for one in kon.invoices.values()]
        owed = [pair for pair in every if (model.memo(pair[1])[0] or 0) + model.memo(pair[1])[1]]
        if not owed:
            return None
        pair = self.chance.choice(owed)
        interest, fixed, _ = model.memo(pair[1])
        row = {**self.named("interest_received", pair), "interest": "0.00"}
        if interest and self.chance.random() < 0.9:
            row["interest"] = self.upto(interest)
        return {**row, **(self.maybe(0.7, indemnity=self.upto(fixed)) if fixed else {})}

    def fit_formal_notice(self, model: Days) -> Row | None:
        """Return a notice on something open."""
        pair = self.some(model)
        return self.named("formal_notice", pair) if pair else None

    def fit_credit_note(self, model: Days) -> Row | None:
        """Return a credit note on an invoice, of what is open, less or more."""
        pair = self.some(model, self.chance.choice(("open", "open", "open", "amount")))
        if pair is None:
            return None
        base = self.chance.choice((pair[1].open, pair[1].open, pair[1].unapproved, pair[1].amount))
        row = {**self.named("credit_note", pair), "amount": self.upto(base)}
        return {**row, "number": f"AV{len(self.invoices)}-{self.chance.randint(1, 99)}"}

    def fit_dispute(self, model: Days) -> Row | None:
        """Return a dispute of what is open."""
        pair = self.some(model)
        if pair is None:
            return None
        most = pair[1].open - pair[1].disputed
        return {**self.named("dispute", pair), **self.maybe(0.6, amount=self.upto(max(1, most)))}

    def fit_dispute_end(self, model: Days) -> Row | None:
        """Return its end."""
        pair = self.some(model, "disputed")
        if pair is None:
            return None
        return {
            **self.named("dispute_end", pair),
            **self.maybe(0.5, amount=self.upto(pair[1].disputed)),
        }

    def fit_insolvency(self, model: Days) -> Row | None:
        """Return the judgment of a debtor who owes something."""
        pair = self.some(model)
        if pair is None:
            return None
        row = {"do": "insolvency", "debtor": pair[1].debtor}
        return {**row, **self.maybe(0.5, published=str(self.today + dt.timedelta(7)))}

    def fit_guarantee_effective(self, model: Days) -> Row | None:
        """Return a guarantee of an insolvent debtor with something open."""
        ready = [
            (kon.name, one.debtor)
            for kon in model.kons.values()
            for one in kon.invoices.values()
            if one.open and one.debtor in model.insolvent
        ]
        if not ready:
            return None
        contract, debtor = self.chance.choice(ready)
        row = {"do": "guarantee_effective", "contract": contract, "debtor": debtor}
        shares = {
            "insured_share": self.chance.choice(SHARES),
            "vat": self.chance.choice(("20.00", "0", "5.5")),
        }
        return {**row, **shares}

    def fit_indemnity(self, model: Days) -> Row | None:
        """Return what an insurer pays on its claim."""
        ready = [(kon, name) for kon in model.kons.values() for name in kon.guarantees]
        if not ready:
            return None
        kon, debtor = self.chance.choice(ready)
        amount = self.upto(max(1, kon.guarantees[debtor]["left"]))
        return {"do": "indemnity", "contract": kon.name, "debtor": debtor, "amount": amount}

    def fit_dividend(self, model: Days) -> Row | None:
        """Return a dividend after a guarantee."""
        row = self.fit_indemnity(model)
        return {**row, "do": "dividend", "amount": self.amount()} if row else None

    def fit_fund_use(self, model: Days) -> Row | None:
        """Return a use of what is retained, or of the fund on outstanding."""
        pools = [kon for kon in model.kons.values() if kon.pool]
        if pools and self.chance.random() < 0.6:
            kon = self.chance.choice(pools)
            return {"do": "fund_use", "contract": kon.name, "amount": self.upto(kon.pool)}
        pair = self.some(model, "retained")
        return (
            {**self.named("fund_use", pair), "amount": self.upto(pair[1].retained)}
            if pair
            else None
        )

    def fit_reserve_release(self, model: Days) -> Row | None:
        """Return a release of what is reserved."""
        held = [kon for kon in model.kons.values() if kon.specific]
        if not held:
            return None
        kon = self.chance.choice(held)
        return {"do": "reserve_release", "contract": kon.name, "amount": self.upto(kon.specific)}

    def fit_correct(self, model: Days) -> Row | None:
        """Return a correction of an invoice that nothing moved."""
        fresh = [
            (kon, one)
            for kon in model.kons.values()
            for one in kon.invoices.values()
            if one.open and not one.moved
        ]
        if not fresh:
            return None
        pair = self.chance.choice(fresh)
        row = {**self.named("correct", pair), "amount": self.upto(pair[1].amount)}
        if self.chance.random() < 0.3:
            row["amount"] = money(pair[1].amount + 100_000)
        later = str(pair[1].issued + dt.timedelta(self.chance.choice((0, 15, 60))))
        return {**row, **self.maybe(0.3, due=later)}
