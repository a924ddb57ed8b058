"""What tests do to the memory world: every message twice, or a death at a port call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bordereau.entry.types import Message
from local.month.memory_world import CrashError, MemoryWorld


class Twice:
    """Every port as it is, every message twice."""

    def port(self, function: str, name: str, port: Any) -> Any:  # noqa: ARG002
        """Return the port itself."""
        return port

    def deliveries(self, function: str, message: Message) -> int:  # noqa: ARG002
        """Return two."""
        return 2


@dataclass
class Deaths:
    """Each message dies once, before or after its n-th port call, and not when it comes again.

    ``calls`` keeps how many calls a message of each function needs at most.
    """

    number: int
    is_before: bool
    calls: Counter[str] = field(default_factory=Counter)
    _count: int = 0
    _at: int = 0
    _is_dead: bool = False
    _function: str = ""
    deaths: int = 0
    is_over: bool = False

    def port(self, function: str, name: str, port: Any) -> Any:  # noqa: ARG002
        """Return a port whose calls are counted."""
        return Mortal(port, self)

    def deliveries(self, function: str, message: Message) -> int:  # noqa: ARG002
        """Begin a message."""
        self._function, self._count, self._is_dead = function, 0, False
        self._at = self.number
        return 1

    def before(self) -> None:
        """Count a call, and die before it if it is the one."""
        self._count += 1
        self.calls[self._function] = max(self.calls[self._function], self._count)
        self._die(is_now=self.is_before)

    def after(self) -> None:
        """Die after the call if it is the one."""
        self._die(is_now=not self.is_before)

    def _die(self, *, is_now: bool) -> None:
        if is_now and not (self._is_dead or self.is_over) and self._count == self._at:
            self._is_dead, self._count = True, 0
            self.deaths += 1
            raise CrashError


class Mortal:
    """A port at whose calls a function may die; what it lists is listed at once."""

    def __init__(self, port: Any, fate: Deaths) -> None:
        self._port, self._fate = port, fate

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._port, name)

        def called(*args: Any, **keywords: Any) -> Any:
            self._fate.before()
            found = method(*args, **keywords)
            if name in ("list", "find"):
                found = iter(list(found))
            self._fate.after()
            return found

        return called


DELIVERY = ("v", "state", "lease_until", "ambiguous_sends", "sent_at", "sent_key")
"""What tells of an intent's way out, not of what it says: a death on the way leaves a trace."""


def books_of(world: MemoryWorld) -> dict[str, dict[str, Any]]:
    """Return everything in the tables, without the traces of deliveries."""
    found = {}
    for key, plain in world.books.snapshot().items():
        record = dict(plain)
        if key.split("/")[1].startswith("O#"):
            for name in DELIVERY:
                record.pop(name, None)
        found[key] = record
    return found


def unsent(world: MemoryWorld) -> list[str]:
    """Return the intents that did not go out."""
    return [
        key
        for key, plain in world.books.snapshot().items()
        if key.split("/")[1].startswith("O#") and plain["state"] != "sent"
    ]
