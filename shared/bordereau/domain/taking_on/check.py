"""Check a whole snapshot before anything of it is booked: rows, then totals (docs/adr/0010).

Pure. What is wrong is said for the line and the cell that it is wrong in; totals are compared only
when every row is sound, because a wrong row makes every total wrong.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bordereau.domain.financing import month_before
from bordereau.domain.identifiers import AccountId, ContractId, normalised_number
from bordereau.domain.invoices import Invoice
from bordereau.domain.money import format_amount, neutral_money
from bordereau.domain.problems import Problem
from bordereau.domain.taking_on.opening import basis_of, has_pool, invoice_of
from bordereau.domain.taking_on.snapshot import (
    ROWS_MAX,
    ContractRow,
    Figure,
    InvoiceRow,
    Snapshot,
)
from bordereau.domain.taking_on.totals import required, totals_of
from bordereau.domain.terms import ADVANCE_RATE_MAX_BPS, FundMethod


@dataclass(frozen=True, slots=True)
class Known:
    """What the books say already.

    ``contracts`` and ``accounts`` are those with entries or statements, ``open_accounts`` those
    with a journal, ``collecting`` the account of a contract that is open without entries,
    ``financed`` fingerprints of invoices that another contract holds. ``closed_to`` is the last
    day of the closed periods.
    """

    today: dt.date
    contracts: frozenset[ContractId] = frozenset()
    accounts: frozenset[AccountId] = frozenset()
    open_accounts: frozenset[AccountId] = frozenset()
    collecting: Mapping[ContractId, AccountId] = field(default_factory=dict)
    financed: frozenset[str] = frozenset()
    closed_to: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: the line, the key of its cell, and why."""

    ref: str
    key: str
    problem: Problem


def check(snapshot: Snapshot, known: Known) -> tuple[Fault, ...]:
    """Return everything that is wrong, in the order of the checks; nothing means it may be booked.

    The same snapshot and the same books give the same faults.
    """
    found = tuple(_Check(snapshot, known).rows())
    return found or tuple(_differences(snapshot))


def _fault(line: str, key: str, code: str, /, **facts: str) -> Fault:
    return Fault(line, key, Problem(f"take-on-{code}", facts=facts))


