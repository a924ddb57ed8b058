"""The calculation rules of EN 16931 that a factor's intake needs (BR-CO-10 to -17, -25).

Each rule has the number of the standard. Rules on lines are left out where a profile has no lines
(MINIMUM, BASIC WL) or nests them (EXTENDED sub-lines). The official XSLT is the oracle in tests.
Sums are whole numbers of ``amounts.UNITS``, exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from bordereau.domain.problems import Problem, Severity
from bordereau.readers.amounts import CENT_UNITS, UNITS, decimal_text, share, units_of
from bordereau.readers.reading import Reading, VatGroup

_NO_LINES: Final = ("minimum", "basicwl")
_VAT_TOLERANCE: Final = UNITS
"""BR-CO-17 allows one unit either way; the rule for UBL is written with ``<``, less than one."""
_SURELY_SAME: Final = 99 * CENT_UNITS


def calculation_problems(reading: Reading) -> Iterator[Problem]:
    """Yield what does not add up; amounts that are no decimals are judged elsewhere."""
    net, gross = units_of(reading.net), units_of(reading.gross)
    vat = units_of(reading.vat) if reading.vat else 0
    profile = reading.profile
    if not profile.endswith(_NO_LINES):
        yield from _line_rules(reading)
    if not profile.endswith("minimum"):
        yield from _total_rules(reading, net, gross)
    if net is not None and gross is not None and vat is not None and gross != _cents(net + vat):
        yield _differs("BR-CO-15", gross, net + vat)
    for group in reading.groups:
        yield from _rate_rule(group, _VAT_TOLERANCE - (reading.syntax == "UBL"))


def _rate_rule(group: VatGroup, tolerance: int) -> Iterator[Problem]:
    basis, rate = units_of(group.basis or "0"), units_of(group.rate or "0")
    amount = units_of(group.amount or "0")
    if basis is None or rate is None or amount is None:
        return
    if abs(amount - basis * rate // (100 * UNITS)) < _SURELY_SAME:
        return
    text = str(share(Decimal(group.basis or 0), Decimal(group.rate or 0)))
    expected = units_of(text)
    if expected is None or abs(amount - expected) > tolerance:
        facts = {"stated": decimal_text(amount), "expected": text, "rule": "BR-CO-17"}
        yield Problem(_CODES["BR-CO-17"], Severity.WARN, where="BR-CO-17", facts=facts)


def _line_rules(reading: Reading) -> Iterator[Problem]:
    lines = reading.lines
    if reading.line_count != len(lines) and reading.syntax != "ZF1":
        if not reading.has_sub_lines():
            yield Problem("line-without-amount", where="BT-131")
        return
    total, stated = _sum(lines), units_of(reading.line_total)
    if total is None or stated is None or _cents(total) == stated:
        return
    tolerance = CENT_UNITS * reading.line_count if _has_fractions(lines) else 0
    if abs(total - stated) > tolerance and not reading.has_sub_lines():
        yield _differs("BR-CO-10", stated, total)


def _has_fractions(lines: Iterable[str]) -> bool:
    return any(len(text.partition(".")[2]) > len("00") for text in lines)


def _total_rules(reading: Reading, net: int | None, gross: int | None) -> Iterator[Problem]:
    allowances = units_of(reading.allowance_total) or 0
    charges = units_of(reading.charge_total) or 0
    for rule, stated, parts in (
        ("BR-CO-11", allowances, reading.allowances),
        ("BR-CO-12", charges, reading.charges),
    ):
        total = _sum(parts)
        if total is not None and _cents(total) != stated:
            yield _differs(rule, stated, total)
    line_total = units_of(reading.line_total)
    if line_total is not None and net is not None:
        expected = line_total - allowances + charges
        if net != _cents(expected):
            yield _differs("BR-CO-13", net, expected)
    if reading.groups or reading.syntax == "CII":
        vat, groups = units_of(reading.vat), _sum([group.amount for group in reading.groups])
        if vat is not None and groups is not None and vat != _cents(groups):
            yield _differs("BR-CO-14", vat, groups)
    payable = units_of(reading.payable)
    if gross is not None and payable is not None and "extension" not in reading.profile:
        rounding = units_of(reading.rounding.removeprefix("+")) or 0
        expected = gross - (units_of(reading.prepaid) or 0) + rounding
        if payable != expected:
            yield _differs("BR-CO-16", payable, expected)


def _sum(texts: Iterable[str]) -> int | None:
    total = 0
    for text in texts:
        units = units_of(text) if text else 0
        if units is None:
            return None
        total += units
    return total


def _cents(units: int) -> int:
    """Return a sum at the cent, half up, as the official rules compare it."""
    rest = units % CENT_UNITS
    return units - rest + (CENT_UNITS if 2 * rest >= CENT_UNITS else 0) if rest else units


def _differs(rule: str, stated: int, expected: int) -> Problem:
    facts = {"stated": decimal_text(stated), "expected": decimal_text(expected), "rule": rule}
    return Problem(_CODES[rule], where=rule, facts=facts)


_CODES: Final = {
    "BR-CO-10": "lines-do-not-add-up",
    "BR-CO-11": "allowances-do-not-add-up",
    "BR-CO-12": "charges-do-not-add-up",
    "BR-CO-13": "net-does-not-add-up",
    "BR-CO-14": "vat-does-not-add-up",
    "BR-CO-15": "gross-does-not-add-up",
    "BR-CO-16": "payable-does-not-add-up",
    "BR-CO-17": "vat-not-of-rate",
}
