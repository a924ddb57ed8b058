"""Debtors and our own accounts as documents show them."""

from __future__ import annotations

from bordereau.domain.figures import AccountFigures, PartyFigures
from bordereau.domain.identifiers import AccountId, PartyId
from bordereau.domain.parties import Debtor
from bordereau.ports import Ledger
from bordereau.services.firm import firm_of
from bordereau.services.register import debtor_of, setting

OWN_ACCOUNTS = ("account.1", "account.2")
"""The settings that name our own accounts: ``.iban``, ``.bic``, ``.name``."""


class DebtorNames:
    """The names of debtors, each read once; an identity where the register has no name."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[str, str] = {}

    def of(self, party: str) -> str:
        """Return a debtor's name; nothing for nobody."""
        if party and party not in self._known:
            found = debtor_of(self._ledger, PartyId(party))
            self._known[party] = found.name if found else party
        return self._known.get(party, "")


def debtor_figures(debtor: Debtor) -> PartyFigures:
    """Return a debtor as printed."""
    place = debtor.address
    return PartyFigures(
        name=debtor.name,
        street=place.street,
        postcode=place.postcode,
        city=place.city,
        country=place.country,
        siren=debtor.siren,
        vat=debtor.vat,
    )


def account_figures(ledger: Ledger, account: AccountId) -> AccountFigures:
    """Return one of our accounts in full, as the debtor needs it to pay."""
    for name in OWN_ACCOUNTS:
        if setting(ledger, f"{name}.iban").replace(" ", "") == account:
            holder = setting(ledger, f"{name}.name") or firm_of(ledger).party.name
            return AccountFigures(account, setting(ledger, f"{name}.bic"), holder)
    return AccountFigures(account, "", firm_of(ledger).party.name)
