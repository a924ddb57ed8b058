"""What a receipt pays: certain, or a proposal for a person; never a guess across sellers.

Order (handbook domain 2.8): numbers named in the transfer, then the exact amount or sum of what
one known debtor owes. Whatever two readings would explain is left to a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bordereau.domain import references
from bordereau.domain.identifiers import ContractId, InvoiceId, PartyId
from bordereau.domain.work import ProposedLine

Why = Literal[
    "named-exact",
    "named-less-credits",
    "named-and-more",
    "named-part",
    "amount-exact",
    "all-open",
    "all-open-less-credits",
    "named-too-little",
    "number-twice",
    "other-number",
    "amount-of-several",
    "all-open-sellers",
    "amount-of-stranger",
    "payer-name",
    "no-match",
]
"""Why lines are certain (the first seven) or only proposed."""

SURE_LENGTH = 5
"""A number of so many letters and digits identifies a payer who was not known."""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An open invoice as matching sees it; items come oldest first."""

    contract: ContractId
    invoice: InvoiceId
    number: str
    debtor: PartyId
    open_cents: int


@dataclass(frozen=True, slots=True)
class OwedCredit:
    """What a debtor has with us and may deduct: a credit note's number, or none."""

    debtor: PartyId
    number: str
    left_cents: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is left of a receipt, what its transfer says, and who paid, if that is known."""

    cents: int
    text: str
    payer: str = ""
    debtor: PartyId | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Lines that are certain, or that a person should look at; ``rest_cents`` nobody takes."""

    why: Why
    lines: tuple[ProposedLine, ...] = ()
    rest_cents: int = 0
    debtor: PartyId | None = None
    is_certain: bool = False


def propose(
    incoming: Incoming,
    items: Sequence[OpenItem],
    credits_owed: Sequence[OwedCredit] = (),
    names: Mapping[PartyId, str] | None = None,
) -> Match:
    """Return what a receipt pays.

    With a known debtor ``items`` and ``credits_owed`` are that debtor's; with a stranger they are
    everybody's, and ``names`` those of the debtors.

    >>> item = OpenItem(ContractId("siren:1/EUR"), InvoiceId("2026#FA12"), "FA-0012",
    ...                 PartyId("siren:2"), 120000)
    >>> match = propose(Incoming(50000, "VIR FA12", debtor=item.debtor), [item])
    >>> match.why, match.is_certain, match.lines[0].amount_cents
    ('named-part', True, 50000)
    """
    found = references.find(incoming.text, [item.number for item in items])
    named = [item for item in items if item.number in found.numbers]
    if named:
        return _by_number(incoming, named, credits_owed, names_others=found.names_others)
    if incoming.debtor is None:
        return _of_stranger(incoming, items, names or {})
    if found.names_others:
        return Match("other-number", rest_cents=incoming.cents, debtor=incoming.debtor)
    return _by_amount(incoming, items, credits_owed)


def _by_number(
    incoming: Incoming,
    named: list[OpenItem],
    credits_owed: Sequence[OwedCredit],
    *,
    names_others: bool,
) -> Match:
    if len({item.number for item in named}) < len(named):
        exact = [item for item in named if item.open_cents == incoming.cents]
        if len({item.number for item in named}) > 1 or len(exact) != 1:
            return Match("number-twice", rest_cents=incoming.cents, debtor=incoming.debtor)
        named = exact
    debtors = {item.debtor for item in named}
    owed = [credit for credit in credits_owed if credit.debtor in debtors]
    total = sum(item.open_cents for item in named)
    debtor = incoming.debtor or (next(iter(debtors)) if len(debtors) == 1 else None)
    if total == incoming.cents and debtor:
        return _certain("named-exact", named, debtor=debtor)
    is_sure = debtor is not None and (incoming.debtor is not None or _identifies(named))
    if not is_sure or debtor is None:
        return _too_little(incoming, named, debtor)
    if incoming.cents > total:
        rest = incoming.cents - total
        return _certain("named-and-more", named, debtor=debtor, rest_cents=rest)
    used = _credit_for(incoming, total, owed)
    if used is not None:
        rest = incoming.cents - (total - used)
        why: Why = "named-and-more" if rest else "named-less-credits"
        return _certain(why, named, debtor=debtor, credit_cents=used, rest_cents=rest)
    if len(named) == 1 and not names_others and not _names_credit(incoming, owed):
        part = _line(named[0], incoming.cents)
        return Match("named-part", (part,), debtor=debtor, is_certain=True)
    return _too_little(incoming, named, debtor)


def _identifies(named: list[OpenItem]) -> bool:
    return all(sum(char.isalnum() for char in item.number) >= SURE_LENGTH for item in named)


def _names_credit(incoming: Incoming, owed: Sequence[OwedCredit]) -> bool:
    return bool(references.find(incoming.text, [credit.number for credit in owed]).numbers)


