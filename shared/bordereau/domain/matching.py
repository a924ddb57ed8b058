"""What a receipt pays: certain, or a proposal for a person; never a guess across sellers.

Order (handbook domain 2.8): numbers named in the transfer, a number that is only hinted at with the
exact amount, then the exact amount or sum of what one known debtor owes. Whatever two readings
would explain, and whatever label and amount say differently, is left to a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from bordereau.domain import references
from bordereau.domain.identifiers import PartyId
from bordereau.domain.match import Incoming, Match, OpenItem, OwedCredit, Owing, doubted, nothing
from bordereau.domain.match_by_amount import match_by_amount, propose_for_stranger
from bordereau.domain.match_by_number import match_by_hint, match_by_number

__all__ = ["Incoming", "Match", "OpenItem", "OwedCredit", "Owing", "Register", "match_receipt"]

BY_AMOUNT: Final = frozenset(
    {"hinted-exact", "amount-exact", "all-open", "all-open-less-credits", "combination"}
)
"""Reasons that rest on an amount: it must not be one that was paid before."""

BY_NUMBER: Final = frozenset({"named-too-little", "number-twice", "number-and-amount-differ"})
"""Proposals that rest on a number, whoever pays."""


class Register(Protocol):
    """What is open, and what was paid lately, on the account on which a receipt came."""

    def owing(self, debtors: Sequence[PartyId]) -> Owing:
        """Return what these debtors owe, with their credits and names."""
        ...

    def owing_of_all(self) -> Owing:
        """Return what everybody owes."""
        ...

    def paid(self, debtors: Sequence[PartyId]) -> Sequence[OpenItem]:
        """Return what these debtors paid in full lately; ``open_cents`` is what it was."""
        ...


def match_receipt(incoming: Incoming, register: Register) -> Match:
    """Return what a receipt pays: among its known payers' items, then by number among all.

    What rests on an amount is only proposed where the same was paid before, or where the transfer
    names a paid invoice: it may be paid twice.
    """
    if not incoming.debtors:
        return _unless_paid(propose(incoming, register.owing_of_all()), incoming, register)
    match = propose(incoming, register.owing(incoming.debtors))
    is_enough = match.is_certain or incoming.is_settled
    if is_enough or match.why in BY_NUMBER or (match.lines and match.why not in BY_AMOUNT):
        return _unless_paid(match, incoming, register)
    wide = propose(replace(incoming, debtors=()), register.owing_of_all())
    if wide.is_certain or wide.why in BY_NUMBER:
        return _unless_paid(wide, incoming, register)
    return match


def _unless_paid(match: Match, incoming: Incoming, register: Register) -> Match:
    if not match.is_certain or match.why not in BY_AMOUNT or match.debtor is None:
        return match
    amounts = {line.amount_cents for line in match.lines} if len(match.lines) == 1 else set()
    for item in register.paid([match.debtor]):
        is_same = item.open_cents in amounts
        is_hinted = is_same and references.hint(incoming.text, item.number)
        is_named = bool(references.find(incoming.text, [item.number]).numbers)
        if is_named or is_hinted or (is_same and match.why == "amount-exact"):
            return doubted("paid-before", match)
    return match


def propose(incoming: Incoming, owing: Owing) -> Match:
    """Return what a receipt pays.

    With known debtors ``owing`` is theirs; with a stranger it is everybody's.

    >>> from bordereau.domain.identifiers import ContractId, InvoiceId
    >>> item = OpenItem(ContractId("siren:1/EUR"), InvoiceId("2026#FA12"), "FA-0012",
    ...                 PartyId("siren:2"), 120000)
    >>> match = propose(Incoming(50000, "VIR FA12", debtors=(item.debtor,)), Owing([item]))
    >>> match.why, match.is_certain, match.lines[0].amount_cents
    ('named-part', True, 50000)
    """
    found = references.find(incoming.text, [item.number for item in owing.items])
    named = [item for item in owing.items if item.number in found.numbers]
    if named:
        return match_by_number(incoming, named, owing, found)
    if hinted := match_by_hint(incoming, owing):
        return hinted
    if not incoming.debtors:
        return propose_for_stranger(incoming, owing)
    if found.names_others:
        return nothing("other-number", incoming)
    return match_by_amount(incoming, owing)
