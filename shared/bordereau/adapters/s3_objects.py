"""Files in two S3 buckets: the inbox holds ``mail/`` and ``bank/``, the work bucket all else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from bordereau.adapters.aws_errors import code_of, ours
from bordereau.domain.problems import ConfigurationError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

INBOX: Final = ("mail/", "bank/")
"""The prefixes of what arrives."""


class S3Objects:
    """The port ``Objects``; a bucket that this function is not told of cannot be reached."""

    def __init__(self, client: S3Client, *, inbox: str | None, work: str | None) -> None:
        self._client = client
        self._inbox = inbox
        self._work = work

    def get(self, key: str) -> bytes | None:
        """Return the bytes, or ``None`` when there is no such object."""
        try:
            answer = self._client.get_object(Bucket=self._bucket(key), Key=key)
            return answer["Body"].read()
        except ClientError as error:
            if code_of(error) == "NoSuchKey":
                return None
            raise ours("s3", error) from error
        except BotoCoreError as error:
            raise ours("s3", error) from error

    def put(self, key: str, data: bytes, *, content_type: str = "application/json") -> None:
        """Store bytes; the same key again replaces them, and the bucket keeps the version."""
        try:
            self._client.put_object(
                Bucket=self._bucket(key), Key=key, Body=data, ContentType=content_type
            )
        except (ClientError, BotoCoreError) as error:
            raise ours("s3", error) from error

    def list(self, prefix: str) -> Iterator[str]:
        """Yield the keys under a prefix, sorted, by pages of a thousand."""
        pages = self._client.get_paginator("list_objects_v2")
        try:
            for page in pages.paginate(Bucket=self._bucket(prefix), Prefix=prefix):
                yield from (found["Key"] for found in page.get("Contents", []))
        except (ClientError, BotoCoreError) as error:
            raise ours("s3", error) from error

    def _bucket(self, key: str) -> str:
        bucket = self._inbox if key.startswith(INBOX) else self._work
        if bucket is None:
            raise ConfigurationError(f"this function is not told the bucket of {key[:8]}…")
        return bucket
