"""From what is wanted to commands: only what differs from the last revision, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bordereau.domain.decisions import DecisionKind
from bordereau.domain.plain import to_plain
from bordereau.domain.work import Command
from bordereau.ports import Ledger, Queue
from bordereau.services.desk.wanted import Wanted

APPLY = "apply_decisions"
_ORDER = {kind: place for place, kind in enumerate(DecisionKind)}


def last_commands(
    ledger: Ledger, wanted: Iterable[Wanted], remembered: Mapping[str, Command]
) -> dict[str, Command]:
    """Return the last posted command of each line.

    A remembered answer to the same facts is final, because revisions are never rewritten; only
    lines that changed or wait are asked for.
    """
    found: dict[str, Command] = {}
    for one in wanted:
        known = remembered.get(one.ref)
        if known is not None and known.facts_sha == one.sha:
            found[one.ref] = known
            continue
        first = f"{known.revision:06d}" if known else ""
        for command in ledger.list(Command, first=first, ref=one.ref):
            found[one.ref] = command
    return found


def send_commands(queue: Queue, wanted: Iterable[Wanted], posted: Mapping[str, Command]) -> int:
    """Send what is wanted and not posted, what others build on first; return how many.

    A message that is still under way is sent again: its revision is posted once.
    """
    fresh = [
        one
        for one in sorted(wanted, key=lambda one: (_ORDER[one.kind], one.ref))
        if one.ref not in posted or posted[one.ref].facts_sha != one.sha
    ]
    for one in fresh:
        last = posted.get(one.ref)
        command = Command(
            ref=one.ref,
            revision=last.revision + 1 if last else 1,
            kind=one.kind,
            facts_sha=one.sha,
            facts=one.facts,
        )
        queue.send(APPLY, {"command": to_plain(command)})
    return len(fresh)
