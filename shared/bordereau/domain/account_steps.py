"""Entries of a contract as a seller reads them: steps of what may be drawn, and movements.

``steps`` explains the change of the current account (what may be drawn) between two entries,
``movements`` that of all sub-accounts together (what we owe, drawable or not).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bordereau.domain import chart
from bordereau.domain.entries import Entry
from bordereau.domain.figures import MovementKind, StepCode

_STEP_OF: Final[Mapping[str, StepCode]] = {
    "E3a": StepCode.PAYOUTS,
    "E3c": StepCode.PAYOUTS_RETURNED,
    "E5": StepCode.RELEASED,
    "E6": StepCode.RELEASED,
    "E7": StepCode.PROMOTED,
    "E9": StepCode.CREDIT_NOTES,
    "E10": StepCode.CREDIT_NOTES,
    "E11": StepCode.DISPUTE,
    "E12": StepCode.DEFUNDED,
    "E13": StepCode.CHARGEBACKS,
    "E14": StepCode.DIRECT_PAYMENTS,
    "E15": StepCode.PAY_INS,
    "E17": StepCode.RECEIPTS_NOT_ASSIGNED,
    "E18": StepCode.RELEASED,
    "E26": StepCode.PAY_INS,
    "E28": StepCode.CORRECTIONS,
}
_MOVEMENT_OF: Final[Mapping[str, MovementKind]] = {
    "E1": MovementKind.ASSIGNMENT,
    "E3a": MovementKind.PAYOUT,
    "E3c": MovementKind.PAYOUT_RETURNED,
    "E9": MovementKind.CREDIT_NOTE,
    "E10": MovementKind.CREDIT_NOTE,
    "E13": MovementKind.CHARGEBACK,
    "E14": MovementKind.DIRECT_PAYMENT,
    "E15": MovementKind.PAY_IN,
    "E17": MovementKind.RECEIPT_NOT_ASSIGNED,
    "E18": MovementKind.SHORT_PAYMENT,
    "E26": MovementKind.PAY_IN,
    "E28": MovementKind.CORRECTION,
}
_CHARGES: Final = ("E2", "E8")


def moved(entry: Entry, *accounts: str) -> int:
    """Return by how much an entry moved some accounts of the seller; what is his is positive."""
    return -sum(line.cents for line in entry.lines if line.account in accounts)


def touches_seller(entry: Entry) -> bool:
    """Return whether an entry moves any sub-account of the seller."""
    return any(line.account in chart.SELLER_ACCOUNTS for line in entry.lines)


def steps(entries: Iterable[Entry]) -> dict[StepCode, int]:
    """Return the change of the current account by entries, by what caused it.

    An assignment is whole, less what is unapproved and what the fund keeps; one that is reversed
    again among the entries is a correction.
    """
    found: dict[StepCode, int] = {}
    for part in step_parts(entries):
        found[part.code] = found.get(part.code, 0) + part.cents
    return {code: found[code] for code in StepCode if found.get(code)}


@dataclass(frozen=True, slots=True)
class StepPart:
    """What one entry adds to a step: signed cents."""

    entry: Entry
    code: StepCode
    cents: int


def step_parts(entries: Iterable[Entry]) -> list[StepPart]:
    """Return what each entry adds to the steps, in the order of the entries."""
    listed = tuple(entries)
    undone = {entry.reverses for entry in listed if entry.reverses is not None}
    return [
        StepPart(entry, code, cents)
        for entry in listed
        for code, cents in (
            {StepCode.CORRECTIONS: _current(entry)} if entry.seq in undone else _parts(entry)
        ).items()
        if cents
    ]


def _current(entry: Entry) -> int:
    return moved(entry, chart.SELLER_CURRENT)


def _parts(entry: Entry) -> dict[StepCode, int]:
    if entry.kind == "E1":
        unapproved = -moved(entry, chart.HOLD_UNAPPROVED)
        fund = -moved(entry, chart.GUARANTEE_FUND)
        whole = _current(entry) - unapproved - fund
        return {StepCode.ASSIGNED: whole, StepCode.UNAPPROVED: unapproved, StepCode.FUND: fund}
    if entry.kind in _CHARGES:
        vat = -moved(entry, chart.VAT_OUTPUT)
        return {StepCode.FEES: _current(entry) - vat, StepCode.VAT: vat}
    if entry.kind == "E6" and moved(entry, chart.HOLD_SPECIFIC):
        return {StepCode.SPECIFIC: _current(entry)}
    if _is_collected(entry):
        return {StepCode.COLLECTED: _current(entry)}
    return {_STEP_OF.get(entry.kind, StepCode.OTHER): _current(entry)}


def _is_collected(entry: Entry) -> bool:
    """Return whether a payment came in for the seller, who keeps the claim (ADR 12)."""
    lines = (line for line in entry.lines if line.account == chart.MANDATE_CLAIMS)
    return entry.kind == "E5" and any(lines)


@dataclass(frozen=True, slots=True)
class Moved:
    """One movement of all that we owe a seller, before it has names: signed cents."""

    entry: Entry
    kind: MovementKind
    cents: int


def movements(entries: Iterable[Entry]) -> list[Moved]:
    """Return what moved the seller's account as a whole; charges apart from their VAT.

    What only shifts between sub-accounts (a release, a promotion, a dispute) is no movement.
    """
    return [part for entry in entries for part in _movements(entry) if part.cents]


def _movements(entry: Entry) -> list[Moved]:
    total = moved(entry, *chart.SELLER_ACCOUNTS)
    if _is_collected(entry):
        return [Moved(entry, MovementKind.COLLECTED, total)]
    if entry.kind not in _CHARGES:
        return [Moved(entry, _MOVEMENT_OF.get(entry.kind, MovementKind.OTHER), total)]
    vat = -moved(entry, chart.VAT_OUTPUT)
    fee = MovementKind.FEE if entry.kind == "E2" else MovementKind.FINANCING_FEE
    return [Moved(entry, fee, total - vat), Moved(entry, MovementKind.VAT, vat)]
