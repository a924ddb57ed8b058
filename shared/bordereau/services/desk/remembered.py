"""The last good snapshot: what was read, and the answers that need not be asked for again.

``snapshots/<hash>.json`` holds the lines of one state of the sheet, once; ``snapshots/latest.json``
says which state is in force. Losing them loses nothing but a check and some reads.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bordereau.domain.plain import NotPlainError, from_plain, to_plain
from bordereau.domain.work import Command
from bordereau.ports import Objects
from bordereau.services.desk.reading import Reading

LATEST: Final = "snapshots/latest.json"


@dataclass(frozen=True, slots=True)
class Remembered:
    """The state in force: its hash, when it was read, used references by tab, last answers.

    ``seen`` are the facts for which pay-outs were released, as they stood when they were read.
    """

    sha: str = ""
    read_at: dt.datetime | None = None
    refs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    answered: Mapping[str, Command] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)


def recall(objects: Objects) -> Remembered:
    """Return the state in force, an empty one when there is none or it cannot be read."""
    data = objects.get(LATEST)
    if data is None:
        return Remembered()
    try:
        return from_plain(Remembered, json.loads(data))
    except (NotPlainError, ValueError):
        return Remembered()


def remember(
    objects: Objects,
    reading: Reading,
    answered: Mapping[str, Command],
    *,
    seen: Mapping[str, str],
    last: Remembered,
    now: dt.datetime,
) -> Remembered:
    """Store a good reading by its content unless it is ``last``'s, and that it is in force."""
    lines = {
        tab: {line.ref: to_plain({"values": line.values, "wrong": line.wrong}) for line in listed}
        for tab, listed in reading.lines.items()
    }
    data = json.dumps(lines, ensure_ascii=False, sort_keys=True).encode()
    sha = hashlib.sha256(data).hexdigest()
    if sha != last.sha:
        objects.put(f"snapshots/{sha[:16]}.json", data)
    refs = {tab: tuple(line.ref for line in listed) for tab, listed in reading.lines.items()}
    state = Remembered(sha, now, refs, answered, seen)
    objects.put(LATEST, json.dumps(to_plain(state), ensure_ascii=False, sort_keys=True).encode())
    return state
