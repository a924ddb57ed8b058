"""Each module of the cloud tests begins with an empty cloud: their order is random."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from local.cloud import LocalCloud
    from local.cloud.stack import Deployed


@pytest.fixture(scope="module")
def empty_cloud(
    deployed_cloud: tuple[LocalCloud, Deployed],
) -> tuple[LocalCloud, Deployed]:
    """The deployed stack, at rest at the present: nothing in queues, buckets or tables.

    What an object or a message of another module's would start must not happen in this one:
    control_books sends again whatever lies in the inbox without an outcome.
    """
    from local.cloud.queues import NotIdleError, wait_until_idle  # noqa: PLC0415 boto3 is slow
    from local.cloud.schedules import set_clock  # noqa: PLC0415

    cloud, deployed = deployed_cloud
    with contextlib.suppress(NotIdleError):  # the other module's matter, and its failure
        wait_until_idle(cloud, deployed.stack, seconds=60)
    for url in (*deployed.stack.queues.values(), *deployed.stack.dead_queues.values()):
        cloud.client("sqs").purge_queue(QueueUrl=url)
    for bucket in (deployed.stack.inbox_bucket, deployed.stack.work_bucket):
        _empty_bucket(cloud, bucket)
    for name in deployed.stack.tables.values():
        _empty_table(cloud, name)
    set_clock(cloud, deployed.stack.clock_parameter, None)
    return cloud, deployed


def _empty_bucket(cloud: LocalCloud, name: str) -> None:
    s3 = cloud.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=name)
    for key in [one["Key"] for page in pages for one in page.get("Contents", [])]:
        s3.delete_object(Bucket=name, Key=key)


def _empty_table(cloud: LocalCloud, name: str) -> None:
    dynamodb = cloud.client("dynamodb")
    pages = dynamodb.get_paginator("scan").paginate(TableName=name)
    for item in [item for page in pages for item in page["Items"]]:
        dynamodb.delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})
