"""The two SAM commands against the local cloud, and the names of what they made."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import platform
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.cloud.place import ROOT
from local.cloud.process import CloudError, LocalCloud
from local.cloud.template import snake

STACK: Final = "bordereau-local"
ARTEFACTS: Final = "bordereau-local-artefacts"
BIN: Final = ROOT / ".cloud" / "venv" / "bin"
BUILT: Final = ROOT / ".aws-sam" / "local"
NEVER_AGAIN: Final = 4_102_444_800.0
"""The year 2100, in seconds."""
SOURCES: Final = ("template.yaml", "samconfig.toml", "Makefile", "functions", "shared")
UV: Final = ROOT / ".venv" / "bin" / "uv"


@dataclass(frozen=True, slots=True)
class LocalStack:
    """What was deployed. Functions are named as their folders are: ``queues["open_mail"]``.

    ``queues`` and ``dead_queues`` hold addresses, ``tables`` (journal, ledger, work, party) and
    ``functions`` hold names.
    """

    inbox_bucket: str
    work_bucket: str
    clock_parameter: str
    tables: Mapping[str, str]
    functions: Mapping[str, str]
    queues: Mapping[str, str]
    dead_queues: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment and the seconds of its two commands; 0.0 for one that was not needed."""

    stack: LocalStack
    build_seconds: float
    deploy_seconds: float


def deploy(cloud: LocalCloud, parameters: Mapping[str, str] | None = None) -> Deployed:
    """Run ``sam build`` and ``sam deploy`` on the project's own template. Again: only what changed.

    What was built of the same files for the same interpreter is not built again, and what was
    deployed of that with the same parameters is not sent again.

    Args:
        cloud: must be up.
        parameters: further parameters of the template, such as ``SheetsEndpoint``.

    Raises:
        CloudError: one of the commands failed; its whole output is in the text.
    """
    _ensure_bucket(cloud)
    overrides = {"Stage": "local", **(parameters or {})}
    with _artefacts(fcntl.LOCK_EX):
        sources = _digest_of_sources()
        build_seconds = _build(cloud, sources)
        wanted = json.dumps([sources, overrides], sort_keys=True)
        note = cloud.place.folder / "deployed"
        if note.exists() and note.read_text(encoding="utf-8") == wanted and is_deployed(cloud):
            return Deployed(stack_of(cloud), build_seconds, 0.0)
        deploy_seconds = _sam(
            cloud,
            *("deploy", "--config-env", "local", "--s3-bucket", ARTEFACTS),
            *("--no-progressbar", "--parameter-overrides"),
            *(f"{name}={value}" for name, value in overrides.items()),
        )
    note.write_text(wanted, encoding="utf-8")
    return Deployed(stack_of(cloud), build_seconds, deploy_seconds)


@contextlib.contextmanager
def built() -> Iterator[Path]:
    """Give what was built to look at; while somebody looks, nobody builds.

    All clouds of this folder share its artefacts, and ``sam build`` removes them before it makes
    them anew.
    """
    with _artefacts(fcntl.LOCK_SH):
        yield BUILT


@contextlib.contextmanager
def _artefacts(lock_kind: int) -> Iterator[None]:
    """Hold the artefacts: one process that builds, or any number that look."""
    BUILT.parent.mkdir(exist_ok=True)
    with (BUILT.parent / "lock").open("w") as lock:
        fcntl.flock(lock, lock_kind)
        yield


def _build(cloud: LocalCloud, sources: str) -> float:
    """Build unless what lies there was built of these sources; return the seconds.

    The note lies among what was built: whoever builds anew, by whatever way, removes it.
    """
    note = BUILT / "sources"
    if note.exists() and note.read_text(encoding="ascii") == sources:
        return 0.0
    seconds = _sam(cloud, "build", "--config-env", "local")
    note.write_text(sources, encoding="ascii")
    return seconds


def _digest_of_sources() -> str:
    """Return all that a build depends on, as one hash: the project's files, the interpreter."""
    digest = hashlib.sha256(f"{(BIN / 'python').resolve()} {platform.platform()}".encode())
    found = (path for name in SOURCES for path in [ROOT / name, *(ROOT / name).rglob("*")])
    for path in sorted(path for path in found if path.is_file() and path.suffix != ".pyc"):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_deployed(cloud: LocalCloud) -> bool:
    """Whether there is a stack; a cloud that was cut off knows only its last clean stop."""
    try:
        stack_of(cloud)
    except CloudError:
        return False
    return True


def stack_of(cloud: LocalCloud) -> LocalStack:
    """Return what is deployed, from the outputs of the stack.

    Raises:
        CloudError: nothing is deployed yet.
    """
    client = cloud.client("cloudformation")
    try:
        described = client.describe_stacks(StackName=STACK)["Stacks"][0]
    except client.exceptions.ClientError as error:
        raise CloudError("nothing is deployed: call `bordereau local up`") from error
    outputs = {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", [])}
    return LocalStack(
        inbox_bucket=outputs["InboxBucket"],
        work_bucket=outputs["WorkBucket"],
        clock_parameter=outputs["ClockParameter"],
        tables=_named(outputs, "Table"),
        functions=_named(outputs, "Function"),
        queues=_named({k: v for k, v in outputs.items() if not k.endswith("DeadQueue")}, "Queue"),
        dead_queues=_named(outputs, "DeadQueue"),
    )


def _named(outputs: Mapping[str, str], suffix: str) -> dict[str, str]:
    """Return the outputs of one kind under the names of the folders: OpenMailQueue -> open_mail."""
    return {
        snake(key.removesuffix(suffix)): value
        for key, value in outputs.items()
        if key.endswith(suffix)
    }


def _ensure_bucket(cloud: LocalCloud) -> None:
    """Make the bucket that SAM uploads to; a stack of SAM's own for it would cost four seconds."""
    s3 = cloud.client("s3")
    names = {bucket.get("Name") for bucket in s3.list_buckets()["Buckets"]}
    if ARTEFACTS not in names:
        s3.create_bucket(
            Bucket=ARTEFACTS,
            CreateBucketConfiguration={"LocationConstraint": "eu-west-3"},
        )


def _sam(cloud: LocalCloud, *arguments: str) -> float:
    """Run a SAM command from the project's folder; return its seconds."""
    started = time.monotonic()
    _ask_nobody(cloud)
    done = subprocess.run(
        [str(BIN / "sam"), *arguments],
        cwd=ROOT,
        env=_sam_environment(cloud),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    log = cloud.place.folder / f"sam-{arguments[0]}.log"
    log.write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode:
        raise CloudError(f"sam {arguments[0]} failed:\n{done.stdout}{done.stderr}")
    return time.monotonic() - started


def _ask_nobody(cloud: LocalCloud) -> None:
    """Note that SAM asked for its newest version: in a new folder it would ask the index."""
    notes = cloud.place.folder / "sam" / "metadata.json"
    if not notes.exists():
        notes.parent.mkdir(parents=True, exist_ok=True)
        notes.write_text(json.dumps({"lastVersionCheck": NEVER_AGAIN}), encoding="ascii")


def _sam_environment(cloud: LocalCloud) -> dict[str, str]:
    """Return the environment of SAM: our endpoint, and layers with the wheels of this machine.

    The build fetches wheels, so it keeps the caller's way to the package index.
    """
    proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    return (
        proxies
        | cloud.place.client_environment(os.environ)
        | {
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "UV": str(UV),
            "PYTHON": str(BIN / "python"),
            "TARGET": "",
            "SAM_CLI_POLL_DELAY": "0.2",  # it looks every five seconds, which is for a far cloud
        }
    )
