"""A small world of French sellers, debtors and their payments, each with the truth of what it pays.

It knows nothing of the matcher: a payment is marked decidable by this page's own rule, that label,
account or amount leave one answer (``french_truth``). What was meant is applied after each payment,
as staff would do, so that the next one finds the books as they should be.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Iterator
from random import Random
from typing import Final

from tests.simulations.french_labels import (
    CREDIT_WORDS,
    JOINS,
    LONG,
    SHORT,
    WITH_NUMBERS,
    WORDS,
    Written,
    creditor_reference,
    is_same,
    write_number,
)
from tests.simulations.french_model import Document, Owed, Payment, Plan
from tests.simulations.french_truth import is_decidable

SELLERS, DEBTORS, GROUPS = 24, 120, 8
START: Final = dt.date(2026, 1, 5)
FORMATS: Final = (
    "FA-{year}-{n:04d}",
    "FA-{year}-{n:04d}",
    "F{yy}{n:05d}",
    "FAC{n:05d}",
    "{year}{n:05d}",
    "{n:06d}",
    "BT{yy}-{n:04d}",
    "FC/{yy}/{n:04d}",
    "VE{year}{n:05d}",
    "{yy}01-{n:03d}",
    "INV-{n:05d}",
    "AR-{year}-{n:04d}",
)
GAPS: Final = (1, 1, 2, 3, 5, 8, 13, 21, 34)
"""From one invoice of a seller to the next one that matters: it bills others in between."""

FIRST_WORDS: Final = (
    "ATELIERS",
    "BATI",
    "COMPTOIR",
    "DELTA",
    "ELECTRO",
    "FONDERIE",
    "GARAGE",
    "HORIZON",
)
SECOND_WORDS: Final = (
    "ALPES",
    "BRETAGNE",
    "CENTRE",
    "DURANCE",
    "ESTEREL",
    "FOREZ",
    "GASCOGNE",
    "HAUT RHIN",
    "ISERE",
    "JURA",
    "LOIRE",
    "MORVAN",
    "NORD",
    "OISE",
    "PERIGORD",
)
FORMS: Final = ("SAS", "SARL", "SA", "")
KINDS: Final = {
    "named": 300,
    "several": 140,
    "less-credit": 55,
    "two-sellers": 35,
    "part": 40,
    "part-without-number": 30,
    "unlabelled": 100,
    "all-open": 45,
    "sum": 45,
    "paid-twice": 35,
    "never-sold": 30,
    "structured": 50,
    "end-to-end": 30,
    "cents-off": 25,
    "too-much": 20,
    "unknown-payer": 40,
    "unknown-credit": 20,
    "nothing-of-ours": 10,
}
"""How many in a thousand payments are of each kind."""

CHANNELS: Final = {"camt": 60, "cfonb": 15, "cfonb+": 12, "mt940": 13}
"""How many in a hundred come in each format; ``cfonb`` has the label alone, 31 signs of it."""


class World:
    """Who owes what to whom, payment after payment; the same seed gives the same world."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - a simulation
        self.formats = [self.random.choice(FORMATS) for _ in range(SELLERS)]
        self.next_number = [self.random.randint(90, 900) for _ in range(SELLERS)]
        names = [f"{a} {b}" for a in FIRST_WORDS for b in SECOND_WORDS]
        self.random.shuffle(names)
        self.names = [f"{name} {self.random.choice(FORMS)}".strip() for name in names[:DEBTORS]]
        self.sellers_of = [
            self.random.sample(range(SELLERS), self.random.randint(1, 3)) for _ in names
        ]
        self.accounts = [self._iban(n) for n in range(DEBTORS)]
        self.group_of = {debtor: debtor % GROUPS for debtor in range(3 * GROUPS)}
        self.subscriptions = {
            debtor: self.random.randint(4, 90) * 25_00 for debtor in range(60, 85)
        }
        self.open: dict[int, list[Document]] = defaultdict(list)
        self.unsold: dict[int, list[Document]] = defaultdict(list)
        self.paid: dict[int, deque[Document]] = defaultdict(lambda: deque(maxlen=12))
        self.credits: dict[int, list[Owed]] = defaultdict(list)
        self.seen: dict[str, list[int]] = defaultdict(list)
        self.to_seller: deque[tuple[int, Document]] = deque()
        self.serial = 0

    def _iban(self, number: int) -> str:
        bank, rest = self.random.randint(10**9, 10**10 - 1), self.random.randint(10**7, 10**8 - 1)
        return f"FR76{bank}{number:05d}{rest}"

    def payments(self, count: int) -> Iterator[Payment]:
        """Yield payments; the world stands as before each while it is looked at."""
        kinds, weights = list(KINDS), list(KINDS.values())
        for _ in range(count):
            self.serial += 1
            plan = self._plan(self.random.choices(kinds, weights)[0])
            while plan.cents <= 0:  # a credit as large as the invoices: nothing is paid
                plan = self._plan(self.random.choices(kinds, weights)[0])
            yield self._payment(plan)
            self._apply(plan)

    @property
    def documents(self) -> list[Document]:
        """Every open invoice that the factor has."""
        return [one for listed in self.open.values() for one in listed]

    def _number(self, seller: int) -> str:
        self.next_number[seller] += self.random.choice(GAPS)
        year = 2026 + self.next_number[seller] // 9000
        return self.formats[seller].format(
            year=year, yy=year % 100, n=self.next_number[seller] % 9000
        )

    def _amount(self, debtor: int) -> int:
        if debtor in self.subscriptions and self.random.random() < 0.7:
            return self.subscriptions[debtor]
        cents = round(10 ** self.random.uniform(3.9, 6.6))
        return max(100_00, round(cents, -4)) if self.random.random() < 0.12 else cents

    def _bill(self, debtor: int, *, is_sold: bool = True) -> Document:
        seller = self.random.choice(self.sellers_of[debtor])
        cents = self._amount(debtor)
        made = Document(seller, debtor, self._number(seller), cents, cents, is_sold)
        (self.open if is_sold else self.unsold)[debtor].append(made)
        return made

    def _some(self, debtor: int, least: int) -> list[Document]:
        """Return the debtor's open invoices, after billing until there are enough."""
        while len(self.open[debtor]) < max(least, self.random.randint(1, 6)):
            self._bill(debtor)
        return self.open[debtor]

    def _plan(self, kind: str) -> Plan:
        debtor = self.random.randrange(DEBTORS)
        plan = Plan(kind, debtor)
        listed = self._some(debtor, 3)
        one = self.random.choice(listed)
        if kind in ("named", "structured", "end-to-end", "unknown-payer"):
            plan.paid = [(one, one.open_cents)]
        elif kind == "several":
            seller = [each for each in listed if each.seller == one.seller]
            chosen = self.random.sample(seller, self.random.randint(1, min(5, len(seller))))
            plan.paid = [(each, each.open_cents) for each in chosen]
        elif kind == "two-sellers":
            plan.paid = [(each, each.open_cents) for each in self.random.sample(listed, 2)]
        elif kind in ("less-credit", "unknown-credit"):
            self._deduct(plan, one)
        elif kind in ("part", "part-without-number"):
            plan.paid = [(one, self._part_of(one))]
            plan.is_numbered = kind == "part"
        elif kind == "unlabelled":
            plan.paid, plan.is_numbered = [(one, one.open_cents)], False
        elif kind in ("all-open", "sum"):
            seller = [each for each in listed if each.seller == one.seller]
            size = (
                len(seller) if kind == "all-open" else min(self.random.randint(2, 4), len(seller))
            )
            chosen = self.random.sample(seller, size)
            plan.paid, plan.is_numbered = [(each, each.open_cents) for each in chosen], False
        else:
            self._plan_odd(plan, one)
        return plan

    def _plan_odd(self, plan: Plan, one: Document) -> None:
        if plan.kind == "cents-off":
            off = self.random.choice((-50, -3, -2, -1, 1, 2, 5))
            plan.paid = [(one, one.open_cents + min(0, off))]
            plan.extra_cents = max(0, off)
        elif plan.kind == "too-much":
            plan.paid, plan.extra_cents = [(one, one.open_cents)], self.random.randint(500, 90_000)
        elif plan.kind == "paid-twice" and self.paid[plan.debtor]:
            again = self.random.choice(self.paid[plan.debtor])
            plan.paid, plan.is_numbered = [(again, again.cents)], self.random.random() < 0.6
        elif plan.kind in ("never-sold", "paid-twice"):
            unsold = self._bill(plan.debtor, is_sold=False)
            plan.paid, plan.is_numbered = [(unsold, unsold.cents)], self.random.random() < 0.8
        else:
            plan.extra_cents, plan.is_numbered = self.random.randint(1_000, 900_000), False

    def _deduct(self, plan: Plan, one: Document) -> None:
        """Several invoices of one seller less a credit note, known to the factor or not."""
        same = [each for each in self.open[plan.debtor] if each.seller == one.seller]
        chosen = self.random.sample(same, self.random.randint(1, min(3, len(same))))
        plan.paid = [(each, each.open_cents) for each in chosen]
        total = sum(each.open_cents for each in chosen)
        self.next_number[one.seller] += 1
        serial = self.next_number[one.seller] % 9000
        number = f"AV{self.formats[one.seller].format(year=2026, yy=26, n=serial)}"
        owed = Owed(number, self.random.randint(total // 50 + 1, total // 3 + 1))
        plan.noted = number if self.random.random() < 0.7 else ""
        if plan.kind == "less-credit":
            self.credits[plan.debtor].append(owed)
            plan.credits_used = [owed]
            return
        largest = max(chosen, key=lambda each: each.open_cents)
        less = min(owed.cents, largest.open_cents // 2)
        plan.paid = [(each, each.open_cents - (less if each is largest else 0)) for each in chosen]

    def _part_of(self, one: Document) -> int:
        cents = one.open_cents * self.random.choice((30, 50, 50, 70)) // 100
        return (
            max(100_00, round(cents, -4))
            if cents > 200_00 and self.random.random() < 0.5
            else cents
        )

    def _payment(self, plan: Plan) -> Payment:
        channel = self.random.choices(list(CHANNELS), list(CHANNELS.values()))[0]
        if plan.kind in ("structured", "end-to-end"):
            channel = "camt"
        account, payer = self._payer(plan)
        written, label, structured, end_to_end = self._label(plan)
        if channel == "cfonb":
            label = f"VIR {payer} {label}"[:SHORT].strip()
        label = label[:LONG].strip()
        account = account if channel == "camt" else ""
        truth = {doc.key: cents for doc, cents in plan.paid if doc.is_sold and doc.open_cents}
        if plan.kind == "unknown-credit" and len(plan.paid) > 1:
            truth = {}  # which of them is paid short, only the seller can say
        return Payment(
            serial=self.serial,
            kind=plan.kind,
            channel=channel,
            cents=plan.cents,
            payer=payer,
            account=account,
            label=label,
            structured=structured,
            end_to_end_id=end_to_end,
            truth=truth,
            debtor=plan.debtor if truth else None,
            credit_cents=sum(credit.cents for credit in plan.credits_used),
            is_decidable=is_decidable(
                self,
                plan,
                account,
                written=written,
                label=f"{label} {structured} {end_to_end}".strip(),
            ),
        )

    def _payer(self, plan: Plan) -> tuple[str, str]:
        if plan.kind in ("unknown-payer", "nothing-of-ours"):
            name = self.random.choice(
                ("DUPONT JEAN", "CARPA LYON", "NOTAIRE MEUNIER", "AFFACTEUR EST")
            )
            return self._iban(DEBTORS + self.serial % 90_000), name
        group = self.group_of.get(plan.debtor)
        if group is not None and self.random.random() < 0.7:
            return self.accounts[group], f"HOLDING {SECOND_WORDS[group]}"
        return self.accounts[plan.debtor], self.names[plan.debtor]

    def _label(self, plan: Plan) -> tuple[list[Written], str, str, str]:
        """Return the numbers as typed, the text, a creditor's reference and an end-to-end id."""
        if plan.kind == "structured" and plan.paid:
            reference = creditor_reference(plan.paid[0][0].number)
            number = plan.paid[0][0].number
            return [Written(number, reference, is_whole=True)], "", reference, ""
        written = [write_number(self.random, doc.number) for doc, _ in plan.paid]
        self._indicate(plan, written)
        if plan.kind == "end-to-end":
            return written[:1], self.random.choice(WORDS), "", written[0].text.replace(" ", "")[:35]
        if not plan.is_numbered:
            return [], self.random.choice(WORDS), "", ""
        code = f"{plan.debtor:03d}"
        day = START + dt.timedelta(self.serial % 300)
        numbers = self.random.choice(JOINS).join(one.text for one in written)
        text = self.random.choice(WITH_NUMBERS).format(numbers, code=code, day=day)
        if plan.noted:
            text += self.random.choice(CREDIT_WORDS) + plan.noted
        return written, text, "", ""

    def _indicate(self, plan: Plan, written: list[Written]) -> None:
        """Let a mistyped number count where it names another open invoice of the same amount.

        It is the debtor who says which debt is paid (code civil, article 1342-10).
        """
        for place, one in enumerate(written):
            doc, cents = plan.paid[place]
            listed = [] if not one.is_wrong else self.open[plan.debtor]
            for other in listed:
                is_free = all(other is not paid for paid, _ in plan.paid)
                if (
                    is_free
                    and other.open_cents == doc.open_cents
                    and is_same(other.number, one.text)
                ):
                    plan.paid[place] = (other, cents)

    def _apply(self, plan: Plan) -> None:
        """Book what was meant, remember the account, let some pay the seller instead."""
        for doc, cents in plan.paid:
            if doc.is_sold and doc.open_cents:
                self._settle(doc, min(cents, doc.open_cents))
        used = [credit.number for credit in plan.credits_used]
        kept = [credit for credit in self.credits[plan.debtor] if credit.number not in used]
        self.credits[plan.debtor] = kept
        if self.random.random() < 0.04:
            self.to_seller.append((self.serial, self.random.choice(self._some(plan.debtor, 1))))
        while self.to_seller and self.to_seller[0][0] < self.serial - 60:
            _, doc = self.to_seller.popleft()
            self._settle(doc, doc.open_cents)

    def _settle(self, doc: Document, cents: int) -> None:
        doc.open_cents -= cents
        if not doc.open_cents and doc in self.open[doc.debtor]:
            self.open[doc.debtor].remove(doc)
            self.paid[doc.debtor].append(doc)

    def learn(self, payment: Payment) -> None:
        """Remember from which account a debtor paid: what the factor's books know afterwards."""
        known = self.seen[payment.account]
        if payment.account and payment.debtor is not None and payment.debtor not in known:
            known.append(payment.debtor)
