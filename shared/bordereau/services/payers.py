"""Who pays from which account: learnt from receipts that were applied, never from a name."""

from __future__ import annotations

from bordereau.domain.identifiers import PartyId
from bordereau.domain.parties import Alias
from bordereau.ports import Ledger
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done
from bordereau.services.register import DEBTOR


def payer_of(ledger: Ledger, iban: str) -> PartyId | None:
    """Return the debtor that paid from an account before."""
    if not iban:
        return None
    alias = ledger.get(Alias, role=DEBTOR, alias=f"iban:{iban}")
    return alias.party if alias else None


def learn_payer(ledger: Ledger, iban: str, debtor: PartyId) -> Outcome:
    """Remember that a debtor pays from an account; what was learnt first stays.

    An account that pays for several debtors (a group's treasury) stays the first one's: a transfer
    of it that names an invoice of another is matched by that number.
    """

    def decide(draft: Draft) -> Outcome:
        if not iban or draft.read(Alias, role=DEBTOR, alias=f"iban:{iban}") is not None:
            return already("payer-known", debtor)
        draft.write(Alias(f"iban:{iban}", DEBTOR, debtor))
        return done(debtor)

    return attempt(ledger, "learn-payer", decide)
