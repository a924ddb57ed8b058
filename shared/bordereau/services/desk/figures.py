"""What the books say, gathered once for all tables of ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeVar

from bordereau.domain import concentration
from bordereau.domain.advance_hours import Hours, financed_at, hours_until
from bordereau.domain.availability import Waterfall, waterfall
from bordereau.domain.books import (
    AdvanceStatement,
    PayOut,
    Position,
    Receipt,
)
from bordereau.domain.cases import Case, CaseKind, CaseState, state_of
from bordereau.domain.identifiers import ContractId, PartyId, parse_end_to_end_id
from bordereau.domain.invoices import Invoice
from bordereau.domain.line_requests import LineRequest
from bordereau.domain.parties import Debtor, Seller
from bordereau.domain.tables import INDEX_SHARDS, Index
from bordereau.domain.terms import Terms, in_force
from bordereau.domain.work import Alert, ToComplete
from bordereau.ports import Ledger
from bordereau.services.alerts import open_alerts
from bordereau.services.follow_cases import open_cases
from bordereau.services.register import contracts, debtor_of, seller_of

R = TypeVar("R")

STATEMENT_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class ContractFigures:
    """One contract: where it stands, its terms, its invoices and statements to show."""

    contract: ContractId
    seller: str
    position: Position
    terms: Terms | None
    invoices: tuple[Invoice, ...]
    statements: tuple[AdvanceStatement, ...]
    payouts: tuple[PayOut, ...]
    cases: tuple[Case, ...] = ()

    def promised_on(self, invoice: Invoice) -> dt.date | None:
        """Return the day for which the debtor promised to pay, the latest one."""
        days = (
            case.promised_on
            for case in self.cases
            if case.invoice == invoice.invoice and case.kind is CaseKind.PROMISE
        )
        return max((day for day in days if day is not None), default=None)

    @property
    def waterfall(self) -> Waterfall | None:
        """From the outstanding to what is available, with the terms of the day."""
        if self.terms is None:
            return None
        opened = (invoice for invoice in self.invoices if invoice.is_open)
        held = concentration.hold(opened, self.terms)
        return waterfall(self.position, self.terms, concentration_cents=held)

    def hours(self, invoice: Invoice) -> Hours:
        """Return the hours that an advance took, none while it is not paid."""
        end = financed_at(invoice, self.payouts, self.statements)
        return hours_until(invoice, end) if end else Hours(None, None)


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that our tables show."""

    contracts: tuple[ContractFigures, ...] = ()
    payouts: tuple[PayOut, ...] = ()
    alerts: tuple[Alert, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    documents: tuple[ToComplete, ...] = ()
    requests: tuple[LineRequest, ...] = ()
    names: Names = field(default_factory=lambda: Names(None))

    def payout(self, ledger: Ledger, end_to_end_id: str) -> PayOut | None:
        """Return a pay-out by its id at the bank: gathered, or read where it is old."""
        key = parse_end_to_end_id(end_to_end_id)
        if key is None:
            return None
        gathered = (payout for one in self.contracts for payout in one.payouts)
        found = next((one for one in gathered if one.end_to_end_id == end_to_end_id), None)
        if found is not None:
            return found
        contract, ordered_on, ordinal = key
        return ledger.get(PayOut, contract=contract, ordered_on=ordered_on, ordinal=ordinal)


class Names:
    """Names of parties by identity, each read once."""

    def __init__(self, ledger: Ledger | None) -> None:
        self._ledger = ledger
        self._sellers: dict[PartyId, Seller | None] = {}
        self._debtors: dict[PartyId, Debtor | None] = {}

    def seller(self, party: PartyId | None) -> Seller | None:
        """Return a seller."""
        if party is None or self._ledger is None:
            return None
        if party not in self._sellers:
            self._sellers[party] = seller_of(self._ledger, party)
        return self._sellers[party]

    def seller_name(self, party: PartyId | None) -> str:
        """Return a seller's name, its identity where there is none."""
        found = self.seller(party)
        return found.name if found else str(party or "")

    def debtor(self, party: PartyId | None) -> Debtor | None:
        """Return a debtor."""
        if party is None or self._ledger is None:
            return None
        if party not in self._debtors:
            self._debtors[party] = debtor_of(self._ledger, party)
        return self._debtors[party]

    def debtor_name(self, party: PartyId | None) -> str:
        """Return a debtor's name, its identity where there is none."""
        if party is None or self._ledger is None:
            return ""
        found = self.debtor(party)
        return found.name if found else str(party)


def gather(ledger: Ledger, *, today: dt.date) -> Figures:
    """Read everything that our tables show; no scan: the directory, and indexes."""
    names = Names(ledger)
    return Figures(
        contracts=tuple(_contracts(ledger, names, today)),
        payouts=tuple(
            sorted(
                _sharded(ledger, PayOut, "payout"),
                key=lambda payout: (payout.ordered_on, payout.end_to_end_id),
            )
        ),
        alerts=tuple(open_alerts(ledger)),
        receipts=tuple(sorted(_sharded(ledger, Receipt, "receipt"), key=_receipt_order)),
        documents=tuple(
            sorted(
                ledger.find(ToComplete, Index.PENDING, "to-complete"),
                key=lambda row: (row.received_at, row.ref),
            )
        ),
        requests=tuple(
            sorted(ledger.find(LineRequest, Index.PENDING, "requests"), key=lambda one: one.ref)
        ),
        names=names,
    )


def _receipt_order(receipt: Receipt) -> tuple[dt.date, str, str]:
    return receipt.booked_on, receipt.account, receipt.ref


def _sharded(ledger: Ledger, kind: type[R], name: str) -> Iterator[R]:
    for shard in range(INDEX_SHARDS):
        yield from ledger.find(kind, Index.TODO, f"{name}#{shard}")


def _contracts(ledger: Ledger, names: Names, today: dt.date) -> Iterator[ContractFigures]:
    since = today - dt.timedelta(STATEMENT_DAYS)
    for listing in contracts(ledger):
        position = ledger.get(Position, contract=listing.contract)
        assert position is not None, "a contract is listed with its position"
        statements = ledger.list(
            AdvanceStatement, first=f"S#{since}", last="S#~", contract=listing.contract
        )
        payouts = ledger.list(PayOut, first=f"P#{since}", last="P#~", contract=listing.contract)
        yield ContractFigures(
            contract=listing.contract,
            seller=names.seller_name(listing.seller),
            position=position,
            terms=in_force(ledger.list(Terms, contract=listing.contract), today),
            invoices=tuple(ledger.find(Invoice, Index.BY_CONTRACT, f"K#{listing.contract}")),
            statements=tuple(statements),
            payouts=tuple(payouts),
            cases=tuple(open_cases(ledger, listing.contract)),
        )


def case_states(figures: Figures, today: dt.date) -> dict[str, CaseState]:
    """Return where each open case stands, by its reference; one that is not here is over."""
    found = {}
    for contract in figures.contracts:
        invoices = {invoice.invoice: invoice for invoice in contract.invoices}
        for case in contract.cases:
            if case.invoice in invoices:
                found[case.ref] = state_of(case, invoices[case.invoice], today)
    return found


def open_invoices(figures: Figures) -> Iterator[Invoice]:
    """Yield every open invoice of every contract."""
    for contract in figures.contracts:
        yield from (invoice for invoice in contract.invoices if invoice.is_open)
