"""The mailer where SES refuses or does not answer: sent, not sent, or nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from bordereau.adapters.ses_mailer import SesMailer, read_tag, tag_value
from bordereau.domain.problems import ConfigurationError, InvariantError, SourceUnavailableError
from bordereau.entry import clients
from bordereau.ports import AmbiguousSendError, RefusedSendError

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

URL = "http://127.0.0.1:9"


def made(attempts: int = 1) -> SESV2Client:
    """Return a client that reaches nothing and tries so often."""
    return boto3.client(
        "sesv2",
        region_name="eu-west-3",
        aws_access_key_id="x",
        aws_secret_access_key="x",  # noqa: S106 - nothing is asked
        endpoint_url=URL,
        config=Config(retries={"total_max_attempts": attempts, "mode": "standard"}),
    )


def send(client: SESV2Client) -> str:
    """Send one e-mail."""
    mailer = SesMailer(client, sender="a@b.example", configuration_set="outbox")
    return mailer.send(b"raw", to=("c@d.example",), tag="reminder#D-1#2026-01-05")


def test_the_bytes_go_out_unchanged_with_the_tag_of_their_intent() -> None:
    """One recipient list, our sender, the set whose events come back."""
    client = made()
    expected = {
        "FromEmailAddress": "a@b.example",
        "Destination": {"ToAddresses": ["c@d.example"]},
        "Content": {"Raw": {"Data": b"raw"}},
        "EmailTags": [{"Name": "intent", "Value": "reminder_23D-1_232026-01-05"}],
        "ConfigurationSetName": "outbox",
    }
    with Stubber(client) as stub:
        stub.add_response("send_email", {"MessageId": "m1"}, expected)
        assert send(client) == "m1"


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("MessageRejected", 400, RefusedSendError),
        ("BadRequestException", 400, RefusedSendError),
        ("TooManyRequestsException", 429, SourceUnavailableError),
        ("LimitExceededException", 400, SourceUnavailableError),
        ("SendingPausedException", 400, ConfigurationError),
        ("AccountSuspendedException", 400, ConfigurationError),
        ("MailFromDomainNotVerifiedException", 400, ConfigurationError),
        ("NotFoundException", 404, ConfigurationError),
        ("InternalFailure", 500, AmbiguousSendError),
        ("ServiceUnavailable", 503, AmbiguousSendError),
    ],
)
def test_each_answer_of_ses_says_whether_it_was_sent(
    code: str, status: int, error: type[Exception]
) -> None:
    """Only an answer that SES itself failed leaves it open."""
    client = made()
    with Stubber(client) as stub:
        stub.add_client_error("send_email", code, http_status_code=status)
        with pytest.raises(error):
            send(client)


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (ReadTimeoutError(endpoint_url=URL), AmbiguousSendError),
        (ConnectionClosedError(endpoint_url=URL), AmbiguousSendError),
        (ConnectTimeoutError(endpoint_url=URL), SourceUnavailableError),
        (EndpointConnectionError(endpoint_url=URL), SourceUnavailableError),
        (NoCredentialsError(), ConfigurationError),
        (ParamValidationError(report="x"), InvariantError),
    ],
)
def test_a_lost_answer_is_ambiguous_and_a_lost_way_is_not(
    failure: BotoCoreError, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the connection stands nothing can have gone out."""
    client = made()

    def fail(**_: object) -> None:
        raise failure

    monkeypatch.setattr(client, "send_email", fail)
    with pytest.raises(error):
        send(client)


def test_a_client_that_repeats_by_itself_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would send twice without anybody counting; the product's own client asks once."""
    with pytest.raises(ConfigurationError):
        send(made(attempts=3))
    monkeypatch.setattr(clients, "session", lambda: boto3.Session(region_name="eu-west-3"))
    ours: Any = clients._kept.__wrapped__("sesv2")
    SesMailer(ours, sender="a@b.example", configuration_set="x")


@given(st.text(max_size=20))
def test_every_tag_is_read_back_from_the_letters_that_ses_allows(tag: str) -> None:
    """So a send event finds its intent."""
    value = tag_value(tag)
    assert read_tag(value) == tag
    assert all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in value)


def test_a_tag_longer_than_ses_allows_is_refused() -> None:
    """256 letters."""
    assert len(tag_value("a" * 256)) == 256
    with pytest.raises(ValueError, match="256"):
        tag_value("#" * 86)
