"""Read whole books once, so that they can be checked or exported: contracts and bank accounts.

Only the port is used, and no table is scanned: what there is follows from the directory, from the
journals and from the keys in them. Rows are read again while a commit moves them (decisions 6).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast

from bordereau.domain import chart
from bordereau.domain.books import (
    AdvanceStatement,
    Allocation,
    BankHead,
    DebtorCredit,
    Fingerprint,
    PayOut,
    Position,
    Receipt,
    Reversal,
    StatementCut,
)
from bordereau.domain.closing import BooksPeriod, JournalClosing, MonthClosing
from bordereau.domain.entries import Entry, bank_journal, contract_journal
from bordereau.domain.guarantee_lines import FactorLine, RelationLine
from bordereau.domain.identifiers import AccountId, ContractId, PartyId
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Contract, ContractListing
from bordereau.domain.problems import InvariantError
from bordereau.domain.refunds import Refund, named_refund
from bordereau.domain.sepa import SepaBatch, SepaMember
from bordereau.domain.taking_on.opening import OPENING_KIND
from bordereau.domain.terms import Terms
from bordereau.ports import Ledger

R = TypeVar("R")

TRIES_MAX: Final = 3
"""How often everything is read anew because something was committed meanwhile."""

BOOKED_DAYS: Final = 31
"""How far a receipt's booking date may lie from the days of its entry."""


@dataclass(frozen=True, slots=True)
class JournalBooks:
    """One journal: its entries by sequence, and the row that says where it stands."""

    journal: str
    currency: str
    entries: tuple[Entry, ...]
    head: Position | BankHead | None
    reversals: tuple[Reversal, ...]

    def entry(self, seq: int) -> Entry | None:
        """Return an entry by its number; they are sorted by it."""
        place = bisect_left(self.entries, seq, key=lambda entry: entry.seq)
        found = self.entries[place : place + 1]
        return found[0] if found and found[0].seq == seq else None

    def balance(self, account: str) -> int:
        """Return a balance after the last entry, debit-positive cents."""
        return self.entries[-1].balances.get(account, 0) if self.entries else 0


@dataclass(frozen=True, slots=True)
class ContractBooks:
    """All of one contract that the books say."""

    contract: ContractId
    journal: JournalBooks
    invoices: tuple[Invoice, ...]
    payouts: tuple[PayOut, ...]
    statements: tuple[AdvanceStatement, ...]
    cuts: tuple[StatementCut, ...]
    terms: tuple[Terms, ...]


@dataclass(frozen=True, slots=True)
class BankBooks:
    """All of one bank account; ``credits`` are what debtors have with us there."""

    account: AccountId
    journal: JournalBooks
    receipts: tuple[Receipt, ...]
    allocations: tuple[Allocation, ...]
    credits: tuple[DebtorCredit, ...]
    refunds: tuple[Refund, ...] = ()


@dataclass(frozen=True, slots=True)
class Books:
    """Whole books. ``unreadable`` says what could not be read, ``moved`` what moved meanwhile."""

    contracts: tuple[ContractBooks, ...]
    banks: tuple[BankBooks, ...]
    relations: tuple[RelationLine, ...]
    factors: tuple[FactorLine, ...]
    fingerprints: Mapping[str, Fingerprint]
    batches: tuple[SepaBatch, ...] = ()
    members: tuple[SepaMember, ...] = ()
    months: tuple[MonthClosing, ...] = ()
    closings: tuple[JournalClosing, ...] = ()
    unreadable: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()

    @property
    def journals(self) -> tuple[JournalBooks, ...]:
        """Every journal, the contracts' first."""
        contracts = tuple(part.journal for part in self.contracts)
        return contracts + tuple(part.journal for part in self.banks)


def known_contracts(ledger: Ledger) -> list[ContractId]:
    """Return every contract of the directory."""
    return [listing.contract for listing in ledger.list(ContractListing)]


def known_accounts(ledger: Ledger, contracts: Iterable[ContractId]) -> list[AccountId]:
    """Return the bank accounts that collect for these contracts, each once, sorted."""
    found = (ledger.get(Contract, contract=contract) for contract in contracts)
    return sorted({contract.account for contract in found if contract})


def read_books(
    ledger: Ledger, contracts: Sequence[ContractId], accounts: Sequence[AccountId]
) -> Books:
    """Return the books of these contracts and accounts, read while nothing moved if possible."""
    reader = _Reader(ledger)
    books = reader.read(contracts, accounts)
    for _ in range(TRIES_MAX - 1):
        if not books.moved:
            break
        books = reader.read(contracts, accounts)
    return books


