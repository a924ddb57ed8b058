"""Every error that an adapter can meet has one decision; the list comes from botocore itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import botocore.exceptions
import botocore.session
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from bordereau.adapters.aws_errors import DECISIONS, ours
from bordereau.domain.problems import (
    ConfigurationError,
    InvariantError,
    ProductError,
    SourceUnavailableError,
)

CALLS = {
    "dynamodb": ("GetItem", "Query", "TransactWriteItems"),
    "s3": ("GetObject", "ListObjectsV2", "PutObject"),
    "sesv2": ("SendEmail",),
    "sqs": ("SendMessage",),
    "ssm": ("GetParameter",),
}
"""Every operation that an adapter calls."""

ANSWERED_BY_THE_ADAPTER = {
    "TransactionCanceledException": "dynamodb_ledger: reasons, or tried again",
    "NoSuchKey": "s3_objects: there is no such object",
    "MessageRejected": "ses_mailer: refused for good",
    "BadRequestException": "ses_mailer: refused for good",
}


def declared() -> Iterator[str]:
    """Yield the code of every error that the operations declare."""
    session = botocore.session.get_session()
    for service, operations in CALLS.items():
        model = session.get_service_model(service)
        for operation in operations:
            for shape in model.operation_model(operation).error_shapes:
                yield shape.metadata.get("error", {}).get("code", shape.name)


@pytest.mark.parametrize("code", sorted(set(declared())))
def test_every_declared_error_has_one_decision(code: str) -> None:
    """A new version of botocore that declares another error fails here."""
    assert (code in DECISIONS) or (code in ANSWERED_BY_THE_ADAPTER)


def answer(code: str, status: int = 400) -> ClientError:
    """Return an answer of AWS with this code."""
    return ClientError(
        {
            "Error": {"Code": code, "Message": "FR7630006000011234567890189 Dupont"},
            "ResponseMetadata": {"HTTPStatusCode": status},  # type: ignore[typeddict-item]
        },
        "Operation",
    )


@pytest.mark.parametrize("code", sorted(DECISIONS))
def test_a_decision_is_one_of_three_and_says_nothing_of_the_content(code: str) -> None:
    """Try again, put right, or stop; the text names service, operation and code."""
    error = ours("dynamodb", answer(code))
    assert type(error) is DECISIONS[code]
    assert type(error) in (SourceUnavailableError, ConfigurationError, InvariantError)
    assert str(error) == f"dynamodb: Operation {code}"


def test_what_is_not_listed_stops_loudly_unless_the_service_itself_failed() -> None:
    """An unknown refusal is our mistake until somebody decides otherwise."""
    assert type(ours("s3", answer("Teapot", 418))) is InvariantError
    assert type(ours("s3", answer("Teapot", 503))) is SourceUnavailableError


def foreign() -> list[type[BotoCoreError]]:
    """Return every error that botocore raises without an answer."""
    found = [kind for _, kind in inspect.getmembers(botocore.exceptions, inspect.isclass)]
    return [kind for kind in found if issubclass(kind, BotoCoreError)]


AGAIN = {
    "AwsChunkedWrapperError": False,
    "ChecksumError": True,
    "ConnectTimeoutError": True,
    "ConnectionClosedError": True,
    "ConnectionError": True,
    "CredentialRetrievalError": True,
    "EndpointConnectionError": True,
    "FlexibleChecksumError": True,
    "HTTPClientError": True,
    "IncompleteReadError": True,
    "MetadataRetrievalError": True,
    "ParamValidationError": False,
    "ProxyConnectionError": True,
    "ReadTimeoutError": True,
    "ResponseStreamingError": True,
    "SSLError": True,
    "TokenRetrievalError": True,
}


@pytest.mark.parametrize("kind", foreign(), ids=lambda kind: kind.__name__)
def test_every_error_without_an_answer_has_one_decision(kind: type[BotoCoreError]) -> None:
    """What the network did is tried again, a missing setting is put right, the rest stops."""
    error = kind.__new__(kind)
    Exception.__init__(error, "Dupont")
    found = ours("sqs", error)
    assert isinstance(found, ProductError)
    assert str(found) == f"sqs: {kind.__name__}"
    if kind.__name__ in AGAIN:
        assert (type(found) is SourceUnavailableError) is AGAIN[kind.__name__]
    if kind.__name__ in ("NoCredentialsError", "NoRegionError", "PartialCredentialsError"):
        assert type(found) is ConfigurationError
