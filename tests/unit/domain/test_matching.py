"""Certain is what one reading explains; everything else waits for a person."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordereau.domain import combinations, references
from bordereau.domain.identifiers import ContractId, InvoiceId, PartyId
from bordereau.domain.matching import (
    Incoming,
    Match,
    OpenItem,
    OwedCredit,
    Owing,
    match_receipt,
    propose,
)
from bordereau.domain.payer_names import same_name

S1, S2 = ContractId("siren:1/EUR"), ContractId("siren:2/EUR")
D1, D2 = PartyId("siren:11"), PartyId("siren:22")


def item(number: str, cents: int, contract: ContractId = S1, debtor: PartyId = D1) -> OpenItem:
    """Return an open invoice."""
    return OpenItem(contract, InvoiceId(f"2026#{number}"), number, debtor, cents)


def known(cents: int, text: str = "", *items: OpenItem, owed: tuple[int, ...] = ()) -> Match:
    """Match money of the known debtor D1; its credits are called AV1 and so on."""
    credits_owed = [OwedCredit(D1, f"AV{n}", c) for n, c in enumerate(owed, start=1)]
    return propose(Incoming(cents, text, debtors=(D1,)), Owing(items, credits_owed))


def paid(match: Match) -> list[tuple[str, int, int]]:
    """Return the lines as number, amount, credit."""
    return [(line.number, line.amount_cents, line.credit_cents) for line in match.lines]


def test_the_transfer_of_two_sellers_pays_what_it_names() -> None:
    """Scenario 12: F1, F2 of one seller and F9 of another, less a credit note; the rest stays."""
    items = (item("F1", 4200_00), item("F2", 3150_50), item("F9", 2800_00, S2))
    match = known(10_000_00, "VIR F1 F2 F9 -AV1", *items, owed=(300_25,))
    assert (match.why, match.is_certain, match.rest_cents) == ("named-and-more", True, 149_75)
    assert paid(match) == [("F1", 4200_00, 300_25), ("F2", 3150_50, 0), ("F9", 2800_00, 0)]


@pytest.mark.parametrize(
    ("cents", "text", "owed", "why", "lines"),
    [
        (330, "FA-1 FA-2", (), "named-exact", [("FA-1", 100, 0), ("FA-2", 230, 0)]),
        (280, "FA-1 FA-2", (50,), "named-less-credits", [("FA-1", 100, 50), ("FA-2", 230, 0)]),
        (270, "FA-1 FA-2", (50, 10), "named-less-credits", [("FA-1", 100, 60), ("FA-2", 230, 0)]),
        (70, "FA-1", (), "named-part", [("FA-1", 70, 0)]),
        (150, "FA-1", (), "named-and-more", [("FA-1", 100, 0)]),
        (100, "", (), "amount-exact", [("FA-1", 100, 0)]),
        (330, "", (), "all-open", [("FA-1", 100, 0), ("FA-2", 230, 0)]),
        (320, "", (10,), "all-open-less-credits", [("FA-1", 100, 10), ("FA-2", 230, 0)]),
    ],
)
def test_what_one_reading_explains_is_certain(
    cents: int, text: str, owed: tuple[int, ...], why: str, lines: list[tuple[str, int, int]]
) -> None:
    """Numbers, then amounts, of one known debtor and one seller."""
    match = known(cents, text, item("FA-1", 100), item("FA-2", 230), owed=owed)
    assert (match.why, match.is_certain) == (why, True)
    assert paid(match) == lines
    from_receipt = sum(amount - credit for _, amount, credit in lines)
    assert from_receipt + match.rest_cents == cents


@pytest.mark.parametrize(
    ("cents", "text", "owed", "why"),
    [
        (250, "FA-1 FA-2", (), "named-too-little"),
        (40, "FA-1 AV1", (50,), "named-too-little"),
        (70, "FA-1 ET FA-77", (), "named-too-little"),
        (100, "FA-77", (), "other-number"),
        (55, "", (), "no-match"),
    ],
)
def test_what_needs_a_guess_waits(cents: int, text: str, owed: tuple[int, ...], why: str) -> None:
    """Too little for what is named, or a number that is not open."""
    match = known(cents, text, item("FA-1", 100), item("FA-2", 200), owed=owed)
    assert (match.why, match.is_certain) == (why, False)


def test_two_invoices_of_one_amount_wait() -> None:
    """Which of them was paid is the debtor's to say."""
    match = known(100, "", item("FA-1", 100), item("FA-2", 100))
    assert (match.why, match.is_certain, match.lines) == ("amount-of-several", False, ())


def test_nothing_is_guessed_across_sellers() -> None:
    """All that a debtor owes to two sellers is only proposed."""
    match = known(300, "", item("FA-1", 100), item("FB-1", 200, S2))
    assert (match.why, match.is_certain) == ("all-open-sellers", False)


