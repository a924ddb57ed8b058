"""Random stories that keep the format: plausible and implausible events of every kind."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from tests.simulations.random_terms import AMOUNTS, BIG, SHARES, Row, TermsMaker

GAPS = (0, 0, 0, 0, 0, 1, 1, 1, 2, 5, 9, 17, 31)
LONG_GAPS = (0, 0, 0, 1, 3, 28, 31, 90, 183, 365)
"""Some stories take years: half-years, anniversaries, leap days."""
KINDS = (
    *("assign",) * 9,
    *("receipt",) * 6,
    *("line",) * 3,
    *("payout",) * 3,
    *("credit_note",) * 3,
    *("dispute",) * 2,
    *("apply", "apply", "correct", "correct", "direct_payment", "dispute_end", "charge"),
    *("refund", "pay_in", "accept_short", "confirm", "confirm", "return", "indemnity", "dividend"),
    *("formal_notice", "interest_received", "insolvency", "guarantee_effective", "chargeback"),
    *("fund_use", "reserve", "reserve_release", "close_contract"),
)
ALWAYS = ("assign", "receipt", "line", "payout")
"""Kinds of every story; of the others each story has half, so that they meet more often."""
AFTERWARDS = ("guarantee_effective", "guarantee_effective", "indemnity", "dividend")
"""What follows a judgment."""
SMALL = ("0.01", "12.34", "100.00", "150.01")


class Maker(TermsMaker):
    """Makes one story from a source of chance."""

    def __init__(self, chance: Random) -> None:
        super().__init__(chance)
        self.contracts = [f"K{n}" for n in range(1, chance.choice((1, 1, 2, 2, 3)) + 1)]
        self.debtors = [f"D{n}" for n in range(1, chance.choice((1, 2, 2, 3)) + 1)]
        self.today = self.start
        self.invoices: dict[tuple[str, str], Row] = {}
        self.receipts: list[str] = []
        self.payouts: list[tuple[str, str]] = []
        self.kinds = [kind for kind in KINDS if kind in ALWAYS or chance.random() < 0.5]
        self.insolvent: list[str] = []
        self.covered: list[Row] = []
        self.made: Row = {}
        self.events: list[Row] = []
        self.gaps = LONG_GAPS if chance.random() < 0.08 else GAPS

    def story(self, events_max: int = 40) -> Row:
        """Return a whole story."""
        made = self.made = self.parties()
        events = [self.line(name, debtor) for name in self.contracts for debtor in self.debtors]
        events = [self.dated(row) for row in events if self.chance.random() < 0.8]
        self.events = events
        for _ in range(self.chance.randint(4, events_max)):
            self.today += dt.timedelta(self.chance.choice(self.gaps))
            events.append(self.dated(self.event()))
        last = self.today + dt.timedelta(self.chance.choice((0, 3, 31)))
        days = sorted({row["date"] for row in events if self.chance.random() < 0.5} | {str(last)})
        made["settings"]["given_order"] = [day for day in days if self.chance.random() < 0.15]
        asks = [{"date": day} for day in days if day >= events[0]["date"]]
        return {**made, "events": events, "asks": asks}

    def parties(self) -> Row:
        """Return the story's parties, terms and rates."""
        begun = self.start - dt.timedelta(self.chance.choice((0, 1, 40, 364, 365, 366, 730)))
        return {
            "story": "random",
            "settings": {"currency": "EUR"},
            "rates": self.rates(),
            "sellers": [{"id": f"S{name}"} for name in self.contracts],
            "debtors": [
                {"id": name, "kind": self.chance.choice(("company", "company", "public"))}
                for name in self.debtors
            ],
            "contracts": [
                {"id": name, "seller": f"S{name}", "start": str(begun)} for name in self.contracts
            ],
            "terms": [row for name in self.contracts for row in self.all_terms(name, begun)],
        }

    def event(self) -> Row:
        """Return the next event of the story as it is made so far."""
        return self.of_kind(self.kind())

    def of_kind(self, kind: str) -> Row:
        """Return an event of a kind."""
        row: Row = getattr(self, kind.replace("return", "returned"))()
        return row

    def kind(self) -> str:
        """Return a kind of event that makes some sense by now."""
        kind = self.chance.choice(self.kinds)
        if self.insolvent and self.chance.random() < 0.3:
            kind = self.chance.choice(AFTERWARDS)
        needs = {"confirm": self.payouts, "return": self.payouts, "apply": self.receipts}
        if not self.invoices or not needs.get(kind, True):
            return "assign"
        is_final = kind in ("insolvency", "close_contract")
        return "receipt" if is_final and self.chance.random() < 0.5 else kind

    def dated(self, row: Row) -> Row:
        """Return an event with today's date."""
        return {"date": str(self.today), **row}

    def of(self, name: str) -> Row:
        """Return an event on a contract."""
        return {"do": name, "contract": self.chance.choice(self.contracts)}

    def on(self, name: str) -> Row:
        """Return an event on an invoice, mostly a recent one."""
        known = list(self.invoices)
        contract, number = self.chance.choice(known[-6:] if self.chance.random() < 0.7 else known)
        return {"do": name, "contract": contract, "invoice": number}

    def debtor(self) -> str:
        """Return a debtor."""
        return self.chance.choice(self.debtors)

    def line(self, contract: str = "", debtor: str = "") -> Row:
        """Return a line, mostly of a relation."""
        row = {
            "do": "line",
            "debtor": debtor or self.debtor(),
            "amount": self.chance.choice((*BIG, "0.00")),
        }
        if contract or self.chance.random() < 0.7:
            row["contract"] = contract or self.chance.choice(self.contracts)
        row |= self.maybe(
            0.15, valid_until=str(self.today + dt.timedelta(self.chance.randint(0, 30)))
        )
        return {**row, **self.maybe(0.15, insurer_ht=self.amount(), insurer_vat="20.00")}

    def assign(self) -> Row:
        """Return an assignment, now and then of a number that is known."""
        contract = self.chance.choice(self.contracts)
        number = f"F{len(self.invoices) + 1}"
        if self.invoices and self.chance.random() < 0.08:
            contract, number = self.chance.choice(list(self.invoices))
            if self.chance.random() < 0.5:
                return {**self.invoices[contract, number], "do": "assign"}
        row = {"do": "assign", "contract": contract, "debtor": self.debtor(), "number": number}
        issued = max(
            self.today - dt.timedelta(self.chance.choice((0, 0, 3, 20))),
            dt.date(self.today.year, 1, 1),
        )
        known = self.invoices.get((contract, number))
        if known and known["issued"][:4] != str(issued)[:4]:
            return {**known, "do": "assign"}
        due = issued + dt.timedelta(self.chance.choice((0, 10, 30, 45)))
        row |= {"amount": self.amount(), "issued": str(issued), "due": str(due)}
        row |= self.maybe(0.3, batch=self.chance.choice(("b1", "b2")))
        self.invoices.setdefault((contract, number), row)
        return row

    def part(self, contract: str, number: str) -> str:
        """Return an amount for an invoice: whole, nearly whole, or anything."""
        whole = self.invoices[contract, number]["amount"]
        chance = self.chance.random()
        if chance < 0.45:
            return str(whole)
        cents = int(whole.replace(".", ""))
        if chance < 0.85:
            cents = max(1, self.chance.choice((cents // 2, cents - 80, cents // 3, cents - 300)))
            return f"{cents // 100}.{cents % 100:02d}"
        return self.amount()

    def pays(self, *, may_credit: bool) -> Row:
        """Return a line of an application that pays an invoice."""
        row = self.on("pays")
        amount = self.part(row["contract"], row["invoice"])
        line = {"contract": row["contract"], "invoice": row["invoice"], "amount": amount}
        credit = self.chance.choice(("0.00", "100.00", amount))
        may_credit = may_credit and float(credit) <= float(amount)
        return {**line, **(self.maybe(0.3, credit=credit) if may_credit else {})}

    def lines(self, *, is_receipt: bool) -> list[Row]:
        """Return the lines of an application; an invoice once."""
        found: dict[Any, Row] = {}
        for number in range(self.chance.choice((1, 1, 1, 2, 3))):
            kind = self.chance.random()
            if is_receipt and kind < 0.15:
                found[number] = {"over_payment": self.chance.choice(AMOUNTS)}
            elif is_receipt and kind < 0.25:
                found[number] = {**self.of("x"), "not_assigned": self.chance.choice(AMOUNTS)}
                del found[number]["do"]
            else:
                line = self.pays(may_credit=is_receipt)
                found.setdefault((line["contract"], line["invoice"]), line)
        return list(found.values())

    def receipt(self) -> Row:
        """Return a receipt; mostly it is what its application needs."""
        name = f"R{len(self.receipts) + 1}"
        if self.receipts and self.chance.random() < 0.05:
            name = self.chance.choice(self.receipts)
        self.receipts.append(name)
        lines = self.lines(is_receipt=True) if self.chance.random() < 0.8 else []
        payers = [
            self.invoices[line["contract"], line["invoice"]]["debtor"]
            for line in lines
            if "invoice" in line
        ]
        debtor = self.chance.choice(payers) if payers else self.debtor()
        amount = self.needed(lines) if lines and self.chance.random() < 0.7 else self.amount()
        row = {"do": "receipt", "id": name, "amount": amount}
        return {**row, **self.maybe(0.85, debtor=debtor), **({"apply": lines} if lines else {})}

    def needed(self, lines: list[Row]) -> str:
        """Return what an application takes from its receipt."""
        cents = 0
        for line in lines:
            amount = line.get("amount") or line.get("over_payment") or line["not_assigned"]
            cents += int(amount.replace(".", "")) - int(line.get("credit", "0.00").replace(".", ""))
        return f"{cents // 100}.{cents % 100:02d}" if cents else "1.00"

    def apply(self) -> Row:
        """Return an application of an earlier receipt or of credits."""
        if self.chance.random() < 0.5:
            receipt = self.chance.choice(self.receipts)
            return {"do": "apply", "receipt": receipt, "lines": self.lines(is_receipt=True)}
        return {"do": "apply", "debtor": self.debtor(), "lines": self.lines(is_receipt=False)}

    def refund(self) -> Row:
        """Return a refund."""
        return {"do": "refund", "debtor": self.debtor(), "amount": self.chance.choice(SMALL)}

    def money_of(self, name: str) -> Row:
        """Return an event of an amount on a contract."""
        return {**self.of(name), "amount": self.amount()}

    def pay_in(self) -> Row:
        """Return a pay-in."""
        return self.money_of("pay_in")

    def reserve(self) -> Row:
        """Return a specific reserve."""
        return {**self.of("reserve"), "amount": self.chance.choice(SMALL)}

    def reserve_release(self) -> Row:
        """Return its release."""
        return {**self.of("reserve_release"), "amount": self.chance.choice(SMALL)}

    def direct_payment(self) -> Row:
        """Return a payment to the seller."""
        row = self.on("direct_payment")
        return {**row, "amount": self.part(row["contract"], row["invoice"])}

    def accept_short(self) -> Row:
        """Return a short payment accepted."""
        return self.on("accept_short")

    def chargeback(self) -> Row:
        """Return a chargeback."""
        return self.on("chargeback")

    def formal_notice(self) -> Row:
        """Return a formal notice."""
        return self.on("formal_notice")

    def interest_received(self) -> Row:
        """Return late interest that came in."""
        row = {
            **self.on("interest_received"),
            "interest": self.chance.choice(("0.00", "0.01", "1.00")),
        }
        return {**row, **self.maybe(0.5, indemnity=self.chance.choice(("0.00", "40.00", "25.00")))}

    def confirm(self) -> Row:
        """Return the bank's debit of a pay-out."""
        contract, name = self.chance.choice(self.payouts)
        return {"do": "confirm", "contract": contract, "payout": name}

    def returned(self) -> Row:
        """Return a pay-out that comes back."""
        return {**self.confirm(), "do": "return"}

    def payout(self) -> Row:
        """Return a pay-out of all or of an amount."""
        name = f"P{len(self.payouts) + 1}"
        row = {
            **self.of("payout"),
            "id": name,
            **self.maybe(0.4, amount=self.chance.choice((*SMALL, "1000.00"))),
        }
        self.payouts += [
            (row["contract"], name),
            (row["contract"], f"{row['contract']}:{self.today}"),
        ]
        return row

    def recovery(self, name: str) -> Row:
        """Return what comes in after a guarantee, or without one."""
        if self.covered and self.chance.random() < 0.8:
            row = {"do": name, **self.chance.choice(self.covered)}
            return {**row, "amount": self.chance.choice(SMALL)}
        return {**self.money_of(name), "debtor": self.debtor()}

    def indemnity(self) -> Row:
        """Return what an insurer pays."""
        return self.recovery("indemnity")

    def dividend(self) -> Row:
        """Return a dividend."""
        return self.recovery("dividend")

    def insolvency(self) -> Row:
        """Return a judgment."""
        row = {"do": "insolvency", "debtor": self.debtor()}
        self.insolvent.append(row["debtor"])
        return {**row, **self.maybe(0.5, published=str(self.today + dt.timedelta(7)))}

    def guarantee_effective(self) -> Row:
        """Return the guarantee, mostly of an insolvent debtor."""
        debtor = self.chance.choice(self.insolvent or self.debtors)
        row = {**self.of("guarantee_effective"), "debtor": debtor}
        mine = [key for key, one in self.invoices.items() if one["debtor"] == debtor]
        if mine:
            row["contract"] = self.chance.choice(mine)[0]
        self.covered.append({"contract": row["contract"], "debtor": debtor})
        return {**row, "insured_share": self.chance.choice(SHARES), "vat": "20.00"}

    def credit_note(self) -> Row:
        """Return a credit note on an invoice, or on one that is not held."""
        number = f"{self.chance.choice(('AV', 'AV', 'F'))}{self.chance.randint(1, 60)}"
        row = self.on("credit_note")
        if self.chance.random() < 0.2:
            row = {**self.of("credit_note"), "debtor": self.debtor(), "amount": self.amount()}
        else:
            row["amount"] = self.part(row["contract"], row["invoice"])
        return {**row, "number": number}

    def dispute(self) -> Row:
        """Return a dispute."""
        return {**self.on("dispute"), **self.maybe(0.6, amount=self.amount())}

    def dispute_end(self) -> Row:
        """Return its end."""
        return {**self.on("dispute_end"), **self.maybe(0.4, amount=self.amount())}

    def correct(self) -> Row:
        """Return a corrected invoice."""
        row = self.on("correct")
        due = self.invoices[row["contract"], row["invoice"]]["due"]
        amount = self.part(row["contract"], row["invoice"])
        return {**row, "amount": amount, **self.maybe(0.3, due=due)}

    def fund_use(self) -> Row:
        """Return a use of the fund, of an invoice or of the contract."""
        row = self.on("fund_use")
        if self.chance.random() < 0.5:
            del row["invoice"]
        return {**row, "amount": self.chance.choice(SMALL)}

    def charge(self) -> Row:
        """Return a charge of the price list."""
        codes = ("direct_payment", "unassigned_receipt", "ancillary")
        return {
            **self.of("charge"),
            "code": self.chance.choice(codes),
            "amount": self.chance.choice(AMOUNTS),
        }

    def close_contract(self) -> Row:
        """Return a contract's last day."""
        return self.of("close_contract")
