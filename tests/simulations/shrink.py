"""Compare the stories of many seeds, and print the smallest form of those that differ.

``python -m tests.simulations.shrink FIRST LAST`` (with ``PYTHONPATH=.:shared``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tests.simulations.compare import first_difference, story_for
from tests.simulations.random_terms import Row


def verdict(story: Row) -> str:
    """Return what goes wrong with a story, in a word; nothing when all agree."""
    try:
        return "differs" if first_difference(story) else ""
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        return f"{type(error).__name__} {str(error)[:40]}"


def smaller(story: Row) -> Iterator[Row]:
    """Yield stories with one thing less."""
    for number in reversed(range(len(story["events"]))):
        events = [row for place, row in enumerate(story["events"]) if place != number]
        first = events[0]["date"] if events else "9"
        asks = [row for row in story["asks"] if row["date"] >= first]
        if events and asks:
            yield {**story, "events": events, "asks": asks}
    for number, row in enumerate(story["terms"]):
        for name in row:
            if name not in ("contract", "from", "fund_rate"):
                left = {key: value for key, value in row.items() if key != name}
                terms = [left if one is row else one for one in story["terms"]]
                yield {**story, "terms": terms}
        yield {
            **story,
            "terms": [one for place, one in enumerate(story["terms"]) if place != number],
        }
    for row in story["asks"][:-1]:
        yield {**story, "asks": [one for one in story["asks"] if one is not row]}


def shrunk(story: Row) -> Row:
    """Return the smallest story found that goes wrong in the same way."""
    wanted = verdict(story)
    while True:
        found = next((one for one in smaller(story) if verdict(one) == wanted), None)
        if found is None:
            return story
        story = found


def main(first: int, last: int) -> int:
    """Print every story that differs, made small; return how many."""
    wrong = 0
    for seed in range(first, last):
        story = story_for(seed)
        if verdict(story):
            wrong += 1
            small = shrunk(story)
            sys.stdout.write(f"seed {seed}: {verdict(small)}\n")
            for row in (*small["events"], *small["terms"], small["settings"], *small["asks"]):
                sys.stdout.write(f"  {row}\n")
            if verdict(small) == "differs":
                sys.stdout.write("\n".join(first_difference(small)) + "\n")
    return wrong


if __name__ == "__main__":
    sys.exit(1 if main(int(sys.argv[1]), int(sys.argv[2])) else 0)