@dataclass(slots=True)
class _Reader:
    """Reads, and notes what cannot be read instead of ending there."""

    ledger: Ledger
    unreadable: list[str] = field(default_factory=list)

    def heads(
        self, contracts: Sequence[ContractId], accounts: Sequence[AccountId]
    ) -> dict[str, int | None]:
        """Return where each journal stands."""
        found: dict[str, Position | BankHead | None] = {
            contract_journal(contract): self._one(Position, contract=contract)
            for contract in contracts
        }
        for account in accounts:
            found[bank_journal(account)] = self._one(BankHead, account=account)
        return {journal: head.seq if head else None for journal, head in found.items()}

    def read(self, contracts: Sequence[ContractId], accounts: Sequence[AccountId]) -> Books:
        """Return everything once, and which journals went on while it was read."""
        self.unreadable.clear()
        before = self.heads(contracts, accounts)
        books = self._read(contracts, accounts)
        after = self.heads(contracts, accounts)
        moved = tuple(name for name in before if before[name] != after[name])
        return dataclasses.replace(
            books, moved=moved, unreadable=tuple(dict.fromkeys(self.unreadable))
        )

    def _read(self, contracts: Sequence[ContractId], accounts: Sequence[AccountId]) -> Books:
        by_contract = tuple(self._contract(contract) for contract in contracts)
        by_bank = tuple(self._bank(account) for account in accounts)
        invoices = [invoice for books in by_contract for invoice in books.invoices]
        debtors = sorted({invoice.debtor for invoice in invoices})
        shas = sorted({invoice.fingerprint for invoice in invoices} - {""})
        marks = (self._one(Fingerprint, sha=sha) for sha in shas)
        payouts = [payout for books in by_contract for payout in books.payouts]
        days = sorted({payout.batch.partition("#")[0] for payout in payouts} - {""})
        months, closings = self._closings()
        return Books(
            by_contract,
            by_bank,
            tuple(line for debtor in debtors for line in self._all(RelationLine, debtor=debtor)),
            tuple(line for debtor in debtors for line in self._all(FactorLine, debtor=debtor)),
            {mark.sha: mark for mark in marks if mark},
            tuple(batch for day in days for batch in self._all(SepaBatch, released_on=day)),
            tuple(member for day in days for member in self._all(SepaMember, released_on=day)),
            months,
            closings,
        )

    def _closings(self) -> tuple[tuple[MonthClosing, ...], tuple[JournalClosing, ...]]:
        """Return the closed months, and the journals of these and of the one under way."""
        months, period = self._all(MonthClosing), self._one(BooksPeriod) or BooksPeriod()
        named = {row.month for row in months} | {period.under_way} - {""}
        listed = (row for month in sorted(named) for row in self._all(JournalClosing, month=month))
        return months, tuple(listed)

    def _contract(self, contract: ContractId) -> ContractBooks:
        head = self._one(Position, contract=contract)
        return ContractBooks(
            contract=contract,
            journal=self._journal(contract_journal(contract), head),
            invoices=self._all(Invoice, contract=contract),
            payouts=self._all(PayOut, contract=contract),
            statements=self._all(AdvanceStatement, contract=contract),
            cuts=self._all(StatementCut, contract=contract),
            terms=self._all(Terms, contract=contract),
        )

    def _bank(self, account: AccountId) -> BankBooks:
        journal = self._journal(bank_journal(account), self._one(BankHead, account=account))
        days = list(_days(journal.entries))
        debtors = sorted(
            {
                PartyId(line.debtor)
                for entry in journal.entries
                for line in entry.lines
                if line.account == chart.DEBTOR_CREDITS and line.debtor
            }
        )
        return BankBooks(
            account=account,
            journal=journal,
            receipts=tuple(self._by_day(Receipt, account, days)),
            allocations=tuple(self._by_day(Allocation, account, days)),
            credits=tuple(
                credit
                for debtor in debtors
                for credit in self._all(DebtorCredit, debtor=debtor)
                if credit.account == account
            ),
            refunds=tuple(self._refunds(account, journal.entries)),
        )

    def _refunds(self, account: AccountId, entries: Sequence[Entry]) -> Iterator[Refund]:
        documents = (entry.documents for entry in entries if entry.kind == "E16")
        named = (named_refund(account, *listed) for listed in documents)
        for key in sorted({key for key in named if key is not None}):
            refund = self._one(Refund, account=account, ordered_on=key[1], ordinal=key[2])
            if refund is not None:
                yield refund

    def _by_day(self, kind: type[R], account: AccountId, days: list[dt.date]) -> Iterator[R]:
        for day in days:
            yield from self._all(kind, account=account, booked_on=day)

    def _journal(self, journal: str, head: Position | BankHead | None) -> JournalBooks:
        return JournalBooks(
            journal,
            head.currency if head else "",
            self._all(Entry, journal=journal),
            head,
            self._all(Reversal, journal=journal),
        )

    def _one(self, kind: type[R], /, **key: object) -> R | None:
        try:
            return self.ledger.get(kind, **key)
        except InvariantError as error:
            self.unreadable.append(f"{_named(key)}: {error}")
            return None

    def _all(self, kind: type[R], /, **key: object) -> tuple[R, ...]:
        found: list[R] = []
        try:
            found.extend(self.ledger.list(kind, **cast("Mapping[str, Any]", key)))
        except InvariantError as error:
            self.unreadable.append(f"{_named(key)}: {error}")
        return tuple(found)


def _named(key: Mapping[str, object]) -> str:
    return " ".join(str(part) for part in key.values())


def brings_receipt(entry: Entry) -> bool:
    """Return whether an entry of a bank brings a receipt: booked (E4), or taken on unapplied."""
    if entry.kind != OPENING_KIND:
        return entry.kind == "E4"
    return any(line.account == chart.UNALLOCATED for line in entry.lines)


def _days(entries: Sequence[Entry]) -> Iterator[dt.date]:
    """Yield the days on which receipts of these entries may have been booked by the bank.

    Those that were taken on say it themselves; it may be years ago.
    """
    taken = {e.valued_on for e in entries if e.kind == OPENING_KIND and brings_receipt(e)}
    booked = set(_booked_days(entries))
    yield from sorted(taken | booked)


def _booked_days(entries: Sequence[Entry]) -> Iterator[dt.date]:
    dates = [day for e in entries if e.kind == "E4" for day in (e.booked_on, e.valued_on)]
    if not dates:
        return
    first, last = min(dates), max(dates)
    for days in range(-BOOKED_DAYS, (last - first).days + BOOKED_DAYS + 1):
        yield first + dt.timedelta(days=days)
