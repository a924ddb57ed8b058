"""What every test stands on: no foreign settings, fixed hypothesis profiles, one local cloud."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from local.cloud import LocalCloud
    from local.cloud.stack import Deployed

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
    "deployed_cloud": "deployed",
    "empty_cloud": "deployed",
    "running_cloud": "deployed",
    "installation": "deployed",
    "month": "month",
    "make_tables": "tables",
    "cloud": "tables",
}
"""Session fixtures that are dear to set up: of several workers, one has all their tests."""


@pytest.hookimpl(tryfirst=True)  # before the workers name the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a dear fixture on one worker; the others go where there is time."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        group = next((_TOGETHER[name] for name in _TOGETHER if name in names), None)
        if group is not None:
            item.add_marker(pytest.mark.xdist_group(group))


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


@pytest.fixture(scope="session")
def running_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A MiniStack of this session's own, with nothing deployed; roles are enforced."""
    from local.cloud import LocalCloud  # noqa: PLC0415 boto3 is slow to import

    cloud = LocalCloud.at(tmp_path_factory.mktemp("cloud"))
    cloud.up()
    yield cloud
    cloud.down()


@pytest.fixture(scope="session")
def deployed_cloud(running_cloud: LocalCloud) -> tuple[LocalCloud, Deployed]:
    """The project's own template, built and deployed by SAM to ``running_cloud``."""
    from local.cloud.queues import wait_until_idle  # noqa: PLC0415
    from local.cloud.stack import deploy  # noqa: PLC0415

    deployed = deploy(running_cloud)
    wait_until_idle(running_cloud, deployed.stack, seconds=120)  # S3's test events
    return running_cloud, deployed
