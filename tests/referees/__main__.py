"""``make referees``: a hundred thousand entries, and what each referee makes of them.

Prints one line for each referee and ends with 1 when one of them differs on any account.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.referees import verdicts
from tests.referees.played import many_rows

WANTED = 100_000
STORIES = 40


def main() -> int:
    """Judge, print, and return the exit status."""
    parser = argparse.ArgumentParser(prog="make referees")
    parser.add_argument("--entries", type=int, default=WANTED)
    parser.add_argument("--stories", type=int, default=STORIES, help="random ones, besides ours")
    chosen = parser.parse_args()
    begun = time.process_time()
    rows = many_rows(chosen.entries, chosen.stories)
    lines = sum(len(row.lines) for row in rows)
    journals = len({row.journal for row in rows})
    seconds = time.process_time() - begun
    _say(f"{len(rows)} entries, {lines} lines, {journals} journals (made in {seconds:.1f} s)")
    own = verdicts.own(rows)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        agreed = [
            _judge("beancount", own, lambda: verdicts.beancount(rows, folder)),
            _judge("CSV", own, lambda: verdicts.csv_file(rows)),
        ]
        if verdicts.HAS_HLEDGER:
            agreed.append(_judge("hledger", own, lambda: verdicts.hledger(rows, folder)))
        else:
            _say("hledger      not installed: not asked")
    agreed += [
        _judge(
            f"FEC {closing_on.year}",
            verdicts.own_year(rows, closing_on),
            partial(verdicts.legal_file, rows, closing_on),
        )
        for closing_on in verdicts.years(rows)
    ]
    return 0 if all(agreed) else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _judge(name: str, own: verdicts.Balances, ask: Callable[[], verdicts.Balances]) -> bool:
    begun = time.perf_counter()
    try:
        found = ask()
    except AssertionError as error:
        _say(f"{name:<12} refuses: {error}")
        return False
    seconds = time.perf_counter() - begun
    wrong = sorted(key for key in own.keys() | found.keys() if own.get(key) != found.get(key))
    verdict = f"differs on {len(wrong)}: {', '.join(wrong[:5])}" if wrong else "agrees to the cent"
    _say(f"{name:<12} {len(own):>6} accounts, {verdict} ({seconds:.1f} s)")
    return not wrong


if __name__ == "__main__":
    sys.exit(main())
