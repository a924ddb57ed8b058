"""The wiring of control_books: until its service is there, it counts what lies in the inbox."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from bordereau.domain.problems import ConfigurationError
from bordereau.entry import settings
from bordereau.entry.clients import client
from bordereau.entry.types import Fields, Handle, Message, Scheduled

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@functools.cache
def wired() -> Handle:
    """Return the function, wired; a warm one is wired once.

    Raises:
        ConfigurationError: the environment is not complete.
    """
    known = settings.load(settings.ControlBooksSettings, os.environ)
    return functools.partial(count_inbox, client("s3"), known.inbox_bucket)


def count_inbox(s3: S3Client, bucket: str, message: Message) -> Fields:
    """Count the objects of the inbox, for the log. Reads only.

    Raises:
        ConfigurationError: the message is not one of the Scheduler.
    """
    if not isinstance(message, Scheduled):
        raise ConfigurationError(f"control_books has a schedule only, got {type(message).__name__}")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {"on": message.on.isoformat(), "objects": sum(page["KeyCount"] for page in pages)}
