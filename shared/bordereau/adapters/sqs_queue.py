"""Messages through SQS.

A FIFO queue is known by its address, which ends in ``.fifo``. Its messages are deduplicated by the
hash of group and content for five minutes, whether or not the first was already handled. A message
that shall come again sooner must therefore say what caused it (a command and its revision, say).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from bordereau.adapters.aws_errors import ours
from bordereau.adapters.queue_messages import body_of, deduplication_id
from bordereau.domain.problems import ConfigurationError, InvariantError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

FIFO: Final = ".fifo"


class SqsQueue:
    """The port ``Queue``; ``urls`` are the addresses by the name of the function that reads."""

    def __init__(self, client: SQSClient, urls: Mapping[str, str]) -> None:
        self._client = client
        self._urls = urls

    def send(
        self,
        queue: str,
        message: Mapping[str, Any],
        *,
        group: str = "",
        delay_seconds: int = 0,
    ) -> None:
        """Put one message; delivered at least once. ``group`` counts for FIFO queues only."""
        url = self._urls.get(queue)
        if url is None:
            raise ConfigurationError(f"this function is not told the queue of {queue}")
        body = body_of(message)
        order: Any = {"DelaySeconds": delay_seconds} if delay_seconds else {}
        if url.endswith(FIFO):
            if not group:
                raise InvariantError(f"a message to {queue} has no group")
            if delay_seconds:
                raise InvariantError(f"a message to {queue} keeps its place in its group")
            order = {
                "MessageGroupId": group,
                "MessageDeduplicationId": deduplication_id(group, body),
            }
        try:
            self._client.send_message(QueueUrl=url, MessageBody=body, **order)
        except (ClientError, BotoCoreError) as error:
            raise ours("sqs", error) from error
