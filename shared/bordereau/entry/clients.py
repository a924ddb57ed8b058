"""The clients of AWS's services: one session, each client made when first asked for, and kept."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Literal, overload

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

    Client = DynamoDBClient | S3Client | SESV2Client | SQSClient | SSMClient

# Shorter than any function's timeout, so that a call that hangs ends as an error of ours.
CONFIG = Config(
    connect_timeout=3,
    read_timeout=15,
    retries={"mode": "standard", "total_max_attempts": 4},
)

# SES has no token that makes a second send harmless: its client asks once (reliability 2.4).
ONCE = CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))


@functools.cache
def session() -> boto3.Session:
    """Return the one session of this process."""
    return boto3.Session()


@overload
def client(service: Literal["dynamodb"]) -> DynamoDBClient: ...
@overload
def client(service: Literal["s3"]) -> S3Client: ...
@overload
def client(service: Literal["sesv2"]) -> SESV2Client: ...
@overload
def client(service: Literal["sqs"]) -> SQSClient: ...
@overload
def client(service: Literal["ssm"]) -> SSMClient: ...
def client(service: Literal["dynamodb", "s3", "sesv2", "sqs", "ssm"]) -> Client:
    """Return the client of a service; a warm function keeps it, with its connections."""
    return _kept(service)


@functools.cache
def _kept(service: Literal["dynamodb", "s3", "sesv2", "sqs", "ssm"]) -> Client:
    return session().client(service, config=ONCE if service == "sesv2" else CONFIG)
