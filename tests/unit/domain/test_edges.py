"""Edges of pure rules: what is over, malformed, of another kind, or too much."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from bordereau.domain import bank_calendar, references
from bordereau.domain.cases import Case, CaseKind, suspends_reminders
from bordereau.domain.identifiers import ContractId, InvoiceId, PartyId, luhn_is_valid
from bordereau.domain.match import Incoming, OpenItem, Owing
from bordereau.domain.matching import propose as match
from bordereau.domain.page_text import identifiers_in
from bordereau.domain.refunds import named_refund
from bordereau.domain.sepa import batch_of_message
from bordereau.domain.shapes import SHAPES
from bordereau.domain.text_proposals import NAMES_MAX, Confidence, Why, name_aliases_in, propose
from bordereau.domain.transactions import ACTIONS_MAX

DAY = dt.date(2026, 1, 5)
DEBTOR = PartyId("siren:732829320")


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_never_holds_more_than_one_transaction_takes(name: str) -> None:
    """DynamoDB refuses more items; the greatest counts of the parts say how many there can be."""
    assert sum(part.most for part in SHAPES[name].parts) <= ACTIONS_MAX


def test_a_case_that_is_over_suspends_nothing() -> None:
    """Neither a dispute nor a promise whose day has not come."""
    for kind in (CaseKind.DISPUTE, CaseKind.PROMISE):
        case = Case(
            *("L-0001", ContractId("siren:1/EUR"), InvoiceId("2026#F1"), "F1", DEBTOR, kind),
            *(DAY, 100_00),
        )
        assert suspends_reminders(case, DAY)
        assert not suspends_reminders(dataclasses.replace(case, closed_on=DAY), DAY)


def test_hours_of_a_span_are_counted_to_its_end_and_not_beyond() -> None:
    """From Friday noon to Friday noon nothing, to Monday noon in Paris one day of 24 hours."""
    friday = dt.datetime(2026, 1, 9, 11, tzinfo=dt.UTC)
    assert bank_calendar.hours_between(friday, friday) == 0
    assert bank_calendar.hours_between(friday, friday + dt.timedelta(3)) == 24


@pytest.mark.parametrize("digits", ["73282932O", "٧٣٢٨٢٩٣٢٠", ""])
def test_what_is_no_row_of_digits_passes_no_luhn_check(digits: str) -> None:
    """A letter, digits of another script, nothing."""
    assert not luhn_is_valid(digits)


@pytest.mark.parametrize("text", ["RF", "RF84", "FA84FA20260412", "RF84" + "1" * 22])
def test_what_has_not_the_form_of_a_creditor_reference_is_none(text: str) -> None:
    """Whatever its check digits would say."""
    assert not references.is_creditor_reference(text)


def test_a_number_that_a_sum_of_cents_contradicts_waits_for_a_person() -> None:
    """FA-1 is named and nearly paid, and FA-2 of the same debtor is open with exactly this sum."""
    items = [
        OpenItem(ContractId("siren:1/EUR"), InvoiceId(f"2026#{number}"), number, DEBTOR, cents, 5)
        for number, cents in (("FA-1", 100), ("FA-2", 97))
    ]
    incoming = Incoming(97, "FA-1", debtors=(DEBTOR,))
    found = match(incoming, Owing(items))
    assert (found.why, found.is_certain) == ("number-and-amount-differ", False)
    assert match(incoming, Owing(items[:1])).is_certain


def test_a_french_vat_number_without_a_right_siren_names_nobody() -> None:
    """Of another country the key is not ours to judge."""
    assert identifiers_in("tva fr44732829321, ust de136695976") == ("vat:DE136695976",)


def test_a_sum_without_any_label_is_a_weak_proposal() -> None:
    """100.00 and its VAT of 20.00 make 120.00, and nothing says that this is to be paid."""
    found = propose("100,00\n20,00\n120,00")["amount"]
    assert (found.value, found.confidence, found.why) == ("120.00", Confidence.LOW, Why.SUM)


def test_a_page_of_many_names_is_looked_up_to_its_limit() -> None:
    """So that no page costs more than three batches of reads."""
    page = "\n".join(f"societe numero {'abcdefghij'[n % 10]}{n}" for n in range(NAMES_MAX))
    assert len(name_aliases_in(page)) == NAMES_MAX


def test_an_identifier_with_a_day_that_is_none_is_not_ours() -> None:
    """31 February is no day of a refund, nor of a file; another account's refund is not this's."""
    account = "FR7630006000011234567890189"
    assert named_refund(account, "REMB.0189.20260231.1", "REMB.0000.20260105.1") is None  # type: ignore[arg-type]
    assert batch_of_message("BORDEREAU.20260231.0001") is None
    assert batch_of_message("BORDEREAU.2026.1") is None
