"""Decimals of documents: exact, plain, ASCII; anything else is no amount."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Final

PLAIN: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
WHOLE_DIGITS_MAX: Final = 13
"""Amounts beyond ten thousand billion are refused: nothing of ours carries them."""

TEXT_MAX: Final = 24
"""Longer texts are no amounts: all sums stay within the 28 digits of the arithmetic."""
_WIDE: Final = Context(prec=60, rounding=ROUND_HALF_UP)
_CENT: Final = Decimal("0.01")
UNIT_DIGITS: Final = TEXT_MAX - len("0.")
UNITS: Final = 10**UNIT_DIGITS
"""Units of one whole: every text of an amount is a whole number of them."""
CENT_UNITS: Final = UNITS // 100
_POWERS: Final[tuple[int, ...]] = tuple(
    10 ** (UNIT_DIGITS - places) for places in range(UNIT_DIGITS + 1)
)


@lru_cache(maxsize=1024)
def decimal_of(text: str) -> Decimal | None:
    """Return a plain decimal (``-?digits[.digits]``, ASCII), or ``None`` when it is none.

    >>> decimal_of("1200.00"), decimal_of("12E2"), decimal_of("1_200.00"), decimal_of("")
    (Decimal('1200.00'), None, None, None)

    Remembered, because each total is looked at by several rules.
    """
    return Decimal(text) if len(text) <= TEXT_MAX and PLAIN.fullmatch(text) else None


@lru_cache(maxsize=1024)
def units_of(text: str) -> int | None:
    """Return a plain decimal in units of ``10**-UNIT_DIGITS``, or ``None`` when it is none.

    Exact for every text that ``decimal_of`` takes, and in whole numbers, which the calculation
    rules add and compare four times faster than decimals.

    >>> units_of("12.50") == 1250 * CENT_UNITS, units_of("12E2"), units_of(".50"), units_of("")
    (True, None, None, None)
    """
    digits = text[:-3] + text[-2:]
    if text[-3:-2] == "." and digits.isdigit() and digits.isascii() and len(text) <= TEXT_MAX:
        return int(digits) * CENT_UNITS if len(digits) > len("00") else None
    if len(text) > TEXT_MAX or not PLAIN.fullmatch(text):
        return None
    whole, _, fraction = text.partition(".")
    return int(whole + fraction) * _POWERS[len(fraction)]


def decimal_text(units: int) -> str:
    """Return units as a decimal text with at least two decimals.

    >>> decimal_text(units_of("-1200.5")), decimal_text(units_of("0.125"))
    ('-1200.50', '0.125')
    """
    amount = Decimal(units).scaleb(-UNIT_DIGITS, _WIDE).normalize(_WIDE)
    is_short = amount == amount.quantize(_CENT, context=_WIDE)
    return f"{amount.quantize(_CENT, context=_WIDE) if is_short else amount:f}"


def is_exact_in_cents(amount: Decimal) -> bool:
    """Return whether nothing is lost at two decimals (``12.3400`` is exact, ``12.345`` not).

    >>> is_exact_in_cents(Decimal("12.3400")), is_exact_in_cents(Decimal("12.345"))
    (True, False)
    """
    cents = amount.scaleb(2)
    return cents == cents.to_integral_value()


def share(basis: Decimal, percent: Decimal) -> Decimal:
    """Return ``percent`` of ``basis``, half-up at the cent.

    >>> share(Decimal("1234.50"), Decimal("5.5"))
    Decimal('67.90')
    """
    return _WIDE.quantize(_WIDE.divide(_WIDE.multiply(basis, percent), Decimal(100)), _CENT)
