"""The matcher over the payments of ``nasty_bank``, against their truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bordereau.domain.identifiers import ContractId, InvoiceId, PartyId
from bordereau.domain.matching import Incoming, Match, OpenItem, OwedCredit, Owing, match_receipt
from tests.simulations.nasty_bank import Little, Open, Trapped, trapped_payments

TOLERANCE_CENTS = 100


@dataclass(frozen=True)
class LittleRegister:
    """What the books hold of a little world."""

    world: Little

    def owing(self, debtors: Sequence[PartyId]) -> Owing:
        """Return what these debtors owe."""
        chosen = {_number(debtor) for debtor in debtors}
        return Owing(
            [_item(one) for one in self.world.items if one.debtor in chosen],
            [
                OwedCredit(_party(debtor), number, cents)
                for debtor, number, cents in self.world.owed
                if debtor in chosen
            ],
            {_party(number): self.world.names[number] for number in sorted(chosen)},
        )

    def owing_of_all(self) -> Owing:
        """Return what everybody owes."""
        return self.owing([_party(number) for number in range(len(self.world.names))])

    def paid(self, debtors: Sequence[PartyId]) -> list[OpenItem]:
        """Return what these debtors paid lately."""
        chosen = {_number(debtor) for debtor in debtors}
        return [_item(one) for one in self.world.paid if one.debtor in chosen]


@dataclass
class Tally:
    """Counts; ``wrong`` are automatic matches that were not meant, ``missed`` the decidable."""

    payments: int = 0
    decidable: int = 0
    automatic: int = 0
    found: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)
    traps: Counter[str] = field(default_factory=Counter)

    def add(self, world: Little, payment: Trapped) -> None:
        """Match one payment and count it."""
        known = tuple(map(_party, payment.known))
        incoming = Incoming(payment.cents, payment.text, payment.payer, known)
        match = match_receipt(incoming, LittleRegister(world))
        lines = {_key(line.contract, line.number): line.amount_cents for line in match.lines}
        is_within = all(payment.truth.get(key) == cents for key, cents in lines.items())
        self.payments += 1
        self.traps[payment.trap] += 1
        self.automatic += match.is_certain
        self.decidable += payment.is_decidable
        if match.is_certain and not is_within:
            self.wrong.append(_told(match, payment))
        elif match.is_certain and payment.is_decidable and lines == payment.truth:
            self.found += 1
        elif payment.is_decidable:
            self.missed[f"{payment.trap}: {match.why}"] += 1


def _told(match: Match, payment: Trapped) -> str:
    lines = [(line.number, line.amount_cents) for line in match.lines]
    return f"{match.why} {lines}: {payment}"


def _party(number: int) -> PartyId:
    return PartyId(f"local:D-{number:04d}")


def _number(party: PartyId) -> int:
    return int(party.rpartition("-")[2])


def _item(one: Open) -> OpenItem:
    contract = ContractId(f"local:C-{one.seller:04d}/EUR")
    invoice = InvoiceId(f"2026#{one.number}")
    return OpenItem(contract, invoice, one.number, _party(one.debtor), one.cents, TOLERANCE_CENTS)


def _key(contract: ContractId, number: str) -> tuple[int, str]:
    return int(contract.removesuffix("/EUR").rpartition("-")[2]), number


def nasty_tally(seed: int, count: int) -> Tally:
    """Return the counts over so many payments."""
    counts = Tally()
    for world, payment in trapped_payments(seed, count):
        counts.add(world, payment)
    return counts
