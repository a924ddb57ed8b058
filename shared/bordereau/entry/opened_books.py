"""Ledger and objects of a deployed stack, for whoever runs the command line."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from bordereau.adapters.dynamodb_ledger import DynamodbLedger
from bordereau.adapters.s3_objects import S3Objects
from bordereau.domain.problems import ConfigurationError
from bordereau.domain.tables import Table
from bordereau.entry.clients import client, session
from bordereau.ports import Ledger, Objects


def open_ledger(stack: str) -> Ledger:
    """Return the ledger of a stack; its tables are named after it (template.yaml).

    Where it lies is what the environment says (``AWS_PROFILE``, ``AWS_ENDPOINT_URL`` …). Nothing is
    asked yet: a stack that does not exist is found at the first read.
    """
    return DynamodbLedger(client("dynamodb"), {table: f"{stack}-{table}" for table in Table})


def open_objects(stack: str) -> Objects:
    """Return the work bucket of a stack, as the stack's own outputs name it.

    Raises:
        ConfigurationError: there is no such stack, or it is not one of ours.
    """
    try:
        answer = session().client("cloudformation").describe_stacks(StackName=stack)
    except (BotoCoreError, ClientError) as error:
        raise ConfigurationError(f"stack {stack}: {error}") from error
    outputs = answer["Stacks"][0].get("Outputs", [])
    named = {one["OutputKey"]: one["OutputValue"] for one in outputs}
    if "WorkBucket" not in named:
        raise ConfigurationError(f"stack {stack} names no WorkBucket")
    return S3Objects(client("s3"), inbox=None, work=named["WorkBucket"])
