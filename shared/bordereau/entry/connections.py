"""The real adapters of a function, from what its environment tells it; made once, when wired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bordereau.adapters.clock import SsmClock, SystemClock
from bordereau.adapters.dynamodb_ledger import DynamodbLedger
from bordereau.adapters.s3_objects import S3Objects
from bordereau.adapters.sqs_queue import SqsQueue
from bordereau.domain.tables import Table
from bordereau.entry.clients import client

if TYPE_CHECKING:
    from bordereau.entry.settings import Clocked, Settings
    from bordereau.ports import Clock

_QUEUE = "_queue_url"


def clock(known: Clocked) -> Clock:
    """Return the system's clock, or the one that the local stage sets."""
    if known.clock_parameter is None:
        return SystemClock()
    return SsmClock(client("ssm"), known.clock_parameter)


def ledger(known: Settings) -> DynamodbLedger:
    """Return the ledger over the tables that the function is told of, and no other."""
    names = {table: getattr(known, f"{table}_table", None) for table in Table}
    told = {table: name for table, name in names.items() if name is not None}
    return DynamodbLedger(client("dynamodb"), told)


def objects(known: Settings) -> S3Objects:
    """Return the buckets that the function is told of."""
    inbox, work = getattr(known, "inbox_bucket", None), getattr(known, "work_bucket", None)
    return S3Objects(client("s3"), inbox=inbox, work=work)


def queue(known: Settings, function: str) -> SqsQueue:
    """Return the queues that ``function`` is told of, its own one by its own name."""
    told = {
        name.removesuffix(_QUEUE): getattr(known, name)
        for name in type(known).model_fields
        if name.endswith(_QUEUE)
    }
    if own := told.pop("own", None):
        told[function] = own
    return SqsQueue(client("sqs"), told)
