"""The local cloud of this test session, and the four tables as template.yaml makes them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

import pytest
import yaml

from bordereau.domain.tables import Table
from local.cloud.place import ROOT
from local.cloud.process import LocalCloud

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TEMPLATE = ROOT / "template.yaml"
LOGICAL_IDS = {table: f"{table.capitalize()}Table" for table in Table}


class _Stated(yaml.SafeLoader):
    """Reads a template as it stands; what a function of CloudFormation would say is left out."""


_Stated.add_multi_constructor("!", lambda _loader, _tag, _node: None)

MakeTables = Callable[[], dict[Table, str]]


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """MiniStack on a port and in a folder of its own; it is gone after the session."""
    started = LocalCloud.at(tmp_path_factory.mktemp("cloud"))
    started.up()
    yield started
    started.discard()


@pytest.fixture(scope="session")
def dynamodb(cloud: LocalCloud) -> DynamoDBClient:
    """Return the one client of the tables; it may be shared by threads."""
    return cloud.client("dynamodb")


@pytest.fixture(scope="session")
def make_tables(dynamodb: DynamoDBClient) -> MakeTables:
    """Make a fresh set of the four tables, with the keys and indexes of template.yaml."""
    resources = yaml.load(TEMPLATE.read_text(encoding="utf-8"), _Stated)["Resources"]  # noqa: S506
    count = itertools.count(1)

    def make() -> dict[Table, str]:
        number = next(count)
        names = {table: f"books{number}-{table}" for table in Table}
        for table, name in names.items():
            stated = resources[LOGICAL_IDS[table]]["Properties"]
            dynamodb.create_table(**_table(name, stated))
        return names

    return make


def _table(name: str, stated: dict[str, Any]) -> Any:
    wanted = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")
    return {"TableName": name} | {key: stated[key] for key in wanted if key in stated}


@pytest.fixture(scope="session")
def sesv2(cloud: LocalCloud) -> Any:
    """Return a client that sends e-mail, once."""
    return cast("Any", cloud).client("sesv2")
