"""What is available, explained: each amount is a sum of parts, down to the entries that made it.

Pure. Signed cents, as they go down the waterfall: what adds is positive, what is kept or was drawn
is negative. Every sum is exact; a constructor that is given another one raises ``AssertionError``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bordereau.domain import chart
from bordereau.domain.availability import CHARGES, StepCode, Waterfall
from bordereau.domain.concentration import DebtorHold
from bordereau.domain.entries import Entry

ACCOUNTS: Final = {
    StepCode.OUTSTANDING: (chart.RECEIVABLES,),
    StepCode.UNAPPROVED: (chart.HOLD_UNAPPROVED,),
    StepCode.DISPUTED: (chart.HOLD_DISPUTE,),
    StepCode.DEFUNDED: (chart.HOLD_DEFUNDED,),
    StepCode.SPECIFIC: (chart.HOLD_SPECIFIC,),
    StepCode.FUND: (chart.GUARANTEE_FUND,),
    StepCode.DRAWN: tuple(
        code
        for code in chart.CHART
        if code not in (chart.RECEIVABLES, *chart.SELLER_ACCOUNTS, *CHARGES)
    ),
    StepCode.CHARGED: CHARGES,
    StepCode.CURRENT: (chart.SELLER_CURRENT,),
}
"""The accounts whose lines make a step. All but the receivables, the seller's own and the charges
are what was drawn and what debtors paid: entries balance, so nothing is left over."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one entry adds to an amount; ``invoice`` where its share is of an event."""

    seq: int
    booked_on: dt.date
    kind: str
    documents: tuple[str, ...]
    cents: int
    invoice: str = ""


class BasisCode(StrEnum):
    """What a computed amount is made of, besides advances on invoices."""

    ADVANCE = "advance"
    QUOTA = "quota"
    CEILING = "agreed"
    IN_USE = "in_use"
    DRAWABLE = "drawable"


@dataclass(frozen=True, slots=True)
class Basis:
    """A term of an amount that is computed and not posted; ``invoice`` for an advance."""

    code: BasisCode
    cents: int
    invoice: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """What one invoice, event or debtor adds: the sum of its entries' parts.

    ``invoice`` is empty for what belongs to no invoice; it goes by ``kind`` then. A share that is
    computed and not posted (concentration, ceiling) has its ``basis`` instead of entries.
    """

    cents: int
    invoice: str = ""
    kind: str = ""
    debtor: str = ""
    parts: tuple[Part, ...] = ()
    basis: tuple[Basis, ...] = ()

    def __post_init__(self) -> None:
        parts = [part.cents for part in self.parts] or [term.cents for term in self.basis]
        assert sum(parts) == self.cents, f"the parts of {self.invoice or self.kind or self.debtor}"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the waterfall; ``is_total`` for a sum of the lines above it."""

    code: StepCode
    cents: int
    shares: tuple[Share, ...] = ()
    is_total: bool = False

    def __post_init__(self) -> None:
        if self.shares:
            assert sum(share.cents for share in self.shares) == self.cents, f"shares of {self.code}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A contract's waterfall at the end of a day; ``seq`` is the last entry that it counts."""

    contract: str
    currency: str
    on: dt.date
    seq: int
    terms_revision: int
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        running = 0
        for step in self.steps:
            if step.is_total:
                assert running == step.cents, f"the lines above {step.code}"
            else:
                running += step.cents

    def step(self, code: StepCode) -> Step:
        """Return a line of the waterfall."""
        return next(step for step in self.steps if step.code is code)


def steps_of(
    entries: Sequence[Entry], found: Waterfall, held: Iterable[DebtorHold]
) -> tuple[Step, ...]:
    """Return the lines from the outstanding down to what is available.

    ``entries`` are all of the contract's until the day, ``found`` its waterfall after them, and
    ``held`` the concentration holds by debtor.
    """
    opened = {
        StepCode.CONCENTRATION: tuple(_withheld(one) for one in held if one.cents),
        StepCode.CEILING: tuple(_cut(found)),
        StepCode.AVAILABLE: (),
    }
    steps = []
    for line in found.lines():
        made = opened.get(line.code)
        if made is None:
            sign = -1 if line.code is StepCode.CURRENT else 1
            made = shares(entries, ACCOUNTS[line.code], sign)
        steps.append(Step(line.code, line.cents, made, line.is_total))
    return tuple(steps)


def _withheld(held: DebtorHold) -> Share:
    advances = (Basis(BasisCode.ADVANCE, -cents, name) for name, cents in held.advances)
    quota = Basis(BasisCode.QUOTA, held.quota_cents)
    return Share(-held.cents, debtor=held.debtor, basis=(*advances, quota))


def _cut(found: Waterfall) -> Iterator[Share]:
    """Yield what the contract's ceiling cuts: the room under it, less what might be drawn."""
    if found.ceiling_cut_cents:
        assert found.ceiling_room_cents is not None, "only a ceiling cuts"
        drawable = found.seller_current_cents - found.concentration_cents
        basis = (
            Basis(BasisCode.CEILING, found.ceiling_room_cents + found.funds_in_use_cents),
            Basis(BasisCode.IN_USE, -found.funds_in_use_cents),
            Basis(BasisCode.DRAWABLE, -drawable),
        )
        yield Share(-found.ceiling_cut_cents, kind=StepCode.CEILING, basis=basis)


def shares(entries: Iterable[Entry], accounts: Iterable[str], sign: int = 1) -> tuple[Share, ...]:
    """Return what made the balance of some accounts: by invoice, else by event.

    What was drawn, charged and paid is by event, whatever invoice its lines name. ``sign`` is 1 for
    cents as they are debited. A share whose parts cancel out is left out, the others are in the
    order in which they began.
    """
    wanted = frozenset(accounts)
    by_event = wanted.isdisjoint((chart.RECEIVABLES, *chart.SELLER_ACCOUNTS))
    groups: dict[tuple[str, str], list[Part]] = {}
    debtors: dict[str, str] = {}
    for entry in entries:
        for invoice, cents in _by_invoice(entry, wanted).items():
            of_invoice = "" if by_event else invoice
            place = (of_invoice, "" if of_invoice else entry.kind)
            named = "" if of_invoice else invoice
            part = Part(
                entry.seq, entry.booked_on, entry.kind, entry.documents, sign * cents, named
            )
            groups.setdefault(place, []).append(part)
        debtors |= {line.invoice: line.debtor for line in entry.lines if line.debtor}
    return tuple(
        Share(total, invoice, kind, debtors.get(invoice, "") if invoice else "", tuple(parts))
        for (invoice, kind), parts in groups.items()
        if (total := sum(part.cents for part in parts))
    )


def _by_invoice(entry: Entry, wanted: frozenset[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in entry.lines:
        if line.account in wanted:
            found[line.invoice] = found.get(line.invoice, 0) + line.cents
    return {invoice: cents for invoice, cents in found.items() if cents}
