"""A thousand generated payments: nothing is matched wrongly, nearly all that can be is matched."""

from __future__ import annotations

from collections import Counter

import pytest

from bordereau.readers.bank import read_bank
from tests.simulations.french_bank import KINDS, World
from tests.simulations.french_labels import LONG, SHORT
from tests.simulations.french_statements import statement_of
from tests.simulations.matching_run import Judged, tally


def test_a_thousand_payments_are_matched_rightly() -> None:
    """No wrong automatic match, 95 % of the decidable found, a tenth and more not decidable.

    ``make simulate`` does the same with ten thousand.
    """
    counts = tally(seed=20_260_105, count=1_000)
    assert counts.payments == 1_000
    assert [_sentence(judged) for judged in counts.wrong] == []
    assert counts.recall_bps >= 95_00, counts.missed.most_common(5)
    assert counts.payments - counts.decidable >= 100
    assert counts.automatic >= counts.found


def _sentence(judged: Judged) -> str:
    return f"{judged.match.why}: {judged.payment}"


def test_the_same_seed_gives_the_same_payments() -> None:
    """A figure that was printed can be printed again."""
    first, again, other = (list(World(seed).payments(60)) for seed in (5, 5, 6))
    assert first == again
    assert first != other


def test_every_kind_of_payment_comes_and_its_file_proves_itself() -> None:
    """Each kind of the table, in each format; labels are cut where banks cut them."""
    world, kinds, channels = World(3), Counter[str](), Counter[str]()
    for payment in world.payments(600):
        kinds[payment.kind] += 1
        channels[payment.channel] += 1
        claim = read_bank(f"{payment.serial}", statement_of(payment))
        assert claim.verdict == "accept", (payment, claim.problems)
        assert len(payment.label) <= (SHORT if payment.channel == "cfonb" else LONG)
        world.learn(payment)
    assert set(kinds) == set(KINDS)
    assert set(channels) == {"camt", "cfonb", "cfonb+", "mt940"}


@pytest.mark.parametrize("kind", ["paid-twice", "never-sold", "nothing-of-ours"])
def test_what_pays_nothing_of_ours_is_never_decidable(kind: str) -> None:
    """A second payment, an invoice that was never assigned, money of somebody else."""
    world = World(4)
    payments = [payment for payment in world.payments(800) if payment.kind == kind]
    assert payments
    assert not any(payment.is_decidable or payment.truth for payment in payments)
