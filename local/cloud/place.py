"""Where a local cloud lives: its folder, its port, and the environment that its clients run in."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

REGION: Final = "eu-west-3"
ROOT: Final = Path(__file__).resolve().parent.parent.parent
# What a person's shell may hold that would lead a client to a real account, or past the loopback.
FOREIGN: Final = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_CA_BUNDLE",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "PYTHONPATH",
    "PYTHONHOME",
)


class NotLoopbackError(Exception):
    """A client would have talked to something else than this machine; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Place:
    """One local cloud: ``folder`` holds all its state, ``port`` is on the loopback.

    Names of queues hold the port, so a cloud keeps its port for as long as its state lives.
    """

    folder: Path
    port: int

    @property
    def endpoint(self) -> str:
        """The address of every service."""
        return f"http://127.0.0.1:{self.port}"

    def client_environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return ``base`` without what leads elsewhere, and with dummy keys and our endpoint."""
        kept = {
            name: value
            for name, value in base.items()
            if name not in FOREIGN and not name.startswith("AWS_ENDPOINT_URL")
        }
        nothing = str(self.empty_file())
        return kept | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": nothing,
            "AWS_SHARED_CREDENTIALS_FILE": nothing,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1,localhost",
            "SAM_CLI_TELEMETRY": "0",
            "__SAM_CLI_APP_DIR": str(self.folder / "sam"),
        }

    def empty_file(self) -> Path:
        """Return a file without content, for settings that must say nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "empty"
        path.touch()
        return path


def found_place(folder: Path) -> Place:
    """Return the cloud of ``folder``, with the port that is noted there.

    A new one takes a free port, or that of ``BORDEREAU_PORT``, and notes it.
    """
    note = folder / "port"
    if note.exists():
        return Place(folder, int(note.read_text(encoding="ascii")))
    port = int(os.environ.get("BORDEREAU_PORT", "0")) or free_port()
    folder.mkdir(parents=True, exist_ok=True)
    note.write_text(str(port), encoding="ascii")
    return Place(folder, port)


def free_port() -> int:
    """Return a port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def refuse_elsewhere(endpoint_url: str) -> None:
    """Do nothing if the address is on the loopback.

    Raises:
        NotLoopbackError: it is not.
    """
    host = urlsplit(endpoint_url).hostname or ""
    if host != "localhost" and not _is_loopback(host):
        raise NotLoopbackError(f"{endpoint_url} is not on this machine; nothing was sent")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
