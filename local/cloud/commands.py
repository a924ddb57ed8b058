"""The commands that start, deploy to, look at and stop the local cloud."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from local.cloud.place import ROOT
from local.cloud.process import CloudError, LocalCloud
from local.cloud.queues import dead, wait_until_idle, waiting
from local.cloud.stack import Deployed, deploy, stack_of

STATE: Final = ROOT / "state" / "cloud"


def cloud_of(arguments: argparse.Namespace) -> LocalCloud:
    """Return the cloud that the command line means: ``--state``, or the project's own."""
    return LocalCloud.at(Path(getattr(arguments, "state", None) or STATE))


def up(cloud: LocalCloud, parameters: Mapping[str, str] | None = None) -> Deployed:
    """Start and deploy, with a line for each part and its seconds."""
    print(f"  local cloud on {cloud.place.endpoint} ".ljust(64, "."), end=" ", flush=True)
    print(f"{cloud.up():5.1f} s", flush=True)
    print("  sam build and sam deploy of template.yaml ".ljust(64, "."), end=" ", flush=True)
    deployed = deploy(cloud, parameters)
    print(f"{deployed.build_seconds:5.1f} s + {deployed.deploy_seconds:.1f} s", flush=True)
    return deployed


def down(cloud: LocalCloud) -> float:
    """Let what is being worked on end, then stop. Return the seconds; 0.0 if it did not run.

    A message that is cut short comes again only after its visibility timeout, which is minutes.
    What waits for another attempt, or does not end in half a minute, is left to that.
    """
    if not cloud.is_ready():
        return 0.0
    with contextlib.suppress(CloudError):
        wait_until_idle(cloud, stack_of(cloud), seconds=30, stuck_seconds=5)
    return cloud.down()


def run_up(arguments: argparse.Namespace) -> int:
    """``bordereau local up``."""
    up(cloud_of(arguments))
    return 0


def run_deploy(arguments: argparse.Namespace) -> int:
    """``bordereau local deploy``: build and deploy again what changed."""
    return run_up(arguments)


def run_down(arguments: argparse.Namespace) -> int:
    """``bordereau local down``: stop, keep the state."""
    seconds = down(cloud_of(arguments))
    print(f"stopped and saved in {seconds:.1f} s" if seconds else "the local cloud does not run")
    return 0


def run_status(arguments: argparse.Namespace) -> int:
    """``bordereau local status``: does it run, what waits, what was parked."""
    cloud = cloud_of(arguments)
    if not cloud.is_ready():
        print(f"the local cloud does not run; its state is in {cloud.place.folder}")
        return 1
    print(f"the local cloud answers on {cloud.place.endpoint}; its log is {cloud.log}")
    try:
        stack = stack_of(cloud)
    except CloudError as error:
        print(str(error))
        return 1
    for title, found in (("waits", waiting(cloud, stack.queues)), ("parked", dead(cloud, stack))):
        print(f"{title}: {len(found)}")
        for one in found:
            print(f"  {one.queue}: attempt {one.attempts}: {one.body[:200]}")
    return 0


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add up, deploy, status and down to the commands of ``bordereau local``."""
    for name, run, does in (
        ("up", run_up, "start the local cloud and deploy to it"),
        ("deploy", run_deploy, "build and deploy again what changed"),
        ("status", run_status, "say whether it runs, what waits, what was parked"),
        ("down", run_down, "stop it; the state stays"),
    ):
        parser = commands.add_parser(name, help=does, description=does)
        parser.add_argument("--state", metavar="FOLDER", help="where its state lies")
        parser.set_defaults(run=run)
