"""Which receipt or document stands on which numbered line: decided once, kept for ever.

A line keeps its object even when the object is done, so that what staff typed beside it can never
come to stand beside another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bordereau.domain.work import SheetLine
from bordereau.ports import Ledger
from bordereau.services.draft import Draft, attempt


def number_lines(
    ledger: Ledger, tab: str, objects: Iterable[str], *, today: dt.date
) -> dict[str, int]:
    """Give each object a line of the tab, in order; return every line by object.

    An object that has its line keeps it; a second call writes nothing.
    """
    known = {line.object: line.number for line in ledger.list(SheetLine, tab=tab)}
    for object_ in objects:
        if object_ not in known:
            known[object_] = _take(ledger, tab, object_, max(known.values(), default=0), today)
    return known


def _take(ledger: Ledger, tab: str, object_: str, last: int, today: dt.date) -> int:
    """Take the next free number; one that another run took meanwhile is passed over."""

    def decide(draft: Draft) -> int:
        number = last + 1
        while (taken := draft.read(SheetLine, tab=tab, number=number)) is not None:
            if taken.object == object_:
                return number
            number += 1
        draft.write(SheetLine(tab, number, object_, today))
        return number

    return attempt(ledger, "number-line", decide)