class _Check:
    """The rows of one snapshot."""

    def __init__(self, snapshot: Snapshot, known: Known) -> None:
        self._snapshot, self._known = snapshot, known
        self._contracts = {row.name: row for row in reversed(snapshot.contracts)}
        self._banks = {row.account for row in snapshot.banks}
        self._lines = {(row.contract, row.debtor) for row in snapshot.lines}

    def rows(self) -> Iterator[Fault]:
        """Yield what is wrong with rows."""
        yield from self._header()
        yield from self._all_contracts()
        yield from self._all_lines()
        yield from self._all_invoices()
        yield from self._all_payouts()
        yield from self._all_cash()
        yield from self._all_totals()

    def _header(self) -> Iterator[Fault]:
        snapshot, known = self._snapshot, self._known
        ref, on = snapshot.ref, snapshot.on
        if on > known.today:
            yield _fault(ref, "day", "future", day=on.isoformat())
        elif f"{snapshot.starts_on:%Y-%m}" < month_before(known.today):
            yield _fault(ref, "day", "too-old", day=on.isoformat())
        if known.closed_to is not None and on <= known.closed_to:
            yield _fault(ref, "day", "closed", day=known.closed_to.isoformat())
        if not snapshot.contracts:
            yield _fault(ref, "type", "empty")
        if snapshot.count > ROWS_MAX:
            yield _fault(ref, "type", "too-many", count=str(snapshot.count), most=str(ROWS_MAX))

    def _all_contracts(self) -> Iterator[Fault]:
        yield from _twice((row.name, row.ref, "seller") for row in self._snapshot.contracts)
        for row in self._snapshot.contracts:
            yield from self._contract(row)

    def _contract(self, row: ContractRow) -> Iterator[Fault]:
        on, account = self._snapshot.on, row.contract.account
        if row.name in self._known.contracts:
            yield _fault(row.ref, "seller", "has-entries")
        if row.contract.start_on > on:
            yield _fault(row.ref, "issued_on", "after", day=on.isoformat())
        if row.terms_on(on) is None:
            yield _fault(row.ref, "seller", "no-terms", day=on.isoformat())
        if self._known.collecting.get(row.name, account) != account:
            yield _fault(row.ref, "seller", "other-account")
        if account not in self._banks | self._known.open_accounts:
            yield _fault(row.ref, "seller", "no-bank", account=account[-4:])

    def _all_lines(self) -> Iterator[Fault]:
        names = (
            ((row.contract, row.debtor, row.currency), row.ref, "debtor")
            for row in self._snapshot.lines
        )
        yield from _twice(names)
        for row in self._snapshot.lines:
            if row.contract is not None:
                yield from self._in_dossier(row.ref, row.contract)
            if row.notified_on is not None and row.notified_on > self._snapshot.on:
                yield _fault(row.ref, "day", "after", day=self._snapshot.on.isoformat())

    def _in_dossier(self, ref: str, contract: ContractId) -> Iterator[Fault]:
        if contract not in self._contracts:
            currency = contract.rsplit("/", 1)[1]
            yield _fault(ref, "seller", "no-contract", currency=currency)

    def _all_invoices(self) -> Iterator[Fault]:
        listed = self._snapshot.invoices
        yield from _twice(((row.contract, row.identity), row.ref, "number") for row in listed)
        yield from _twice((row.mark, row.ref, "number") for row in listed)
        for row in listed:
            yield from self._invoice(row)

    def _invoice(self, row: InvoiceRow) -> Iterator[Fault]:
        yield from self._in_dossier(row.ref, row.contract)
        contract = self._contracts.get(row.contract)
        if contract is None:
            return
        if (row.contract, row.debtor) not in self._lines:
            yield _fault(row.ref, "debtor", "no-line")
        if row.mark in self._known.financed:
            yield _fault(row.ref, "number", "financed", number=row.number)
        if not normalised_number(row.number):
            yield _fault(row.ref, "number", "number", number=row.number)
        yield from _amounts(row, contract, self._snapshot.on)
        yield from _dates(row, contract, self._snapshot.on)

    def _all_payouts(self) -> Iterator[Fault]:
        listed = self._snapshot.payouts
        yield from _twice((row.reference, row.ref, "number") for row in listed)
        for row in listed:
            yield from self._in_dossier(row.ref, row.contract)
            yield from self._until(row.ref, row.ordered_on)
            yield from _some(row.ref, row.amount_cents)

    def _until(self, ref: str, day: dt.date) -> Iterator[Fault]:
        if day > self._snapshot.on:
            yield _fault(ref, "day", "after", day=self._snapshot.on.isoformat())

    def _all_cash(self) -> Iterator[Fault]:
        snapshot = self._snapshot
        yield from _twice((row.account, row.ref, "account") for row in snapshot.banks)
        for bank in snapshot.banks:
            if bank.account in self._known.accounts:
                yield _fault(bank.ref, "account", "account-has-entries")
        names = ((r.account, r.received_on, r.reference) for r in snapshot.receipts)
        yield from _twice(
            (name, row.ref, "number") for name, row in zip(names, snapshot.receipts, strict=True)
        )
        marks = ((r.debtor, normalised_number(r.number)) for r in snapshot.credits)
        yield from _twice(
            (mark, row.ref, "number") for mark, row in zip(marks, snapshot.credits, strict=True)
        )
        for receipt in snapshot.receipts:
            yield from self._cash(receipt.ref, receipt.account, receipt.received_on)
            yield from _some(receipt.ref, receipt.amount_cents)
        for owed in snapshot.credits:
            yield from self._cash(owed.ref, owed.account, owed.since_on)
            yield from _some(owed.ref, owed.amount_cents)
            if not normalised_number(owed.number):
                yield _fault(owed.ref, "number", "number", number=owed.number)

    def _cash(self, ref: str, account: AccountId, day: dt.date) -> Iterator[Fault]:
        yield from self._until(ref, day)
        if account not in self._banks:
            yield _fault(ref, "account", "no-bank", account=account[-4:])

    def _all_totals(self) -> Iterator[Fault]:
        listed = self._snapshot.totals
        yield from _twice(((row.figure, row.currency), row.ref, "figure") for row in listed)
        typed = {(row.figure, row.currency) for row in listed}
        for figure, currency in required(self._snapshot):
            if (figure, currency) not in typed:
                yield _fault(
                    self._snapshot.ref, "type", f"total-missing-{figure}", currency=currency
                )


def _twice(names: Iterable[tuple[object, str, str]]) -> Iterator[Fault]:
    """Yield each later row that is about what an earlier one is about."""
    first: dict[object, str] = {}
    for name, ref, key in names:
        other = first.setdefault(name, ref)
        if other != ref:
            yield _fault(ref, key, "twice", ref=other)


def _some(ref: str, cents: int) -> Iterator[Fault]:
    if cents <= 0:
        yield _fault(ref, "amount", "nothing")


