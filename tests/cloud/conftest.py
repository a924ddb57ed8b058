"""Each module of the cloud tests begins with empty tables: their order is random."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from local.cloud import LocalCloud
    from local.cloud.stack import Deployed


@pytest.fixture(scope="module")
def empty_cloud(
    deployed_cloud: tuple[LocalCloud, Deployed],
) -> tuple[LocalCloud, Deployed]:
    """The deployed stack with nothing in its tables, at the present."""
    from local.cloud.schedules import set_clock  # noqa: PLC0415 boto3 is slow to import

    cloud, deployed = deployed_cloud
    for name in deployed.stack.tables.values():
        _empty(cloud, name)
    set_clock(cloud, deployed.stack.clock_parameter, None)
    return cloud, deployed


def _empty(cloud: LocalCloud, name: str) -> None:
    dynamodb = cloud.client("dynamodb")
    pages = dynamodb.get_paginator("scan").paginate(TableName=name)
    for item in [item for page in pages for item in page["Items"]]:
        dynamodb.delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})
