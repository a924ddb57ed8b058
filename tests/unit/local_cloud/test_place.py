"""Nothing that runs locally can reach a real account."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.cloud.place import NotLoopbackError, Place, found_place, refuse_elsewhere


def test_a_shell_s_settings_do_not_reach_the_clients(tmp_path: Path) -> None:
    """Profiles, sessions, endpoints and proxies of the shell are dropped, dummy keys set."""
    shell = {
        "PATH": "/bin",
        "AWS_PROFILE": "real",
        "AWS_SESSION_TOKEN": "real",
        "AWS_ENDPOINT_URL_S3": "https://s3.amazonaws.com",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_ACCESS_KEY_ID": "real",
        "HTTPS_PROXY": "http://proxy.example:3128",
    }
    made = Place(tmp_path, 4566).client_environment(shell)
    assert made["PATH"] == "/bin"
    assert made["AWS_ACCESS_KEY_ID"] == "test"
    assert made["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert Path(made["AWS_CONFIG_FILE"]).read_text(encoding="utf-8") == ""
    left = {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "HTTPS_PROXY"} & set(made)
    assert left == set()
    assert "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" not in made


@pytest.mark.parametrize(
    "address",
    [
        "https://s3.eu-west-3.amazonaws.com",
        "http://10.0.0.1:4566",
        "http://127.0.0.1.example.com:4566",
        "http://localhost@example.com/",
        "http://0.0.0.0:4566",
        "",
    ],
)
def test_an_address_elsewhere_is_refused(address: str) -> None:
    """Only the loopback is this machine, whatever an address looks like."""
    with pytest.raises(NotLoopbackError):
        refuse_elsewhere(address)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:4566", "http://localhost:1", "http://[::1]:1"]
)
def test_the_loopback_is_this_machine(address: str) -> None:
    """The loopback by number and by name is accepted."""
    refuse_elsewhere(address)


def test_a_cloud_keeps_its_port(tmp_path: Path) -> None:
    """Addresses of queues hold the port, so the second look finds the first one's."""
    first = found_place(tmp_path / "cloud")
    assert found_place(tmp_path / "cloud") == first
    assert found_place(tmp_path / "other").folder != first.folder