def test_one_number_of_two_sellers_is_told_apart_by_its_amount_only() -> None:
    """Both have a FA-1; the exact amount of one of them decides, a part does not."""
    items = (item("FA-1", 100), item("FA-1", 200, S2))
    exact = propose(Incoming(200, "FA-1", debtors=(D1,)), Owing(items))
    assert [line.contract for line in exact.lines] == [S2]
    assert exact.is_certain
    part = propose(Incoming(50, "FA-1", debtors=(D1,)), Owing(items))
    assert (part.why, part.is_certain) == ("number-twice", False)


def test_a_stranger_is_known_by_a_long_number_or_number_and_amount() -> None:
    """A short number alone proves nothing of who pays."""
    items = (item("FA-2026-12", 100), item("F1", 100, debtor=D2))
    by_number = propose(Incoming(60, "FA-2026-12", "Acme"), Owing(items, (), {D1: "ACME SA"}))
    assert (by_number.why, by_number.is_certain, by_number.debtor) == ("named-part", True, D1)
    by_both = propose(Incoming(100, "F1"), Owing(items))
    assert (by_both.why, by_both.is_certain) == ("named-exact", True)
    short = propose(Incoming(60, "F1"), Owing(items))
    assert (short.why, short.is_certain) == ("named-too-little", False)


def test_a_stranger_who_names_two_debtors_waits() -> None:
    """Somebody pays for two firms: whose credit notes, whose over-payment?"""
    items = (item("FA-2026-12", 100), item("FA-2026-13", 100, debtor=D2))
    match = propose(Incoming(190, "FA-2026-12 FA-2026-13"), Owing(items))
    assert not match.is_certain


def test_a_name_only_proposes() -> None:
    """The one debtor of that name, and its invoice of that amount."""
    items = (item("FA-1", 100), item("FB-1", 100, debtor=D2))
    names = {D1: "Bâti Rhône SA", D2: "Autre"}
    match = propose(Incoming(100, "", payer="BÂTI RHÔNE"), Owing(items, (), names))
    assert (match.why, match.is_certain, match.debtor) == ("payer-name", False, D1)
    assert paid(match) == [("FA-1", 100, 0)]
    nothing = propose(Incoming(77, "", payer="BÂTI RHÔNE"), Owing(items, (), names))
    assert (nothing.why, nothing.lines, nothing.rest_cents) == ("payer-name", (), 77)


def test_the_amount_of_a_stranger_only_proposes() -> None:
    """One invoice has that amount; several are no proposal."""
    one = propose(Incoming(100, ""), Owing((item("FA-1", 100),)))
    assert (one.why, one.is_certain) == ("amount-of-stranger", False)
    assert propose(Incoming(100, ""), Owing(())).why == "no-match"


def test_names_without_words_are_nobody_s() -> None:
    """An empty payer is no name."""
    assert not same_name("SAS", "SA")


@pytest.mark.parametrize("width", references.CUTS)
def test_a_number_across_a_cut_is_found(width: int) -> None:
    """The bank cut the text in the middle of the number."""
    whole = "X" * (width - 4) + " FA-2026-0412"
    cut = f"{whole[:width]} {whole[width:]}"
    assert references.find(cut, ["FA-2026-0412"]).numbers == {"FA-2026-0412"}


def test_a_number_inside_a_longer_one_is_not_named() -> None:
    """FA-12 does not stand in FA-123, nor 2026-001 in FA-2026-001 when both are open."""
    assert references.find("VIR FA-123", ["FA-12"]).numbers == frozenset()
    both = references.find("FA-2026-001", ["2026-001", "FA-2026-001"])
    assert both.numbers == {"FA-2026-001"}


def test_short_digits_are_dates_not_numbers() -> None:
    """A pure number counts from five digits on."""
    assert references.find("DU 12 03 2026", ["12", "2026"]).numbers == frozenset()
    assert references.find("FACT 123456 ET 654321", ["123456"]).names_others


@given(
    st.integers(1, 500),
    st.lists(st.integers(1, 300), min_size=1, max_size=4),
    st.lists(st.integers(1, 50), max_size=2),
    st.sets(st.integers(0, 3)),
)
def test_what_is_certain_adds_up(
    cents: int, amounts: list[int], owed: list[int], said: set[int]
) -> None:
    """Lines take no more than the receipt, the invoice and the credits hold."""
    items = [item(f"FA-{n}", amount) for n, amount in enumerate(amounts)]
    text = " ".join(f"FA-{n}" for n in sorted(said))
    match = known(cents, text, *items, owed=tuple(owed))
    if match.is_certain:
        money = sum(line.amount_cents - line.credit_cents for line in match.lines)
        assert money + match.rest_cents == cents
        assert sum(line.credit_cents for line in match.lines) <= sum(owed)
        by_number = {one.number: one.open_cents for one in items}
        assert all(0 < line.amount_cents <= by_number[line.number] for line in match.lines)
        assert all(0 <= line.credit_cents <= line.amount_cents for line in match.lines)


