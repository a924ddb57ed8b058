"""Print ``docs/transactions.md`` from the shapes and tables in the code.

``python -m bordereau.cli.transactions_doc > docs/transactions.md``; a test fails while the file
and the code differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bordereau.domain.invoices import Invoice
from bordereau.domain.shape import Part, Shape
from bordereau.domain.shapes import SHAPES
from bordereau.domain.tables import CLOSED_KEPT_DAYS, INDEX_SHARDS, ITEMS, Guard, Index, Item
from bordereau.domain.transactions import ACTIONS_MAX

KILOBYTES: Final[Mapping[type, int]] = {Invoice: 2}
"""What an item takes at most in the usual case, in began kilobytes; one where nothing is said."""

_INVOICE_ORDER: Final = "<assigned_on>#<place>#<issued_on>#<number>"

INDEX_KEYS: Final[Mapping[Index, tuple[tuple[str, str, str, str], ...]]] = {
    Index.BY_CONTRACT: (
        ("Invoice", "open", "K#<contract>", f"O#<debtor>#{_INVOICE_ORDER}"),
        ("Invoice", "closed", "K#<contract>", "C#<closed_on>#<invoice>"),
        ("Case", "open", "L#<contract>", "<invoice>#<ref>"),
    ),
    Index.OPEN_BY_DEBTOR: (
        ("Invoice", "open", "D#<debtor>#<currency>", f"{_INVOICE_ORDER}#<contract>"),
    ),
    Index.REMIND: (
        ("Invoice", "open", "overdue#<shard>", "<due_on>#<contract>#<invoice>"),
        ("Case", "open, something is promised", "case#<shard>", "<promised_on>#<ref>"),
        ("Case", "open, nothing is", "case#<shard>", "<since_on>#<ref>"),
    ),
    Index.TODO: (
        ("FactorLine", "`todo_on` is set", "promote#<shard>", "<todo_on>#<debtor>#<currency>"),
        (
            "RelationLine",
            "active and `valid_until` is set",
            "expire#<shard>",
            "<day after valid_until>#<debtor>#<contract>",
        ),
        ("DatedLine", "not applied", "line#<shard>", "<from_on>#<ref>"),
        ("Receipt", "something is left", "receipt#<shard>", "<booked_on>#<ref>"),
        ("PayOut", "under way", "payout#<shard>", "<ordered_on>#<end_to_end_id>"),
        ("SepaBatch", "not sent", "sepa#<shard>", "<released_on>#<message_id>"),
    ),
    Index.PENDING: (
        ("LineRequest", "nobody decided", "requests", "<ref>"),
        ("PartOutcome", "`lacks` is set", "lacks#<lacks>", "<mail>#<part>"),
        ("Intent", "neither sent nor parked", "outbox", "<kind>#<id>"),
        ("Alert", "open", "alerts", "<object>#<stage>"),
        ("ToComplete", "open", "to-complete", "<ref>"),
    ),
}
"""Kind, while, partition and sort key of each index; a test compares them with real records."""

_GUARDS: Final[Mapping[Guard, str]] = {
    Guard.ONCE: "Written once for ever: `not exists`.",
    Guard.VERSION: "New: `not exists`. Changed: `v = :seen`; the write adds one to `v`.",
    Guard.SEQUENCE: "New: `not exists`. Changed: `seq` and `closed_through_on` as seen, for a"
    " position `terms_rev` too.",
    Guard.ARITHMETIC: "New: `not exists`. Changed: it exists; differences are added to what is"
    " stored, and only what the decision rests on is required.",
    Guard.NONE: "A plain put; rebuilt when lost.",
}

_INTRODUCTION: Final = f"""\
# Transactions: every write to the tables

Printed by `python -m bordereau.cli.transactions_doc` from `domain/shapes.py` and
`domain/tables.py`; a test fails while this file and the code differ. Do not edit it.

Every write is one commit of `services/draft.py`: all its items or none, at most {ACTIONS_MAX}, none
twice. A shape that is not listed here, an item or a condition that its shape does not list, or more
of one item than its greatest count stops loudly before anything is asked. When the commit is
refused, the reasons come in the order of the items, with what stood in the way; the service then
starts over on a fresh draft, reads again and decides again after a pause, at most twelve
times. So *decide again*
below always means: read what is there now, and answer from that. Nothing is ever taken for done
because a commit was refused. A conflict with a transaction under way, or throttling, is repeated
inside the commit, at most eight times with full jitter.

