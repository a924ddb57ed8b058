"""The life of an invoice as one table: event, from which states, to which (issue 5).

``invoices.posting`` asks this table for every event, so that the code cannot take a way that is
not drawn; a test plays stories and random events and finds every way of the table taken.
``docs/invoice-life.md`` is printed from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class InvoiceState(StrEnum):
    """Where an invoice is in its life; ``docs/invoice-life.md`` draws it."""

    OPEN = "open"
    PART_PAID = "part_paid"
    DISPUTED = "disputed"
    DEFUNDED = "defunded"
    PAID = "paid"
    CREDITED = "credited"
    CHARGED_BACK = "charged_back"
    INDEMNIFIED = "indemnified"


OPEN, PART_PAID = InvoiceState.OPEN, InvoiceState.PART_PAID
DISPUTED, DEFUNDED = InvoiceState.DISPUTED, InvoiceState.DEFUNDED
PAID, CREDITED = InvoiceState.PAID, InvoiceState.CREDITED
CHARGED_BACK, INDEMNIFIED = InvoiceState.CHARGED_BACK, InvoiceState.INDEMNIFIED

ENDS: Final = (PAID, CREDITED, CHARGED_BACK, INDEMNIFIED)
"""What closes an invoice; only a payment that was taken back opens it again (E28, ADR 20)."""

Ways = Mapping[InvoiceState | None, tuple[InvoiceState, ...]]
"""The states after an event by the state before it; ``None`` before an invoice is assigned."""


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """One event on an invoice: its number (handbook domain 2.12), journals and ways.

    ``journals`` are ``contract``, and ``bank`` where the event moves cash or a debtor's credits
    (decisions 5).
    """

    event: str
    ways: Ways
    journals: tuple[str, ...] = ("contract",)


def _staying(*states: InvoiceState) -> Ways:
    return {state: (state,) for state in states}


_PAYMENT: Final[Ways] = {
    OPEN: (PART_PAID, PAID),
    PART_PAID: (PART_PAID, PAID),
    DISPUTED: (DISPUTED, PAID),
    DEFUNDED: (DEFUNDED, PAID),
}

LIFE: Final = (
    LifeEvent("E0", {None: (OPEN, PART_PAID, DISPUTED, DEFUNDED)}),
    LifeEvent("E1", {None: (OPEN,)}),
    LifeEvent("E5", _PAYMENT, ("bank", "contract")),
    LifeEvent("E7", _staying(OPEN, PART_PAID, DISPUTED)),
    LifeEvent(
        "E9",
        {
            OPEN: (OPEN, CREDITED),
            PART_PAID: (PART_PAID, CREDITED),
            DISPUTED: (DISPUTED, OPEN, PART_PAID, CREDITED),
            DEFUNDED: (DEFUNDED, CREDITED),
        },
    ),
    LifeEvent(
        "E11",
        {
            OPEN: (DISPUTED,),
            PART_PAID: (DISPUTED,),
            DISPUTED: (DISPUTED, OPEN, PART_PAID),
            DEFUNDED: (DEFUNDED,),
        },
    ),
    LifeEvent("E12", {OPEN: (DEFUNDED,), PART_PAID: (DEFUNDED,), DISPUTED: (DEFUNDED,)}),
    LifeEvent("E13", dict.fromkeys((OPEN, PART_PAID, DISPUTED, DEFUNDED), (CHARGED_BACK,))),
    LifeEvent("E14", _PAYMENT),
    LifeEvent("E18", dict.fromkeys((OPEN, PART_PAID, DISPUTED, DEFUNDED), (PAID,))),
    LifeEvent("E19", _staying(OPEN, PART_PAID, DISPUTED, DEFUNDED)),
    LifeEvent("E20", {OPEN: (INDEMNIFIED, CHARGED_BACK), PART_PAID: (INDEMNIFIED, CHARGED_BACK)}),
    LifeEvent(
        "E28",
        {
            OPEN: (OPEN,),
            PART_PAID: (OPEN, PART_PAID),
            DISPUTED: (DISPUTED,),
            DEFUNDED: (DEFUNDED,),
            PAID: (OPEN, PART_PAID, DISPUTED, DEFUNDED),
        },
        ("bank", "contract"),
    ),
    LifeEvent("E30", {None: (OPEN,)}),
)
"""Every event on an invoice, in the order of its number."""

_BY_EVENT: Final = {one.event: one for one in LIFE}

Way = tuple[str, InvoiceState | None, InvoiceState]
"""An event, the state before it and the state after it."""


def ways() -> Iterator[Way]:
    """Yield every way of the table.

    >>> ("E12", InvoiceState.OPEN, InvoiceState.DEFUNDED) in set(ways())
    True
    """
    for one in LIFE:
        for before, afters in one.ways.items():
            yield from ((one.event, before, after) for after in afters)


def check(event: str, before: InvoiceState | None, after: InvoiceState) -> None:
    """Raise ``AssertionError`` for a way that is not in the table: our own mistake.

    >>> check("E5", InvoiceState.PAID, InvoiceState.PAID)
    Traceback (most recent call last):
    AssertionError: no way E5 from paid to paid
    """
    known = _BY_EVENT.get(event)
    afters = known.ways.get(before, ()) if known else ()
    assert after in afters, f"no way {event} from {before or 'nothing'} to {after}"
