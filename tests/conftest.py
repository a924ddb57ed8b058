"""What every test stands on: no foreign settings, fixed hypothesis profiles, one local cloud."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from local.cloud import LocalCloud
    from local.cloud.stack import LocalStack
    from local.installation import Installation

ROOT: Final = Path(__file__).resolve().parent.parent

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    max_examples=300,
    derandomize=True,  # a green run stays green; the nightly one looks for news
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("nightly", max_examples=5000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


_TOGETHER: Final = {
    "tests/cloud/": "deployed",
    "tests/e2e/test_cloud.py": "deployed",
    "tests/e2e/test_month.py": "month",
    "tests/e2e/test_exports.py": "month",
    "tests/e2e/test_referees.py": "month",
    "tests/contracts/": "tables",
}
"""Tests that share a session fixture that is dear to set up: one worker has all of a group."""


class ByGroup(LoadScopeScheduling):  # type: ignore[misc]
    """Hand out groups whole, every other test where there is time.

    xdist's own ``--dist loadgroup`` writes the group into ``item._nodeid``, which pytest 9.2 no
    longer reads: it hands out single tests and says nothing.
    """

    def _split_scope(self, nodeid: str) -> str:
        found = (group for start, group in _TOGETHER.items() if nodeid.startswith(start))
        return next(found, nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByGroup:
    """Return the scheduler of several workers."""
    return ByGroup(config, log)


_LAST: Final = "tests/e2e/test_cloud.py"
_VERY_LAST: Final = "test_a_mail_after_a_restart_is_answered"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the restart of the local cloud come last, whatever the order of the rest.

    It ends every warm function: each that is needed afterwards would start anew, two seconds each.
    """
    items.sort(key=lambda item: (item.nodeid.startswith(_LAST), item.name == _VERY_LAST))


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take away what would lead a client to a real account, and every setting of ours."""
    nothing = tmp_path / "no-aws-settings"
    nothing.touch()
    for name in list(os.environ):
        if name.startswith(("AWS_", "BORDEREAU_", "POWERTOOLS_")):
            monkeypatch.delenv(name)
    for name, value in {
        "AWS_CONFIG_FILE": str(nothing),
        "AWS_SHARED_CREDENTIALS_FILE": str(nothing),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-3",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)


_OFFLINE: Final = ("domain", "services", "readers", "documents")
"""Folders of unit tests that open no socket at all; everywhere else this machine alone answers."""


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest) -> None:
    """Take sockets away from the tests of code that has no business with any."""
    if request.path.parent in {ROOT / "tests" / "unit" / name for name in _OFFLINE}:
        request.getfixturevalue("socket_disabled")


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The project's own template, built and deployed by SAM, and the embedded Sheets.

    All of this session's own; roles are enforced.
    """
    from local.installation import Installation  # noqa: PLC0415 boto3 is slow to import

    made = Installation(tmp_path_factory.mktemp("installation"))
    made.up()
    yield made
    made.discard()


@pytest.fixture(scope="module")
def empty_cloud(installation: Installation) -> tuple[LocalCloud, LocalStack]:
    """The deployed stack, at rest at the present: nothing in queues, buckets or tables.

    The order of modules is random: what an object or a message of another one would start must not
    happen in this one. (control_books sends again whatever lies in the inbox without an outcome.)
    """
    from local.cloud.queues import NotIdleError, wait_until_idle  # noqa: PLC0415
    from local.cloud.schedules import set_clock  # noqa: PLC0415
    from local.cloud.stack import stack_of  # noqa: PLC0415

    cloud = installation.cloud
    stack = stack_of(cloud)
    with contextlib.suppress(NotIdleError):  # the other module's matter, and its failure
        wait_until_idle(cloud, stack, seconds=60)
    for url in (*stack.queues.values(), *stack.dead_queues.values()):
        cloud.client("sqs").purge_queue(QueueUrl=url)
    for bucket in (stack.inbox_bucket, stack.work_bucket):
        _empty_bucket(cloud, bucket)
    for name in stack.tables.values():
        _empty_table(cloud, name)
    set_clock(cloud, stack.clock_parameter, None)
    return cloud, stack


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