def _amounts(row: InvoiceRow, contract: ContractRow, on: dt.date) -> Iterator[Fault]:
    """Yield amounts of an invoice that cannot stand: each within the one before."""
    if not 0 < row.open_cents <= row.amount_cents:
        yield _fault(row.ref, "open", "over", amount=format_amount(row.amount_cents))
    if row.approved_cents > row.open_cents:
        yield _fault(row.ref, "approved", "over", amount=format_amount(row.open_cents))
    if row.retained_cents > row.approved_cents:
        yield _fault(row.ref, "retained", "over", amount=format_amount(row.approved_cents))
    if row.disputed_cents > row.open_cents:
        yield _fault(row.ref, "disputed", "over", amount=format_amount(row.open_cents))
    if not row.approved_cents <= basis_of(row) <= row.amount_cents:
        yield _fault(
            row.ref,
            "basis",
            "basis",
            amount=format_amount(row.approved_cents),
            amount_most=format_amount(row.amount_cents),
        )
    terms = contract.terms_on(row.assigned_on) or contract.terms_on(on)
    is_pooled = terms is not None and terms.fund_method is FundMethod.ON_OUTSTANDING
    if is_pooled and row.retained_cents:
        yield _fault(row.ref, "retained", "pooled")
    if not is_pooled and (row.advance_rate_bps or 0) > ADVANCE_RATE_MAX_BPS:
        yield Fault(row.ref, "rate", Problem("terms-advance-rate"))


def _dates(row: InvoiceRow, contract: ContractRow, on: dt.date) -> Iterator[Fault]:
    """Yield dates in the wrong order: contract, issue, assignment, take-on; issue, due date."""
    if row.due_on < row.issued_on:
        yield _fault(row.ref, "due_on", "before", day=row.issued_on.isoformat())
    if row.assigned_on < row.issued_on:
        yield _fault(row.ref, "day", "before", day=row.issued_on.isoformat())
    if row.assigned_on < contract.contract.start_on:
        yield _fault(row.ref, "day", "before", day=contract.contract.start_on.isoformat())
    if row.assigned_on > on:
        yield _fault(row.ref, "day", "after", day=on.isoformat())


def taken_invoices(snapshot: Snapshot) -> list[Invoice]:
    """Return the invoices of a sound snapshot as they will stand, in its order."""
    contracts = {row.name: row for row in snapshot.contracts}
    return [invoice_of(snapshot, contracts[row.contract], row) for row in snapshot.invoices]


def _differences(snapshot: Snapshot) -> Iterator[Fault]:
    """Yield the totals that are not what the rows add up to."""
    taken = taken_invoices(snapshot)
    by_contract: dict[ContractId, list[Invoice]] = defaultdict(list)
    for invoice in taken:
        by_contract[invoice.contract].append(invoice)
    for row in snapshot.contracts:
        yield from _of_contract(snapshot, row, by_contract[row.name])
    found = totals_of(snapshot, taken)
    for total in snapshot.totals:
        cents = found.get((total.figure, total.currency), 0)
        if total.cents != cents:
            yield _differs(
                total.ref,
                "balance",
                typed=total.cents,
                found=cents,
                write=_writer(total.figure, total.currency),
            )


def _of_contract(snapshot: Snapshot, row: ContractRow, taken: list[Invoice]) -> Iterator[Fault]:
    money = _writer(Figure.FUND, row.contract.currency)
    opened = sum(invoice.open_cents for invoice in taken)
    approved = sum(invoice.approved_cents for invoice in taken)
    retained = sum(invoice.retained_cents for invoice in taken)
    if row.open_cents != opened:
        yield _differs(row.ref, "open", typed=row.open_cents, found=opened, write=money)
    if row.approved_cents != approved:
        yield _differs(row.ref, "approved", typed=row.approved_cents, found=approved, write=money)
    pool = row.fund_cents - retained
    if pool < 0 or (pool and not has_pool(row, snapshot.on)):
        yield _differs(row.ref, "retained", typed=row.fund_cents, found=retained, write=money)


Writer = Callable[[int], str]


def _writer(figure: Figure, currency: str) -> Writer:
    if figure is Figure.COUNT:
        return lambda cents: str(cents // 100)
    return lambda cents: neutral_money(cents, currency)


def _differs(ref: str, key: str, *, typed: int, found: int, write: Writer) -> Fault:
    facts = {"typed": write(typed), "found": write(found), "difference": write(found - typed)}
    return _fault(ref, key, "differs", **facts)