@pytest.mark.parametrize(
    ("cents", "text", "why"),
    [
        (5_000_00, "", "amount-round"),
        (6_172_84, "", "amount-round"),
        (5_000_00, "FA-2026-112", "number-and-amount-differ"),
        (9_000_00, "FA-2026-113", "named-too-little"),
        (900_00, "FA-2026-118", "named-too-little"),
        (900_00, "VIREMENT COMPTOIR DU LITTORAL FA-2026-1", "other-number"),
    ],
)
def test_label_and_amount_must_not_disagree(cents: int, text: str, why: str) -> None:
    """Round sums and simple parts are paid on account; a digit wrong would name another invoice."""
    items = (
        item("FA-2026-112", 12_345_68),
        item("FA-2026-113", 5_000_00),
        item("FA-2026-118", 6_172_84),
    )
    match = known(cents, text, *items)
    assert (match.why, match.is_certain) == (why, False)


def test_a_hint_needs_the_exact_amount_and_a_known_payer() -> None:
    """The last digits alone: certain for the account's debtor, or when they are long enough."""
    items = (item("FA-2026-0412", 1_234_56), item("FA-2026-0999", 50_00))
    match = known(1_234_56, "FACT 412", *items)
    assert (match.why, match.is_certain) == ("hinted-exact", True)
    assert not known(1_200_00, "FACT 412", *items).is_certain
    assert propose(Incoming(1_234_56, "FACT 0412"), Owing(items)).why == "amount-of-stranger"
    assert propose(Incoming(1_234_56, "2026/0412"), Owing(items)).is_certain


def test_several_hints_add_up_with_or_without_a_credit() -> None:
    """Short numbers of one debtor, less what it has with us."""
    items = (item("FA-2026-0412", 1_234_56), item("FA-2026-0999", 501_00), item("FA-2026-0500", 7))
    assert known(1_735_56, "FACT 412 999", *items).why == "hinted-exact"
    less = known(1_700_00, "412+999", *items, owed=(35_56,))
    assert (less.why, less.is_certain) == ("hinted-exact", True)
    assert sum(line.credit_cents for line in less.lines) == 35_56


def test_a_mistyped_number_is_only_proposed() -> None:
    """Its neighbour may be an invoice of the same amount that was never assigned."""
    match = known(1_234_56, "FACT 20260421", item("FA-2026-0412", 1_234_56))
    assert (match.why, match.is_certain, match.lines[0].number) == (
        "number-near",
        False,
        "FA-2026-0412",
    )


def test_a_prefix_that_is_a_word_is_no_number_for_a_part() -> None:
    """« FAC 697 » may be any firm's invoice 697: the exact amount must say so, too."""
    items = (item("FAC00697", 900_00),)
    assert known(900_00, "RGT FAC 697", *items).why == "named-exact"
    assert not known(400_00, "RGT FAC 697", *items).is_certain
    assert known(400_00, "RGT FAC00697", *items).is_certain


def test_cents_are_let_go_only_if_the_terms_say_so() -> None:
    """Some cents short or over: within the tolerance of the contract, never a large part of it."""
    strict = item("FA-2026-0412", 1_234_56)
    mild = dataclasses.replace(strict, tolerance_cents=100)
    other = dataclasses.replace(item("FA-2026-0777", 600_00), tolerance_cents=100)
    both = known(1_834_50, "FA-2026-0412 FA-2026-0777", mild, other)
    assert (both.why, both.is_certain) == ("named-cents-off", True)
    assert paid(both) == [("FA-2026-0412", 1_234_50, 0), ("FA-2026-0777", 600_00, 0)]
    assert not known(1_834_50, "FA-2026-0412 FA-2026-0777", strict, other).is_certain
    over = known(1_234_58, "FA-2026-0412", mild)
    assert (over.why, over.rest_cents) == ("named-cents-off", 2)
    assert not known(1_234_50, "FA-2026-0412", mild, owed=(6,)).is_certain


def test_a_sum_counts_only_if_chance_would_not_hit_it() -> None:
    """Two of three odd amounts are telling; round amounts, or two ways to add up, are not."""
    odd = (item("A-1", 1_234_57), item("A-2", 987_01), item("A-3", 4_520_13))
    match = known(2_221_58, "", *odd)
    assert (match.why, match.is_certain) == ("combination", True)
    round_ = (item("A-1", 5_000_00), item("A-2", 3_000_00), item("A-3", 9_000_00))
    assert known(8_000_00, "", *round_).why == "combination-by-chance"
    twice = (*odd, item("A-4", 2_221_58))
    assert known(2_221_58, "", *twice).why == "amount-of-several"


