"""What a seller may draw, with the reason for each cent that it may not (handbook domain 2.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bordereau.domain import chart, fund
from bordereau.domain.books import ContractStatus, Position
from bordereau.domain.terms import Terms


class StepCode(StrEnum):
    """The lines of the waterfall, as ``explain``, the weekly statement and « Fonds » name them."""

    OUTSTANDING = "outstanding"
    UNAPPROVED = "unapproved"
    DISPUTED = "disputed"
    DEFUNDED = "defunded"
    SPECIFIC = "specific"
    FUND = "fund"
    DRAWN = "drawn"
    CHARGED = "charged"
    CURRENT = "current"
    CONCENTRATION = "concentration"
    CEILING = "ceiling"
    AVAILABLE = "available"


TOTALS: tuple[StepCode, ...] = (StepCode.CURRENT, StepCode.AVAILABLE)
"""The lines that are sums of those above them."""

CHARGES: tuple[str, ...] = (
    chart.FEE_FACTORING,
    chart.FEE_FINANCING,
    chart.ANCILLARY,
    chart.VAT_OUTPUT,
)
"""What was charged, with its VAT; all that is neither this nor the seller's own was drawn or
paid."""


@dataclass(frozen=True, slots=True)
class WaterfallLine:
    """One line of the waterfall, signed as it goes down: what is kept or was drawn is negative."""

    code: StepCode
    cents: int

    @property
    def is_total(self) -> bool:
        """Whether it is the sum of the lines above it."""
        return self.code in TOTALS


@dataclass(frozen=True, slots=True)
class Waterfall:
    """From the outstanding down to what is available; cents, as people read them.

    ``outstanding - unapproved - disputed - defunded - specific - fund - drawn - charged`` is
    ``seller_current``; less ``concentration``, at most ``ceiling - funds_in_use``, is
    ``available``. ``drawn`` is net of what debtors paid.
    """

    outstanding_cents: int
    unapproved_cents: int
    disputed_cents: int
    defunded_cents: int
    specific_cents: int
    fund_cents: int
    drawn_cents: int
    charged_cents: int
    seller_current_cents: int
    concentration_cents: int
    funds_in_use_cents: int
    ceiling_room_cents: int | None
    available_cents: int

    @property
    def over_advance_cents(self) -> int:
        """What the seller owes, when it was advanced too much."""
        return max(0, -self.available_cents)

    @property
    def ceiling_cut_cents(self) -> int:
        """What the contract's ceiling withholds."""
        return self.seller_current_cents - self.concentration_cents - self.available_cents

    def lines(self) -> tuple[WaterfallLine, ...]:
        """Return the waterfall as every page of ours shows it: all lines, in one order."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[WaterfallLine]:
        yield WaterfallLine(StepCode.OUTSTANDING, self.outstanding_cents)
        yield WaterfallLine(StepCode.UNAPPROVED, -self.unapproved_cents)
        yield WaterfallLine(StepCode.DISPUTED, -self.disputed_cents)
        yield WaterfallLine(StepCode.DEFUNDED, -self.defunded_cents)
        yield WaterfallLine(StepCode.SPECIFIC, -self.specific_cents)
        yield WaterfallLine(StepCode.FUND, -self.fund_cents)
        yield WaterfallLine(StepCode.DRAWN, -self.drawn_cents)
        yield WaterfallLine(StepCode.CHARGED, -self.charged_cents)
        yield WaterfallLine(StepCode.CURRENT, self.seller_current_cents)
        yield WaterfallLine(StepCode.CONCENTRATION, -self.concentration_cents)
        yield WaterfallLine(StepCode.CEILING, -self.ceiling_cut_cents)
        yield WaterfallLine(StepCode.AVAILABLE, self.available_cents)


def funds_in_use(position: Position) -> int:
    """Return what is financed: ``max(0, receivables - current account - fund - posted holds)``.

    Settled reading 11: 12 345.67 - 0.00 - 1 234.57 = 11 111.10 once the advance is paid out.
    """
    owed = sum(position.balance(account) for account in chart.SELLER_ACCOUNTS)
    return max(0, position.balance(chart.RECEIVABLES) - owed)


def fund_target(position: Position, terms: Terms) -> int | None:
    """Return what a contract's fund should hold, ``None`` where it is kept per invoice."""
    outstanding = position.balance(chart.RECEIVABLES)
    is_over = position.status is ContractStatus.CLOSED and outstanding == 0
    return fund.wanted(terms, outstanding, is_over=is_over)


def waterfall(position: Position, terms: Terms, *, concentration_cents: int = 0) -> Waterfall:
    """Return the availability of a contract; below zero it is an over-advance.

    ``available = min(seller_current - concentration, ceiling - funds_in_use)``. The concentration
    hold is computed from the open invoices by the caller, never posted.
    """
    current = position.balance(chart.SELLER_CURRENT)
    in_use = funds_in_use(position)
    room = None if terms.ceiling_cents is None else terms.ceiling_cents - in_use
    available = current - concentration_cents
    if room is not None:
        available = min(available, room)
    held = {account: position.balance(account) for account in chart.HOLDS}
    kept = position.balance(chart.GUARANTEE_FUND)
    outstanding = position.balance(chart.RECEIVABLES)
    charged = sum(position.balance(account) for account in CHARGES)
    return Waterfall(
        outstanding_cents=outstanding,
        unapproved_cents=held[chart.HOLD_UNAPPROVED],
        disputed_cents=held[chart.HOLD_DISPUTE],
        defunded_cents=held[chart.HOLD_DEFUNDED],
        specific_cents=held[chart.HOLD_SPECIFIC],
        fund_cents=kept,
        drawn_cents=outstanding - sum(held.values()) - kept - current - charged,
        charged_cents=charged,
        seller_current_cents=current,
        concentration_cents=concentration_cents,
        funds_in_use_cents=in_use,
        ceiling_room_cents=room,
        available_cents=available,
    )
