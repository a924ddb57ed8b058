"""When all is done: no queue holds a message, none is worked on, and what failed is named."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from local.cloud.process import CloudError, LocalCloud
from local.cloud.stack import LocalStack

POLL_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message in a queue. ``attempts`` counts how often it was handed out; ``body`` as sent."""

    queue: str
    message_id: str
    attempts: int
    is_visible: bool
    body: str


class NotIdleError(CloudError):
    """A message failed, or took too long. ``left`` names what still waits."""

    def __init__(self, sentence: str, left: tuple[Waiting, ...]) -> None:
        named = "".join(
            f"\n  {one.queue}: {one.message_id}, attempt {one.attempts}: {one.body[:300]}"
            for one in left
        )
        super().__init__(sentence + named)
        self.left = left


def waiting(cloud: LocalCloud, queues: Mapping[str, str]) -> tuple[Waiting, ...]:
    """Return what lies in these queues (name -> address), without taking it out."""
    names = {url.rsplit("/", 1)[-1]: name for name, url in queues.items()}
    accounts: dict[str, Any] = cloud.ask("sqs/messages")["messages"]
    return tuple(
        Waiting(
            queue=names[url.rsplit("/", 1)[-1]],
            message_id=message["MessageId"],
            attempts=message["ReceiveCount"],
            is_visible=message["IsVisible"],
            body=message["Body"],
        )
        for regions in accounts.values()
        for found in regions.values()
        for url, held in found.items()
        if url.rsplit("/", 1)[-1] in names
        for message in held
    )


def dead(cloud: LocalCloud, stack: LocalStack) -> tuple[Waiting, ...]:
    """Return what was parked: tried five times, or left by a schedule or stream."""
    return waiting(cloud, stack.dead_queues)


def wait_until_idle(
    cloud: LocalCloud,
    stack: LocalStack,
    *,
    is_busy: Callable[[], bool] = lambda: False,
    seconds: float = 300,
    stuck_seconds: float = 45,
) -> float:
    """Wait until every queue was found empty twice in a row.

    What a message causes is there before the message is gone: a function sends and writes first,
    and the buckets tell their queues within the request. ``is_busy`` is for what has no queue.

    Args:
        cloud: must be up.
        stack: whose queues.
        is_busy: what else must be over, such as intents that the stream has not brought yet.
        seconds: how long at most.
        stuck_seconds: a message that stays invisible that long while nothing else moves has
            failed and waits for its visibility timeout, which is minutes; waiting has no sense.

    Returns:
        The seconds that it took.

    Raises:
        NotIdleError: something failed or it took too long; it says what is left.
    """
    started = moved = time.monotonic()
    before: tuple[Waiting, ...] | None = None
    while True:
        left = waiting(cloud, stack.queues)
        now = time.monotonic()
        if not left and before == () and not is_busy():
            return now - started
        if left != before:
            moved = now
        if left and now - moved > stuck_seconds:
            raise NotIdleError(f"failed; see {cloud.log}:", left)
        if now - started > seconds:
            raise NotIdleError(f"not done after {seconds:.0f} s:", left)
        time.sleep(POLL_SECONDS)
        before = left
