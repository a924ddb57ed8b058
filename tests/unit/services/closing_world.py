"""Books that are ready to be closed, and what may come late."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain.books import BankHead, Position
from bordereau.domain.closing import last_day
from bordereau.domain.identifiers import AccountId
from bordereau.domain.parties import ContractListing
from bordereau.domain.transactions import Cancelled, Transaction
from bordereau.services.check_books import check_books
from bordereau.services.close_month import close_month
from bordereau.services.control_books import own_accounts
from bordereau.services.draft import Draft, attempt
from bordereau.services.financing_fee import charge_financing
from bordereau.services.outcome import Outcome
from bordereau.services.read_books import known_contracts

AFTER = dt.date(2026, 2, 3)
JANUARY = "2026-01"


def ready(ledger: MemoryLedger, month: str = JANUARY) -> MemoryLedger:
    """Let the month's fees be settled and the bank be proven through its end."""
    first_after = last_day(month) + dt.timedelta(1)
    for listing in ledger.list(ContractListing):
        charge_financing(ledger, listing.contract, today=first_after)
    for account in own_accounts(ledger, known_contracts(ledger)):
        prove(ledger, account, last_day(month))
    return ledger


def prove(ledger: MemoryLedger, account: AccountId, through_on: dt.date | None) -> None:
    """Say that the statements of an account are proven through a day."""

    def decide(draft: Draft) -> None:
        head = draft.take(BankHead, account=account)
        draft.write(dataclasses.replace(head, through_on=through_on))

    attempt(ledger, "prove-statement", decide)


def close(ledger: MemoryLedger, month: str = JANUARY, today: dt.date = AFTER) -> Outcome:
    """Close a month, as a person of the firm."""
    return close_month(ledger, month, by="J. Martin", today=today)


def broken(ledger: MemoryLedger) -> list[str]:
    """The codes of the rules that do not hold of all books."""
    contracts = known_contracts(ledger)
    checks = check_books(ledger, contracts, own_accounts(ledger, contracts))
    return [check.code for check in checks if not check.ok]


def heads(ledger: MemoryLedger) -> list[Position | BankHead]:
    """Where every journal stands."""
    contracts = known_contracts(ledger)
    found = [ledger.get(Position, contract=contract) for contract in contracts]
    banks = [ledger.get(BankHead, account=one) for one in own_accounts(ledger, contracts)]
    return [one for one in (*found, *banks) if one is not None]


class Meanwhile(MemoryLedger):
    """A ledger in which something happens just before the n-th commit."""

    def __init__(self, books: MemoryLedger) -> None:
        super().__init__()
        self.__dict__.update(books.__dict__)
        self.before: dict[int, Callable[[], object]] = {}
        self.count = 0

    def commit(self, transaction: Transaction) -> Cancelled | None:
        """Let it happen, then commit."""
        self.count += 1
        happening = self.before.pop(self.count, None)
        if happening is not None:
            happening()
        return super().commit(transaction)
