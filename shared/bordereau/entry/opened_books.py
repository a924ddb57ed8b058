"""The ledger of a deployed stack, for whoever runs the command line."""

from __future__ import annotations

from bordereau.adapters.dynamodb_ledger import DynamodbLedger
from bordereau.domain.tables import Table
from bordereau.entry.clients import client
from bordereau.ports import Ledger


def open_ledger(stack: str) -> Ledger:
    """Return the ledger of a stack; its tables are named after it (template.yaml).

    Where it lies is what the environment says (``AWS_PROFILE``, ``AWS_ENDPOINT_URL`` …). Nothing is
    asked yet: a stack that does not exist is found at the first read.
    """
    return DynamodbLedger(client("dynamodb"), {table: f"{stack}-{table}" for table in Table})
