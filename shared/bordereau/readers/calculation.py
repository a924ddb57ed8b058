"""The calculation rules of EN 16931 that a factor's intake needs (BR-CO-10 to -17, -25).

Each rule has the number of the standard. Rules on lines are left out where a profile has no lines
(MINIMUM, BASIC WL) or nests them (EXTENDED sub-lines). The official XSLT is the oracle in tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from bordereau.domain.problems import Problem, Severity
from bordereau.readers.amounts import decimal_of, share
from bordereau.readers.reading import Reading

_ZERO: Final = Decimal(0)
_CENT: Final = Decimal("0.01")
_NO_LINES: Final = ("minimum", "basicwl")
_VAT_TOLERANCE: Final = Decimal(1)
"""BR-CO-17 of the standard allows one unit either way."""


def calculation_problems(reading: Reading) -> Iterator[Problem]:
    """Yield what does not add up; amounts that are no decimals are judged elsewhere."""
    if not reading.profile.endswith(_NO_LINES):
        yield from _line_rules(reading)
    if not reading.profile.endswith("minimum"):
        yield from _total_rules(reading)
    yield from _gross_rule(reading)
    for group in reading.sums.groups:
        basis, rate, amount = map(decimal_of, (group.basis, group.rate, group.amount))
        if basis is not None and rate is not None and amount is not None:
            expected = share(basis, rate)
            if abs(amount - expected) >= _VAT_TOLERANCE:
                yield _differs("BR-CO-17", amount, expected, Severity.WARN)


def _line_rules(reading: Reading) -> Iterator[Problem]:
    sums = reading.sums
    if sums.has_sub_lines:
        return
    if sums.line_count != len(sums.lines) and reading.syntax != "ZF1":
        yield Problem("line-without-amount", where="BT-131")
        return
    total = _sum(sums.lines)
    stated = decimal_of(sums.line_total)
    if total is not None and stated is not None:
        tolerance = _CENT * max(sums.line_count, 0)
        if abs(total - stated) > (tolerance if _has_fractions(sums.lines) else _ZERO):
            yield _differs("BR-CO-10", stated, total)


def _has_fractions(lines: list[str]) -> bool:
    return any(len(text.partition(".")[2]) > len("00") for text in lines)


def _total_rules(reading: Reading) -> Iterator[Problem]:
    sums = reading.sums
    allowances = decimal_of(sums.allowance_total)
    charges = decimal_of(sums.charge_total)
    for rule, stated, parts in (
        ("BR-CO-11", allowances, sums.allowances),
        ("BR-CO-12", charges, sums.charges),
    ):
        total = _sum(parts)
        if total is not None and total != (stated or _ZERO):
            yield _differs(rule, stated or _ZERO, total)
    line_total, net = decimal_of(sums.line_total), decimal_of(reading.net)
    if line_total is not None and net is not None:
        expected = line_total - (allowances or _ZERO) + (charges or _ZERO)
        if net != expected:
            yield _differs("BR-CO-13", net, expected)
    vat, groups = decimal_of(reading.vat), _sum([group.amount for group in sums.groups])
    if vat is not None and groups is not None and sums.groups and vat != groups:
        yield _differs("BR-CO-14", vat, groups)
    gross, payable = decimal_of(reading.gross), decimal_of(reading.payable)
    if gross is not None and payable is not None and "extension" not in reading.profile:
        prepaid = decimal_of(reading.prepaid) or _ZERO
        expected = gross - prepaid + (decimal_of(sums.rounding.removeprefix("+")) or _ZERO)
        if payable != expected:
            yield _differs("BR-CO-16", payable, expected)


def _gross_rule(reading: Reading) -> Iterator[Problem]:
    net, gross = decimal_of(reading.net), decimal_of(reading.gross)
    vat = decimal_of(reading.vat) if reading.vat else _ZERO
    if net is not None and gross is not None and vat is not None and gross != net + vat:
        yield _differs("BR-CO-15", gross, net + vat)


def _sum(texts: list[str]) -> Decimal | None:
    values = [decimal_of(text) for text in texts]
    known = [value for value in values if value is not None]
    return sum(known, _ZERO) if len(known) == len(values) else None


def _differs(
    rule: str, stated: Decimal, expected: Decimal, severity: Severity = Severity.REFUSE
) -> Problem:
    facts = {"stated": str(stated), "expected": str(expected), "rule": rule}
    return Problem(_CODES[rule], severity, where=rule, facts=facts)


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
