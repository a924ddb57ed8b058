"""Our four calls of gspread: what goes over the wire, how often, and what comes back."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import gspread
import pytest
import requests

from bordereau.adapters.google_credentials import credentials_from
from bordereau.adapters.gspread_sheet import GspreadSheet, LocalHTTPClient, decimal_of, local_client
from bordereau.domain.problems import ConfigurationError, InvariantError, SourceUnavailableError
from bordereau.ports import SheetBlock, SheetCell


def answered(status: int, body: Any) -> requests.Response:
    """An answer of the service."""
    response = requests.Response()
    response.status_code = status
    response._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return response


def failed(status: int, message: str = "no") -> requests.Response:
    """An error as Google words it."""
    return answered(status, {"error": {"code": status, "message": message, "status": "X"}})


class Wire(requests.Session):
    """A session that gives what it was told to, in order, and keeps what was asked."""

    def __init__(self, *answers: requests.Response | Exception) -> None:
        super().__init__()
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def request(self, method: Any, url: Any, **more: Any) -> requests.Response:  # type: ignore[override]
        """Give the next answer, the last one for ever."""
        self.asked.append({"method": method, "url": url, **more})
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def sheet_on(wire: Wire, *, budget: int = 60) -> tuple[GspreadSheet, list[Any]]:
    """Our adapter on a wire, and the waits that it takes."""
    client = LocalHTTPClient(auth=None, session=wire)  # type: ignore[arg-type]
    client.endpoint = "http://here"
    client.set_timeout((5, 60))
    waits: list[Any] = []
    return GspreadSheet(client, "book", budget_seconds=budget, sleep=waits.append), waits


DONE = answered(200, {"responses": []})
BLOCK = SheetBlock("L'onglet", 2, 27, ((Decimal("1234.56"), None, "=A1", dt.date(2026, 1, 5)),))


def test_what_is_written_is_raw_and_quoted() -> None:
    """Numbers are numbers, days serials, nothing is nothing; a formula stays text."""
    wire = Wire(DONE)
    sheet, _ = sheet_on(wire)
    sheet.write([BLOCK])
    (asked,) = wire.asked
    assert asked["url"] == "http://here/v4/spreadsheets/book/values:batchUpdate"
    assert asked["json"] == {
        "valueInputOption": "RAW",
        "data": [
            {
                "range": "'L''onglet'!AB3",
                "majorDimension": "ROWS",
                "values": [[1234.56, None, "=A1", 46027]],
            }
        ],
    }
    assert asked["timeout"] == (5, 60)


def test_nothing_to_write_asks_nothing() -> None:
    """A refresh without news costs no write."""
    wire = Wire(DONE)
    sheet, _ = sheet_on(wire)
    sheet.write([])
    sheet.change([])
    assert wire.asked == []


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_service_is_asked_again(status: int) -> None:
    """With a growing wait, jittered."""
    wire = Wire(failed(status), requests.ConnectionError("cut"), DONE)
    sheet, waits = sheet_on(wire)
    sheet.write([BLOCK])
    assert len(wire.asked) == 3
    assert 0 < waits[0] <= 1
    assert 0 < waits[1] <= 2


def test_a_service_that_stays_busy_is_given_up_in_time() -> None:
    """The budget is all that one call may take: the platform tries again later."""
    wire = Wire(failed(503))
    sheet, _ = sheet_on(wire, budget=0)
    with pytest.raises(SourceUnavailableError):
        sheet.tabs()
    assert len(wire.asked) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, InvariantError),
        (401, ConfigurationError),
        (403, ConfigurationError),
        (404, ConfigurationError),
        (418, SourceUnavailableError),
    ],
)
def test_what_asking_again_cannot_mend_is_said_at_once(status: int, error: type[Exception]) -> None:
    """A right that is missing, an id that is wrong, a request that is ours to mend."""
    wire = Wire(failed(status))
    sheet, waits = sheet_on(wire)
    with pytest.raises(error):
        sheet.tabs()
    assert (len(wire.asked), waits) == (1, [])


def test_an_answer_that_is_no_json_is_an_error_of_the_service() -> None:
    """A proxy's page instead of the service's words."""
    sheet, _ = sheet_on(Wire(answered(403, b"<html>")))
    with pytest.raises((ConfigurationError, SourceUnavailableError)):
        sheet.tabs()


def test_a_snapshot_has_types_and_keeps_its_places() -> None:
    """Google leaves out zeros, empty rows and empty cells."""
    row = {
        "values": [
            {"effectiveValue": {"stringValue": "G-0001"}},
            {},
            {
                "effectiveValue": {"numberValue": 46027},
                "effectiveFormat": {"numberFormat": {"type": "DATE"}},
            },
            {"effectiveValue": {"boolValue": True}},
            {"effectiveValue": {"errorValue": {"type": "N_A", "message": "#N/A"}}},
            {"effectiveFormat": {"numberFormat": {"type": "TEXT"}}},
        ]
    }
    body = {
        "sheets": [
            {"properties": {"title": "A"}, "data": [{"startRow": 2, "rowData": [row, {}, row]}]},
            {"properties": {"title": "B"}, "data": [{}]},
        ]
    }
    wire = Wire(answered(200, body))
    sheet, _ = sheet_on(wire)
    found = sheet.read(["A", "B"])
    assert [len(one) for one in found["A"]] == [0, 0, 6, 0, 6]
    assert found["A"][2] == (
        SheetCell("G-0001"),
        SheetCell(),
        SheetCell(Decimal(46027), "DATE"),
        SheetCell(value=True),
        SheetCell(None, error="#N/A"),
        SheetCell(),
    )
    assert found["B"] == ()
    assert wire.asked[0]["params"]["ranges"] == ["'A'", "'B'"]


def test_a_number_is_read_as_spreadsheets_show_it() -> None:
    """Fifteen significant digits: the noise of binary fractions is not ours."""
    assert decimal_of(0.1 + 0.2) == Decimal("0.3")
    assert decimal_of(1234567.89) == Decimal("1234567.89")
    assert decimal_of(2**53) == Decimal(2**53)


def test_only_the_host_is_replaced_for_the_local_stage() -> None:
    """The path is gspread's own."""
    client = local_client("http://127.0.0.1:1/")
    assert isinstance(client, gspread.HTTPClient)
    assert client.timeout == (5, 60)


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", '{"type": "user"}', '{"type": "service_account"}'],
)
def test_credentials_that_are_none_are_named_and_not_shown(text: str) -> None:
    """What stands in the parameter may be a secret."""
    with pytest.raises(ConfigurationError) as raised:
        credentials_from(text)
    assert "Google" in str(raised.value)


POOL = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/a"


def test_federation_needs_no_key() -> None:
    """Plain configuration: the role of the function is exchanged."""
    credentials = credentials_from(
        json.dumps(
            {
                "type": "external_account",
                "audience": POOL,
                "subject_token_type": "urn:ietf:params:aws:token-type:aws4_request",
                "token_url": "https://sts.googleapis.com/v1/token",
                "service_account_impersonation_url": "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b.iam.gserviceaccount.com:generateAccessToken",
                "credential_source": {
                    "environment_id": "aws1",
                    "regional_cred_verification_url": "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
                },
            }
        )
    )
    assert credentials.scopes == ["https://www.googleapis.com/auth/spreadsheets"]  # type: ignore[attr-defined]
