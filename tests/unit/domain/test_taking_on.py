"""A snapshot is refused whole for each thing that does not stand, at the cell that is wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bordereau.documents.texts import Phrases
from bordereau.domain.identifiers import AccountId, ContractId
from bordereau.domain.plain import from_plain, to_plain
from bordereau.domain.taking_on import check as checks
from bordereau.domain.taking_on.opening import basis_of, minimum_settled_to
from bordereau.domain.taking_on.snapshot import (
    BankRow,
    CreditRow,
    Figure,
    PayoutRow,
    ReceiptRow,
    Snapshot,
    TotalRow,
)
from bordereau.domain.terms import FundMethod
from tests.unit.services.portfolio import (
    ACCOUNT,
    ACME,
    K1,
    K2,
    ON,
    START,
    TODAY,
    ZIMMER,
    contract_row,
    day,
    faults,
    invoice_row,
    portfolio,
    terms,
    with_totals,
)

LATER = ON + dt.timedelta(1)
OTHER = ContractId("siren:732829320/EUR")

Change = Callable[[Snapshot], Snapshot]


def contract(**facts: Any) -> Change:
    """Change the first contract."""
    return lambda s: replace(s, contracts=(replace(s.contracts[0], **facts), *s.contracts[1:]))


def invoice(**facts: Any) -> Change:
    """Change the first invoice."""
    return lambda s: replace(s, invoices=(replace(s.invoices[0], **facts), *s.invoices[1:]))


def opened(**facts: Any) -> Change:
    """Change how the first contract is opened."""
    return lambda s: contract(contract=replace(s.contracts[0].contract, **facts))(s)


def more(name: str, row: object) -> Change:
    """Add a row."""

    def added(snapshot: Snapshot) -> Snapshot:
        facts: dict[str, Any] = {name: (*getattr(snapshot, name), row)}
        return replace(snapshot, **facts)

    return added


WRONG: list[tuple[Change, tuple[str, str, str]]] = [
    (lambda s: replace(s, on=TODAY + dt.timedelta(1)), ("T-0001", "day", "future")),
    (lambda s: replace(s, on=day("2025-11-29")), ("T-0001", "day", "too-old")),
    (lambda s: replace(s, contracts=()), ("T-0001", "type", "empty")),
    (opened(start_on=LATER), ("T-0002", "issued_on", "after")),
    (contract(terms=(terms(K1, from_on=LATER),)), ("T-0002", "seller", "no-terms")),
    (opened(account=AccountId("FR00")), ("T-0002", "seller", "no-bank")),
    (more("contracts", contract_row("T-0099", K1)), ("T-0099", "seller", "twice")),
    (lambda s: replace(s, lines=s.lines[1:]), ("T-0008", "debtor", "no-line")),
    (lambda s: more("lines", replace(s.lines[0], ref="T-0099"))(s), ("T-0099", "debtor", "twice")),
    (
        lambda s: more("lines", replace(s.lines[0], ref="T-0099", contract=OTHER))(s),
        ("T-0099", "seller", "no-contract"),
    ),
    (
        lambda s: replace(s, lines=(replace(s.lines[0], notified_on=LATER), *s.lines[1:])),
        ("T-0004", "day", "after"),
    ),
    (more("invoices", invoice_row("T-0099", "F1", 7)), ("T-0099", "number", "twice")),
    (
        more("invoices", invoice_row("T-0099", "F-1", 1_000_000, contract=K2)),
        ("T-0099", "number", "twice"),
    ),
    (invoice(contract=OTHER), ("T-0008", "seller", "no-contract")),
    (invoice(number="--"), ("T-0008", "number", "number")),
    (invoice(open_cents=1_000_001), ("T-0008", "open", "over")),
    (invoice(open_cents=0, approved_cents=0, retained_cents=0), ("T-0008", "open", "over")),
    (invoice(approved_cents=1_000_001), ("T-0008", "approved", "over")),
    (invoice(retained_cents=1_000_001), ("T-0008", "retained", "over")),
    (invoice(disputed_cents=1_000_001), ("T-0008", "disputed", "over")),
    (invoice(basis_cents=999_999), ("T-0008", "basis", "basis")),
    (invoice(basis_cents=1_000_001), ("T-0008", "basis", "basis")),
    (invoice(advance_rate_bps=9_001), ("T-0008", "rate", "terms-advance-rate")),
    (invoice(due_on=day("2025-11-30")), ("T-0008", "due_on", "before")),
    (invoice(assigned_on=day("2025-11-30")), ("T-0008", "day", "before")),
    (invoice(assigned_on=LATER), ("T-0008", "day", "after")),
    (
        invoice(assigned_on=START - dt.timedelta(1), issued_on=START - dt.timedelta(1)),
        ("T-0008", "day", "before"),
    ),
    (
        contract(terms=(terms(K1, fund_method=FundMethod.ON_OUTSTANDING),)),
        ("T-0008", "retained", "pooled"),
    ),
    (more("payouts", PayoutRow("T-0099", OTHER, "X", ON, 1)), ("T-0099", "seller", "no-contract")),
    (more("payouts", PayoutRow("T-0099", K1, "X", LATER, 1)), ("T-0099", "day", "after")),
    (more("payouts", PayoutRow("T-0099", K1, "X", ON, 0)), ("T-0099", "amount", "nothing")),
    (
        more("payouts", PayoutRow("T-0099", K2, "OLD-PAY-4711", ON, 1)),
        ("T-0099", "number", "twice"),
    ),
    (more("banks", BankRow("T-0099", ACCOUNT, "EUR", 0)), ("T-0099", "account", "twice")),
    (
        more("receipts", ReceiptRow("T-0099", ACCOUNT, "EUR", "BNK42", day("2025-03-03"), 5)),
        ("T-0099", "number", "twice"),
    ),
    (
        more("receipts", ReceiptRow("T-0099", ACCOUNT, "EUR", "B", LATER, 5)),
        ("T-0099", "day", "after"),
    ),
    (
        more("receipts", ReceiptRow("T-0099", ACCOUNT, "EUR", "B", ON, 0)),
        ("T-0099", "amount", "nothing"),
    ),
    (
        more("receipts", ReceiptRow("T-0099", AccountId("FR9"), "EUR", "B", ON, 5)),
        ("T-0099", "account", "no-bank"),
    ),
    (
        more("credits", CreditRow("T-0099", ACCOUNT, "EUR", ACME, "av9", ON, 5)),
        ("T-0099", "number", "twice"),
    ),
    (
        more("credits", CreditRow("T-0099", ACCOUNT, "EUR", ZIMMER, "-", ON, 5)),
        ("T-0099", "number", "number"),
    ),
    (
        more("credits", CreditRow("T-0099", ACCOUNT, "EUR", ZIMMER, "A1", ON, 0)),
        ("T-0099", "amount", "nothing"),
    ),
    (
        more("totals", TotalRow("T-0099", Figure.FUND, "EUR", 0)),
        ("T-0099", "figure", "twice"),
    ),
]


def code(name: str) -> str:
    """Return the code of a problem."""
    return name if name.startswith("terms-") else f"take-on-{name}"


@pytest.mark.parametrize(("change", "wanted"), WRONG)
def test_what_does_not_stand_is_said_at_its_cell(
    change: Change, wanted: tuple[str, str, str]
) -> None:
    """One thing is wrong: the line, the cell and the reason."""
    ref, key, name = wanted
    assert (ref, key, code(name)) in faults(change(portfolio()))


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        ({"contracts": frozenset({K1})}, ("T-0002", "seller", "has-entries")),
        ({"accounts": frozenset({ACCOUNT})}, ("T-0018", "account", "account-has-entries")),
        ({"collecting": {K1: AccountId("FR1")}}, ("T-0002", "seller", "other-account")),
        ({"closed_to": ON}, ("T-0001", "day", "closed")),
    ],
)
def test_what_the_books_say_already_is_not_taken_on(
    known: dict[str, Any], wanted: tuple[str, str, str]
) -> None:
    """Contracts and accounts with entries, another account, a closed period."""
    ref, key, name = wanted
    assert faults(portfolio(), **known) == [(ref, key, code(name))]


def test_an_invoice_that_another_contract_holds_is_not_taken_on() -> None:
    """I6, by its fingerprint."""
    marks = frozenset({portfolio().invoices[0].mark})
    assert faults(portfolio(), financed=marks) == [("T-0008", "number", "take-on-financed")]


def test_a_contract_of_an_account_that_is_open_needs_no_balance() -> None:
    """A second dossier comes to an account that was taken on before, without its cash."""
    cash = replace(portfolio(), banks=(), receipts=(), credits=())
    second = with_totals(cash)
    assert ("T-0002", "seller", "take-on-no-bank") in faults(second)
    assert faults(second, open_accounts=frozenset({ACCOUNT})) == []


def test_too_many_rows_are_several_dossiers() -> None:
    """One check reads ten thousand rows at most."""
    listed = tuple(TotalRow(f"T-{n}", Figure.COUNT, f"X{n}", 0) for n in range(10_001))
    assert ("T-0001", "type", "take-on-too-many") in faults(replace(portfolio(), totals=listed))


@pytest.mark.parametrize(
    ("change", "ref", "key"),
    [
        (contract(open_cents=1), "T-0002", "open"),
        (contract(approved_cents=1), "T-0002", "approved"),
        (contract(fund_cents=1), "T-0002", "retained"),
        (contract(fund_cents=245_001), "T-0002", "retained"),
    ],
)
def test_a_contract_s_own_totals_must_agree(change: Change, ref: str, key: str) -> None:
    """What the old system shows of it is what its rows add up to."""
    assert (ref, key, "take-on-differs") in faults(change(portfolio()))


@pytest.mark.parametrize("figure", list(Figure))
def test_each_total_must_agree_to_the_cent(figure: Figure) -> None:
    """A cent more than the rows have refuses all."""
    listed = portfolio().totals
    wrong = tuple(replace(t, cents=t.cents + 1) if t.figure is figure else t for t in listed)
    ref = next(total.ref for total in listed if total.figure is figure)
    assert faults(replace(portfolio(), totals=wrong)) == [(ref, "balance", "take-on-differs")]


def test_the_totals_that_every_take_on_needs_are_asked_for() -> None:
    """Be they zero: a tab that was forgotten shows in its total."""
    assert faults(replace(portfolio(), totals=())) == [
        ("T-0001", "type", f"take-on-total-missing-{name}")
        for name in (
            "outstanding",
            "approved",
            "fund",
            "current",
            "transit",
            "bank",
            "unallocated",
            "credits",
        )
    ]


def test_every_reason_has_its_sentence() -> None:
    """In French, with the facts that the check gives."""
    source = Path(checks.__file__).read_text(encoding="utf-8")
    codes = {f"take-on-{name}" for name in re.findall(r'"\w+", "([a-z-]+)"', source)}
    words = {f"take-on-{name}" for name in re.findall(r'"([a-z-]+)"', source)}
    words |= {"take-on-unused", "take-on-no-dossier"}  # said of cells, by the desk
    known = {name for name in Phrases.load("fr").problems if name.startswith("take-on-")}
    assert len(codes) > 15
    assert codes - known == set()
    assert known - words == {f"take-on-total-missing-{figure}" for figure in list(Figure)[:8]}


def test_a_difference_is_told_with_both_amounts() -> None:
    """What the old system shows, what the rows make, and the difference."""
    wrong = contract(open_cents=2_000_050)(portfolio())
    found = checks.check(wrong, checks.Known(TODAY))
    sentence = Phrases.load("fr").problem(found[0].problem)
    assert sentence.replace("\u202f", " ").replace("\u00a0", " ") == (
        "l'ancien système montre 20 000,50 €, les lignes font 20 000,00 € (écart \u22120,50 €)"
    )


def test_a_snapshot_comes_back_from_its_object_as_it_was() -> None:
    """The bytes are the rows, and the same rows are the same bytes."""
    plain = to_plain(portfolio())
    assert from_plain(Snapshot, plain) == portfolio()
    assert portfolio().data() == portfolio().data()


def test_the_basis_is_what_is_approved_and_what_was_paid_of_it() -> None:
    """Unless it is typed; never above the invoice."""
    row = invoice_row("T-1", "F-1", 1_000, open_cents=600, approved_cents=500)
    assert basis_of(row) == 900
    assert basis_of(replace(row, basis_cents=700)) == 700


@pytest.mark.parametrize(
    ("start", "on", "settled"),
    [
        ("2024-03-15", "2025-03-13", None),
        ("2024-03-15", "2025-03-14", "2025-03-14"),
        ("2024-03-15", "2026-01-31", "2025-03-14"),
        ("2025-12-31", "2025-12-31", None),
        ("2024-02-29", "2026-03-01", "2026-02-28"),
    ],
)
def test_the_years_that_the_old_system_settled(start: str, on: str, settled: str | None) -> None:
    """The contract's years that ended by the day."""
    found = minimum_settled_to(day(start), day(on))
    assert found == (day(settled) if settled else None)
