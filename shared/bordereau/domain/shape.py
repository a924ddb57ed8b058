"""What a shape of transaction is made of, and the parts that many shapes share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bordereau.domain import books, closing
from bordereau.domain.entries import Entry
from bordereau.domain.guarantee_lines import FactorLine, RelationLine


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of item in a shape: how many at most, what else is required, what failure means."""

    kind: type
    most: int
    meaning: str
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape: what it is for, its parts, and what the second call does."""

    name: str
    purpose: str
    second_call: str
    parts: tuple[Part, ...]

    @property
    def most(self) -> int:
        """The greatest count of items."""
        return sum(part.most for part in self.parts)


DOCUMENTS_MAX: Final = 16
"""Documents of one contract in one commit: six items each at most leave room for the rest."""

CREDITS_MAX: Final = 80
"""Credits of a debtor that one commit uses: oldest first, small ones mostly."""

POSITION = Part(books.Position, 1, "another commit on this contract came first: decide again")
BANK = Part(books.BankHead, 1, "another commit on this account came first: decide again")
BORN = Part(closing.BooksPeriod, 1, "a month was closed meanwhile: decide again")
"""Checked where a position or a bank head is written for the first time, and nowhere else."""
_ENTRY = "the place in the journal is taken: position or head failed too, decide again"
LINE = Part(RelationLine, DOCUMENTS_MAX, "the line, its queue or its validity moved: decide again")
WIDE = Part(
    FactorLine,
    DOCUMENTS_MAX,
    "the factor-wide limit has less room or somebody waits: decide again",
    ("avail_cents >=", "waiting_cents =", "status =", "limit_cents ="),
)
USED_CREDITS = Part(
    books.DebtorCredit, CREDITS_MAX, "less credit is left: decide again", ("left_cents >=",)
)
ONE_LINE = (
    Part(RelationLine, 1, LINE.meaning),
    Part(FactorLine, 1, WIDE.meaning, WIDE.requires),
)


def entries(most: int) -> Part:
    """Return the part of so many entries at most."""
    return Part(Entry, most, _ENTRY)
