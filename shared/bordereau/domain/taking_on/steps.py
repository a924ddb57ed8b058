"""The commits of a take-on, in their order: the same snapshot always gives the same steps.

A contract is opened under way, gets its lines, invoices and pay-outs, and does business from its
balances on; then come the bank accounts, so that no cash is seen before what it may pay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bordereau.domain.identifiers import ContractId
from bordereau.domain.shape import DOCUMENTS_MAX
from bordereau.domain.taking_on.shapes import LINES_MAX
from bordereau.domain.taking_on.snapshot import PayoutRow, Snapshot


class StepKind(StrEnum):
    """What a step books; the value is the name of its shape."""

    CONTRACT = "take-on-contract"
    LINES = "take-on-lines"
    INVOICES = "take-on-invoices"
    PAYOUTS = "take-on-payouts"
    BALANCES = "take-on-balances"
    ACCOUNT = "take-on-account"
    CASH = "take-on-cash"
    FINISH = "finish-take-on"


@dataclass(frozen=True, slots=True)
class Step:
    """One commit: its kind, and the rows that it books."""

    kind: StepKind
    rows: tuple[Any, ...] = ()


def steps_of(snapshot: Snapshot) -> tuple[Step, ...]:
    """Return every step of a snapshot; the last one finishes it."""
    return tuple(_steps(snapshot))


def _steps(snapshot: Snapshot) -> Iterator[Step]:
    wide = [row for row in snapshot.lines if row.contract is None]
    yield from _chunks(StepKind.LINES, wide, LINES_MAX)
    for contract in snapshot.contracts:
        own = _of(contract.name)
        yield Step(StepKind.CONTRACT, (contract,))
        yield from _chunks(StepKind.LINES, [*filter(own, snapshot.lines)], LINES_MAX)
        yield from _chunks(StepKind.INVOICES, [*filter(own, snapshot.invoices)], DOCUMENTS_MAX)
        yield from _chunks(StepKind.PAYOUTS, [*filter(own, snapshot.payouts)], DOCUMENTS_MAX)
        yield Step(StepKind.BALANCES, (contract,))
    for bank in snapshot.banks:
        yield Step(StepKind.ACCOUNT, (bank,))
        for rows in (snapshot.receipts, snapshot.credits):
            there = [row for row in rows if row.account == bank.account]
            yield from _chunks(StepKind.CASH, there, DOCUMENTS_MAX)
    yield Step(StepKind.FINISH)


def _of(contract: ContractId) -> Callable[[Any], bool]:
    return lambda row: row.contract == contract


def _chunks(kind: StepKind, rows: Sequence[Any], most: int) -> Iterator[Step]:
    for start in range(0, len(rows), most):
        yield Step(kind, tuple(rows[start : start + most]))


def ordinals(payouts: Sequence[PayoutRow]) -> dict[str, int]:
    """Return the place of each pay-out in its contract's day, by the line that names it.

    >>> ordinals(())
    {}
    """
    counts: dict[tuple[object, object], int] = {}
    found = {}
    for row in payouts:
        day = (row.contract, row.ordered_on)
        found[row.ref] = counts[day] = counts.get(day, 0) + 1
    return found
