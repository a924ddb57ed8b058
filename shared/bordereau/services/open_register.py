"""What is open and what was paid lately, as matching asks for it: a receipt's own account only."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bordereau.domain.books import DebtorCredit, Receipt
from bordereau.domain.identifiers import ContractId, PartyId, currency_of
from bordereau.domain.invoices import Invoice
from bordereau.domain.matching import OpenItem, OwedCredit, Owing
from bordereau.domain.tables import CLOSED_KEPT_DAYS, Index
from bordereau.ports import Ledger
from bordereau.services.contract_terms import terms_on
from bordereau.services.register import contract_of, contracts, debtor_of


@dataclass(frozen=True, slots=True)
class OpenRegister:
    """The port of matching over the books; indexes lag, so that items are read again by key."""

    ledger: Ledger
    receipt: Receipt
    today: dt.date
    tolerances: dict[ContractId, int] = field(default_factory=dict)

    def owing(self, debtors: Sequence[PartyId]) -> Owing:
        """Return what these debtors owe in the receipt's currency, oldest first."""
        items = [self._item(invoice) for party in debtors for invoice in self._open_of(party)]
        return self._owing(items, debtors)

    def owing_of_all(self) -> Owing:
        """Return what is open with every contract that collects on the receipt's account."""
        items = [self._item(invoice) for invoice in self._open()]
        return self._owing(items, list(dict.fromkeys(item.debtor for item in items)))

    def paid(self, debtors: Sequence[PartyId]) -> list[OpenItem]:
        """Return what these debtors paid in full in the days for which the index keeps it."""
        since = self.today - dt.timedelta(CLOSED_KEPT_DAYS)
        return [
            OpenItem(
                *(invoice.contract, invoice.invoice, invoice.number, invoice.debtor),
                invoice.amount_cents,
            )
            for contract in self._contracts()
            for invoice in self.ledger.find(
                Invoice, Index.BY_CONTRACT, f"K#{contract}", prefix="C#"
            )
            if invoice.debtor in debtors
            and invoice.closed_on is not None
            and invoice.closed_on >= since
        ]

    def _owing(self, items: list[OpenItem], debtors: Sequence[PartyId]) -> Owing:
        known = {party: debtor_of(self.ledger, party) for party in debtors}
        names = {party: found.name for party, found in known.items() if found is not None}
        return Owing(items, list(self._credits(debtors)), names)

    def _open_of(self, debtor: PartyId) -> Iterator[Invoice]:
        partition = f"D#{debtor}#{self.receipt.currency}"
        listed = self.ledger.find(Invoice, Index.OPEN_BY_DEBTOR, partition)
        keys = [{"contract": one.contract, "invoice": one.invoice} for one in listed]
        for fresh in self.ledger.get_many(*((Invoice, key) for key in keys)):
            if fresh is not None and fresh.is_open:
                yield fresh

    def _open(self) -> Iterator[Invoice]:
        for contract in self._contracts():
            yield from self.ledger.find(Invoice, Index.BY_CONTRACT, f"K#{contract}", prefix="O#")

    def _contracts(self) -> Iterator[ContractId]:
        for listing in contracts(self.ledger):
            contract = contract_of(self.ledger, listing.contract)
            is_here = contract is not None and contract.account == self.receipt.account
            if is_here and currency_of(listing.contract) == self.receipt.currency:
                yield listing.contract

    def _item(self, invoice: Invoice) -> OpenItem:
        return OpenItem(
            *(invoice.contract, invoice.invoice, invoice.number, invoice.debtor),
            invoice.open_cents,
            self._tolerance_of(invoice.contract),
        )

    def _tolerance_of(self, contract: ContractId) -> int:
        """Return what the terms of the day let go; read once for each contract."""
        if contract not in self.tolerances:
            terms = terms_on(self.ledger, contract, self.today)
            self.tolerances[contract] = terms.tolerance_cents if terms else 0
        return self.tolerances[contract]

    def _credits(self, debtors: Sequence[PartyId]) -> Iterator[OwedCredit]:
        for party in debtors:
            for credit in self.ledger.list(DebtorCredit, debtor=party):
                if credit.left_cents and credit.account == self.receipt.account:
                    yield OwedCredit(party, credit_number(credit), credit.left_cents)


def credit_number(credit: DebtorCredit) -> str:
    """Return the number by which a debtor names a credit: its credit note's, normalised.

    What was paid too much, or came back, has none: its id begins with its day.

    >>> import dataclasses
    >>> from bordereau.domain.identifiers import AccountId
    >>> note = DebtorCredit(PartyId("siren:1"), "siren:2/EUR#2026#AV3", AccountId("FR"), "EUR",
    ...                     dt.date(2026, 2, 10), 100, 100)
    >>> credit_number(note), credit_number(dataclasses.replace(note, credit="2026-02-10#R1#1"))
    ('AV3', '')
    """
    whose, _, rest = credit.credit.partition("#")
    return "" if _DAY.fullmatch(whose) else rest.rpartition("#")[2]


_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
