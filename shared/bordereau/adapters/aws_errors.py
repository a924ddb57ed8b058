"""What an error of AWS means to us, in one table: try again, put right, or stop loudly.

``SourceUnavailableError``: the platform tries again. ``ConfigurationError``: a name or a right is
missing, somebody puts it right. ``InvariantError``: our own request was wrong. Whatever is not
listed stops loudly. The codes that an adapter answers itself (an object that is not there, a
transaction that was cancelled, a mail that was refused) it catches before it asks here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ChecksumError,
    ClientError,
    CredentialRetrievalError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    InvalidRegionError,
    MetadataRetrievalError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    TokenRetrievalError,
)
from botocore.exceptions import ConnectionError as NoConnectionError

from bordereau.domain.problems import (
    ConfigurationError,
    InvariantError,
    ProductError,
    SourceUnavailableError,
)

_AGAIN = (
    "InternalFailure",
    "InternalServerError",
    "InternalServiceErrorException",
    "KmsThrottled",
    "KMSThrottlingException",
    "LimitExceededException",
    "OverLimit",
    "ProvisionedThroughputExceededException",
    "ReplicatedWriteConflictException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingError",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
)
_PUT_RIGHT = (
    "AWS.SimpleQueueService.NonExistentQueue",
    "AccessDenied",
    "AccessDeniedException",
    "AccountSuspendedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAddress",
    "InvalidClientTokenId",
    "InvalidObjectState",
    "InvalidSecurity",
    "InvalidSignatureException",
    "KmsAccessDenied",
    "KmsDisabled",
    "KmsInvalidKeyUsage",
    "KmsInvalidState",
    "KmsNotFound",
    "KmsOptInRequired",
    "MailFromDomainNotVerifiedException",
    "NoSuchBucket",
    "NotFoundException",
    "ParameterNotFound",
    "ParameterVersionNotFound",
    "QueueDoesNotExist",
    "ResourceNotFoundException",
    "SendingPausedException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
)
_STOP = (
    "AWS.SimpleQueueService.UnsupportedOperation",
    "BadRequestException",
    "EncryptionTypeMismatch",
    "IdempotentParameterMismatchException",
    "InvalidKeyId",
    "InvalidMessageContents",
    "InvalidRequest",
    "InvalidWriteOffset",
    "ItemCollectionSizeLimitExceededException",
    "TooManyParts",
    "UnsupportedOperation",
    "ValidationError",
    "ValidationException",
)

DECISIONS: Final[Mapping[str, type[ProductError]]] = {
    **dict.fromkeys(_AGAIN, SourceUnavailableError),
    **dict.fromkeys(_PUT_RIGHT, ConfigurationError),
    **dict.fromkeys(_STOP, InvariantError),
}
"""What each code of an answer means."""

_UNREACHABLE = (
    ChecksumError,
    CredentialRetrievalError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    MetadataRetrievalError,
    NoConnectionError,
    TokenRetrievalError,
)
_UNSET = (InvalidRegionError, NoCredentialsError, NoRegionError, PartialCredentialsError)

_SERVER_ERROR = 500


def code_of(error: ClientError) -> str:
    """Return the code of an answer (``ThrottlingException``, ``NoSuchKey``, ``404`` …)."""
    return error.response.get("Error", {}).get("Code", "")


def is_server_error(error: ClientError) -> bool:
    """Return whether the service, and not our request, was at fault."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= _SERVER_ERROR


def ours(service: str, error: ClientError | BotoCoreError) -> ProductError:
    """Return the error of ours to raise; the text names service and code, nothing of the content.

    Use: ``except (ClientError, BotoCoreError) as error: raise ours("s3", error) from error``.
    """
    if isinstance(error, ClientError):
        code = code_of(error)
        otherwise = SourceUnavailableError if is_server_error(error) else InvariantError
        return DECISIONS.get(code, otherwise)(f"{service}: {error.operation_name} {code}")
    name = type(error).__name__
    if isinstance(error, _UNREACHABLE):
        return SourceUnavailableError(f"{service}: {name}")
    return (ConfigurationError if isinstance(error, _UNSET) else InvariantError)(
        f"{service}: {name}"
    )
