"""The command line finds a stack's bucket by the stack's own outputs."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import boto3
import pytest
from botocore.stub import Stubber

from bordereau.adapters.s3_objects import S3Objects
from bordereau.domain.problems import ConfigurationError
from bordereau.entry import opened_books


@pytest.fixture
def stacks(monkeypatch: pytest.MonkeyPatch) -> Stubber:
    """CloudFormation, which answers what the test says and nothing else."""
    made = boto3.client(
        "cloudformation",
        region_name="eu-west-3",
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - not one
    )
    monkeypatch.setattr(opened_books, "session", lambda: SimpleNamespace(client=lambda _: made))
    monkeypatch.setattr(opened_books, "client", lambda _: made)
    stubber = Stubber(made)
    stubber.activate()
    return stubber


def answer(stacks: Stubber, output: str) -> None:
    """One stack with one output."""
    outputs = [{"OutputKey": output, "OutputValue": "acme-work"}]
    now = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    stack = {"StackName": "acme", "CreationTime": now, "StackStatus": "CREATE_COMPLETE"}
    stacks.add_response(
        "describe_stacks", {"Stacks": [stack | {"Outputs": outputs}]}, {"StackName": "acme"}
    )


def test_the_work_bucket_is_the_one_that_the_stack_names(stacks: Stubber) -> None:
    """And the inbox is out of reach."""
    answer(stacks, "WorkBucket")
    objects = opened_books.open_objects("acme")
    assert isinstance(objects, S3Objects)
    assert objects._bucket("sepa/x.xml") == "acme-work"
    with pytest.raises(ConfigurationError):
        objects._bucket("mail/x")


def test_a_stack_that_is_not_ours_is_said(stacks: Stubber) -> None:
    """None of that name, or one without our outputs."""
    stacks.add_client_error("describe_stacks", "ValidationError", "does not exist")
    with pytest.raises(ConfigurationError, match=r"stack acme: .*does not exist"):
        opened_books.open_objects("acme")
    answer(stacks, "Something")
    with pytest.raises(ConfigurationError, match="names no WorkBucket"):
        opened_books.open_objects("acme")
