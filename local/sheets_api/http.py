"""The HTTP side: routes, JSON, errors in Google's shape; loopback only, standard library only."""

from __future__ import annotations

import base64
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs, unquote, urlsplit

from local.sheets_api import drive, html, masks, requests, values, views
from local.sheets_api.errors import ApiError, Json, not_found

if TYPE_CHECKING:
    from local.sheets_api.book import Book
    from local.sheets_api.store import Store
    from local.sheets_api.values import Query

ACCOUNT = "bordereau@local.iam.gserviceaccount.com"
"""The caller, when the token does not name one (`Bearer user:marie@example.fr`)."""

Answer = tuple[int, bytes, str]


class Server(ThreadingHTTPServer):
    """One local stand-in of Google Sheets.

    Args:
        port: 0 chooses a free one.
        store: the spreadsheets.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, store: Store) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.store = store

    @property
    def url(self) -> str:
        """Address without a slash at the end."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: Server

    def handle_any(self) -> None:
        """Answer one request of any method."""
        length = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(length)
        try:
            cut = "" if self.path.startswith("/_admin") else self.server.store.faults.take()
            status, body, kind = (OK, b"", "") if cut == "before" else self._answer(data)
            if cut:
                self.close_connection = True
                return
        except ApiError as error:
            status, body, kind = error.code, _dump(error.body()), JSON_TYPE
        except Exception as error:  # noqa: BLE001  a fault is an answer 500, never a cut line
            self.log_error("%r", error)
            fault = ApiError(500, f"Internal error encountered: {error!r}")
            status, body, kind = 500, _dump(fault.body()), JSON_TYPE
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status != NO_CONTENT:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815  names of the base

    def _answer(self, data: bytes) -> Answer:
        split = urlsplit(self.path)
        query = parse_qs(split.query, keep_blank_values=True)
        parts = [unquote(part) for part in split.path.strip("/").split("/")]
        if parts == ["token"]:
            return OK, _dump(_token(parse_qs(data.decode()))), JSON_TYPE
        store = self.server.store
        with store.lock:
            store.refresh()
            if self.command != "GET" and parts[:1] != ["_admin"]:
                store.check_writable()
            caller = self._caller()
            for book in store.books.values():
                book.caller = None if caller == ACCOUNT else caller
            found = self._route(parts, query, data)
            store.touch()
        if isinstance(found, bytes):
            kind = HTML_TYPE if found.startswith(b"<!DOCTYPE") else "text/csv"
            return (OK, found, kind) if found else (NO_CONTENT, b"", JSON_TYPE)
        return OK, _dump(found, pretty=query.get("prettyPrint", [""])[0] == "true"), JSON_TYPE

    def _route(self, parts: list[str], query: Query, data: bytes) -> Json | bytes:
        store = self.server.store
        match parts:
            case ["v4", "spreadsheets", *rest]:
                return self._sheets(rest, query, _json(data))
            case ["drive", "v3", "files", *rest]:
                return drive.route(store, self.command, rest, query, _json(data))
            case ["upload", "drive", "v2", "files", book_id]:
                return drive.import_csv(store.book(book_id), data)
            case ["spreadsheets", "d", book_id, *_]:
                gid = query.get("gid", [""])[0]
                return html.page(store.book(book_id), int(gid) if gid.isdecimal() else None)
            case ["_admin", "save"] if self.command == "POST":
                store.save()
                return {"saved": True}
            case ["_admin", "faults"] if self.command == "POST":
                store.faults.plan(_json(data)["faults"])
                return {"planned": True}
        raise not_found()

    def _sheets(self, parts: list[str], query: Query, body: Json) -> Json:
        store = self.server.store
        if not parts:
            properties = body.get("properties", {})
            book = drive.create(store, properties.get("title", "Untitled spreadsheet"))
            book.properties |= {k: v for k, v in properties.items() if k in book.properties}
            return self._view(book, {})
        name, _, verb = parts[0].partition(":")
        verb = verb or (parts[1][1:] if parts[1:] and parts[1].startswith(":") else "")
        book = store.book(name)
        if len(parts) > 1 and parts[1].startswith("values"):
            return self._values(book, "/".join(parts[1:]), query, body)
        if verb == "batchUpdate" and self.command == "POST":
            return requests.batch_update(book, body, self._caller())
        if not verb and len(parts) == 1 and self.command == "GET":
            return self._view(book, query)
        raise not_found()

    def _view(self, book: Book, query: Query) -> Json:
        mask = masks.parse(query.get("fields", [""])[0])
        grid = query.get("includeGridData", [""])[0].lower() == "true"
        ranges = query.get("ranges", [])
        return views.spreadsheet(book, self.server.url, mask=mask, ranges=ranges, grid=grid)

    def _values(self, book: Book, path: str, query: Query, body: Json) -> Json:
        _, slash, text = path.partition("/")
        if not slash:
            match self.command, path.partition(":")[2]:
                case "GET", "batchGet":
                    return values.batch_get(book, query)
                case "POST", "batchUpdate":
                    return values.batch_update(book, body)
                case "POST", "batchClear":
                    return values.batch_clear(book, body)
                case _:
                    raise not_found()
        if self.command == "GET":
            return values.get(book, text, query)
        if self.command == "PUT":
            return values.update(book, text, query, body)
        if text.endswith(":append"):
            return values.append(book, text.removesuffix(":append"), query, body)
        if text.endswith(":clear"):
            return values.clear(book, text.removesuffix(":clear"))
        raise not_found()

    def _caller(self) -> str:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        return token.removeprefix("user:") if token.startswith("user:") else ACCOUNT

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  name of the base
        """Stay silent about requests that went well."""
        if "%r" in format:
            super().log_message(format, *args)


OK, NO_CONTENT = 200, 204
JSON_TYPE = "application/json; charset=UTF-8"
HTML_TYPE = "text/html; charset=UTF-8"


def _dump(body: Json, *, pretty: bool = False) -> bytes:
    return json.dumps(body, ensure_ascii=False, indent=2 if pretty else None).encode()


def _json(data: bytes) -> Json:
    try:
        body = json.loads(data) if data else {}
    except ValueError as error:
        raise ApiError(400, f"Invalid JSON payload received. {error}") from None
    if not isinstance(body, dict):
        raise ApiError(400, "Invalid JSON payload received. An object was expected.")
    return cast("Json", body)


def _token(form: dict[str, list[str]]) -> Json:
    """Answer google-auth: the token names the address that signed the assertion."""
    claims = form.get("assertion", [""])[0].split(".")
    user = ACCOUNT
    if len(claims) == len(("header", "claims", "signature")):
        padded = claims[1] + "=" * (-len(claims[1]) % 4)
        user = json.loads(base64.urlsafe_b64decode(padded)).get("iss", ACCOUNT)
    return {"access_token": f"user:{user}", "token_type": "Bearer", "expires_in": 3599}
