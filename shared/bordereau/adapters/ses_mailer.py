"""E-mail through SES (version 2): the composed bytes, unchanged.

SES has no token that would make a repeated send harmless. The client must therefore not repeat by
itself: a send whose answer is lost is the caller's to count, and it waits before it sends again
(reliability 2.4). A client that retries is refused at once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError
from botocore.exceptions import EndpointConnectionError as NoEndpointError

from bordereau.adapters.aws_errors import code_of, is_server_error, ours
from bordereau.domain.problems import ConfigurationError, SourceUnavailableError
from bordereau.ports import AmbiguousSendError, RefusedSendError

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

TAG: Final = "intent"
"""The name of the tag by which a send event finds its intent."""

TAG_LENGTH_MAX: Final = 256
_REFUSED: Final = ("MessageRejected", "BadRequestException")
_NOT_SENT: Final = (ConnectTimeoutError, NoEndpointError)


def tag_value(tag: str) -> str:
    """Return a tag in the letters that SES allows; ``read_tag`` reads it back.

    >>> tag_value("statement#siren:552081317/EUR")
    'statement_23siren_3A552081317_2FEUR'
    """
    value = re.sub(r"[^A-Za-z0-9-]", lambda found: _escaped(found.group()), tag)
    if len(value) > TAG_LENGTH_MAX:
        raise ValueError("a tag has at most 256 letters")
    return value


def read_tag(value: str) -> str:
    """Return the tag that ``tag_value`` wrote.

    >>> read_tag(tag_value("é_#x"))
    'é_#x'
    """
    escaped = re.compile(r"(?:_[0-9A-F]{2})+")
    return escaped.sub(lambda run: bytes.fromhex(run.group().replace("_", "")).decode(), value)


def _escaped(letter: str) -> str:
    return "".join(f"_{byte:02X}" for byte in letter.encode())


class SesMailer:
    """The port ``Mailer``; ``sender`` is our address, as verified with SES."""

    def __init__(self, client: SESV2Client, *, sender: str, configuration_set: str) -> None:
        retries = client.meta.config.retries or {}  # type: ignore[attr-defined]
        if retries.get("total_max_attempts") != 1:
            raise ConfigurationError("sesv2: a client that repeats by itself may send twice")
        self._client = client
        self._sender = sender
        self._configuration_set = configuration_set

    def send(self, data: bytes, *, to: tuple[str, ...], tag: str) -> str:
        """Send one raw message; return SES's id of it.

        A second call sends a second e-mail. Raises ``AmbiguousSendError`` when the answer was lost
        or says that SES itself failed, ``RefusedSendError`` when SES will never take this message,
        and the errors of ``aws_errors`` when it was not sent and may be tried again.
        """
        try:
            answer = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": list(to)},
                Content={"Raw": {"Data": data}},
                EmailTags=[{"Name": TAG, "Value": tag_value(tag)}],
                ConfigurationSetName=self._configuration_set,
            )
        except ClientError as error:
            if code_of(error) in _REFUSED:
                raise RefusedSendError(f"sesv2: {code_of(error)}") from error
            if is_server_error(error):
                raise AmbiguousSendError(f"sesv2: {code_of(error)}") from error
            raise ours("sesv2", error) from error
        except _NOT_SENT as error:
            raise ours("sesv2", error) from error
        except BotoCoreError as error:
            refusal = ours("sesv2", error)
            if isinstance(refusal, SourceUnavailableError):
                raise AmbiguousSendError(str(refusal)) from error
            raise refusal from error
        return answer["MessageId"]
