"""The shared spreadsheet of a function: Google's, or the embedded one of the local stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from bordereau.adapters.aws_errors import ours
from bordereau.adapters.gspread_sheet import GspreadSheet, local_client
from bordereau.domain.problems import ConfigurationError
from bordereau.entry.clients import client

if TYPE_CHECKING:
    from bordereau.entry.settings import Spreadsheet

BUDGET_SECONDS = 40
"""All tries of one call to the sheet: a third of the function's time."""


def sheet(known: Spreadsheet) -> GspreadSheet:
    """Return the spreadsheet; its credentials are read once and kept with the warm function.

    Raises:
        ConfigurationError: neither an endpoint nor credentials are named, or they are no such.
    """
    if known.sheets_endpoint is not None:
        there = local_client(known.sheets_endpoint)
    elif known.google_credentials_parameter is not None:
        from bordereau.adapters.google_credentials import google_client  # noqa: PLC0415 - on AWS

        there = google_client(_parameter(known.google_credentials_parameter))
    else:
        raise ConfigurationError("neither SHEETS_ENDPOINT nor GOOGLE_CREDENTIALS_PARAMETER is set")
    return GspreadSheet(there, known.spreadsheet_id, budget_seconds=BUDGET_SECONDS)


def _parameter(name: str) -> str:
    try:
        answer = client("ssm").get_parameter(Name=name, WithDecryption=True)
    except (ClientError, BotoCoreError) as error:
        raise ours("ssm", error) from error
    return answer["Parameter"].get("Value", "")
