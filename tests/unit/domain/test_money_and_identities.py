"""Rounding, amounts and identities."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, luhn

from bordereau.domain import identifiers, money
from bordereau.domain.plain import NotPlainError, from_plain, to_plain
from bordereau.domain.problems import Problem, Severity
from bordereau.domain.work import PartOutcome

CENTS = st.integers(-(10**14), 10**14)


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_half_up_is_the_nearest_and_away_from_zero_at_the_half(top: int, bottom: int) -> None:
    """Against exact fractions: never more than half away; at the half, away from zero."""
    exact, rounded = Fraction(top, bottom), money.half_up(top, bottom)
    assert abs(exact - rounded) <= Fraction(1, 2)
    if abs(exact - rounded) == Fraction(1, 2):
        assert abs(rounded) > abs(exact)


@given(st.integers(0, 10**12), st.integers(0, 10_000))
def test_a_floored_rate_never_exceeds_the_quota(cents: int, bps: int) -> None:
    """Up to 90 % is never 90.0001 %; the ceiling is the floor or one cent more."""
    assert Fraction(money.floor_rate(cents, bps)) <= Fraction(cents * bps, 10_000)
    assert money.ceil_rate(cents, bps) - money.floor_rate(cents, bps) in (0, 1)


@given(CENTS)
def test_amounts_survive_their_text(cents: int) -> None:
    """What is written as a plain decimal reads back as the same cents."""
    assert money.parse_amount(money.format_amount(cents)) == cents


@given(st.text(max_size=12))
def test_no_text_crashes_the_amount(text: str) -> None:
    """Any text is an exact amount or none."""
    found = money.parse_amount(text)
    assert found is None or isinstance(found, int)


@given(st.text("0123456789", min_size=2, max_size=20))
def test_luhn_agrees_with_a_library(digits: str) -> None:
    """The check digit of SIREN and SIRET is the library's."""
    assert identifiers.luhn_is_valid(digits) == luhn.is_valid(digits)


@pytest.mark.parametrize(
    "text", ["FR7630006000011234567890189", "DE89370400440532013000", "FR7630006000011234567890180"]
)
def test_iban_agrees_with_a_library(text: str) -> None:
    """Mod 97 is the library's."""
    assert identifiers.iban_is_valid(text) == iban.is_valid(text)


def test_la_poste_has_its_own_siret_rule() -> None:
    """La Poste's establishments are multiples of five by digit sum, not Luhn."""
    assert identifiers.siret_is_valid("35600000049837")
    assert not identifiers.siret_is_valid("35600000049838")
    assert not identifiers.siret_is_valid("3560000004983X")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("F-2026-001", "F2026/1", True),
        ("FA 0012", "fa-12", True),
        ("F1-2", "F12", False),
        ("F20260 1", "F2026 01", False),
    ],
)
def test_numbers_are_compared_without_dress(one: str, other: str, *, same: bool) -> None:
    """Separators, case and leading zeros do not make another invoice; digits do."""
    equal = identifiers.normalised_number(one) == identifiers.normalised_number(other)
    assert equal is same


def test_plain_values_are_exact() -> None:
    """An unknown attribute, a missing one or another type is an error with its place."""
    problem = Problem("debtor-unknown", Severity.REVIEW, "ligne 3", {"name": "ACME"})
    assert from_plain(Problem, to_plain(problem)) == problem
    with pytest.raises(NotPlainError, match="unknown colour"):
        from_plain(Problem, {"code": "x", "colour": "red"})
    with pytest.raises(NotPlainError, match="code is missing"):
        from_plain(Problem, {})
    with pytest.raises(NotPlainError, match="expected str"):
        from_plain(Problem, {"code": 3})
    with pytest.raises(NotPlainError, match="is no OutcomeKind"):
        from_plain(PartOutcome, {"mail": "m", "part": "1", "outcome": "lost"})
