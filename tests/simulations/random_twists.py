"""What people do to a story that was plausible: repeat, exchange, name oddly, mistake."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterator
from random import Random

from tests.simulations.random_terms import Row

STYLES = ("{}", "f{}", "F-{}", "F0{}", "{}.", "A/{}", "a/{}", "F:{}_", "00{}", "{}-F")
"""Numbers that a person takes for one another; a story means what it writes."""
NAMES = ("X{}", "x{}", "X-{}", "X.{}", "X/{}", "{}", "X0{}", "x:{}")


def twisted(story: Row, chance: Random) -> Row:
    """Return a story with a few twists; it still keeps the format."""
    story = copy.deepcopy(story)
    for twist, share in TWISTS:
        if chance.random() < share:
            twist(story, chance)
    return story


def _exchange(story: Row, chance: Random) -> None:
    """Two events change places: what an event needs may come after it, or never be in time."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        events = story["events"]
        one, other = chance.randrange(len(events)), chance.randrange(len(events))
        first, second = events[one]["date"], events[other]["date"]
        moved = {**events[other], "date": first}, {**events[one], "date": second}
        if all(row.get("issued", "0") <= row["date"] for row in moved):
            events[one], events[other] = moved


def _repeat(story: Row, chance: Random) -> None:
    """The same event again, at once or after others of its day or of a later one."""
    for _ in range(chance.choice((1, 2, 4))):
        events = story["events"]
        place = chance.randrange(len(events))
        again = copy.deepcopy(events[place])
        if again["do"] == "payout":
            again["id"] += f"-{len(events)}"
        at = min(len(events), place + chance.choice((1, 1, 2, 5)))
        again["date"] = events[at - 1]["date"]
        events.insert(at, again)


def _other_facts(story: Row, chance: Random) -> None:
    """The same number again with one fact changed: a conflict, not a duplicate."""
    kinds = {"assign": ("amount", "due", "debtor"), "credit_note": ("amount",)}
    known = [place for place, row in enumerate(story["events"]) if row["do"] in kinds]
    for place in sorted(chance.sample(known, min(len(known), 2)), reverse=True):
        row = copy.deepcopy(story["events"][place])
        fact = chance.choice(kinds[row["do"]])
        row[fact] = {
            "amount": "77.70",
            "due": str(dt.date.fromisoformat(row.get("issued", row["date"])) + dt.timedelta(3)),
            "debtor": chance.choice(story["debtors"])["id"],
        }[fact]
        story["events"].insert(place + 1, row)


def _strangers(story: Row, chance: Random) -> None:
    """A receipt of somebody else, or of nobody."""
    for row in story["events"]:
        if row["do"] == "receipt" and chance.random() < 0.3:
            row["debtor"] = chance.choice(story["debtors"])["id"]
            if chance.random() < 0.4:
                del row["debtor"]


def _lines_that_ended(story: Row, chance: Random) -> None:
    """Lines whose validity is over when they are typed in, or ends that day."""
    for row in story["events"]:
        if row["do"] == "line" and chance.random() < 0.4:
            ends = dt.date.fromisoformat(row["date"]) + dt.timedelta(chance.choice((-1, 0, 1, 2)))
            row["valid_until"] = str(ends)


def _insurers(story: Row, chance: Random) -> None:
    """Insurers' limits net of VAT, of odd rates."""
    for row in story["events"]:
        if row["do"] == "line" and chance.random() < 0.5:
            row["insurer_ht"] = chance.choice(("0.01", "4567.89", "10000.00"))
            row["insurer_vat"] = chance.choice(("20.00", "5.5", "0", "19.99"))


def _always_given(story: Row, chance: Random) -> None:
    """Every day runs as it is written."""
    story["settings"]["given_order"] = sorted({row["date"] for row in story["events"]})


def _shuffled_days(story: Row, chance: Random) -> None:
    """The events of each day in another order."""
    keyed = [(row["date"], chance.random(), row) for row in story["events"]]
    story["events"] = [row for _, _, row in sorted(keyed, key=lambda one: one[:2])]


def _starts_later(story: Row, chance: Random) -> None:
    """A contract that starts within the story: what comes before is not in force."""
    row = chance.choice(story["contracts"])
    row["start"] = chance.choice(story["events"])["date"]
    if chance.random() < 0.2 and story["events"][0]["date"] <= "2028-02-29":
        row["start"] = "2028-02-29"
    mine = [one for one in story["terms"] if one["contract"] == row["id"]]
    first = min(mine, key=lambda one: one["from"])
    later = {one["from"] for one in mine} - {first["from"]}
    if row["start"] not in later:
        first["from"] = min(first["from"], row["start"])


def _asked_daily(story: Row, chance: Random) -> None:
    """Asked on every day with an event, and twice on the last."""
    days = sorted({row["date"] for row in story["events"]} | {row["date"] for row in story["asks"]})
    story["asks"] = [{"date": day} for day in (*days, days[-1])]


def _one_batch_each(story: Row, chance: Random) -> None:
    """Batches named per invoice, in an order that is not that of the numbers."""
    for row in story["events"]:
        if row["do"] == "assign":
            row["batch"] = f"b{chance.randint(1, 4)}"


class _Names:
    """New names: numbers and ids that look alike, or are those of another kind of thing."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._styles = [chance.choice(STYLES) for _ in range(50)]
        self._parties = [chance.choice(NAMES) for _ in range(10)]
        self._known: dict[tuple[str, str], str] = {}

    def of(self, kind: str, name: str) -> str:
        """Return the new name of a thing; two things of a kind never get the same."""
        if (kind, name) not in self._known:
            number = int("".join(filter(str.isdigit, name)) or "0")
            if kind in ("contract", "debtor", "seller"):
                new = self._parties[number % 10].format(number)
            else:
                new = self._styles[number % 50].format(number % 4)
            while new in [known for key, known in self._known.items() if key[0] == kind]:
                new += self._chance.choice(("a", "A", "-", ".", "0"))
            self._known[kind, name] = new
        return self._known[kind, name]


def _odd_names(story: Row, chance: Random) -> None:
    """Everything but credit notes, receipts and pay-outs gets another name."""
    names = _Names(chance)
    for row in _rows(story):
        is_note = row.get("do") == "credit_note"
        for key in ("contract", "debtor", "invoice", "batch", *(() if is_note else ("number",))):
            if key in row:
                row[key] = names.of(key.replace("number", "invoice"), row[key])
    for group in ("sellers", "debtors", "contracts"):
        for row in story[group]:
            row["id"] = names.of(group[:-1], row["id"])
    for row in story["contracts"]:
        row["seller"] = names.of("seller", row["seller"])
    for row in story["terms"]:
        row["contract"] = names.of("contract", row["contract"])


def _rows(story: Row) -> Iterator[Row]:
    for row in story["events"]:
        yield row
        yield from row.get("apply", [])
        yield from row.get("lines", [])


Twist = Callable[[Row, Random], None]
TWISTS: tuple[tuple[Twist, float], ...] = (
    (_exchange, 0.25),
    (_repeat, 0.25),
    (_other_facts, 0.15),
    (_strangers, 0.15),
    (_lines_that_ended, 0.12),
    (_insurers, 0.12),
    (_starts_later, 0.12),
    (_one_batch_each, 0.1),
    (_shuffled_days, 0.15),
    (_always_given, 0.1),
    (_asked_daily, 0.15),
    (_odd_names, 0.25),
)
