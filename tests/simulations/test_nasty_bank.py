"""Payments that set traps: none is booked wrongly, nearly all that can be booked are."""

from __future__ import annotations

from bordereau.domain.references import find, hint
from tests.simulations.nasty_bank import TRAPS, trapped_payments
from tests.simulations.nasty_run import nasty_tally


def test_two_thousand_trapped_payments_are_matched_rightly() -> None:
    """No wrong automatic match, 95 % of the decidable found, a fifth and more not decidable.

    ``python -m bench.matching`` does the same with ten thousand.
    """
    counts = nasty_tally(seed=20_260_302, count=2_000)
    assert counts.wrong == []
    assert counts.found * 100 >= counts.decidable * 95, counts.missed.most_common(5)
    assert (counts.payments - counts.decidable) * 5 >= counts.payments
    assert set(counts.traps) == {trap.__name__ for _, trap in TRAPS}


def test_the_same_seed_gives_the_same_payments() -> None:
    """A figure that was printed can be printed again."""
    first, again = ([payment for _, payment in trapped_payments(5, 80)] for _ in range(2))
    assert first == again


def test_a_month_or_a_day_is_no_number() -> None:
    """Short numbers of digits alone stand in every date; a word for a document says otherwise."""
    numbers = ["000003", "000015", "003/2026", "2026-001", "2026-012"]
    for text in ("LOYER 03 2026", "ACOMPTE 15/01/2026", "DU 2026-01-15", "PERIODE 01/2026 LOT 3"):
        assert find(text, numbers).numbers == frozenset(), text
        assert [hint(text, number) for number in numbers] == [0] * len(numbers), text
    assert find("FACT 3/2026", numbers).numbers == {"003/2026"}
    assert find("VIR 003/2026", numbers).numbers == {"003/2026"}
    assert find("FACTURE 2026-12", numbers).numbers == {"2026-012"}
    assert find("VIR 00003", numbers).numbers == {"000003"}
