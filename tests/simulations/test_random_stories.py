"""Random stories: the program and a second implementation agree on every figure."""

from __future__ import annotations

import json
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulations.compare import (
    broken_checks,
    by_program,
    by_referee,
    differences,
    story_for,
)

SHARE: Final = 12
"""One story stands for so many small examples: 25 in ``ci``, 416 in ``nightly``."""

NEVER_NEGATIVE: Final = (
    *("over_advance", "guarantee_fund", "hold_unapproved", "hold_dispute", "hold_defunded"),
    *("hold_specific", "hold_concentration", "receivables", "funds_in_use", "payouts"),
    *("payouts_in_transit", "factoring_fees", "financing_fees", "ancillary_charges"),
)
FIRM_NEVER_NEGATIVE: Final = (
    *("receivables", "unallocated_receipts", "debtor_credits", "payouts_in_transit"),
    *("small_differences", "credit_losses", "insurer_claims", "insurer_share_payable"),
    *("recoveries", "late_interest_claims", "recovery_indemnity_claims"),
)


@settings(max_examples=max(8, settings().max_examples // SHARE))
@given(seed=st.integers(0, 2**32))
def test_a_random_story_keeps_its_books_and_agrees_with_the_referee(seed: int) -> None:
    """No exception, every figure and refusal as the referee finds it, every invariant kept."""
    story = story_for(seed)
    lines, world = by_program(story)
    for line, wanted in zip(lines, by_referee(story), strict=True):
        found = json.loads(line)
        assert list(differences(found, wanted, f"seed {seed} asks[{found['ask']}]")) == []
        check_signs(found)
    assert broken_checks(world) == [], seed


@settings(max_examples=max(4, settings().max_examples // 50))
@given(seed=st.integers(0, 2**32))
def test_the_same_story_gives_the_same_bytes(seed: int) -> None:
    """Played twice: the same lines, and the same books to the last hash (D6)."""
    story = story_for(seed, events_max=25)
    lines, world = by_program(story)
    again, other = by_program(story)
    assert lines == again
    assert world.ledger.snapshot() == other.ledger.snapshot()


@settings(max_examples=max(4, settings().max_examples // 50))
@given(seed=st.integers(0, 2**32))
def test_nothing_lifts_what_is_approved_above_a_line(seed: int) -> None:
    """D5: after a day on which Σ approved rose, it is within the line, on both levels.

    A day in its given order may cut the line after it was used; such days are not looked at.
    """
    story = story_for(seed, events_max=30)
    days = sorted({row["date"] for row in story["events"]})
    asked = {**story, "asks": [{"date": day} for day in days]}
    lines, _ = by_program(asked)
    before: dict[str, int] = {}
    for line in lines:
        found = json.loads(line)
        for name, (approved, limit) in levels(found).items():
            rose = approved > before.get(name, 0)
            is_given = found["date"] in story["settings"]["given_order"]
            assert is_given or not rose or approved <= limit, (seed, found["date"], name)
            before[name] = approved


def levels(found: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Return Σ approved and the line of each row of both levels; no limit is a very high one."""
    rows: dict[str, tuple[int, int]] = {}
    for name, figures in found["debtors"].items():
        named = {f"{name} {key}": row for key, row in figures["relations"].items()}
        for key, row in {**named, name: figures["factor_wide"]}.items():
            limit = 10**18 if row["line"] is None else cents(row["line"])
            rows[key] = (cents(row["approved"]), limit)
    return rows


def check_signs(found: dict[str, Any]) -> None:
    """D1, D2, I3, I11 on the printed figures, and what can never be below zero."""
    assert found["firm"]["trial_balance"] == found["firm"]["bank_clearing"] == "0.00"
    for name in FIRM_NEVER_NEGATIVE:
        assert not found["firm"][name].startswith("-"), name
    for figures in found["contracts"].values():
        for name in NEVER_NEGATIVE:
            assert not figures[name].startswith("-"), name
        invoices = figures["invoices"].values()
        assert cents(figures["receivables"]) == sum(cents(one["open"]) for one in invoices)
        unapproved = sum(cents(one["unapproved"]) for one in invoices)
        assert cents(figures["hold_unapproved"]) == unapproved
        for one in invoices:
            assert 0 <= cents(one["retained"]) <= cents(one["approved"]) <= cents(one["open"])
            assert 0 <= cents(one["disputed"]) <= cents(one["open"])
            assert 0 <= cents(one["approved"]) <= cents(one["financed_basis"])
    for name, figures in found["debtors"].items():
        approved = sum(cents(one["approved"]) for one in figures["relations"].values())
        assert cents(figures["factor_wide"]["approved"]) == approved, name


def cents(text: str) -> int:
    """Return a printed amount in cents."""
    return int(text.replace(".", ""))
