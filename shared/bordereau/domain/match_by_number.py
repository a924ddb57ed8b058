"""Matching by the numbers that a transfer names, or hints at with the exact amount.

Label and amount that say different things are never certain (handbook domain 2.8).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bordereau.domain import combinations, references
from bordereau.domain.identifiers import PartyId
from bordereau.domain.match import (
    Incoming,
    Match,
    OpenItem,
    OwedCredit,
    Owing,
    Why,
    certain,
    line_of,
    nothing,
    short,
    too_little,
    total_of,
)
from bordereau.domain.payer_names import may_be_same

SURE_LENGTH = 5
"""A number of so many letters and digits identifies a payer who was not known."""

SURE_HINT = 4
"""So many last digits of a number, with the exact amount, identify a payer who was not known."""


def match_by_number(
    incoming: Incoming, named: list[OpenItem], owing: Owing, found: references.Found
) -> Match:
    """Return what a receipt pays whose transfer names open invoices."""
    if len({item.number for item in named}) < len(named):
        exact = [item for item in named if item.open_cents == incoming.cents]
        if len({item.number for item in named}) > 1 or len(exact) != 1:
            return nothing("number-twice", incoming)
        named = exact
    debtors = list(dict.fromkeys(item.debtor for item in named))
    is_long = all(is_long_number(item.number) for item in named)
    if total_of(named) == incoming.cents and (len(debtors) == 1 or is_long):
        return certain("named-exact", named, debtor=debtors[0] if len(debtors) == 1 else None)
    is_sure = debtors[0] in incoming.debtors or (is_long and _is_same(incoming, owing, debtors[0]))
    if len(debtors) > 1 or not is_sure:
        return too_little("named-too-little", incoming, named)
    return _of_one_debtor(incoming, named, owing, found)


def _of_one_debtor(
    incoming: Incoming, named: list[OpenItem], owing: Owing, found: references.Found
) -> Match:
    """Match numbers of one debtor with another amount than they add up to."""
    debtor, total = named[0].debtor, total_of(named)
    lacking = total - incoming.cents
    owed = owing.credits_of([debtor])
    credit_cents = _credit_for(incoming, total, owed)
    if credit_cents is not None and lacking > 0:
        rest = credit_cents - lacking
        why: Why = "named-and-more" if rest else "named-less-credits"
        return certain(why, named, debtor=debtor, credit_cents=credit_cents, rest_cents=rest)
    if 0 < lacking <= min(item.tolerance_cents for item in named) and len(named) > 1:
        return short("named-cents-off", named, lacking_cents=lacking)
    other = _by_other_amount(incoming, named, owing)
    if other is not None:
        return other
    if is_cut_of_another(named, owing.of(debtor), found):
        return too_little("number-cut", incoming, named)
    if lacking < 0:
        return certain("named-and-more", named, debtor=debtor, rest_cents=-lacking)
    if len(named) == 1 and not found.names_others and not _names_credit(incoming, owed):
        part = line_of(named[0], incoming.cents)
        return Match("named-part", (part,), debtor=debtor, is_certain=True)
    return too_little("named-too-little", incoming, named)


def _by_other_amount(incoming: Incoming, named: list[OpenItem], owing: Owing) -> Match | None:
    """Return what the exact amount says when it does not say the same as the numbers.

    The numbers and others, in one way only: the text was cut. Anything else: a person looks.
    """
    items = owing.of(named[0].debtor)
    readings = combinations.find_sums([item.open_cents for item in items], incoming.cents)
    if not readings.found:
        return None
    chosen = [[items[place] for place in places] for places in readings.found]
    wider = [group for group in chosen if all(item in group for item in named)]
    others = [item for item in items if item not in named]
    is_only = len(chosen) == 1 and readings.is_complete
    if is_only and wider and _is_telling_rest(others, wider[0]):
        return certain("named-and-amount", wider[0], debtor=named[0].debtor)
    return too_little("number-and-amount-differ", incoming, named)


def _is_telling_rest(others: Sequence[OpenItem], chosen: Sequence[OpenItem]) -> bool:
    """Return whether the amounts that no number stands for can be no chance."""
    rest = [item for item in others if item in chosen]
    if len(rest) == 1:
        return not combinations.is_round(rest[0].open_cents)
    return combinations.is_telling([item.open_cents for item in others], len(rest))


def is_cut_of_another(
    named: Iterable[OpenItem], items: Iterable[OpenItem], found: references.Found
) -> bool:
    """Return whether what stands for a number may be the beginning of another open one."""
    written = [found.written.get(item.number, "") for item in named]
    names = {item.number for item in named}
    others = [references.bare(item.number) for item in items if item.number not in names]
    return any(other.startswith(text) for text in written if text for other in others)


def is_long_number(number: str) -> bool:
    """Return whether a number alone says whose it is."""
    return sum(sign.isalnum() for sign in number) >= SURE_LENGTH


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


def match_by_hint(incoming: Incoming, owing: Owing) -> Match | None:
    """Match what is only hinted at (last digits, a cut, a digit wrong) with its exact amount."""
    exact = [item for item in owing.items if item.open_cents == incoming.cents]
    for item in exact:
        strength = references.hint(incoming.text, item.number)
        is_known = item.debtor in incoming.debtors
        if is_known or _is_same(incoming, owing, item.debtor):
            is_meant = strength > 0 or references.is_near(incoming.text, item.number)
        else:
            is_meant = strength >= SURE_HINT and len(exact) == 1
        if is_meant and not _is_rivalled(incoming, item, exact):
            return certain("hinted-exact", [item], debtor=item.debtor)
    return _by_hints(incoming, owing)


def _is_rivalled(incoming: Incoming, item: OpenItem, exact: Sequence[OpenItem]) -> bool:
    """Return whether another item of that amount is hinted at, too."""
    return any(
        references.hint(incoming.text, other.number)
        or references.is_near(incoming.text, other.number)
        for other in exact
        if other is not item
    )


def _by_hints(incoming: Incoming, owing: Owing) -> Match | None:
    """Match several hints of one known debtor that add up exactly."""
    for debtor in incoming.debtors:
        items = owing.of(debtor)
        hinted = [item for item in items if references.hint(incoming.text, item.number)]
        if len(hinted) > 1 and total_of(hinted) == incoming.cents:
            return certain("hinted-exact", hinted, debtor=debtor)
    return None


def _is_same(incoming: Incoming, owing: Owing, debtor: PartyId) -> bool:
    return may_be_same(incoming.payer, incoming.text, owing.name(debtor))
