"""The ledger on DynamoDB: four tables behind one port.

Requests carry no token of ours. botocore puts a fresh one into each ``TransactWriteItems`` and
keeps it while it repeats that call itself, which makes a lost answer harmless within the call. A
token made from the content would go further and do harm: for ten minutes a second, rightful
transaction of the same content would be answered "done" without being done, and a repeated event
would be told that it did what an earlier one had done. Whoever repeats reads and decides again.
"""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from botocore.exceptions import BotoCoreError, ClientError

from bordereau.adapters.aws_errors import code_of, ours
from bordereau.adapters.dynamodb_codec import (
    AFTER_ALL,
    BEFORE_ALL,
    encode,
    record_of_item,
)
from bordereau.adapters.dynamodb_requests import request_of
from bordereau.domain.problems import (
    ConfigurationError,
    ConflictError,
    InvariantError,
    SourceUnavailableError,
)
from bordereau.domain.tables import INDEX_TABLE, ITEMS, Index, Table, index_keys, key_for, key_of
from bordereau.domain.transactions import (
    ACTIONS_MAX,
    Cancelled,
    Reason,
    Transaction,
    record_of,
)
from bordereau.ports import Wanted

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

R = TypeVar("R")
Place = tuple[Table, str, str]

RETRIES_MAX: Final = 8
BACKOFF_FIRST_MS: Final = 25
BACKOFF_MOST_MS: Final = 2_000
PAUSE_FIRST_MS: Final = 100
BATCH_MAX: Final = 100

_NOTHING: Final = "None"
_FAILED: Final = "ConditionalCheckFailed"
_CONFLICT: Final = "TransactionConflict"
_THROTTLED: Final = frozenset(
    {
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingError",
        "ThrottlingException",
    }
)


@dataclass(slots=True)
class Meter:
    """What the calls of a ledger used, for ``make bench``.

    ``write_units`` are write request units as DynamoDB states them; MiniStack leaves out those of
    the indexes. Reads are counted in halves of a unit, because a weak read of 4 KB is half of one.
    """

    calls: int = 0
    write_units: int = 0
    read_half_units: int = 0

    def note(self, answer: Mapping[str, Any], *, writes: bool) -> None:
        """Add one answer with its ``ConsumedCapacity`` (one table's, or a list of them)."""
        self.calls += 1
        used = answer.get("ConsumedCapacity") or []
        for table in used if isinstance(used, list) else [used]:
            units = table.get("CapacityUnits", 0)
            if writes:
                self.write_units += int(table.get("WriteCapacityUnits", units))
            else:
                self.read_half_units += int(units * 2)


def wait_ms(milliseconds: int) -> None:
    """Sleep for so many milliseconds."""
    time.sleep(dt.timedelta(milliseconds=milliseconds).total_seconds())


