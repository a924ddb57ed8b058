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
    doubted,
    line_of,
    nothing,
    short,
    too_little,
    total_of,
)
from bordereau.domain.payer_names import may_be_same

SURE_LENGTH = 5
"""A number of so many letters and digits identifies a payer who was not known."""

CENTS_OFF_PART = 20
"""A tolerance is at most one part in so many of what is paid: more is no rounding."""

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
    if len(debtors) > 1:
        return too_little("named-too-little", incoming, named)
    is_sure = debtors[0] in incoming.debtors or (is_long and _is_same(incoming, owing, debtors[0]))
    if not is_sure:
        return too_little("named-too-little", incoming, named)
    if (match := _within_tolerance(incoming, named, owing)) is not None:
        return match
    return _of_one_debtor(incoming, named, owing, found)


def _within_tolerance(incoming: Incoming, named: Sequence[OpenItem], owing: Owing) -> Match | None:
    """Match what is some cents more or less than named, if the terms let that go."""
    total = total_of(named)
    lacking = total - incoming.cents
    most = min(total // CENTS_OFF_PART, *(item.tolerance_cents for item in named))
    if abs(lacking) > most:
        return None
    if any(item.open_cents == incoming.cents for item in owing.of(named[0].debtor)):
        return too_little("number-and-amount-differ", incoming, named)
    if _credit_for(incoming, total, owing.credits_of([named[0].debtor])) is not None:
        return too_little("named-too-little", incoming, named)  # a credit of some cents, or none?
    if lacking > 0:
        return short("named-cents-off", named, lacking_cents=lacking)
    return certain("named-cents-off", named, debtor=named[0].debtor, rest_cents=-lacking)


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
    other = _by_other_amount(incoming, named, owing)
    if other is not None:
        return other
    others = [item for item in owing.of(debtor) if item not in named]
    if is_cut_of_another(named, others, found):
        return too_little("number-cut", incoming, named)
    is_clear = not (
        found.names_others
        or found.by_word
        or references.may_be_cut(incoming.text)
        or _may_mean_another(incoming, named, others)
    )
    if lacking < 0 and is_clear and -lacking < total:
        return certain("named-and-more", named, debtor=debtor, rest_cents=-lacking)
    if lacking > 0 and is_clear and len(named) == 1 and not _names_credit(incoming, owed):
        part = line_of(named[0], incoming.cents)
        return Match("named-part", (part,), debtor=debtor, is_certain=True)
    return too_little("named-too-little", incoming, named)


def _may_mean_another(
    incoming: Incoming, named: Sequence[OpenItem], others: Sequence[OpenItem]
) -> bool:
    """Return whether another invoice is hinted at, or a digit mistyped would have named it."""
    return any(
        references.hint(incoming.text, other.number)
        or references.is_begun(incoming.text, other.number)
        or any(references.is_near(item.number, other.number) for item in named)
        for other in others
    )


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
    named: Iterable[OpenItem], others: Iterable[OpenItem], found: references.Found
) -> bool:
    """Return whether what stands for a number may be the beginning of another open one."""
    written = [found.written[item.number] for item in named]
    numbers = [references.bare(item.number) for item in others]
    return any(number.startswith(text) for text in written for number in numbers)


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
    """Match what is only hinted at by its last digits with its exact amount.

    A number with one digit wrong is only proposed: invoices that follow each other often have one
    amount, and one of them may never have been assigned.
    """
    exact = [item for item in owing.items if item.open_cents == incoming.cents]
    hinted = [item for item in exact if references.hint(incoming.text, item.number)]
    if len(hinted) == 1 and (
        _is_known(incoming, owing, hinted[0].debtor)
        or (len(exact) == 1 and _is_sure_hint(incoming, hinted[0], owing))
    ):
        return certain("hinted-exact", hinted, debtor=hinted[0].debtor)
    return _by_hints(incoming, owing) or _by_near_number(incoming, exact)


def _is_sure_hint(incoming: Incoming, item: OpenItem, owing: Owing) -> bool:
    """Return whether so much of a number is shown that it can be no other open one."""
    hints = (references.hint(incoming.text, one.number) for one in owing.items if one is not item)
    return references.hint(incoming.text, item.number) >= SURE_HINT and not any(hints)


def _is_known(incoming: Incoming, owing: Owing, debtor: PartyId) -> bool:
    return debtor in incoming.debtors or _is_same(incoming, owing, debtor)


def _by_near_number(incoming: Incoming, exact: Sequence[OpenItem]) -> Match | None:
    near = [item for item in exact if references.is_near(incoming.text, item.number)]
    if len(near) != 1:
        return None
    return doubted("number-near", certain("hinted-exact", near, debtor=near[0].debtor))


def _by_hints(incoming: Incoming, owing: Owing) -> Match | None:
    """Match hints of one known debtor that add up exactly, or less an exact credit of it."""
    for debtor in incoming.debtors:
        items = owing.of(debtor)
        hinted = [item for item in items if references.hint(incoming.text, item.number)]
        lacking = total_of(hinted) - incoming.cents
        if len(hinted) > 1 and not lacking:
            return certain("hinted-exact", hinted, debtor=debtor)
        owed = owing.credits_of([debtor])
        if hinted and lacking > 0 and _credit_for(incoming, total_of(hinted), owed) == lacking:
            return certain("hinted-exact", hinted, debtor=debtor, credit_cents=lacking)
    return None


def _is_same(incoming: Incoming, owing: Owing, debtor: PartyId) -> bool:
    return may_be_same(incoming.payer, incoming.text, owing.name(debtor))
