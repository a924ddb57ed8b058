"""The rights of a function: those that its calls need, and those that its role has, alike written.

A right is an action and what it is on: ``("dynamodb:GetItem", "LedgerTable")``, an index as
``LedgerTable/index/todo``, an object as ``Work/claims/mail/``, a queue by its logical id.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from bordereau.domain.tables import INDEX_TABLE, ITEMS, Table
from bordereau.domain.transactions import Put, Transaction, Update, record_of
from bordereau.entry.types import Message

Right = tuple[str, str]

INBOX: Final = ("mail/", "bank/")
PLATFORM: Final = "platform"
"""The policy of what Lambda itself does in a function's name; its calls are not ours."""


@dataclass
class Recorder:
    """A harm that does none: every port notes which rights its calls need on AWS."""

    needed: dict[str, set[Right]] = field(default_factory=lambda: defaultdict(set))

    def port(self, function: str, name: str, port: Any) -> Any:
        """Return a port that notes its calls."""
        return Noting(port, name, self.needed[function])

    def deliveries(self, function: str, message: Message) -> int:  # noqa: ARG002 - as a harm
        """Return one."""
        return 1


class Noting:
    """A port that passes its calls on and notes what they need."""

    def __init__(self, port: Any, name: str, needed: set[Right]) -> None:
        self._port, self._name, self._needed = port, name, needed

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._port, name)

        def called(*args: Any, **keywords: Any) -> Any:
            self._needed.update(rights_of(self._name, name, args))
            return method(*args, **keywords)

        return called


def rights_of(port: str, method: str, args: tuple[Any, ...]) -> Iterator[Right]:
    """Yield the rights that a call of a port needs, as the adapters carry it out."""
    if port == "ledger":
        yield from _of_ledger(method, args)
    elif port == "objects":
        action = {"get": "s3:GetObject", "put": "s3:PutObject", "list": "s3:ListBucket"}[method]
        yield action, _place(str(args[0]), is_list=method == "list")
    elif port == "queue":
        yield "sqs:SendMessage", f"{args[0].title().replace('_', '')}Queue"
    elif port == "mailer":
        yield "ses:SendEmail", "mail"


def _of_ledger(method: str, args: tuple[Any, ...]) -> Iterator[Right]:
    if method == "get":
        yield "dynamodb:GetItem", _table(ITEMS[args[0]].table)
    elif method == "get_many":
        for kind, _ in args:
            yield "dynamodb:BatchGetItem", _table(ITEMS[kind].table)
    elif method == "list":
        yield "dynamodb:Query", _table(ITEMS[args[0]].table)
    elif method == "find":
        yield "dynamodb:Query", f"{_table(INDEX_TABLE[args[1]])}/index/{args[1]}"
    elif method == "commit":
        transaction: Transaction = args[0]
        for action in transaction.actions:
            table = _table(ITEMS[type(record_of(action))].table)
            if isinstance(action, Put):
                yield "dynamodb:PutItem", table
            elif isinstance(action, Update):
                yield "dynamodb:UpdateItem", table
            else:
                yield "dynamodb:ConditionCheckItem", table


def _table(table: Table) -> str:
    return f"{table.capitalize()}Table"


def _place(key: str, *, is_list: bool) -> str:
    bucket = "Inbox" if key.startswith(INBOX) else "Work"
    return bucket if is_list else f"{bucket}/{key}"


def covers(right: Right, needed: Right) -> bool:
    """Return whether a right of a role allows what a call needs; a star ends an object's key."""
    action, place = right
    if action != needed[0]:
        return False
    return place == needed[1] or (place.endswith("*") and needed[1].startswith(place[:-1]))


def granted(role: dict[str, Any]) -> Iterator[Right]:
    """Yield what a role allows to our own code, parts behind a condition left out."""
    for policy in role["Properties"]["Policies"]:
        if policy["PolicyName"] == PLATFORM:
            continue
        for statement in policy["PolicyDocument"]["Statement"]:
            if "Fn::If" in statement:  # the local stage's clock, Google's credentials
                continue
            for action in _many(statement["Action"]):
                for resource in _many(statement["Resource"]):
                    yield action, _name(resource)


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _name(resource: Any) -> str:
    """Return a resource by its logical id: ``!GetAtt X.Arn``, or ``!Sub ${X.Arn}/rest``."""
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    if "Fn::If" in resource:
        return "mail"  # SES: any identity of the local stage, ours on AWS
    text = str(resource["Fn::Sub"])
    return re.sub(r"^\$\{(\w+)\.Arn\}", r"\1", text)
