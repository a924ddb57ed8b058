"""What a person types into a cell, and how it is read (handbook: sheets 3 and 5.5)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordereau.documents.texts import Phrases
from bordereau.domain.problems import Problem
from bordereau.domain.workbook import STAFF
from bordereau.domain.workbook.columns import Column, Kind, choices
from bordereau.ports import SheetCell
from bordereau.services.desk.cells import NOTHING, clean, read_cell

FRENCH = Phrases.load("fr")


def column(kind: Kind) -> Column:
    """A column of one kind."""
    picks = choices(yes="Oui", no="Non") if kind is Kind.CHOICE else ()
    return Column("key", "Colonne", kind, choices=picks)


def read(kind: Kind, value: Any, shown_as: str = "TEXT") -> Any:
    """Return the value that a cell gives, or the code of its problem."""
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    found = read_cell(SheetCell(Decimal(value) if number else value, shown_as), column(kind))
    return found.problem.code if found.problem else found.value


NUMBER, PERCENT, DATE, TIME = "NUMBER", "PERCENT", "DATE", "DATE_TIME"

AMOUNTS = (
    (Decimal("1234.5"), NUMBER, 123450),
    (0, NUMBER, 0),
    (Decimal("0.1"), "", 10),
    ("1 234,50", "TEXT", 123450),
    ("1\u00a0234,50\u00a0€", "TEXT", 123450),
    ("1\u202f234,50 EUR", "TEXT", 123450),
    ("'1234,5", "TEXT", 123450),
    ("1.234", "TEXT", 123400),
    ("1234.56", "TEXT", "cell-amount-dot"),
    ("1.234,56", "TEXT", "cell-amount-dot"),
    ("1,234,56", "TEXT", "cell-amount"),
    ("douze", "TEXT", "cell-amount"),
    ("(12,00)", "TEXT", "cell-amount"),
    ("-12,00", "TEXT", "cell-amount-below"),
    ("\u221212,00", "TEXT", "cell-amount-below"),
    ("12,345", "TEXT", "cell-amount-cents"),
    (Decimal("12.345"), NUMBER, "cell-amount-cents"),
    (Decimal(-1), NUMBER, "cell-amount-below"),
    (46154, DATE, "cell-amount-date"),
    (Decimal("46154.5"), TIME, "cell-amount-date"),
    (Decimal("0.9"), PERCENT, "cell-amount"),
    (True, "", "cell-amount"),
    (10**13, NUMBER, "cell-amount"),
    ("-", "TEXT", None),
    ("\u200b", "TEXT", None),
)


@pytest.mark.parametrize(("value", "shown_as", "wanted"), AMOUNTS, ids=str)
def test_an_amount_is_cents_or_says_what_is_wrong(value: Any, shown_as: str, wanted: Any) -> None:
    """A comma is decimal; a date that was an amount is found; a point is never guessed."""
    assert read(Kind.AMOUNT, value, shown_as) == wanted


BALANCES = (
    (Decimal("-1234.5"), NUMBER, -123450),
    ("-12,00", "TEXT", -1200),
    ("\u22121 234,50 €", "TEXT", -123450),
    ("1 234,50", "TEXT", 123450),
    ("-12,345", "TEXT", "cell-amount-cents"),
    ("(12,00)", "TEXT", "cell-amount"),
    (-(10**13), NUMBER, "cell-amount"),
    (46154, DATE, "cell-amount-date"),
)


@pytest.mark.parametrize(("value", "shown_as", "wanted"), BALANCES, ids=str)
def test_a_balance_may_be_below_zero(value: Any, shown_as: str, wanted: Any) -> None:
    """With a minus before it, whichever sign a person or a program writes."""
    assert read(Kind.BALANCE, value, shown_as) == wanted


RATES = (
    (Decimal("0.9"), PERCENT, 900_000),
    (Decimal("0.012"), "", 12_000),
    ("90 %", "TEXT", 900_000),
    ("1,20\u202f%", "TEXT", 12_000),
    ("0,9", "TEXT", 900_000),
    (90, NUMBER, "cell-rate-bare"),
    ("90", "TEXT", "cell-rate-bare"),
    ("-5 %", "TEXT", "cell-rate-range"),
    ("200 %", "TEXT", "cell-rate-range"),
    ("quatre-vingt-dix", "TEXT", "cell-rate"),
    (46154, DATE, "cell-rate"),
    (True, "", "cell-rate"),
    (Decimal("0.12345678"), PERCENT, "cell-rate-decimals"),
)


@pytest.mark.parametrize(("value", "shown_as", "wanted"), RATES, ids=str)
def test_a_rate_is_a_fraction_or_has_its_sign(value: Any, shown_as: str, wanted: Any) -> None:
    """``90`` alone could be ninety times or ninety per cent: the person says which."""
    assert read(Kind.RATE, value, shown_as) == wanted


DAYS = (
    (46027, DATE, "2026-01-05"),
    (Decimal("46027.75"), TIME, "2026-01-05"),
    ("05/01/2026", "TEXT", "2026-01-05"),
    ("5/1/2026", "TEXT", "2026-01-05"),
    ("2026-01-05", "TEXT", "2026-01-05"),
    (46027, NUMBER, "cell-date"),
    ("31/02/2026", "TEXT", "cell-date-none"),
    ("13/31/2026", "TEXT", "cell-date-none"),
    ("5 janvier 2026", "TEXT", "cell-date"),
    ("31/3", "TEXT", "cell-date"),
    ("05/01/0026", "TEXT", "cell-date-none"),
    ("05/01/26", "TEXT", "cell-date"),
    (999_999, DATE, "cell-date"),
)


@pytest.mark.parametrize(("value", "shown_as", "wanted"), DAYS, ids=str)
def test_a_date_is_a_date_cell_or_written_in_two_ways(
    value: Any, shown_as: str, wanted: Any
) -> None:
    """A plain number is no date, whatever day it would be."""
    assert read(Kind.DATE, value, shown_as) == wanted


CODES = (
    (Kind.SIREN, "552 081 317", "552081317"),
    (Kind.SIREN, 552081317, "552081317"),
    (Kind.SIREN, 5580013, "cell-siren-length"),
    (Kind.SIREN, "55208131", "cell-siren-length"),
    (Kind.SIREN, "552081318", "cell-siren-key"),
    (Kind.SIREN, "ABC", "cell-siren"),
    (Kind.SIREN, "\uff15\uff15\uff12081317", "cell-siren"),
    (Kind.VAT, "fr44732829320", "FR44732829320"),
    (Kind.VAT, "FR45732829320", "cell-vat-key"),
    (Kind.VAT, "DE 136 695 976", "DE136695976"),
    (Kind.VAT, "732829320", "cell-vat"),
    (Kind.IBAN, "FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189"),
    (Kind.IBAN, "FR7630006000011234567890188", "cell-iban-key"),
    (Kind.IBAN, "mon compte", "cell-iban"),
    (Kind.BIC, "agrifrpp", "AGRIFRPP"),
    (Kind.BIC, "AGRI", "cell-bic"),
    (Kind.EMAIL, "Compta@Alpha.example", "compta@alpha.example"),
    (Kind.EMAIL, "Léa <compta@alpha.example>", "cell-email-name"),
    (Kind.EMAIL, "alpha.example", "cell-email"),
    (Kind.EMAIL, "a@b.example c@d.example", "cell-email"),
    (Kind.EMAILS, "a@b.example; c@d.example", ("a@b.example", "c@d.example")),
    (Kind.EMAILS, "a@b.example; A@B.example", ("a@b.example",)),
    (Kind.EMAILS, ";", "cell-email"),
    (Kind.CODE, "+33 4 00", "+33 4 00"),
    (Kind.CODE, 1234, "1234"),
    (Kind.COUNT, 60, 60),
    (Kind.COUNT, "60", 60),
    (Kind.COUNT, Decimal("1.5"), "cell-count"),
    (Kind.COUNT, -1, "cell-count"),
    (Kind.CHOICE, "oui", "yes"),
    (Kind.CHOICE, True, "yes"),
    (Kind.CHOICE, "Peut-être", "cell-choice"),
    (Kind.TEXT, "=IMPORTXML(…)", "IMPORTXML(…)"),
    (Kind.TEXT, "@mention", "mention"),
    (Kind.TEXT, "A\tB\nC\u202e", "A B C"),
    (Kind.TEXT, 1664, "1664"),
    (Kind.TEXT, "x" * 50_000, "cell-too-long"),
)


@pytest.mark.parametrize(
    ("value", "shown_as", "wanted"),
    [
        ("17:00", "TEXT", 1020),
        ("9h05", "TEXT", 545),
        ("16 h 30", "TEXT", 990),
        ("8 h", "TEXT", 480),
        (Decimal("0.708333333333333"), "TIME", 1020),
        (Decimal("0.999999"), "TIME", 1439),
        ("24:00", "TEXT", "cell-time"),
        ("17:60", "TEXT", "cell-time"),
        ("midi", "TEXT", "cell-time"),
        (17, NUMBER, "cell-time"),
        (46154, DATE, "cell-time"),
        (True, "", "cell-time"),
    ],
)
def test_an_hour_is_minutes_of_the_day(value: Any, shown_as: str, wanted: Any) -> None:
    """As a time, or as people write one."""
    assert read(Kind.TIME, value, shown_as) == wanted


@pytest.mark.parametrize(("kind", "value", "wanted"), CODES, ids=str)
def test_identifiers_carry_their_own_check(kind: Kind, value: Any, wanted: Any) -> None:
    """A digit that is wrong is found in the cell, before anything hangs on it."""
    assert read(kind, value) == wanted


def test_a_code_that_became_a_date_is_refused() -> None:
    """``1/2`` in a column without a format is a day: whoever typed a number must retype it."""
    assert read(Kind.CODE, 46054, DATE) == "cell-text-date"


def test_lost_zeros_come_back_where_the_check_digit_proves_them() -> None:
    """A SIREN kept as a number lost its zeros; two at most are given back."""
    assert read(Kind.SIREN, 5580048) == "005580048"


@pytest.mark.parametrize("error", ["#N/A", "#REF!"])
def test_an_error_of_a_formula_is_shown_and_not_read(error: str) -> None:
    """The cell shows nothing that could be meant."""
    found = read_cell(SheetCell(None, error=error), column(Kind.AMOUNT))
    assert found.problem is not None
    assert found.problem.code == "cell-error"
    assert error in FRENCH.problem(found.problem)


ANY_KIND = st.sampled_from(list(Kind))
ANY_VALUE = (
    st.text(max_size=60)
    | st.decimals(allow_nan=False, allow_infinity=False, places=4)
    | st.booleans()
    | st.none()
)
ANY_FORMAT = st.sampled_from(["", "TEXT", NUMBER, PERCENT, DATE, TIME, "TIME", "CURRENCY"])


@given(kind=ANY_KIND, value=ANY_VALUE, shown_as=ANY_FORMAT)
def test_whatever_stands_in_a_cell_it_is_read_or_explained(
    kind: Kind, value: Any, shown_as: str
) -> None:
    """No crash, no silence: a value, nothing, or a problem with a French sentence of its own."""
    found = read_cell(SheetCell(value, shown_as), column(kind))
    assert found.problem is None or found.value is None
    if found.problem is not None:
        assert found.problem.code in FRENCH.problems
        sentence = FRENCH.problems[found.problem.code]
        assert set(re.findall(r"\{(\w+)\}", sentence)) <= set(found.problem.facts)


@given(text=st.text(max_size=80))
def test_what_is_cleaned_is_clean_and_stays_so(text: str) -> None:
    """Nothing that nobody sees, nothing that another program would compute."""
    once = clean(text)
    assert clean(once) == once
    assert once == once.strip()
    assert not once.startswith(("=", "@"))
    assert once.isprintable()


def test_an_empty_cell_is_nothing() -> None:
    """Blanks alone are no value and no mistake."""
    for value in (None, "", "  ", "\u00a0", "\u200b"):
        assert read_cell(SheetCell(value), column(Kind.AMOUNT)) == NOTHING


def test_every_kind_of_column_that_staff_fill_is_read() -> None:
    """A new kind without a reader would be taken for a text."""
    kinds = {one.kind for tab in STAFF.values() for one in tab.typed()}
    tried = {kind for kind, _, _ in CODES} | {Kind.AMOUNT, Kind.BALANCE, Kind.RATE, Kind.DATE}
    assert kinds - tried <= {Kind.LONG_TEXT, Kind.LISTED, Kind.SETTING}


def test_a_problem_says_where_and_what_was_typed() -> None:
    """Beside the row: the column's label, what stands there, what was expected."""
    found = read_cell(SheetCell("1234.56", "TEXT"), Column("amount", "Montant", Kind.AMOUNT))
    assert isinstance(found.problem, Problem)
    sentence = FRENCH.problem(found.problem)
    assert sentence.startswith("Montant")
    assert "1234.56" in sentence
    assert "virgule" in sentence
