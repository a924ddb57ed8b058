"""Matching by amounts alone: of known debtors only, and only what one reading explains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bordereau.domain import combinations, references
from bordereau.domain.match import (
    Incoming,
    Match,
    OpenItem,
    OwedCredit,
    Owing,
    Why,
    certain,
    doubted,
    line_of,
    nothing,
    total_of,
)
from bordereau.domain.payer_names import same_name


def match_by_amount(incoming: Incoming, owing: Owing) -> Match:
    """Match known debtors' money without a number: only what one reading explains."""
    readings = [
        reading
        for debtor in incoming.debtors
        for reading in _readings(incoming, owing.of(debtor), owing.credits_of([debtor]))
    ]
    if not readings:
        return nothing("no-match", incoming)
    if len(readings) > 1:
        return nothing("amount-of-several", incoming)
    match = readings[0]
    if _hints_at_others(incoming, match, owing.items):
        return doubted("number-and-amount-differ", match)
    if len(match.lines) == 1 and _may_be_a_part(incoming, owing.items):
        return doubted("amount-round", match)
    return match


def _hints_at_others(incoming: Incoming, match: Match, items: Iterable[OpenItem]) -> bool:
    """Return whether the text rather shows an invoice that the amount does not pay."""
    paid = {line.number for line in match.lines}
    hints = {item.number for item in items if references.hint(incoming.text, item.number)}
    return bool(hints) and not hints & paid


def _readings(
    incoming: Incoming, items: Sequence[OpenItem], owed: Sequence[OwedCredit]
) -> list[Match]:
    """Return every way in which one debtor's items, less all its credits or not, add up."""
    amounts = [item.open_cents for item in items]
    search = combinations.find_sums(amounts, incoming.cents)
    found = [
        _reading([items[place] for place in places], items, amounts) for places in search.found
    ]
    credit = sum(one.left_cents for one in owed)
    if credit:
        for group in _by_contract(items):
            if total_of(group) - credit == incoming.cents:
                why: Why = "all-open-less-credits"
                found.append(certain(why, group, debtor=group[0].debtor, credit_cents=credit))
    if found and not search.is_complete:
        found.append(doubted("amount-of-several", found[0]))
    return found


def _reading(group: list[OpenItem], items: Sequence[OpenItem], amounts: Sequence[int]) -> Match:
    debtor = group[0].debtor
    if len({item.contract for item in group}) > 1:
        return doubted("all-open-sellers", certain("combination", group, debtor=debtor))
    if len(group) == 1:
        return certain("amount-exact", group, debtor=debtor)
    if group in _by_contract(items):
        return certain("all-open", group, debtor=debtor)
    match = certain("combination", group, debtor=debtor)
    if combinations.is_telling(amounts, len(group)):
        return match
    return doubted("combination-by-chance", match)


def _by_contract(items: Sequence[OpenItem]) -> list[list[OpenItem]]:
    contracts = dict.fromkeys(item.contract for item in items)
    return [[item for item in items if item.contract == contract] for contract in contracts]


def _may_be_a_part(incoming: Incoming, items: Iterable[OpenItem]) -> bool:
    """Return whether an amount may as well be paid on account of a larger invoice."""
    larger = [item.open_cents for item in items if item.open_cents > incoming.cents]
    if larger and combinations.is_round(incoming.cents):
        return True
    return any(combinations.is_simple_part(incoming.cents, cents) for cents in larger)


def propose_for_stranger(incoming: Incoming, owing: Owing) -> Match:
    """Propose for an unknown payer: one with that name, or the one invoice of that amount."""
    names = owing.names or {}
    alike = [party for party, name in names.items() if same_name(incoming.payer, name)]
    exact = [item for item in owing.items if item.open_cents == incoming.cents]
    if len(alike) == 1:
        own = [item for item in exact if item.debtor == alike[0]]
        lines = tuple(line_of(item, item.open_cents) for item in own[:1]) if len(own) == 1 else ()
        rest = 0 if lines else incoming.cents
        return Match("payer-name", lines, rest_cents=rest, debtor=alike[0])
    if len(exact) == 1:
        return Match("amount-of-stranger", (line_of(exact[0], exact[0].open_cents),))
    return nothing("no-match", incoming)
