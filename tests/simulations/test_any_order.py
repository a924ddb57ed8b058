"""Any order of any events, also repeated and reversed: D1 to D6, I1 to I6 and I11 to I16 hold."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from bordereau.cli.story.player import _Day
from bordereau.cli.story.reader import Event, _events, story_of
from bordereau.cli.story.world import ACCOUNT, World, contract, open_world, party, terms_of_row
from bordereau.domain import chart
from bordereau.domain.books import PayOut, PayOutState, Position
from bordereau.domain.entries import Entry, contract_journal
from bordereau.domain.guarantee_lines import FactorLine, Freeze, RelationLine, effective_limit
from bordereau.domain.invoices import Invoice
from bordereau.services.apply_receipt import ReceiptKey
from bordereau.services.contract_terms import set_terms
from bordereau.services.end_insolvency import end_insolvency
from bordereau.services.outcome import Outcome
from bordereau.services.reverse_entry import reverse_entry, reverse_receipt
from tests.simulations.compare import broken_checks, loaded
from tests.simulations.random_terms import Row

START: Final = dt.date(2026, 1, 26)
CONTRACTS: Final = ("K1", "K2")
DEBTORS: Final = ("D1", "D2")
TERMS: Final[tuple[Row, ...]] = (
    {
        "contract": "K1",
        "from": "2026-01-01",
        "recourse_days": 10,
        "tolerance": "1.00",
        "factoring_rate": "1.20",
        "factoring_minimum": "8.00",
        "fee_on_credit_notes": True,
        "margin": "2.50",
        "index": "E3M",
        "concentration_limit": "60.00",
    },
    {
        "contract": "K2",
        "from": "2026-01-01",
        "fund_method": "ON_OUTSTANDING",
        "fund_rate": "10.00",
        "fund_minimum": "500.00",
        "payout": "automatic",
        "factoring_rate": "0.33",
        "dispute_scope": "WHOLE",
        "late_interest_for": "SELLER",
    },
)
OTHER_TERMS: Final[tuple[Row, ...]] = (
    {"advance_rate": "80.00", "factoring_rate": "2.00", "tolerance": "5.00"},
    {"fund_method": "ON_OUTSTANDING", "fund_rate": "20.00", "fund_ceiling": "900.00"},
    {"facility_ceiling": "4000.00", "minimum_payout": "100.00", "recourse_days": 0},
)
AGAIN: Final = ("assign", "credit_note", "confirm", "insolvency", "guarantee_effective", "line")
"""Kinds that change nothing when the same document comes a second time."""
CLEARED: Final = ("E5", "E17", "E10", "E23", "E24", "E25")
OWN: Final = (
    *(chart.FEE_FACTORING, chart.FEE_FINANCING, chart.ANCILLARY, chart.VAT_OUTPUT),
    *(chart.INSURER_SHARE, chart.RECOVERIES, chart.LATE_INTEREST, chart.INDEMNITY),
    *(chart.SMALL_DIFFERENCES, chart.CREDIT_LOSSES, chart.INSURER_CLAIMS),
)
"""Income, VAT and losses."""

STORY: Final[Row] = {
    "story": "any order",
    "rates": {
        "vat": [
            {"code": code, "from": "2020-01-01", "rate": "20.00"}
            for code in ("factoring_fee", "financing_fee", "ancillary")
        ],
        "index": [{"name": "E3M", "month": f"2026-{n:02d}", "rate": "2.013"} for n in range(1, 13)],
        "ecb": [{"semester": "2026-H1", "rate": "2.15"}],
    },
    "sellers": [{"id": f"S{name}"} for name in CONTRACTS],
    "debtors": [{"id": "D1"}, {"id": "D2", "kind": "public"}],
    "contracts": [{"id": name, "seller": f"S{name}", "start": "2026-01-01"} for name in CONTRACTS],
    "terms": list(TERMS),
    "events": [
        {"date": str(START), "do": "line", "contract": "K1", "debtor": "D1", "amount": "5000.00"}
    ],
    "asks": [{"date": str(START)}],
}

MONEY = st.sampled_from(("0.01", "0.80", "99.99", "500.00", "1234.56", "4000.00", "9999.99"))
NAMES, WHO = st.sampled_from(CONTRACTS), st.sampled_from(DEBTORS)
ENDS: Final = ("accept_short", "chargeback", "formal_notice", "interest")
PARTS = st.sampled_from((1, 2, 3, 100))


class Books:
    """The books of one run: what was done to them, so that it can be done again."""

    def __init__(self) -> None:
        self.world: World = open_world(story_of(loaded(STORY)))
        self.today = START
        self.done: list[tuple[str, Any]] = []

    def act(self, name: str, argument: Any) -> None:
        """Do one thing and note it."""
        self.done.append((name, argument))
        getattr(self, name)(argument)

    def event(self, row: Row) -> None:
        """Do an event, as it would be on a day whose order is given."""
        made = next(_events([loaded({"date": str(self.today), **row})]))
        event = Event(len(self.done), made.date, made.do, made.step, made.facts)
        day = _Day(self.world, self.today)
        if event.do == "assign":
            day._assign(event.facts["contract"], f"{self.today}", [event])
        else:
            day._do(event)

    def promote(self, _: Any = None) -> None:
        """Promote what waits, and try what is held."""
        day = _Day(self.world, self.today)
        day._promote()
        day._try_held()

    def pass_days(self, count: int) -> None:
        """Close some days: ageing, charges, automatic pay-outs; lines that end."""
        for _ in range(count):
            day = _Day(self.world, self.today)
            day._age()
            day._bill()
            day._pay_automatically()
            self.today += dt.timedelta(1)
            _Day(self.world, self.today)._expire_lines()

    def terms(self, row: Row) -> None:
        """Type in terms; a date that would reprice what is posted is refused."""
        story = {**STORY, "terms": [*TERMS, row]}
        read = story_of(loaded(story)).terms[-1]
        set_terms(self.world.ledger, terms_of_row(read, dt.date(2026, 1, 1)))

    def reverse(self, what: tuple[str, int]) -> None:
        """Undo an entry of a contract, or a receipt; twice is once, a refusal is nothing."""
        ledger, stands = self.world.ledger, self.world.ledger.snapshot()
        if self._reverse(*what).is_refused:
            assert ledger.snapshot() == stands
        stands = ledger.snapshot()
        self._reverse(*what)
        assert ledger.snapshot() == stands

    def _reverse(self, name: str, number: int) -> Outcome:
        if name in CONTRACTS:
            journal = contract_journal(contract(name))
            return reverse_entry(self.world.ledger, journal, number, today=self.today)
        key = ReceiptKey(ACCOUNT, self.world.receipts.get(name, START), name)
        return reverse_receipt(self.world.ledger, key, today=self.today)

    def end_procedure(self, what: tuple[str, bool]) -> None:
        """End a debtor's procedure; no journal moves, and twice is once."""
        name, was_one = what
        freeze = Freeze("Awa", "plan") if was_one else None
        ledger, seqs = self.world.ledger, self.seqs()
        end_insolvency(ledger, party(name), "EUR", today=self.today, freeze=freeze)
        stands = ledger.snapshot()
        assert end_insolvency(ledger, party(name), "EUR", today=self.today).is_refused
        assert (ledger.snapshot(), self.seqs()) == (stands, seqs)

    def seqs(self) -> list[int]:
        """Return where the contracts' journals stand."""
        names = [contract(name) for name in CONTRACTS]
        found = [self.world.ledger.get(Position, contract=name) for name in names]
        return [one.seq for one in found if one]

    def invoices(self) -> list[Invoice]:
        """Return every invoice."""
        names = [contract(name) for name in CONTRACTS]
        return [one for name in names for one in self.world.ledger.list(Invoice, contract=name)]

    def levels(self) -> dict[str, tuple[int, int]]:
        """Return Σ approved and the effective line of each row."""
        rows: list[RelationLine | FactorLine] = []
        for name in DEBTORS:
            rows += self.world.ledger.list(RelationLine, first="LINE#", debtor=party(name))
            wide = self.world.ledger.get(FactorLine, debtor=party(name), currency="EUR")
            rows += [wide] if wide else []
        return {
            f"{row.debtor} {getattr(row, 'contract', '')}": (
                row.approved_cents,
                effective_limit(row, self.today),
            )
            for row in rows
        }


