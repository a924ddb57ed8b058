"""Google's credentials: federation from AWS without any secret, or a service account's key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import gspread

from bordereau.adapters.gspread_sheet import TIMEOUT_SECONDS
from bordereau.domain.problems import ConfigurationError

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

SCOPES: Final = ("https://www.googleapis.com/auth/spreadsheets",)
"""Only the spreadsheet that was shared with the address; nothing of Drive."""


def credentials_from(text: str) -> Credentials:
    """Return the credentials of a configuration in JSON.

    ``external_account`` is plain configuration: the function's own AWS role is exchanged for an
    hour's token. ``service_account`` holds a private key. The keys of a metadata server are left
    out, because there is none in Lambda (handbook: sheets 1.3).

    Raises:
        ConfigurationError: the text is neither; it is not shown.
    """
    try:
        info = json.loads(text)
        kind = info["type"]
    except (ValueError, TypeError, KeyError):
        raise ConfigurationError("the Google credentials are no JSON with a type") from None
    make = _maker(kind)
    try:
        made: Credentials = make(info, scopes=list(SCOPES))
    except (ValueError, KeyError) as error:
        missing = type(error).__name__
        raise ConfigurationError(f"the Google credentials are not complete: {missing}") from None
    return made


def _maker(kind: object) -> Any:  # noqa: ANN401 - Google's own makers are not typed
    """Return what makes credentials of a type; of the two modules only the one is imported."""
    if kind == "external_account":
        from google.auth import aws  # noqa: PLC0415

        return aws.Credentials.from_info
    if kind == "service_account":
        from google.oauth2 import service_account  # noqa: PLC0415

        return service_account.Credentials.from_service_account_info
    raise ConfigurationError(f"Google credentials of the type {kind} are not known here")


def google_client(text: str) -> gspread.HTTPClient:
    """Return gspread's client with these credentials and a time-out."""
    client = gspread.HTTPClient(credentials_from(text))
    client.set_timeout(TIMEOUT_SECONDS)
    return client
