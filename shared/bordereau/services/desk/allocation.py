"""The text « FA-12 ; FA-13=1500,00 ; AV-3 » of a receipt: numbers, with or without an amount."""

from __future__ import annotations

from typing import Final

from bordereau.domain.decisions import NamedAmount
from bordereau.domain.identifiers import normalised_number
from bordereau.domain.problems import Problem
from bordereau.domain.workbook.columns import Column, Kind
from bordereau.ports import SheetCell
from bordereau.services.desk.cells import read_cell

NAMED_MAX: Final = 40


def named_amounts(text: str, *, where: str) -> tuple[NamedAmount, ...] | Problem:
    """Return what an allocation names, in its order; the same number twice is a problem.

    >>> [(one.number, one.amount_cents) for one in named_amounts("FA-12; F13 = 1 500,00", where="")]
    [('FA-12', None), ('F13', 150000)]
    """
    found: dict[str, NamedAmount] = {}
    for part in text.split(";"):
        if not part.strip():
            continue
        named = _named(part, where=where)
        if isinstance(named, Problem):
            return named
        key = normalised_number(named.number)
        if key in found:
            return Problem("allocation-twice", where=where, facts={"number": named.number})
        found[key] = named
    if not 0 < len(found) <= NAMED_MAX:
        return Problem("allocation-none", where=where, facts={"typed": text[:40]})
    return tuple(found.values())


def _named(part: str, *, where: str) -> NamedAmount | Problem:
    number, sign, amount = part.strip().partition("=")
    if not normalised_number(number):
        return Problem("allocation-none", where=where, facts={"typed": part.strip()[:40]})
    if not sign:
        return NamedAmount(number.strip())
    read = read_cell(SheetCell(amount), Column("amount", where, Kind.AMOUNT))
    if read.problem is not None:
        return read.problem
    if not isinstance(read.value, int) or read.value == 0:
        return Problem("allocation-none", where=where, facts={"typed": part.strip()[:40]})
    return NamedAmount(number.strip(), read.value)
