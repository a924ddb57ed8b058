"""Open a contract, set its terms, and read the terms in force."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain.books import BankHead, ContractStatus, Position
from bordereau.domain.charges import price_code
from bordereau.domain.closing import open_day
from bordereau.domain.identifiers import ContractId, PartyId
from bordereau.domain.parties import Contract, ContractListing, Rate, rate_on
from bordereau.domain.problems import InvariantError
from bordereau.domain.terms import Terms, in_force
from bordereau.domain.work import Command
from bordereau.ports import Ledger
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done, refused


def open_contract(
    ledger: Ledger, contract: Contract, terms: Terms, *, command: Command | None = None
) -> Outcome:
    """Open a contract with its first terms: position, directory line, bank journal.

    A second call finds the position and writes nothing.
    """

    def decide(draft: Draft) -> Outcome:
        if draft.read(Position, contract=contract.contract) is not None:
            return already("contract-open", contract.contract)
        draft.write(Position(contract.contract, contract.currency, contract.account, terms_rev=1))
        draft.write(contract)
        draft.write(ContractListing(contract.contract, contract.seller, contract.currency))
        draft.write(dataclasses.replace(terms, revision=1))
        if draft.read(BankHead, account=contract.account) is None:
            draft.write(BankHead(contract.account, contract.currency))
        write_command(draft, command)
        return done(contract.contract)

    return attempt(ledger, "open-contract", decide)


def set_terms(ledger: Ledger, terms: Terms, *, command: Command | None = None) -> Outcome:
    """Add a dated set of terms; from now on every commit must have read it (I16).

    The same set again writes nothing. A start before the contract's last booked day, or in a closed
    month, would reprice what is posted: refused ``terms_in_the_past``. A
    contract's kind is fixed: ``kind_fixed``.
    """

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=terms.contract)
        if position is None:
            return refused("no_such_contract", terms.contract)
        known = list(ledger.list(Terms, contract=terms.contract))
        if any(dataclasses.replace(terms, revision=old.revision) == old for old in known):
            return already("terms-known", terms.contract)
        if any(old.kind is not terms.kind for old in known):
            return refused("kind_fixed", terms.contract)
        if terms.from_on < open_day(position.booked_on or dt.date.min, position.closed_through_on):
            return refused("terms_in_the_past", terms.contract)
        revision = position.terms_rev + 1
        draft.write(dataclasses.replace(position, terms_rev=revision))
        draft.write(dataclasses.replace(terms, revision=revision))
        write_command(draft, command)
        return done(terms.contract)

    return attempt(ledger, "set-terms", decide)


def set_status(
    ledger: Ledger, contract: ContractId, status: ContractStatus, *, command: Command | None = None
) -> Outcome:
    """Activate, suspend or close a contract; the same status again writes nothing.

    A contract that had its last day (``close_contract``) stays closed: its seller's row, typed
    again for another reason, does not begin it anew.
    """

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=contract)
        if position is None:
            return refused("no_such_contract", contract)
        if position.status is status or position.closed_on is not None:
            return already("status-known", contract)
        draft.write(dataclasses.replace(position, status=status))
        write_command(draft, command)
        return done(contract)

    return attempt(ledger, "set-terms", decide)


def write_command(draft: Draft, command: Command | None) -> None:
    """Write the command of staff that causes a commit into the same commit."""
    if command is not None:
        draft.write(command)


def terms_on(ledger: Ledger, contract: ContractId, today: dt.date) -> Terms | None:
    """Return the terms of a contract in force on a day, or ``None`` before its start."""
    return in_force(ledger.list(Terms, contract=contract), today)


def terms_of(ledger: Ledger, contract: ContractId, today: dt.date) -> Terms:
    """Return the terms in force; a contract that takes part in a commit has some."""
    terms = terms_on(ledger, contract, today)
    if terms is None:
        raise InvariantError(f"{contract} has no terms on {today}")
    return terms


def price_on(ledger: Ledger, code: str, today: dt.date, *, seller: PartyId | None) -> int | None:
    """Return the price of a charge before VAT in cents on a day; ``None``: nobody typed one.

    A seller's own price in force goes before everybody's.
    """
    own = rate_on(ledger.list(Rate, code=price_code(code, seller)), today) if seller else None
    return rate_on(ledger.list(Rate, code=price_code(code)), today) if own is None else own


def vat_rate(ledger: Ledger, code: str, today: dt.date) -> int | None:
    """Return the VAT rate of a charge code in basis points on a day, or ``None``."""
    return rate_on(ledger.list(Rate, code=f"vat/{code}"), today)
