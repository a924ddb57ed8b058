"""The time: of the system on AWS, of a parameter in the local stage.

The only module that may ask the machine what time it is.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from bordereau.adapters.aws_errors import ours
from bordereau.domain.plain import NotPlainError, from_plain
from bordereau.domain.problems import ConfigurationError

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class SystemClock:
    """The port ``Clock`` on AWS."""

    def now(self) -> dt.datetime:
        """Return the present instant in UTC."""
        return dt.datetime.now(dt.UTC)  # noqa: TID251 - the one place where it may be asked


UNSET: Final = "system"
"""What the parameter of the local stage holds while nobody set a time."""


class SsmClock:
    """The port ``Clock`` of the local stage: the instant that a person set, an ISO text.

    While nobody set one the parameter holds ``system``, and the present is what counts. It is
    read at each call, because a warm function outlives a local day.
    """

    def __init__(self, client: SSMClient, parameter: str) -> None:
        self._client = client
        self._parameter = parameter

    def now(self) -> dt.datetime:
        """Return the instant that the parameter holds, in UTC."""
        try:
            answer = self._client.get_parameter(Name=self._parameter)
        except (ClientError, BotoCoreError) as error:
            raise ours("ssm", error) from error
        text = answer["Parameter"].get("Value", "")
        if text == UNSET:
            return SystemClock().now()
        try:
            return from_plain(dt.datetime, text)
        except NotPlainError as error:
            raise ConfigurationError(f"{self._parameter} holds no instant") from error