def test_a_cut_text_is_completed_by_the_one_amount_that_fits() -> None:
    """One number is named, the amount is it and one other: the text was cut behind it."""
    items = (item("FA-2026-0412", 1_234_57), item("FB-7", 987_01), item("FC-9", 4_520_13))
    match = known(2_221_58, "VOS FACTURES FA-2026-0412 ET", *items)
    assert (match.why, match.is_certain) == ("named-and-amount", True)
    assert [line.number for line in match.lines] == ["FA-2026-0412", "FB-7"]


class Books:
    """A register of two debtors, one of them with a paid invoice."""

    items = (item("FA-2026-0412", 840_00), item("FZ-2026-99", 500_01, S2, D2))
    paid_before = (item("FA-2026-0300", 840_00),)

    def owing(self, debtors: Sequence[PartyId]) -> Owing:
        """Return what these owe."""
        return Owing([one for one in self.items if one.debtor in debtors])

    def owing_of_all(self) -> Owing:
        """Return what both owe."""
        return Owing(self.items, (), {D1: "Acme", D2: "Zimmer"})

    def paid(self, debtors: Sequence[PartyId]) -> list[OpenItem]:
        """Return what was paid."""
        return [one for one in self.paid_before if one.debtor in debtors]


def test_what_was_paid_before_is_not_paid_by_amount_alone() -> None:
    """The same amount again, or the number of a paid invoice: it may be paid twice."""
    again = match_receipt(Incoming(840_00, "VIREMENT", debtors=(D1,)), Books())
    assert (again.why, again.is_certain, len(again.lines)) == ("paid-before", False, 1)
    named = match_receipt(Incoming(840_00, "FA-2026-0412", debtors=(D1,)), Books())
    assert (named.why, named.is_certain) == ("named-exact", True)


def test_a_treasury_pays_for_another_firm_by_number_only() -> None:
    """Its own items first; a debtor that staff named is never left."""
    incoming = Incoming(500_01, "FZ-2026-99", debtors=(D1,))
    assert match_receipt(incoming, Books()).debtor == D2
    settled = dataclasses.replace(incoming, is_settled=True)
    assert match_receipt(settled, Books()).why == "no-match"
    assert match_receipt(dataclasses.replace(incoming, text=""), Books()).why == "no-match"
    assert match_receipt(dataclasses.replace(incoming, debtors=()), Books()).is_certain


def test_a_cut_number_is_no_number_for_another_sum() -> None:
    """« FA-2026-04 » is invoice 4, or the beginning of 0412: without the amount nobody knows."""
    items = (item("FA-2026-0004", 1_234_57), item("FA-2026-0412", 4_520_13))
    match = known(900_01, "VOS FACTURES FA-2026-04", *items)
    assert (match.why, match.is_certain) == ("number-cut", False)
    assert known(1_234_57, "VOS FACTURES FA-2026-04", *items).is_certain


def test_an_amount_that_pays_another_invoice_than_the_text_shows_is_proposed() -> None:
    """The last digits are of one, the exact amount of the other."""
    items = (item("FA-2026-0412", 1_234_57), item("FA-2026-0777", 4_520_13))
    match = known(1_234_57, "FACT 777", *items)
    assert (match.why, match.is_certain) == ("number-and-amount-differ", False)
    assert [line.number for line in match.lines] == ["FA-2026-0412"]


def test_a_named_invoice_and_two_that_no_number_stands_for() -> None:
    """Two odd amounts complete it, two round ones may be chance."""
    odd = (
        item("FA-2026-0412", 1_234_57),
        item("FB-7", 2_987_01),
        item("FC-9", 4_520_13),
        item("FD-2", 9_611_22),
    )
    match = known(8_741_71, "FA-2026-0412 ET", *odd)
    assert (match.why, len(match.lines), match.is_certain) == ("named-and-amount", 3, True)
    plain = (odd[0], item("FB-7", 3_000_00), item("FC-9", 4_000_00), item("FD-2", 9_000_00))
    assert not known(8_234_57, "FA-2026-0412 ET", *plain).is_certain


def test_too_many_ways_to_add_up_are_no_answer() -> None:
    """The search is bounded, and what it did not look at is never taken for nothing."""
    many = [item(f"A-{n}", 1_000_00) for n in range(12)]
    assert known(3_000_00, "", *many).why == "amount-of-several"
    assert not combinations.find_sums([100] * 30, 300).is_complete
    wide = combinations.find_sums([10_007 + 2 * n for n in range(60)], 40_001)
    assert (wide.is_complete, wide.found) == (False, [])
    assert combinations.find_sums([1] * 7, 7).found == []
