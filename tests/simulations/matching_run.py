"""The matcher over simulated payments, read from the bank's own files, against the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bordereau.domain import bank_entries
from bordereau.domain.claims import Verdict
from bordereau.domain.identifiers import ContractId, InvoiceId, PartyId
from bordereau.domain.matching import (
    Incoming,
    Match,
    OpenItem,
    OwedCredit,
    Owing,
    match_receipt,
)
from bordereau.readers.bank import read_bank
from tests.simulations.french_bank import World
from tests.simulations.french_model import Document, Payment
from tests.simulations.french_statements import statement_of

TOLERANCE_CENTS = 100


@dataclass(frozen=True)
class WorldRegister:
    """What the factor's books know of the simulated world."""

    world: World

    def owing(self, debtors: Sequence[PartyId]) -> Owing:
        """Return what these debtors owe."""
        numbers = [_number_of(debtor) for debtor in debtors]
        items = [_item(doc) for number in numbers for doc in self.world.open[number]]
        owed = [
            OwedCredit(_party(number), credit.number, credit.cents)
            for number in numbers
            for credit in self.world.credits[number]
        ]
        return Owing(items, owed, {_party(n): self.world.names[n] for n in numbers})

    def owing_of_all(self) -> Owing:
        """Return what everybody owes."""
        return self.owing([_party(number) for number, docs in self.world.open.items() if docs])

    def paid(self, debtors: Sequence[PartyId]) -> list[OpenItem]:
        """Return what these debtors paid lately."""
        return [
            _item(doc, doc.cents) for one in debtors for doc in self.world.paid[_number_of(one)]
        ]


def _party(number: int) -> PartyId:
    return PartyId(f"local:D-{number:04d}")


def _number_of(party: PartyId) -> int:
    return int(party.rpartition("-")[2])


def _item(doc: Document, cents: int | None = None) -> OpenItem:
    contract = ContractId(f"local:C-{doc.seller:04d}/EUR")
    open_cents = doc.open_cents if cents is None else cents
    return OpenItem(
        *(contract, InvoiceId(f"2026#{doc.number}"), doc.number, _party(doc.debtor)),
        open_cents,
        TOLERANCE_CENTS,
    )


@dataclass(frozen=True)
class Judged:
    """One payment, what was matched, and how that compares with the truth."""

    payment: Payment
    match: Match
    is_wrong: bool
    is_whole: bool


@dataclass
class Tally:
    """Counts over many payments; ``wrong`` are those that would have cost somebody money."""

    payments: int = 0
    decidable: int = 0
    automatic: int = 0
    right: int = 0
    found: int = 0
    wrong: list[Judged] = field(default_factory=list)
    missed: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def recall_bps(self) -> int:
        """Found among the decidable, in basis points."""
        return self.found * 100_00 // max(1, self.decidable)

    def add(self, judged: Judged) -> None:
        """Count one payment."""
        payment, match = judged.payment, judged.match
        self.payments += 1
        self.automatic += match.is_certain
        self.right += match.is_certain and not judged.is_wrong
        if judged.is_wrong:
            self.wrong.append(judged)
        if payment.is_decidable:
            self.decidable += 1
            self.found += judged.is_whole
            if not judged.is_whole:
                self.missed[payment.kind, match.why] += 1


def judged_payments(seed: int, count: int) -> Iterator[Judged]:
    """Yield payments with their match, each through the bytes of its bank file."""
    world = World(seed)
    for payment in world.payments(count):
        yield _judge(payment, match_receipt(_incoming(payment, world), WorldRegister(world)))
        world.learn(payment)


def _incoming(payment: Payment, world: World) -> Incoming:
    claim = read_bank(f"{payment.serial}", statement_of(payment))
    assert claim.verdict is Verdict.ACCEPT, claim.problems
    (entry,) = bank_entries.named(claim.statements[0].entries)
    assert entry.cents == payment.cents
    known = tuple(_party(number) for number in world.seen.get(entry.entry.account, ()))
    return Incoming(entry.cents, entry.text, entry.entry.counterparty, known)


def _judge(payment: Payment, match: Match) -> Judged:
    """Wrong is a line that was not meant, or with another amount; whole is all that was meant."""
    lines = {_key(line.contract, line.number): line.amount_cents for line in match.lines}
    credit_cents = sum(line.credit_cents for line in match.lines)
    is_within = all(payment.truth.get(key) == cents for key, cents in lines.items())
    is_whole = match.is_certain and lines == payment.truth and is_within
    is_wrong = match.is_certain and (
        not is_within or (credit_cents not in (0, payment.credit_cents))
    )
    return Judged(payment, match, is_wrong, is_whole and not is_wrong)


def _key(contract: ContractId, number: str) -> tuple[int, str]:
    return int(contract.removesuffix("/EUR").rpartition("-")[2]), number


def tally(seed: int, count: int) -> Tally:
    """Return the counts over so many payments."""
    counts = Tally()
    for judged in judged_payments(seed, count):
        counts.add(judged)
    return counts
