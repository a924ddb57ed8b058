"""Look-ups in the register: parties by identity or alias, senders, contracts, settings.

Current versions only. Writing is ``set_party``; what a document froze stays as it was then.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator

from bordereau.domain.claims import PartyClaim
from bordereau.domain.identifiers import SIREN_LENGTH, ContractId, PartyId, siren_of_vat
from bordereau.domain.parties import (
    Alias,
    Contract,
    ContractListing,
    Debtor,
    PartyVersion,
    Seller,
    Sender,
    Setting,
)
from bordereau.domain.text_proposals import name_alias, name_aliases_in
from bordereau.domain.work import Command
from bordereau.ports import Ledger
from bordereau.services.contract_terms import write_command
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done

SELLER = "SELLER"
DEBTOR = "DEBTOR"
NOBODY = PartyId("")
"""What the alias of a name points to that two parties share."""


def seller_of(ledger: Ledger, party: PartyId) -> Seller | None:
    """Return a seller's current version."""
    current = ledger.get(PartyVersion, role=SELLER, party=party)
    return ledger.get(Seller, party=party, version=current.version) if current else None


def debtor_of(ledger: Ledger, party: PartyId) -> Debtor | None:
    """Return a debtor's current version."""
    current = ledger.get(PartyVersion, role=DEBTOR, party=party)
    return ledger.get(Debtor, party=party, version=current.version) if current else None


def contract_of(ledger: Ledger, contract: ContractId) -> Contract | None:
    """Return a contract."""
    return ledger.get(Contract, contract=contract)


def contracts(ledger: Ledger) -> Iterator[ContractListing]:
    """Yield every contract from the directory."""
    yield from ledger.list(ContractListing)


def sellers_of_sender(ledger: Ledger, address: str, today: dt.date) -> list[Sender]:
    """Return for whom an exact address may assign on a day; usually one seller."""
    return [
        sender
        for sender in ledger.list(Sender, address=address.strip().lower())
        if sender.may_assign
        and sender.from_on <= today
        and (sender.to_on is None or today <= sender.to_on)
    ]


def setting(ledger: Ledger, key: str, default: str = "") -> str:
    """Return a setting's text as staff typed it, or ``default``."""
    found = ledger.get(Setting, key=key)
    return found.value if found else default


def aliases_of(claim: PartyClaim) -> list[str]:
    """Return the aliases under which a party in a document is looked for, the surest first.

    A SIREN also stands in a SIRET and in a French VAT number, so a document that names only one of
    these is found, and woken, by the SIREN of the register.
    """
    vat = claim.vat.replace(" ", "").upper()
    sirens = (claim.siren, claim.siret[:SIREN_LENGTH], siren_of_vat(vat))
    wanted = [f"siren:{siren}" for siren in sirens if siren]
    wanted += [f"vat:{vat}"] if vat else []
    wanted += [f"id:{identifier}" for identifier in claim.ids]
    return list(dict.fromkeys(wanted))


def party_of_claim(ledger: Ledger, role: str, claim: PartyClaim) -> PartyId | None:
    """Return the registered party that a document names by an identifier; names never decide."""
    for alias in aliases_of(claim):
        found = ledger.get(Alias, role=role, alias=alias)
        if found is not None:
            return found.party
    return None


def aliases_of_party(party: Seller | Debtor) -> tuple[str, ...]:
    """Return the aliases that point to a registered party."""
    found = [str(party.party)]
    if party.siren:
        found.append(f"siren:{party.siren}")
    if party.vat:
        found.append(f"vat:{party.vat}")
        found += [f"siren:{siren}"] if (siren := siren_of_vat(party.vat)) else []
    if isinstance(party, Debtor) and party.foreign_id:
        found.append(f"id:{party.foreign_id}")
    return tuple(dict.fromkeys(found))


def set_party(ledger: Ledger, party: Seller | Debtor, *, command: Command | None = None) -> Outcome:
    """Store a party as a new version, with its aliases; the same facts again write nothing."""
    role = SELLER if isinstance(party, Seller) else DEBTOR

    def decide(draft: Draft) -> Outcome:
        current = draft.read(PartyVersion, role=role, party=party.party)
        version = current.version if current else 0
        old = draft.read(type(party), party=party.party, version=version) if current else None
        if old is not None and dataclasses.replace(party, version=version) == old:
            return already("party-known", party.party)
        draft.write(dataclasses.replace(party, version=version + 1))
        draft.write(PartyVersion(party.party, role, version + 1))
        for alias in aliases_of_party(party):
            draft.write(Alias(alias, role, party.party))
        _write_name(draft, party, role)
        write_command(draft, command)
        return done(party.party)

    return attempt(ledger, "set-party", decide)


def _write_name(draft: Draft, party: Seller | Debtor, role: str) -> None:
    """Let a name be found in the text of a page; one that two parties share points to nobody."""
    alias = name_alias(party.name)
    if not alias:
        return
    known = draft.read(Alias, role=role, alias=alias)
    owner = party.party if known is None or known.party == party.party else NOBODY
    draft.write(Alias(alias, role, owner))


def parties_named(ledger: Ledger, role: str, page: str) -> Iterator[PartyId]:
    """Yield the parties whose names may stand in a page's text: proposals, never decisions.

    Reads at most ``NAMES_MAX`` aliases, in batches; no list of the register is gone through.
    """
    wanted = [(Alias, {"role": role, "alias": alias}) for alias in name_aliases_in(page)]
    found = (one.party for one in ledger.get_many(*wanted) if one is not None)
    yield from dict.fromkeys(party for party in found if party != NOBODY)


def set_sender(ledger: Ledger, sender: Sender, *, command: Command | None = None) -> Outcome:
    """Store who may send for a seller; the same facts again write nothing."""

    def decide(draft: Draft) -> Outcome:
        old = draft.read(Sender, address=sender.address, seller=sender.seller)
        if old is not None and dataclasses.replace(sender, v=old.v) == old:
            return already("sender-known", sender.address)
        draft.write(dataclasses.replace(sender, v=old.v if old else 0))
        write_command(draft, command)
        return done(sender.address)

    return attempt(ledger, "set-party", decide)
