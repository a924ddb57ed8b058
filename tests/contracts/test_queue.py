"""One suite for the queues: the twin, and a standard and a FIFO queue on the local cloud."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Callable

import pytest

from bordereau.adapters.memory_queue import MemoryQueue
from bordereau.adapters.sqs_queue import SqsQueue
from bordereau.domain.problems import ConfigurationError, InvariantError
from bordereau.ports import Queue
from local.cloud.process import LocalCloud

NUMBERS = itertools.count(1)
PLAIN, FIFO = "register_invoices", "allocate_receipts"

Received = Callable[[str], list[dict[str, object]]]


@pytest.fixture(params=["twin", pytest.param("ministack", marks=pytest.mark.cloud)])
def queues(request: pytest.FixtureRequest) -> tuple[Queue, Received]:
    """Each of the two, empty, with a way to receive everything from a queue."""
    if request.param == "twin":
        return _twin()
    return _sqs(request.getfixturevalue("cloud"))


def _twin() -> tuple[Queue, Received]:
    queue = MemoryQueue([PLAIN], fifo=[FIFO])

    def received(name: str) -> list[dict[str, object]]:
        return [waiting.message for waiting in iter(lambda: queue.take(name), None)]

    return queue, received


def _sqs(cloud: LocalCloud) -> tuple[Queue, Received]:
    client, number = cloud.client("sqs"), next(NUMBERS)
    plain = client.create_queue(QueueName=f"plain-{number}")["QueueUrl"]
    fifo = client.create_queue(QueueName=f"fifo-{number}.fifo", Attributes={"FifoQueue": "true"})
    urls = {PLAIN: plain, FIFO: fifo["QueueUrl"]}

    def received(name: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        while messages := client.receive_message(QueueUrl=urls[name], MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                found.append(json.loads(message["Body"]))
                client.delete_message(QueueUrl=urls[name], ReceiptHandle=message["ReceiptHandle"])
        return found

    return SqsQueue(client, urls), received


def test_a_message_arrives_as_plain_values(queues: tuple[Queue, Received]) -> None:
    """Dates are ISO texts; accents survive."""
    queue, received = queues
    queue.send(PLAIN, {"day": dt.date(2026, 1, 5), "name": "é", "list": [1, None, True]})
    assert received(PLAIN) == [{"day": "2026-01-05", "name": "é", "list": [1, None, True]}]
    assert received(PLAIN) == []


def test_a_fifo_queue_keeps_the_order_of_a_group(queues: tuple[Queue, Received]) -> None:
    """Receipts of one account are matched in the order in which they were booked."""
    queue, received = queues
    for number in range(7):
        queue.send(FIFO, {"receipt": number}, group="account")
    assert received(FIFO) == [{"receipt": number} for number in range(7)]


def test_the_same_message_to_a_fifo_queue_waits_once(queues: tuple[Queue, Received]) -> None:
    """By group and content, in whatever order its fields were written."""
    queue, received = queues
    queue.send(FIFO, {"receipt": 1, "cause": "a"}, group="one")
    queue.send(FIFO, {"cause": "a", "receipt": 1}, group="one")
    queue.send(FIFO, {"receipt": 1, "cause": "b"}, group="one")
    queue.send(FIFO, {"receipt": 1, "cause": "a"}, group="two")
    assert len(received(FIFO)) == 3


def test_the_same_message_to_a_standard_queue_waits_twice(queues: tuple[Queue, Received]) -> None:
    """Nothing is dropped there, and a group says nothing."""
    queue, received = queues
    for _ in range(2):
        queue.send(PLAIN, {"mail": "m"}, group="ignored")
    assert received(PLAIN) == [{"mail": "m"}] * 2


def test_a_queue_that_is_not_told_and_a_missing_group_are_refused(
    queues: tuple[Queue, Received],
) -> None:
    """The first is a matter of configuration, the second our own mistake."""
    queue, _ = queues
    with pytest.raises(ConfigurationError):
        queue.send("open_mail", {})
    with pytest.raises(InvariantError):
        queue.send(FIFO, {})


@pytest.mark.cloud
def test_a_queue_that_is_gone_is_a_matter_of_configuration(cloud: LocalCloud) -> None:
    """Trying again would not help."""
    url = f"{cloud.place.endpoint}/000000000000/gone"
    with pytest.raises(ConfigurationError):
        SqsQueue(cloud.client("sqs"), {PLAIN: url}).send(PLAIN, {})
