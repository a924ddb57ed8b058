"""MiniStack as a process of ours: ready when it says so, and stopped so that it saves."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, overload

import boto3
from botocore.config import Config

from local.cloud.place import REGION, ROOT, Place, found_place, refuse_elsewhere

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

PROGRAM: Final = ROOT / ".cloud" / "venv" / "bin" / "ministack"
START_SECONDS: Final = 60
STOP_SECONDS: Final = 120


# It shall outlive us; whoever drops a handle of a living child is warned, so none is dropped.
STARTED: Final[dict[int, subprocess.Popen[bytes]]] = {}


class CloudError(Exception):
    """The local cloud did not do what it was asked; the text says what and where its log lies."""


@dataclass(frozen=True, slots=True)
class LocalCloud:
    """The local cloud of one folder. Two of them in two folders do not know each other."""

    place: Place

    @classmethod
    def at(cls, folder: Path) -> LocalCloud:
        """Return the cloud whose state lies in ``folder``, new or not."""
        return cls(found_place(folder.resolve()))

    @property
    def log(self) -> Path:
        """What MiniStack and the functions print."""
        return self.place.folder / "cloud.log"

    def pid(self) -> int | None:
        """Return the process, if it runs and is ours."""
        note = self.place.folder / "pid"
        if not note.exists():
            return None
        pid = int(note.read_text(encoding="ascii"))
        return pid if _is_ministack(pid) else None

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            answer = _get(f"{self.place.endpoint}/_ministack/ready")
        except OSError:
            return False
        return bool(answer)

    def up(self) -> float:
        """Start it, unless it runs, and wait until it answers. Return the seconds.

        Raises:
            CloudError: it ended, or did not answer in time; or its port is taken.
        """
        started = time.monotonic()
        with self._alone():
            if self.pid() is None:
                self._start()
            self._await_ready(started + START_SECONDS)
        return time.monotonic() - started

    def down(self) -> float:
        """Stop it so that it saves its state. Return the seconds; 0.0 if it did not run.

        Raises:
            CloudError: it did not end in time; then its state is that of the stop before.
        """
        started = time.monotonic()
        with self._alone():
            pid = self.pid()
            if pid is None:
                return 0.0
            os.kill(pid, signal.SIGTERM)
            self._await_end(pid, started + STOP_SECONDS)
            (self.place.folder / "pid").unlink()
            self._tidy_up()
        return time.monotonic() - started

    def discard(self) -> None:
        """End it at once and its functions with it; what it did since the last stop is lost.

        For a cloud that nobody starts again: it saves every archive of every function.
        """
        with self._alone():
            pid = self.pid()
            if pid is None:
                return
            os.killpg(pid, signal.SIGKILL)  # it leads a session of its own
            self._await_end(pid, time.monotonic() + STOP_SECONDS)
            (self.place.folder / "pid").unlink()
            self._tidy_up()

    def _start(self) -> None:
        if self.is_ready():
            raise CloudError(f"port {self.place.port} is taken by another program")
        self._tidy_up()
        for name in ("tmp", "state", "objects"):
            (self.place.folder / name).mkdir(parents=True, exist_ok=True)
        self._rewind_streams()
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [str(PROGRAM)],
                cwd=self.place.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        STARTED[process.pid] = process
        (self.place.folder / "pid").write_text(str(process.pid), encoding="ascii")

    def _tidy_up(self) -> None:
        """Remove what workers leave: each unpacks its layers, 100 MB, and not all tidy up."""
        shutil.rmtree(self.place.folder / "tmp", ignore_errors=True)

    def _rewind_streams(self) -> None:
        """Let streams be read from their beginning after a restart.

        MiniStack 1.5.33 saves how far a table's stream was read, but not the stream: it would wait
        for as many changes as there were before. What was saved was worked off before the stop.
        """
        path = self.place.folder / "state" / "lambda.json"
        if not path.exists():
            return
        saved = json.loads(path.read_text(encoding="utf-8"))
        positions = saved.get("payload", {}).get("dynamodb_stream_positions", {})
        if positions.get("data"):
            positions["data"] = {}
            path.write_text(json.dumps(saved), encoding="utf-8")

    def _environment(self) -> dict[str, str]:
        """Return what MiniStack and the functions are told: nothing of the caller's."""
        own = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        folder = self.place.folder
        return self.place.client_environment(own) | {
            "GATEWAY_PORT": str(self.place.port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "AUTH": "true",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(folder / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(folder / "objects"),
            "TMPDIR": str(folder / "tmp"),
            "LAMBDA_WARM_TTL_SECONDS": "900",
            "LOG_LEVEL": "INFO",
        }

    def _await_ready(self, until: float) -> None:
        while not self.is_ready():
            if self.pid() is None:
                raise CloudError(f"the local cloud ended while starting; see {self.log}")
            if time.monotonic() > until:
                raise CloudError(f"the local cloud does not answer; see {self.log}")
            time.sleep(0.1)

    def _await_end(self, pid: int, until: float) -> None:
        while _is_ministack(pid):
            if time.monotonic() > until:
                raise CloudError(f"the local cloud (process {pid}) does not end; see {self.log}")
            time.sleep(0.1)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time start or stop it."""
        with (self.place.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @overload
    def client(self, service: Literal["cloudformation"]) -> CloudFormationClient: ...
    @overload
    def client(self, service: Literal["dynamodb"]) -> DynamoDBClient: ...
    @overload
    def client(self, service: Literal["lambda"]) -> LambdaClient: ...
    @overload
    def client(self, service: Literal["logs"]) -> CloudWatchLogsClient: ...
    @overload
    def client(self, service: Literal["s3"]) -> S3Client: ...
    @overload
    def client(self, service: Literal["scheduler"]) -> EventBridgeSchedulerClient: ...
    @overload
    def client(self, service: Literal["sqs"]) -> SQSClient: ...
    @overload
    def client(self, service: Literal["ssm"]) -> SSMClient: ...
    def client(self, service: Any) -> Any:
        """Return a client of this cloud, with dummy keys, whatever the shell's environment says.

        Raises:
            NotLoopbackError: it would talk to something else than this machine.
        """
        return _client(self.place.endpoint, service)

    def ask(self, path: str) -> Any:  # noqa: ANN401 JSON
        """Return the answer of one of MiniStack's own pages, such as ``sqs/messages``."""
        return json.loads(_get(f"{self.place.endpoint}/_ministack/{path}"))


@functools.cache
def _client(endpoint: str, service: Any) -> Any:  # noqa: ANN401 any service's client
    """Return a client, made once: that takes a quarter of a second."""
    made = boto3.Session(
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 the local cloud's root key
        region_name=REGION,
    ).client(
        service,
        endpoint_url=endpoint,
        config=Config(read_timeout=320, retries={"total_max_attempts": 1}, proxies={}),
    )
    refuse_elsewhere(made.meta.endpoint_url)
    return made


def _get(url: str) -> bytes:
    refuse_elsewhere(url)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=10) as answer:
        body: bytes = answer.read()
        return body


def _is_ministack(pid: int) -> bool:
    """Whether the process lives and is MiniStack: a number may have gone to another program.

    Of a child of ours the kernel is asked: while its last threads end it looks like a zombie, and
    cannot be collected yet.
    """
    if pid in STARTED:
        if STARTED[pid].poll() is None:
            return True
        del STARTED[pid]
        return False
    state, command = _state_and_command(pid)
    # Between its birth and its program a process has no command line yet.
    return state not in {"", "Z"} and (not command or "ministack" in command)


def _state_and_command(pid: int) -> tuple[str, str]:
    """Return a process's state (one letter; "" if there is none, "Z" if it ended) and command."""
    folder = Path("/proc") / str(pid)
    if Path("/proc/self").exists():
        try:
            state = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
            return state, (folder / "cmdline").read_text(encoding="utf-8")
        except (FileNotFoundError, ProcessLookupError):
            return "", ""
    asked = ["ps", "-p", str(pid), "-o", "stat=,command="]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    state, _, command = done.stdout.strip().partition(" ")
    return state[:1], command
