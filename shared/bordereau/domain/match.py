"""The words of matching: what is open, what comes in, and what it seems to pay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bordereau.domain.identifiers import ContractId, InvoiceId, PartyId
from bordereau.domain.work import ProposedLine

Why = Literal[
    "named-exact",
    "named-cents-off",
    "named-less-credits",
    "named-and-more",
    "named-and-amount",
    "named-part",
    "hinted-exact",
    "amount-exact",
    "all-open",
    "all-open-less-credits",
    "combination",
    "named-too-little",
    "number-twice",
    "number-cut",
    "number-near",
    "number-and-amount-differ",
    "other-number",
    "paid-before",
    "amount-of-several",
    "amount-round",
    "combination-by-chance",
    "all-open-sellers",
    "amount-of-stranger",
    "payer-name",
    "no-match",
]
"""Why lines are certain (the first eleven) or only proposed."""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An open invoice as matching sees it; items come oldest first.

    ``tolerance_cents`` is what the terms of its contract let go.
    """

    contract: ContractId
    invoice: InvoiceId
    number: str
    debtor: PartyId
    open_cents: int
    tolerance_cents: int = 0


@dataclass(frozen=True, slots=True)
class OwedCredit:
    """What a debtor has with us and may deduct: a credit note's number, or none."""

    debtor: PartyId
    number: str
    left_cents: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is left of a receipt, what its transfer says, and who paid from that account before.

    ``debtors`` are several where one account pays for a group, none for a stranger.
    ``is_settled``: staff said who paid, nobody else's items are looked at.
    """

    cents: int
    text: str
    payer: str = ""
    debtors: tuple[PartyId, ...] = ()
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Lines that are certain, or that a person should look at; ``rest_cents`` nobody takes."""

    why: Why
    lines: tuple[ProposedLine, ...] = ()
    rest_cents: int = 0
    debtor: PartyId | None = None
    is_certain: bool = False


@dataclass(frozen=True, slots=True)
class Owing:
    """What a receipt may be for: open items, credits owed, and the names of their debtors."""

    items: Sequence[OpenItem]
    credits_owed: Sequence[OwedCredit] = ()
    names: Mapping[PartyId, str] | None = None

    def of(self, debtor: PartyId) -> list[OpenItem]:
        """Return the items of one debtor."""
        return [item for item in self.items if item.debtor == debtor]

    def credits_of(self, debtors: Iterable[PartyId]) -> list[OwedCredit]:
        """Return the credits of some debtors."""
        wanted = set(debtors)
        return [credit for credit in self.credits_owed if credit.debtor in wanted]

    def name(self, debtor: PartyId) -> str:
        """Return the name of a debtor, as far as it is given."""
        return (self.names or {}).get(debtor, "")


def total_of(items: Iterable[OpenItem]) -> int:
    """Return what is open of some items together."""
    return sum(item.open_cents for item in items)


def line_of(item: OpenItem, cents: int, credit_cents: int = 0) -> ProposedLine:
    """Return a line that pays so much of an item, ``credit_cents`` of it from credits."""
    return ProposedLine(item.contract, item.invoice, item.number, cents, credit_cents)


def nothing(why: Why, incoming: Incoming) -> Match:
    """Return a match without a line; its debtor is the one that the account is known for."""
    debtor = incoming.debtors[0] if len(incoming.debtors) == 1 else None
    return Match(why, rest_cents=incoming.cents, debtor=debtor)


def certain(
    why: Why,
    items: Sequence[OpenItem],
    *,
    debtor: PartyId | None,
    credit_cents: int = 0,
    rest_cents: int = 0,
) -> Match:
    """Return a match that pays items in full, the credits used on the first of them."""
    lines, credit = [], credit_cents
    for item in items:
        part = min(credit, item.open_cents)
        lines.append(line_of(item, item.open_cents, part))
        credit -= part
    return Match(why, tuple(lines), rest_cents, debtor, is_certain=True)


def short(why: Why, items: Sequence[OpenItem], *, lacking_cents: int) -> Match:
    """Return a match that pays items in full but for some cents of the largest."""
    largest = max(items, key=lambda item: item.open_cents)
    lines = tuple(
        line_of(item, item.open_cents - (lacking_cents if item is largest else 0)) for item in items
    )
    return Match(why, lines, debtor=items[0].debtor, is_certain=True)


def doubted(why: Why, match: Match) -> Match:
    """Return a match as a proposal, for another reason; nothing of it is certain."""
    return replace(match, why=why, is_certain=False)


def too_little(why: Why, incoming: Incoming, named: Sequence[OpenItem]) -> Match:
    """Propose the named invoices in their order, as far as the money goes."""
    lines, left = [], incoming.cents
    for item in named:
        part = min(left, item.open_cents)
        if part:
            lines.append(line_of(item, part))
        left -= part
    debtors = {item.debtor for item in named}
    return Match(why, tuple(lines), left, debtors.pop() if len(debtors) == 1 else None)
