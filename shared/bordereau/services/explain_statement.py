"""Explain a statement: every amount that it shows, down to the entries that make it.

Reads only. An advance statement goes from what the last one left to what it leaves; a weekly one
from its opening balance to its closing one, then down the waterfall of its cut.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from bordereau.domain import account_steps
from bordereau.domain.books import AdvanceStatement, StatementCut
from bordereau.domain.entries import Entry, contract_journal
from bordereau.domain.explanation import Explanation, Part
from bordereau.domain.figures import StepCode
from bordereau.domain.identifiers import ContractId
from bordereau.ports import Ledger
from bordereau.services.advance_figures import cut_code, statement_number
from bordereau.services.contract_terms import terms_of
from bordereau.services.explain import explain
from bordereau.services.weekly_cut import owed


@dataclass(frozen=True, slots=True)
class Stated:
    """One amount of a statement: its code in the texts, signed cents, and the entries' parts."""

    code: str
    cents: int
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        assert not self.parts or sum(part.cents for part in self.parts) == self.cents, self.code


@dataclass(frozen=True, slots=True)
class StatementExplained:
    """A statement's way from ``opening_cents`` over its amounts to ``closing_cents``.

    ``table`` is the table of texts that names the amounts, ``opening`` and ``closing`` the phrases
    of the two ends. ``after`` stands below the closing amount (a pay-out, and what is left).
    ``waterfall`` is that of a weekly statement's cut.
    """

    number: str
    on: dt.date
    first_seq: int
    last_seq: int
    opening_cents: int
    closing_cents: int
    amounts: tuple[Stated, ...]
    table: str
    opening: str
    closing: str
    after: tuple[Stated, ...] = ()
    left_cents: int | None = None
    waterfall: Explanation | None = None

    def __post_init__(self) -> None:
        total = self.opening_cents + sum(one.cents for one in self.amounts)
        assert total == self.closing_cents, f"{self.number}: opening + amounts = closing"
        rest = self.closing_cents + sum(one.cents for one in self.after)
        assert self.left_cents in (None, rest), f"{self.number}: what is left"


def explain_statement(
    ledger: Ledger, contract: ContractId, number: str
) -> StatementExplained | None:
    """Return the statement of that number; ``None`` when the contract has none.

    ``number`` is as printed: ``2026-0087`` of an advance statement, ``2026-S47`` (or ``2026-W47``)
    of a weekly one.
    """
    week = number.upper().replace("S", "W")
    if "W" in week:
        cut = ledger.get(StatementCut, contract=contract, week=week)
        return _weekly(ledger, cut) if cut else None
    rows = list(ledger.list(AdvanceStatement, first="S#", last="S#~", contract=contract))
    for place, row in enumerate(rows):
        if statement_number(row.number, row.issued_on) == number:
            return _advance(ledger, row, rows[place - 1] if place else None)
    return None


def _advance(
    ledger: Ledger, row: AdvanceStatement, before: AdvanceStatement | None
) -> StatementExplained:
    """Explain an advance statement: its own pay-out stands below what was available."""
    first = before.stated_seq + 1 if before else 1
    entries = _entries(ledger, row.contract, first, row.stated_seq)
    paid = [one for one in entries if row.payout_id and one.documents[0] == row.payout_id]
    shown = [one for one in entries if one not in paid]
    opening = before.available_cents if before else 0
    closing = row.available_cents + row.payout_cents
    amounts = list(_steps(shown))
    cut = closing - opening - sum(one.cents for one in amounts)
    if cut:
        terms = terms_of(ledger, row.contract, row.issued_on)
        amounts.append(Stated(cut_code(terms), cut))
    return StatementExplained(
        number=statement_number(row.number, row.issued_on),
        on=row.issued_on,
        first_seq=first,
        last_seq=row.stated_seq,
        opening_cents=opening,
        closing_cents=closing,
        amounts=tuple(amounts),
        table="steps",
        opening="explain.opening_available",
        closing="explain.available",
        after=tuple(_steps(paid)),
        left_cents=row.available_cents,
    )


def _steps(entries: Iterable[Entry]) -> Iterable[Stated]:
    found: dict[StepCode, list[Part]] = {}
    for one in account_steps.step_parts(entries):
        found.setdefault(one.code, []).append(_part(one.entry, one.cents))
    for code in StepCode:
        if code in found:
            parts = tuple(found[code])
            yield Stated(code, sum(part.cents for part in parts), parts)


def _weekly(ledger: Ledger, cut: StatementCut) -> StatementExplained:
    entries = _entries(ledger, cut.contract, cut.opening_seq + 1, cut.seq)
    found: dict[str, list[Part]] = {}
    for one in account_steps.movements(entries):
        found.setdefault(one.kind, []).append(_part(one.entry, one.cents))
    amounts = tuple(
        Stated(kind, sum(part.cents for part in parts), tuple(parts))
        for kind, parts in found.items()
    )
    closing = owed(cut.balances)
    return StatementExplained(
        number=cut.week.replace("W", "S"),
        on=cut.cut_on - dt.timedelta(1),
        first_seq=cut.opening_seq + 1,
        last_seq=cut.seq,
        opening_cents=closing - sum(one.cents for one in amounts),
        closing_cents=closing,
        amounts=amounts,
        table="movement_totals",
        opening="weekly_statement.opening_row",
        closing="weekly_statement.closing_row",
        waterfall=explain(ledger, cut.contract, on=cut.cut_on, seq=cut.seq),
    )


def _entries(ledger: Ledger, contract: ContractId, first: int, last: int) -> list[Entry]:
    listed = ledger.list(
        Entry, first=f"E#{first:012d}", last=f"E#{last:012d}~", journal=contract_journal(contract)
    )
    return list(listed)


def _part(entry: Entry, cents: int) -> Part:
    invoice = next((line.invoice for line in entry.lines if line.invoice), "")
    return Part(entry.seq, entry.booked_on, entry.kind, entry.documents, cents, invoice)
