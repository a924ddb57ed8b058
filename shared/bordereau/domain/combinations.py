"""Which amounts of a list add up to a sum: a bounded search that says when it was not complete.

A sum proves something only if few combinations are possible: among enough of them any amount is
hit by chance (``is_telling``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce

SIZE_MAX = 6
"""So many amounts are combined at most."""

STEPS_MAX = 20_000
"""So many partial sums are looked at, at most: some hundredths of a second."""

FOUND_MAX = 3
"""More answers than this make nothing clearer."""

CHANCE = 1_000
"""A sum is telling if fewer than one in so many would be hit by chance."""


@dataclass(slots=True)
class Search:
    """What was found: the places of each combination.

    ``is_complete`` says that every combination up to ``SIZE_MAX`` was looked at.
    """

    found: list[tuple[int, ...]] = field(default_factory=list)
    is_complete: bool = True
    steps: int = 0


def find_sums(amounts: Sequence[int], wanted: int) -> Search:
    """Return the combinations of positive amounts that add up to ``wanted``, in order of places.

    >>> find_sums([100, 250, 400, 650], 650).found
    [(3,), (1, 2)]
    >>> find_sums([1] * 40, 20).is_complete
    False
    """
    order = sorted(range(len(amounts)), key=lambda place: -amounts[place])
    rests = [0] * (len(order) + 1)
    for index in range(len(order) - 1, -1, -1):
        rests[index] = rests[index + 1] + amounts[order[index]]
    search = Search()
    _search(search, [(place, amounts[place]) for place in order], rests, wanted)
    return search


def _search(search: Search, ranked: list[tuple[int, int]], rests: list[int], wanted: int) -> None:
    """Go through the combinations, the largest amounts first, without recursion."""
    stack: list[tuple[int, int, tuple[int, ...]]] = [(0, wanted, ())]
    while stack:
        index, lacking, taken = stack.pop()
        if not lacking:
            search.found.append(tuple(sorted(taken)))
        if not lacking or index == len(ranked) or rests[index] < lacking:
            continue
        if len(taken) == SIZE_MAX:
            continue
        search.steps += 1
        if search.steps > STEPS_MAX or len(search.found) >= FOUND_MAX:
            search.is_complete = False
            return
        place, amount = ranked[index]
        stack.append((index + 1, lacking, taken))
        if amount <= lacking:
            stack.append((index + 1, lacking - amount, (*taken, place)))


def is_telling(amounts: Sequence[int], size: int) -> bool:
    """Return whether a sum of ``size`` of these amounts is unlikely to be hit by chance.

    The combinations that are as simple, times what all amounts are multiples of, against the total.

    >>> is_telling([123456, 98701, 45210], 2), is_telling([500000, 300000, 200000], 2)
    (True, False)
    """
    simple = sum(math.comb(len(amounts), count) for count in range(1, size + 1))
    step = reduce(math.gcd, amounts, 0)
    return simple * step * CHANCE <= sum(amounts)


ROUND_CENTS = 50_00
"""Amounts that are paid on account are multiples of this."""


def is_round(cents: int) -> bool:
    """Return whether an amount looks like one that is paid on account.

    >>> is_round(500000), is_round(512345)
    (True, False)
    """
    return cents % ROUND_CENTS == 0


PARTS = (2, 3, 4, 10)
"""People pay halves, thirds, quarters and tenths on account."""


def is_simple_part(cents: int, whole_cents: int) -> bool:
    """Return whether an amount is a simple part of another, to the cent.

    >>> is_simple_part(73750, 147501), is_simple_part(73150, 147501)
    (True, False)
    """
    return any(
        abs(cents * part - whole_cents * count) < part for part in PARTS for count in range(1, part)
    )