class DynamodbLedger:
    """The port ``Ledger``; ``tables`` names the tables that this function may use.

    ``jitter`` is given a number of milliseconds and returns one from 0 to it, ``wait`` sleeps so
    long: both are arguments so that a test needs no time.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        tables: Mapping[Table, str],
        *,
        meter: Meter | None = None,
        wait: Callable[[int], None] = wait_ms,
        jitter: Callable[[int], int] = lambda most: secrets.randbelow(most + 1),
    ) -> None:
        self._client = client
        self._tables = tables
        self._meter = meter
        self._wait = wait
        self._jitter = jitter

    def get(self, kind: type[R], /, **key: object) -> R | None:
        """Return one record, strongly consistent, or ``None``."""
        pk, sk = key_for(kind, key)
        try:
            answer = self._client.get_item(
                TableName=self._name(ITEMS[kind].table),
                Key={"pk": encode(pk), "sk": encode(sk)},
                ConsistentRead=True,
                ReturnConsumedCapacity="TOTAL" if self._meter else "NONE",
            )
        except (ClientError, BotoCoreError) as error:
            raise ours("dynamodb", error) from error
        self._note(cast("Mapping[str, Any]", answer), writes=False)
        return cast("R", record_of_item(answer["Item"])) if "Item" in answer else None

    def get_many(self, *wanted: Wanted) -> tuple[Any, ...]:
        """Return records in the order asked for, strongly consistent, ``None`` where there is none.

        Raises ``SourceUnavailableError`` when DynamoDB left something out nine times running.
        """
        places = [(ITEMS[kind].table, *key_for(kind, key)) for kind, key in wanted]
        found: dict[Place, object] = {}
        distinct = list(dict.fromkeys(places))
        for start in range(0, len(distinct), BATCH_MAX):
            for record in self._batch(distinct[start : start + BATCH_MAX]):
                found[ITEMS[type(record)].table, *key_of(record)] = record
        return tuple(found.get(place) for place in places)

    def list(
        self, kind: type[R], /, *, first: str = "", last: str = "", **key: object
    ) -> Iterator[R]:
        """Yield a partition's records of one kind by sort key, strongly consistent, by pages."""
        item = ITEMS[kind]
        fixed = item.sk.partition("{")[0]
        low = max(first, fixed) or BEFORE_ALL
        high = min(last or AFTER_ALL, fixed + AFTER_ALL)
        if low > high:
            return
        request = {
            "TableName": self._name(item.table),
            "ConsistentRead": True,
            **_between("pk", "sk", (item.pk.format(**key), low, high)),
        }
        for record in self._query(request):
            if isinstance(record, kind):
                yield record

    def find(
        self, kind: type[R], index: Index, partition: str, *, prefix: str = "", last: str = ""
    ) -> Iterator[R]:
        """Yield the records of one kind in an index partition by its sort key, by pages.

        A record that an index still shows, though what it holds puts it elsewhere, is left out.
        """
        high = min(last or AFTER_ALL, prefix + AFTER_ALL)
        low = prefix or BEFORE_ALL
        if low > high:
            return
        request = {
            "TableName": self._name(INDEX_TABLE[index]),
            "IndexName": str(index),
            **_between(f"{index}_pk", f"{index}_sk", (partition, low, high)),
        }
        for record in self._query(request):
            if isinstance(record, kind) and index_keys(record).get(index, ("",))[0] == partition:
                yield record

    def commit(self, transaction: Transaction) -> Cancelled | None:
        """Do all actions or none; ``None`` when done, else the reasons in order of the actions.

        Raises ``ConflictError`` when other transactions were in the way nine times running, and
        ``SourceUnavailableError`` when DynamoDB throttled as often or did not answer. In the last
        case it may have happened: whoever repeats reads first.
        """
        request = self._request(transaction)
        retry = 0
        while True:
            try:
                answer = self._client.transact_write_items(**request)
            except (ClientError, BotoCoreError) as error:
                reasons = _cancellation(error)
                if any(reason["Code"] == _FAILED for reason in reasons):
                    return Cancelled(tuple(_reason(reason) for reason in reasons))
                refusal = _transient(transaction.shape, error, reasons)
                if retry == RETRIES_MAX:
                    raise refusal from error
                retry += 1
                self._back_off(BACKOFF_FIRST_MS, retry)
            else:
                self._note(cast("Mapping[str, Any]", answer), writes=True)
                return None

    def pause(self, lost: int) -> None:
        """Wait with full jitter, at most 100 ms doubled for each race lost before the last.

        A decision takes about as long as the first pause, so that one writer in two has gone on.
        """
        self._back_off(PAUSE_FIRST_MS, lost)

    def _back_off(self, first_ms: int, times: int) -> None:
        self._wait(self._jitter(min(BACKOFF_MOST_MS, first_ms << times - 1)))

    def _batch(self, places: Sequence[Place]) -> Iterator[object]:
        """Yield what is stored at up to a hundred distinct places, in any order."""
        asked: Any = {
            self._name(table): {
                "Keys": [
                    {"pk": encode(pk), "sk": encode(sk)} for of, pk, sk in places if of is table
                ],
                "ConsistentRead": True,
            }
            for table in dict.fromkeys(place[0] for place in places)
        }
        for lost in range(RETRIES_MAX + 1):
            if lost:
                self._back_off(BACKOFF_FIRST_MS, lost)
            try:
                answer = self._client.batch_get_item(
                    RequestItems=asked,
                    ReturnConsumedCapacity="TOTAL" if self._meter else "NONE",
                )
            except (ClientError, BotoCoreError) as error:
                raise ours("dynamodb", error) from error
            self._note(cast("Mapping[str, Any]", answer), writes=False)
            for items in answer["Responses"].values():
                yield from map(record_of_item, items)
            asked = answer.get("UnprocessedKeys")
            if not asked:
                return
        raise SourceUnavailableError("batch-get: throttled")

    def _request(self, transaction: Transaction) -> dict[str, Any]:
        actions = transaction.actions
        records = [record_of(action) for action in actions]
        places = {(ITEMS[type(record)].table, *key_of(record)) for record in records}
        if not 0 < len(actions) <= ACTIONS_MAX or len(places) != len(actions):
            raise InvariantError(f"{transaction.shape}: no transaction, or an item twice")
        names = {place[0]: self._name(place[0]) for place in places}
        return {
            "TransactItems": [request_of(action, names) for action in actions],
            "ReturnConsumedCapacity": "TOTAL" if self._meter else "NONE",
        }

    def _query(self, request: dict[str, Any]) -> Iterator[object]:
        page = request | {"ReturnConsumedCapacity": "TOTAL" if self._meter else "NONE"}
        while True:
            try:
                answer = self._client.query(**page)
            except (ClientError, BotoCoreError) as error:
                raise ours("dynamodb", error) from error
            self._note(cast("Mapping[str, Any]", answer), writes=False)
            yield from (record_of_item(item) for item in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            page |= {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _name(self, table: Table) -> str:
        if table not in self._tables:
            raise ConfigurationError(f"this function is not told the name of the table {table}")
        return self._tables[table]

    def _note(self, answer: Mapping[str, Any], *, writes: bool) -> None:
        if self._meter is not None:
            self._meter.note(answer, writes=writes)


def _between(pk: str, sk: str, keys: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "KeyConditionExpression": "#pk = :pk AND #sk BETWEEN :low AND :high",
        "ExpressionAttributeNames": {"#pk": pk, "#sk": sk},
        "ExpressionAttributeValues": {
            name: encode(key) for name, key in zip((":pk", ":low", ":high"), keys, strict=True)
        },
    }


def _cancellation(error: ClientError | BotoCoreError) -> list[dict[str, Any]]:
    """Return the reasons, one for each action; none unless the transaction was cancelled."""
    if not isinstance(error, ClientError) or code_of(error) != "TransactionCanceledException":
        return []
    return cast("list[dict[str, Any]]", error.response.get("CancellationReasons", []))


def _reason(reason: dict[str, Any]) -> Reason | None:
    if reason["Code"] == _NOTHING:
        return None
    if reason["Code"] != _FAILED:
        return Reason("conflict")
    return Reason("condition", record_of_item(reason["Item"]) if reason.get("Item") else None)


def _transient(
    shape: str, error: ClientError | BotoCoreError, reasons: list[dict[str, Any]]
) -> ConflictError | SourceUnavailableError:
    """Return what to raise when no retry helps; raise at once what no retry can help."""
    codes = {str(reason["Code"]) for reason in reasons} - {_NOTHING}
    if not codes and isinstance(error, ClientError):
        codes = {code_of(error)}
    if not codes or codes - _THROTTLED - {_CONFLICT}:
        raise ours("dynamodb", error) from error
    if _CONFLICT in codes:
        return ConflictError(f"{shape}: other transactions were in the way")
    return SourceUnavailableError(f"{shape}: throttled")
