"""Count what random stories reach: kinds of events done and refused, reasons, terms, states.

``python -m tests.simulations.census FIRST LAST`` (with ``PYTHONPATH=.:shared``).
"""

from __future__ import annotations

import sys
from collections import Counter

from tests.simulations.compare import by_referee, story_for
from tests.simulations.random_terms import Row


def census(seeds: range) -> Counter[str]:
    """Return how many stories reach each thing that has a name in the format."""
    found: Counter[str] = Counter()
    for seed in seeds:
        story = story_for(seed)
        answers = by_referee(story)
        found.update(set(told(story, answers)))
    return found


def told(story: Row, answers: list[Row]) -> list[str]:
    """Return the names of everything that one story reaches."""
    refused = {row["event"]: row["reason"] for row in answers[-1]["refused"]} if answers else {}
    names = [f"reason {row['do']} {row['reason']}" for row in answers[-1]["refused"]]
    names += [f"refused {reason}" for reason in refused.values()]
    for number, row in enumerate(story["events"], 1):
        names.append(f"{'refused' if number in refused else 'done'} {row['do']}")
        names += [f"field {row['do']}.{key}" for key in row]
        for line in (*row.get("apply", ()), *row.get("lines", ())):
            names += [f"line {row['do']}.{key}" for key in line]
    for row in story["terms"]:
        names += [f"term {key}" for key in row]
        names += [f"term {key} {row[key]}" for key in WORDS if key in row]
    for answer in answers:
        names += [f"alert {row['rate_missing'].split('/')[0]}" for row in answer["alerts"]]
        names += [f"firm {key}" for key, value in answer["firm"].items() if value != "0.00"]
        for figures in answer["contracts"].values():
            names += [
                f"contract {key}{'-' if str(value)[0] == '-' else ''}"
                for key, value in figures.items()
                if key != "invoices" and value != "0.00"
            ]
            names += [f"state {one['state']}" for one in figures["invoices"].values()]
    if any(row["date"] in story["settings"]["given_order"] for row in story["events"]):
        names.append("given_order")
    return names


WORDS = ("fund_method", "dispute_scope", "payout", "late_interest", "late_interest_for")


if __name__ == "__main__":
    counted = census(range(int(sys.argv[1]), int(sys.argv[2])))
    for name, count in sorted(counted.items()):
        sys.stdout.write(f"{count:6} {name}\n")
