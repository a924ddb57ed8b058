"""Print ``docs/invoice-life.md`` from the table of an invoice's life.

``python -m bordereau.cli.invoice_life_doc > docs/invoice-life.md``; a test fails while the file and
the code differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bordereau.documents.texts import Phrases
from bordereau.domain.invoice_life import ENDS, LIFE, InvoiceState, LifeEvent, ways

_INTRODUCTION: Final = """\
# The life of an invoice

Printed by `python -m bordereau.cli.invoice_life_doc` from `domain/invoice_life.py`; a test fails
while this file and the code differ. Do not edit it.

A state is never set: it is read from the figures of the invoice (`Invoice.state`), the first that
is true of closed, de-funded, disputed, part paid, open. `invoices.posting` asks the table below for
every event: a way that is not drawn stops before anything is written. Another test plays one story
for every way, and random stories beside them: each way is taken, and none besides.

Events that leave the state as it is are in the table only. Late interest and the 40.00 are claimed
beside a closed invoice and move no state.
"""


def document() -> str:
    """Return the whole document as Markdown."""
    phrases = Phrases.load("fr")
    states, events = phrases.tables["invoice_states"], phrases.tables["events"]
    parts = (_INTRODUCTION, *_diagram(states), *_states(states), *_table(states, events))
    return "\n".join(parts) + "\n"


def _diagram(states: Mapping[str, str]) -> Iterator[str]:
    yield "```mermaid\nstateDiagram-v2"
    yield from (f'    state "{states[state]}" as {state}' for state in InvoiceState)
    arrows: dict[tuple[InvoiceState | None, InvoiceState], list[str]] = {}
    for event, before, after in ways():
        if before is not after:
            arrows.setdefault((before, after), []).append(event)
    for (before, after), names in arrows.items():
        yield f"    {before or '[*]'} --> {after} : {', '.join(names)}"
    yield from (f"    {state} --> [*]" for state in ENDS)
    yield "```"


def _states(states: Mapping[str, str]) -> Iterator[str]:
    yield "\n| state | in the sheet | closed |\n| --- | --- | --- |"
    yield from (
        f"| `{state}` | {states[state]} | {'yes' if state in ENDS else 'no'} |"
        for state in InvoiceState
    )


def _table(states: Mapping[str, str], events: Mapping[str, str]) -> Iterator[str]:
    yield "\n| event | name | journals | from | to |\n| --- | --- | --- | --- | --- |"
    for one in LIFE:
        head = f"| {one.event} | {events[one.event]} | {' and '.join(one.journals)} "
        yield from (f"{head}| {before} | {after} |" for before, after in _moves(one, states))


def _moves(one: LifeEvent, states: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for before, afters in one.ways.items():
        named = ", ".join(states[after] for after in afters)
        yield (states[before] if before else "not assigned yet"), named


if __name__ == "__main__":
    print(document(), end="")