def _credit_for(incoming: Incoming, total: int, owed: Sequence[OwedCredit]) -> int | None:
    """Return what is deducted: the credits named as far as that is enough, else an exact one."""
    found = references.find(incoming.text, [credit.number for credit in owed]).numbers
    if found:
        named = sum(credit.left_cents for credit in owed if credit.number in found)
        return named if total - named <= incoming.cents else None
    lacking = total - incoming.cents
    sums = {credit.left_cents for credit in owed} | {sum(credit.left_cents for credit in owed)}
    return lacking if lacking in sums else None


def _by_amount(
    incoming: Incoming, items: Sequence[OpenItem], credits_owed: Sequence[OwedCredit]
) -> Match:
    """Match a known debtor's receipt without a number: only what one reading explains."""
    assert incoming.debtor is not None, "a stranger's amount proves nothing"
    single = [[item] for item in items if item.open_cents == incoming.cents]
    contracts = dict.fromkeys(item.contract for item in items)
    groups = [[item for item in items if item.contract == contract] for contract in contracts]
    whole = [group for group in groups if len(group) > 1 and _sum(group) == incoming.cents]
    credit = sum(owed.left_cents for owed in credits_owed)
    less = [group for group in groups if credit and _sum(group) - credit == incoming.cents]
    readings = single + whole + less
    if len(readings) > 1:
        return Match("amount-of-several", rest_cents=incoming.cents, debtor=incoming.debtor)
    if single:
        return _certain("amount-exact", single[0], debtor=incoming.debtor)
    if whole:
        return _certain("all-open", whole[0], debtor=incoming.debtor)
    if less:
        return _certain(
            "all-open-less-credits", less[0], debtor=incoming.debtor, credit_cents=credit
        )
    if len(groups) > 1 and _sum(items) == incoming.cents:
        lines = tuple(_line(item, item.open_cents) for item in items)
        return Match("all-open-sellers", lines, debtor=incoming.debtor)
    return Match("no-match", rest_cents=incoming.cents, debtor=incoming.debtor)


def _of_stranger(
    incoming: Incoming, items: Sequence[OpenItem], names: Mapping[PartyId, str]
) -> Match:
    """Propose for an unknown payer: one with that name, or the one invoice of that amount."""
    alike = [party for party, name in names.items() if same_name(incoming.payer, name)]
    exact = [item for item in items if item.open_cents == incoming.cents]
    if len(alike) == 1:
        own = [item for item in exact if item.debtor == alike[0]]
        lines = tuple(_line(item, item.open_cents) for item in own[:1]) if len(own) == 1 else ()
        rest = 0 if lines else incoming.cents
        return Match("payer-name", lines, rest_cents=rest, debtor=alike[0])
    if len(exact) == 1:
        return Match("amount-of-stranger", (_line(exact[0], exact[0].open_cents),))
    return Match("no-match", rest_cents=incoming.cents)


_LEGAL_FORMS = frozenset({"SA", "SAS", "SASU", "SARL", "EURL", "SCI", "SNC", "GMBH", "AG", "LTD"})


def same_name(payer: str, name: str) -> bool:
    """Return whether two names are the same words but for case, marks and legal form.

    >>> same_name("BATI RHONE SA", "Bati Rhone"), same_name("BATI", "Bati Rhone")
    (True, False)
    """
    return bool(_words(payer)) and _words(payer) == _words(name)


def _words(name: str) -> frozenset[str]:
    words = "".join(char if char.isalnum() else " " for char in references.folded(name)).split()
    return frozenset(words) - _LEGAL_FORMS


def _sum(items: Iterable[OpenItem]) -> int:
    return sum(item.open_cents for item in items)


def _line(item: OpenItem, cents: int, credit_cents: int = 0) -> ProposedLine:
    return ProposedLine(item.contract, item.invoice, item.number, cents, credit_cents)


def _certain(
    why: Why,
    items: Iterable[OpenItem],
    *,
    debtor: PartyId,
    credit_cents: int = 0,
    rest_cents: int = 0,
) -> Match:
    """Return a match that pays items in full, the credits used on the first of them."""
    lines, credit = [], credit_cents
    for item in items:
        part = min(credit, item.open_cents)
        lines.append(_line(item, item.open_cents, part))
        credit -= part
    return Match(why, tuple(lines), rest_cents, debtor, is_certain=True)


def _too_little(incoming: Incoming, named: list[OpenItem], debtor: PartyId | None) -> Match:
    """Propose the named invoices in their order, as far as the money goes."""
    lines, left = [], incoming.cents
    for item in named:
        part = min(left, item.open_cents)
        if part:
            lines.append(_line(item, part))
        left -= part
    return Match("named-too-little", tuple(lines), left, debtor)