class AnyOrder(RuleBasedStateMachine):
    """Events as they come; nobody sorts them."""

    invoices: Bundle[tuple[str, str]] = Bundle("invoices")
    receipts: Bundle[str] = Bundle("receipts")
    payouts: Bundle[tuple[str, str]] = Bundle("payouts")

    def __init__(self) -> None:
        super().__init__()
        self.books = Books()
        self.ended: dict[tuple[str, str], str] = {}
        self.before = self.books.levels()

    def event(self, do: str, **facts: Any) -> None:
        """Do an event; one whose document comes again changes nothing (D6)."""
        row = {"do": do, **facts}
        self.books.act("event", row)
        if do in AGAIN:
            stands = self.books.world.ledger.snapshot()
            self.books.act("event", row)
            assert self.books.world.ledger.snapshot() == stands, row

    @initialize(amounts=st.lists(MONEY, min_size=4, max_size=4))
    def lines(self, amounts: list[str]) -> None:
        """Each relation begins with a line."""
        pairs = [(name, debtor) for name in CONTRACTS for debtor in DEBTORS]
        for (name, debtor), amount in zip(pairs, amounts, strict=True):
            self.event("line", contract=name, debtor=debtor, amount=amount)

    @rule(target=invoices, name=NAMES, debtor=WHO, amount=MONEY, due=st.integers(0, 40))
    def assign(self, name: str, debtor: str, amount: str, due: int) -> tuple[str, str]:
        """E1."""
        number = f"F{len(self.books.done)}"
        due_on = str(self.books.today + dt.timedelta(due))
        self.event("assign", contract=name, debtor=debtor, number=number, amount=amount, due=due_on)
        return name, number

    @rule(debtor=WHO, amount=MONEY, name=st.none() | NAMES, days=st.none() | st.integers(-1, 5))
    def line(self, debtor: str, amount: str, name: str | None, days: int | None) -> None:
        """A line is set, cut, ended, on either level."""
        more = {"contract": name} if name else {}
        if days is not None:
            more["valid_until"] = str(self.books.today + dt.timedelta(days))
        self.event("line", debtor=debtor, amount=amount, **more)

    def owed(self, pair: tuple[str, str]) -> int:
        """Return what is open of an invoice that was assigned, or 100.00."""
        identity = self.books.world.invoice(*pair)
        found = self.books.world.ledger.get(Invoice, contract=contract(pair[0]), invoice=identity)
        return found.open_cents if found and found.open_cents else 100_00

    @rule(target=receipts, pair=invoices, part=PARTS, surplus=st.sampled_from((0, 0, 250)))
    def receipt(self, pair: tuple[str, str], part: int, surplus: int) -> str:
        """E4 and E5, a part or all; a surplus waits."""
        paid = max(1, self.owed(pair) // part)
        name = f"R{len(self.books.done)}"
        line = {"contract": pair[0], "invoice": pair[1], "amount": text(paid)}
        self.event("receipt", id=name, amount=text(paid + surplus), apply=[line])
        return name

    @rule(name=receipts, kind=st.sampled_from(("over_payment", "not_assigned")), of=NAMES)
    def set_aside(self, name: str, kind: str, of: str) -> None:
        """E16 or E17 of what a receipt left."""
        line = {kind: "2.50", **({"contract": of} if kind == "not_assigned" else {})}
        self.event("apply", receipt=name, lines=[line])

    @rule(debtor=WHO, amount=MONEY)
    def cash(self, debtor: str, amount: str) -> None:
        """E4 and E16: what a debtor paid too much, and a part of it back."""
        line = {"over_payment": amount}
        name = f"R{len(self.books.done)}"
        self.event("receipt", id=name, amount=amount, debtor=debtor, apply=[line])
        self.event("refund", debtor=debtor, amount="0.01")

    @rule(pair=invoices, part=PARTS, debtor=WHO)
    def use_credits(self, pair: tuple[str, str], part: int, debtor: str) -> None:
        """E5 from credits."""
        amount = text(max(1, self.owed(pair) // part))
        line = {"contract": pair[0], "invoice": pair[1], "amount": amount}
        self.event("apply", debtor=debtor, lines=[line])

    @rule(pair=invoices, part=PARTS, do=st.sampled_from(("dispute", "dispute_end", "correct")))
    def argue(self, pair: tuple[str, str], part: int, do: str) -> None:
        """E11, E28."""
        amount = text(max(1, self.owed(pair) // part))
        self.event(do, contract=pair[0], invoice=pair[1], amount=amount)

    @rule(pair=invoices, part=PARTS, more=st.sampled_from((0, 0, 10_00)))
    def credit_note(self, pair: tuple[str, str], part: int, more: int) -> None:
        """E9, or E10 for what is above the open amount."""
        amount = text(max(1, self.owed(pair) // part) + more)
        number = f"AV{len(self.books.done)}"
        facts = {"contract": pair[0], "invoice": pair[1], "number": number, "amount": amount}
        self.event("credit_note", **facts)

    @rule(pair=invoices, part=PARTS, do=st.sampled_from(("direct_payment", "fund_use")))
    def take(self, pair: tuple[str, str], part: int, do: str) -> None:
        """E14, E19."""
        amount = text(max(1, self.owed(pair) // part))
        self.event(do, contract=pair[0], invoice=pair[1], amount=amount)

    @rule(
        pair=invoices,
        do=st.sampled_from(("accept_short", "chargeback", "formal_notice", "interest")),
    )
    def end(self, pair: tuple[str, str], do: str) -> None:
        """E13, E18, E25, a notice."""
        facts = {"contract": pair[0], "invoice": pair[1]}
        if do == "interest":
            self.event("interest_received", **facts, interest="0.01", indemnity="40.00")
        else:
            self.event(do, **facts)

    @rule(name=NAMES, do=st.sampled_from(("pay_in", "reserve", "reserve_release")), amount=MONEY)
    def move(self, name: str, do: str, amount: str) -> None:
        """E15, specific reserves."""
        self.event(do, contract=name, amount=amount)

    @rule(target=payouts, name=NAMES, amount=st.none() | MONEY)
    def pay_out(self, name: str, amount: str | None) -> tuple[str, str]:
        """E3a."""
        known = f"P{len(self.books.done)}"
        self.event("payout", contract=name, id=known, **({"amount": amount} if amount else {}))
        return name, known

    @rule(pair=payouts, do=st.sampled_from(("confirm", "return")))
    def answer(self, pair: tuple[str, str], do: str) -> None:
        """E3b, E3c."""
        self.event(do, contract=pair[0], payout=pair[1])

    @rule(name=NAMES, amount=MONEY)
    def charge(self, name: str, amount: str) -> None:
        """A charge of the price list."""
        self.event("charge", contract=name, code="ancillary", amount=amount)

    @rule(name=NAMES, debtor=WHO, amount=MONEY)
    def fail(self, name: str, debtor: str, amount: str) -> None:
        """Insolvency, guarantee, indemnity, dividend (E20 to E24)."""
        self.event("insolvency", debtor=debtor)
        facts = {"contract": name, "debtor": debtor}
        self.event("guarantee_effective", **facts, insured_share="90.00", vat="20.00")
        self.event("indemnity", **facts, amount=amount)
        self.event("dividend", **facts, amount=amount)

    @rule(debtor=WHO, was_one=st.booleans())
    def recover(self, debtor: str, was_one: bool) -> None:  # noqa: FBT001 - a drawn argument
        """A procedure is over, or was typed in error (ADR 21)."""
        self.event("insolvency", debtor=debtor)
        self.books.act("end_procedure", (debtor, was_one))

    @rule(name=NAMES, more=st.sampled_from(OTHER_TERMS), days=st.integers(-2, 8))
    def terms(self, name: str, more: Row, days: int) -> None:
        """Other terms, from a day that may be past."""
        day = self.books.today + dt.timedelta(days)
        self.books.act("terms", {"contract": name, "from": str(day), **more})

    @rule(name=NAMES, number=st.integers(1, 20))
    def reverse(self, name: str, number: int) -> None:
        """E28 of an entry."""
        self.books.act("reverse", (name, number))

    @rule(name=receipts)
    def reverse_receipt(self, name: str) -> None:
        """E28 of a receipt."""
        self.books.act("reverse", (name, 0))

    @rule(count=st.sampled_from((1, 1, 2, 7)))
    def pass_days(self, count: int) -> None:
        """Time goes on."""
        self.books.act("promote", None)
        self.before = self.books.levels()
        self.books.act("pass_days", count)

    @rule()
    def promote(self) -> None:
        """E7."""
        self.books.act("promote", None)

    @invariant()
    def books_are_sound(self) -> None:
        """I1 to I6, I11 to I14, I16, D1 to D3."""
        assert broken_checks(self.books.world) == []

    @invariant()
    def nothing_was_lifted_above_a_line(self) -> None:
        """D5, I3: where Σ approved rose, it is within the line."""
        now = self.books.levels()
        for name, (approved, limit) in now.items():
            rose = approved > self.before.get(name, (0, 0))[0]
            assert not rose or approved <= limit, name
        self.before = now

    @invariant()
    def what_is_closed_stays_closed(self) -> None:
        """I4: the states of an invoice go forward only."""
        for one in self.books.invoices():
            key = one.contract, one.invoice
            assert self.ended.get(key, one.closed_by) == one.closed_by
            if not one.is_open:
                assert one.closed_by
                self.ended[key] = one.closed_by

    def teardown(self) -> None:
        """I15 and D6: played again it gives the same bytes. D4: wound down, the sums agree."""
        again = Books()
        for name, argument in self.books.done:
            again.act(name, argument)
        assert again.world.ledger.snapshot() == self.books.world.ledger.snapshot()
        for name in CONTRACTS:
            wind_down(self.books, name)
            assert_d4(self.books, name)


def text(cents: int) -> str:
    """Write cents as a story has them."""
    return f"{cents // 100}.{cents % 100:02d}"


def wind_down(books: Books, name: str) -> None:
    """Charge back what is open, release, bill, pay out or pay in, confirm."""
    for one in books.invoices():
        if one.contract == contract(name) and one.is_open:
            number = next(
                key for key, known in books.world.invoices.items() if known == one.invoice
            )
            books.event({"do": "chargeback", "contract": name, "invoice": number[1]})
    held = balance(books, name, chart.HOLD_SPECIFIC)
    if held:
        books.event({"do": "reserve_release", "contract": name, "amount": text(held)})
    fund = balance(books, name, chart.GUARANTEE_FUND)
    if fund:
        books.event({"do": "fund_use", "contract": name, "amount": text(fund)})
    books.pass_days(2)
    current = balance(books, name, chart.SELLER_CURRENT)
    if current < 0:
        books.event({"do": "pay_in", "contract": name, "amount": text(-current)})
    elif current > 0:
        books.event({"do": "payout", "contract": name, "id": "LAST"})
    for key in [key for key in books.world.payouts if key[0] == name]:
        books.event({"do": "confirm", "contract": name, "payout": key[1]})


def balance(books: Books, name: str, account: str) -> int:
    """Return a balance of a contract, as it is read: what is owed or earned is positive."""
    return chart.signed(account, raw(books, name, account))


def raw(books: Books, name: str, account: str) -> int:
    """Return a balance of a contract, debit less credit."""
    position = books.world.ledger.get(Position, contract=contract(name))
    assert position is not None
    return position.balances.get(account, 0)


def assert_d4(books: Books, name: str) -> None:
    """Pay-outs less repayments = cash for the contract + losses of ours - charges - VAT."""
    if any(balance(books, name, account) for account in chart.SELLER_ACCOUNTS):
        return  # a ceiling or the smallest pay-out kept the rest in
    ledger, journal = books.world.ledger, contract_journal(contract(name))
    paid = sum(
        one.amount_cents
        for one in ledger.list(PayOut, contract=contract(name))
        if one.state is PayOutState.CONFIRMED
    )
    moved = {
        kind: sum(
            line.cents
            for entry in ledger.list(Entry, journal=journal)
            if entry.kind in kind
            for line in entry.lines
            if line.account == chart.BANK_CLEARING
        )
        for kind in (CLEARED, ("E15",))
    }
    own = sum(raw(books, name, account) for account in OWN)
    assert paid - moved["E15",] == moved[CLEARED] + own


AnyOrder.TestCase.settings = settings(
    max_examples=max(8, settings().max_examples // 25), stateful_step_count=30
)
TestAnyOrder = AnyOrder.TestCase
