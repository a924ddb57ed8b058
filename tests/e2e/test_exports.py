"""The month's books as the tax office and the clients' managers see them."""

from __future__ import annotations

import datetime as dt

import pytest

from bordereau.documents.fec import fec, fec_name
from bordereau.documents.fec_check import balances, check_fec
from bordereau.documents.texts import Phrases
from bordereau.domain.books import Position
from bordereau.services.availability import available_of
from bordereau.services.contract_terms import terms_of
from bordereau.services.explain import explain
from bordereau.services.export_books import legal_books
from bordereau.services.read_books import known_accounts, known_contracts, read_books
from tests.e2e.conftest import Month

pytestmark = pytest.mark.slow

CLOSING = dt.date(2026, 12, 31)


def test_the_year_of_the_month_is_lawful_and_agrees(month: Month) -> None:
    """With real names and numbers; each account is the ledger's to the cent."""
    ledger = month.world.ledger
    contracts = known_contracts(ledger)
    legal = legal_books(ledger, read_books(ledger, contracts, known_accounts(ledger, contracts)))
    data = fec(legal, closing_on=CLOSING, phrases=Phrases.load("fr")).encode()
    assert check_fec(fec_name(legal.siren, CLOSING), data) == []
    expected: dict[str, int] = {}
    for row in legal.rows:
        assert row.booked_on <= CLOSING
        for line in row.lines:
            number = legal.accounts[line.account].number
            expected[number] = expected.get(number, 0) + line.cents
    assert balances(data) == {number: cents for number, cents in expected.items() if cents}


def test_every_contract_is_explained_to_what_is_available(month: Month) -> None:
    """The fold over the journal ends where the position stands."""
    ledger = month.world.ledger
    for contract in known_contracts(ledger):
        found = explain(ledger, contract, on=CLOSING)
        position = ledger.get(Position, contract=contract)
        assert found is not None
        assert position is not None
        stands = available_of(ledger, position, terms_of(ledger, contract, CLOSING))
        assert found.steps[-1].cents == stands.available_cents
        assert found.seq == position.seq
