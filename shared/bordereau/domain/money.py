"""Money: integer cents, and the only roundings of the product (R1 to R3 of ``docs/money.md``).

Amounts are ``int`` cents of one currency. Contract rates are integer basis points (``90 %`` is
``9000``), index rates parts per million. Nothing here or elsewhere in the money code is a binary
fraction.
"""

from __future__ import annotations

import re
from typing import NewType

Currency = NewType("Currency", str)
"""ISO 4217 code, upper case."""

EUR = Currency("EUR")

BPS = 10_000
"""Basis points in one whole."""

_AMOUNT = re.compile(r"(-?)(\d{1,15})(?:\.(\d+))?")


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round half away from zero (R2: a charge, tax or interest, once per posted line).

    ``numerator`` may be negative, ``denominator`` is positive.

    >>> half_up(14814804, 1000)  # 12 345.67 at 1.20 % is 148.14804
    14815
    >>> half_up(-5, 10)
    -1
    """
    assert denominator > 0, "a rate's denominator is positive"
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def floor_rate(amount_cents: int, rate_bps: int) -> int:
    """Return a maximum, floored (R1: "up to 90 %" is never 90.0001 %).

    >>> floor_rate(1234567, 9000)  # floor(11 111.103)
    1111110
    """
    return amount_cents * rate_bps // BPS


def ceil_rate(amount_cents: int, rate_bps: int) -> int:
    """Return what must at least be held back, rounded up (fund on outstanding).

    >>> ceil_rate(6734567, 1000)
    673457
    """
    return -(-amount_cents * rate_bps // BPS)


def charge(amount_cents: int, rate_bps: int) -> int:
    """Return a charge or a tax on ``amount_cents``, rounded half-up once (R2).

    >>> charge(5309, 2000)  # VAT on a total of 53.09 is 10.618
    1062
    """
    return half_up(amount_cents * rate_bps, BPS)


def parse_amount(text: str) -> int | None:
    """Read a plain decimal (``-?digits[.digits]``) as cents; ``None`` unless it is exact in cents.

    Trailing zeros beyond two decimals are exact (``12.3400``); ``12.345`` is not.

    >>> parse_amount("1234.50"), parse_amount("12.3400"), parse_amount("12.345")
    (123450, 1234, None)
    """
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return None
    sign, whole, decimals = match.group(1), match.group(2), (match.group(3) or "")
    if decimals[2:].strip("0"):
        return None
    cents = int(whole) * 100 + int((decimals + "00")[:2])
    return -cents if sign else cents


def neutral_money(cents: int, currency: str) -> str:
    """Write an amount with its currency, as facts hold it until a language writes it.

    >>> neutral_money(123450, "EUR")
    '1234.50 EUR'
    """
    return f"{format_amount(cents)} {currency}"


def format_amount(cents: int) -> str:
    """Write cents as a plain decimal with two places.

    >>> format_amount(-51111), format_amount(0)
    ('-511.11', '0.00')
    """
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
