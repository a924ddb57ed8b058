"""The kinds of request of `batchUpdate`, one function each; a batch happens whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sheets_api.errors import ApiError, invalid
from local.sheets_api.requests import cells, dimensions, ranges, sheets
from local.sheets_api.views import ranged

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.sheets_api.book import Book
    from local.sheets_api.errors import Json

KINDS: dict[str, Callable[[Book, Json], Json | None]] = {
    "updateSpreadsheetProperties": sheets.update_spreadsheet,
    "addSheet": sheets.add,
    "deleteSheet": sheets.delete,
    "updateSheetProperties": sheets.update,
    "updateCells": cells.update,
    "repeatCell": cells.repeat,
    "appendCells": cells.append,
    "setDataValidation": cells.validate,
    "copyPaste": cells.copy,
    "cutPaste": cells.cut,
    "sortRange": cells.sort,
    "mergeCells": cells.merge,
    "unmergeCells": cells.unmerge,
    "insertDimension": dimensions.insert,
    "deleteDimension": dimensions.delete,
    "appendDimension": dimensions.append,
    "updateDimensionProperties": dimensions.update,
    "autoResizeDimensions": dimensions.fit,
    "addDimensionGroup": dimensions.add_group,
    "deleteDimensionGroup": dimensions.delete_group,
    "addNamedRange": ranges.add_name,
    "updateNamedRange": ranges.update_name,
    "deleteNamedRange": ranges.delete_name,
    "updateProtectedRange": ranges.update_protection,
    "deleteProtectedRange": ranges.delete_protection,
    "setBasicFilter": ranges.set_filter,
    "clearBasicFilter": ranges.clear_filter,
    "addConditionalFormatRule": ranges.add_rule,
    "deleteConditionalFormatRule": ranges.delete_rule,
}


def batch_update(book: Book, body: Json, caller: str) -> Json:
    """Answer POST :batchUpdate.

    Args:
        book: the spreadsheet.
        body: a BatchUpdateSpreadsheetRequest.
        caller: the address of who asks, for protections.

    Raises:
        ApiError: 400, one of the requests is wrong; then none has happened.
    """
    replies = []
    with book.change():
        for index, request in enumerate(body.get("requests", [])):
            replies.append(_one(book, without_nulls(request), caller, index))
    if not replies:
        raise invalid("Must specify at least one request.")
    return {"spreadsheetId": book.book_id, "replies": replies}


def _one(book: Book, request: Json, caller: str, index: int) -> Json:
    kind = next(iter(request), "")
    try:
        if kind == "addProtectedRange":
            reply: Json | None = ranges.add_protection(book, request[kind], caller)
        elif kind in KINDS:
            reply = KINDS[kind](book, request[kind])
        else:
            reply = _unknown(kind)
    except ApiError as error:
        raise error.under(f"requests[{index}].{kind}") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise invalid(f"Invalid requests[{index}].{kind}: {error!r}") from None
    if reply is None:
        return {}
    return {kind: {key: _printed(value) for key, value in reply.items()}}


def _unknown(kind: str) -> Json:
    raise invalid(f'Unknown name "{kind}": cannot find field.')


def _printed(value: object) -> object:
    if isinstance(value, list):
        return [_printed(item) for item in value]
    return ranged(value) if isinstance(value, dict) else value


def without_nulls(value: Json) -> Json:
    """Return a JSON object without its nulls, at every depth: null means "not given"."""
    return {key: _clean(part) for key, part in value.items() if part is not None}


def _clean(part: object) -> object:
    if isinstance(part, dict):
        return without_nulls(part)
    return [_clean(item) for item in part] if isinstance(part, list) else part
