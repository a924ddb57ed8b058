"""Numbers and dates are written as French typography wants them; babel is the referee."""

from __future__ import annotations

import datetime as dt

import pytest
from babel.dates import format_date
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from bordereau.documents.format import french_spaces
from bordereau.documents.texts import Phrases

FRENCH = Phrases.load("fr").formats


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_money_is_written_as_babel_writes_it_but_with_a_true_minus(cents: int) -> None:
    """Babel writes an ASCII minus; everything else is the same."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    expected = format_currency(f"{sign}{whole}.{rest:02d}", "EUR", locale="fr_FR")
    assert FRENCH.money(cents, "EUR") == expected.replace("-", "\u2212")


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2199, 12, 31)))
def test_dates_in_words_are_babels_but_for_the_first_of_a_month(day: dt.date) -> None:
    """The first is « 1er », which babel does not know."""
    expected = format_date(day, "EEEE d MMMM y", locale="fr_FR")
    if day.day == 1:
        expected = expected.replace(" 1 ", " 1er ")
    assert FRENCH.weekday(day).replace("\u00a0", " ") == expected


@given(st.dates())
def test_dates_in_figures_are_babels(day: dt.date) -> None:
    """JJ/MM/AAAA."""
    expected = format_date(day, "dd/MM/", locale="fr_FR") + str(day.year)
    assert FRENCH.short(day) == expected


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (-123456789, "\u22121\u202f234\u202f567,89\u00a0€"),
        (0, "0,00\u00a0€"),
        (5, "0,05\u00a0€"),
        (100000, "1\u202f000,00\u00a0€"),
    ],
)
def test_money_has_narrow_groups_and_a_no_break_space_before_its_unit(
    cents: int, written: str
) -> None:
    """U+202F in groups, U+2212 as minus, U+00A0 before the sign."""
    assert FRENCH.money(cents, "EUR") == written


def test_a_currency_without_a_sign_keeps_its_code() -> None:
    """A code is better than a guess."""
    assert FRENCH.money(1250, "CHF") == "12,50\u00a0CHF"


@pytest.mark.parametrize(
    ("bps", "written"), [(9000, "90\u202f%"), (120, "1,20\u202f%"), (5, "0,05\u202f%")]
)
def test_a_rate_is_whole_or_has_two_decimals(bps: int, written: str) -> None:
    """Basis points are exact in two decimals."""
    assert FRENCH.percent(bps) == written


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        ((2026, 11, 16), (2026, 11, 22), "du 16 au 22\u00a0novembre 2026"),
        ((2026, 11, 30), (2026, 12, 6), "du 30\u00a0novembre au 6\u00a0décembre 2026"),
        ((2026, 12, 28), (2027, 1, 3), "du 28\u00a0décembre 2026 au 3\u00a0janvier 2027"),
        ((2026, 6, 1), (2026, 6, 7), "du 1er au 7\u00a0juin 2026"),
    ],
)
def test_a_period_says_month_and_year_once(
    first: tuple[int, int, int], last: tuple[int, int, int], written: str
) -> None:
    """What both ends share stands at the end only."""
    assert FRENCH.period(dt.date(*first), dt.date(*last)) == written


def test_an_instant_is_told_in_paris_in_summer_and_in_winter() -> None:
    """Two hours ahead of UTC in July, one in January."""
    summer = dt.datetime(2026, 7, 1, 22, 5, tzinfo=dt.UTC)
    winter = dt.datetime(2026, 1, 5, 7, 30, tzinfo=dt.UTC)
    assert FRENCH.instant(summer) == "jeudi 2\u00a0juillet 2026 à 0\u00a0h\u00a005"
    assert FRENCH.instant(winter) == "lundi 5\u00a0janvier 2026 à 8\u00a0h\u00a030"


def test_french_spaces_leave_addresses_of_pages_alone() -> None:
    """Only a space that is there becomes unbreakable."""
    assert french_spaces("https://exemple.fr : oui") == "https://exemple.fr\u00a0: oui"
