"""Write a table of ours by difference: only rows that changed, and nothing left below."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from bordereau.ports import PARIS, SheetBlock, SheetValue

Row = tuple[SheetValue, ...]

EPOCH: Final = dt.date(1899, 12, 30)
_DAY_SECONDS: Final = 86_400
_PLACES: Final = Decimal("0.000001")


def blocks(
    title: str, there: Sequence[Row], wanted: Sequence[Row], *, first: int, width: int
) -> Iterator[SheetBlock]:
    """Yield the blocks that turn what is there from row ``first`` on into what is wanted.

    ``there`` is the whole tab as ``Sheet.values`` gives it. In wanted rows ``None`` leaves a cell,
    a row shorter than ``width`` is filled up with empty cells. Changed rows that follow each other
    are one block.
    """
    run: list[Row] = []
    start = first
    for place in range(max(len(wanted), len(there) - first)):
        row = wanted[place] if place < len(wanted) else ()
        full = row + ("",) * (width - len(row))
        at = first + place
        old = there[at] if at < len(there) else ()
        if _is_same(old, full):
            if run:
                yield SheetBlock(title, start, 0, tuple(run))
            run = []
            continue
        if not run:
            start = at
        run.append(full)
    if run:
        yield SheetBlock(title, start, 0, tuple(run))


def _is_same(old: Row, new: Row) -> bool:
    return all(
        value is None or comparable(old[place] if place < len(old) else "") == comparable(value)
        for place, value in enumerate(new)
    )


def comparable(value: SheetValue) -> SheetValue:
    """Return a value as it would be read back.

    >>> comparable(dt.date(2026, 1, 5)) == comparable(Decimal(46027))
    True
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, dt.datetime):
        local = value.astimezone(PARIS)
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        days = Decimal((local.date() - EPOCH).days) + Decimal(seconds) / _DAY_SECONDS
        return days.quantize(_PLACES)
    if isinstance(value, dt.date):
        return Decimal((value - EPOCH).days)
    if isinstance(value, int | Decimal):
        return Decimal(value).quantize(_PLACES)
    return "" if value is None else value
