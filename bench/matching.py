"""Print precision and recall of the matcher on generated payments: ``python -m bench.matching``.

The payments come from ``tests/simulations/french_bank.py``, which knows nothing of the matcher, as
the bytes of bank files; a second one, ``nasty_bank.py``, sets traps in small worlds. A payment
counts as wrong when a line was applied that was not meant.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from typing import Final

from tests.simulations.matching_run import Judged, Tally, judged_payments
from tests.simulations.nasty_run import nasty_tally

PAYMENTS: Final = 10_000
SEED: Final = 20_260_105
RECALL_BPS: Final = 95_00


def main() -> int:
    """Print the figures; return 1 when one match was wrong or too few were found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=PAYMENTS)
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args()
    counts, kinds = Tally(), dict[str, Counter[str]]()
    for judged in judged_payments(chosen.seed, chosen.payments):
        counts.add(judged)
        _note(kinds.setdefault(judged.payment.kind, Counter()), judged)
    _print(counts, kinds, seed=chosen.seed)
    is_bad = bool(counts.wrong) or counts.recall_bps < RECALL_BPS
    return int(_print_nasty(chosen.seed, chosen.payments) or is_bad)


def _print_nasty(seed: int, payments: int) -> bool:
    """Print the figures of the second generator, whose payments set traps; return if bad."""
    counts = nasty_tally(seed, payments)
    print(f"matching, traps of a second generator, seed {seed}")
    print("  " + ", ".join(f"{name} {count}" for name, count in sorted(counts.traps.items())))
    undecidable = counts.payments - counts.decidable
    print(f"  {'not decidable':34}{_share(undecidable, counts.payments)}")
    print(f"  {'wrong automatic matches':34}{len(counts.wrong):>9}")
    print(f"  {'recall of the decidable':34}{_share(counts.found, counts.decidable)}")
    for told in counts.wrong:
        print(f"  wrong: {told}")
    return bool(counts.wrong) or counts.found * 100_00 < counts.decidable * RECALL_BPS


def _note(kind: Counter[str], judged: Judged) -> None:
    kind["payments"] += 1
    kind["decidable"] += judged.payment.is_decidable
    kind["found"] += judged.payment.is_decidable and judged.is_whole
    kind["automatic"] += judged.match.is_certain


def _print(counts: Tally, kinds: dict[str, Counter[str]], *, seed: int) -> None:
    print(f"matching, seed {seed}: payments by kind")
    columns = ("payments", "decidable", "found", "automatic")
    print(f"  {'':22}" + "".join(f"{name:>11}" for name in columns))
    for name, kind in sorted(kinds.items()):
        print(f"  {name:22}" + "".join(f"{kind[column]:>11}" for column in columns))
    print(f"  {'payments':34}{counts.payments:>9}")
    print(f"  {'not decidable':34}{_share(counts.payments - counts.decidable, counts.payments)}")
    print(f"  {'matched automatically':34}{counts.automatic:>9}")
    print(f"  {'wrong automatic matches':34}{len(counts.wrong):>9}")
    print(f"  {'precision':34}{_share(counts.right, counts.automatic)}")
    print(f"  {'recall of the decidable':34}{_share(counts.found, counts.decidable)}")
    for judged in counts.wrong:
        print(f"  wrong: {judged.match.why} {judged.payment}")


def _share(part: int, whole: int) -> str:
    return f"{part:>9} {part / max(1, whole):>8.2%}"


if __name__ == "__main__":
    sys.exit(main())
