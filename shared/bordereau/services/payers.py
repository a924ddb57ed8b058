"""Who pays from which account: learnt from receipts that were applied, never from a name."""

from __future__ import annotations

from bordereau.domain.identifiers import PartyId
from bordereau.domain.parties import Alias
from bordereau.ports import Ledger
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done
from bordereau.services.register import DEBTOR

PAYERS_MAX = 9
"""So many debtors are remembered for one account: a group's treasury pays for its firms."""


def payers_of(ledger: Ledger, iban: str) -> tuple[PartyId, ...]:
    """Return the debtors that were paid for from an account, in the order in which that was seen.

    An empty IBAN is nobody's.
    """
    found: list[PartyId] = []
    for name in _aliases(iban):
        alias = ledger.get(Alias, role=DEBTOR, alias=name)
        if alias is None:
            break
        found.append(alias.party)
    return tuple(found)


def learn_payer(ledger: Ledger, iban: str, debtor: PartyId) -> Outcome:
    """Remember that a debtor was paid for from an account; a second call writes nothing.

    A group's treasury pays for several: then an amount alone says less (``payers_of``).
    """

    def decide(draft: Draft) -> Outcome:
        for name in _aliases(iban):
            known = draft.read(Alias, role=DEBTOR, alias=name)
            if known is None:
                draft.write(Alias(name, DEBTOR, debtor))
                return done(debtor)
            if known.party == debtor:
                break
        return already("payer-known", debtor)

    return attempt(ledger, "learn-payer", decide)


def _aliases(iban: str) -> list[str]:
    """Return the aliases under which the payers of an account stand, the first one's first.

    >>> _aliases("FR76")[:2]
    ['iban:FR76', 'iban:FR76/2']
    """
    if not iban:
        return []
    return [f"iban:{iban}", *(f"iban:{iban}/{n}" for n in range(2, PAYERS_MAX + 1))]