Every condition that is stated is required *besides* `not exists` (new) or the guard (changed).
A *write unit* is DynamoDB's: a transaction takes two for each began kilobyte of an item, and one
for each began kilobyte of each index that changes, two where the key in the index moves (the old
place and the new).
"""


def document() -> str:
    """Return the whole document as Markdown."""
    parts = (_INTRODUCTION, *_guards(), *_items(), *_indexes(), *_overview(), *_shapes())
    return "\n".join(parts).replace("``", "`")


def greatest_units(shape: Shape) -> int:
    """Return the write units of the greatest commit of a shape, indexes not counted."""
    return sum(2 * part.most * KILOBYTES.get(part.kind, 1) for part in shape.parts)


def greatest_index_units(shape: Shape) -> int:
    """Return the write units of its index rows, when each item enters each of its indexes."""
    return sum(
        part.most * KILOBYTES.get(part.kind, 1) * len(ITEMS[part.kind].indexes)
        for part in shape.parts
    )


def _guards() -> Iterator[str]:
    yield "## Guards\n\n| guard | what a write requires |\n| --- | --- |"
    yield from (f"| {guard} | {text} |" for guard, text in _GUARDS.items())


def _items() -> Iterator[str]:
    yield "\n## Items\n\n| item | table | pk | sk | guard | indexes |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for kind, item in ITEMS.items():
        indexes = ", ".join(f"`{index}`" for index in item.indexes) or "none"
        yield (
            f"| {kind.__name__} | {item.table} | `{_key(item.pk)}` | `{_key(item.sk)}` "
            f"| {item.guard} | {indexes} |"
        )


def _indexes() -> Iterator[str]:
    yield (
        f"\n## Indexes\n\nAll are sparse. `<shard>` is one of {INDEX_SHARDS}; no key begins with a "
        "date, so that what a missed run left is found. A closed invoice is shown for "
        f"{CLOSED_KEPT_DAYS} days by whoever reads the index.\n"
    )
    yield "| index | item | while | partition | sort key |\n| --- | --- | --- | --- | --- |"
    for index, rows in INDEX_KEYS.items():
        for kind, condition, pk, sk in rows:
            yield f"| `{index}` | {kind} | {condition} | `{pk}` | `{sk}` |"


def _overview() -> Iterator[str]:
    yield (
        "\n## Shapes\n\nGreatest count of items, and write units of the greatest commit for items "
        "of the usual size (an invoice two kilobytes, all others one).\n"
    )
    yield "| shape | items | units | index units | what for |\n| --- | ---: | ---: | ---: | --- |"
    for shape in SHAPES.values():
        yield (
            f"| [{shape.name}](#{shape.name}) | {shape.most} | {greatest_units(shape)} "
            f"| {greatest_index_units(shape)} | {shape.purpose} |"
        )


def _shapes() -> Iterator[str]:
    for shape in SHAPES.values():
        yield f"\n### {shape.name}\n\n{shape.purpose}\n"
        yield "| item | most | table | key | required | index writes | refused means |"
        yield "| --- | ---: | --- | --- | --- | --- | --- |"
        yield from (_part(part, ITEMS[part.kind]) for part in shape.parts)
        yield f"\nAt most {shape.most} items. Second call: {shape.second_call}"


def _part(part: Part, item: Item) -> str:
    indexes = ", ".join(f"`{index}`" for index in item.indexes) or "none"
    cells = (
        part.kind.__name__,
        str(part.most),
        item.table,
        f"`{_key(item.pk)}` / `{_key(item.sk)}`",
        "; ".join(required(part, item)),
        indexes,
        part.meaning,
    )
    return f"| {' | '.join(cells)} |"


def required(part: Part, item: Item) -> list[str]:
    """Return the conditions that a write of the part may carry, as the document says them."""
    fields = getattr(item.kind, "__dataclass_fields__")  # noqa: B009 - a plain attribute to mypy
    stated = {
        Guard.ONCE: ["`not exists`"],
        Guard.VERSION: ["`not exists` or `v = :seen`"],
        Guard.SEQUENCE: ["`not exists` or `seq = :seen` and `closed_through_on = :seen`"],
        Guard.ARITHMETIC: ["`not exists` or it exists"],
        Guard.NONE: ["nothing"],
    }[item.guard]
    if item.guard is Guard.SEQUENCE and "terms_rev" in fields:
        stated = [f"{stated[0]} and `terms_rev = :seen`"]
    stated += [f"`{condition} :x`" for condition in part.requires]
    stated += [f"`{name} = :seen` where an index is entered or left" for name in item.exact]
    return stated


def _key(template: str) -> str:
    """Return a key as people read it: ``E#{seq:012d}`` to ``E#<seq, 12 digits>``.

    >>> _key("E#{seq:012d}"), _key("K#{contract}")
    ('E#<seq, 12 digits>', 'K#<contract>')
    """
    digits = re.sub(r"{(\w+):0(\d+)d}", r"<\1, \2 digits>", template)
    return re.sub(r"{(\w+)}", r"<\1>", digits)


if __name__ == "__main__":
    print(document(), end="")
