"""Requests about named and protected ranges, filters and conditional formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sheets_api import masks
from local.sheets_api.a1 import grid_range
from local.sheets_api.cells import colored
from local.sheets_api.errors import invalid

if TYPE_CHECKING:
    from local.sheets_api.book import Book, Sheet
    from local.sheets_api.errors import Json


def add_name(book: Book, request: Json) -> Json:
    """Give a range a name."""
    named = {"namedRangeId": str(book.new_id())} | request["namedRange"]
    if any(other["name"].casefold() == named["name"].casefold() for other in book.named):
        raise invalid(f'A named range with the name "{named["name"]}" already exists.')
    book.journal.replace(book, "named", [*book.named, named])
    return {"namedRange": named}


def _known(owners: list[Json], key: str, wanted: object, kind: str) -> Json:
    for owner in owners:
        if owner[key] == wanted:
            return owner
    raise invalid(f"No {kind} with id: {wanted}")


def update_name(book: Book, request: Json) -> None:
    """Change a name, or the range that it means."""
    body = request["namedRange"]
    old = _known(book.named, "namedRangeId", body["namedRangeId"], "named range")
    new = masks.change(old, body, masks.parse(request["fields"]))
    named = [new if one is old else one for one in book.named]
    book.journal.replace(book, "named", named)


def delete_name(book: Book, request: Json) -> None:
    """Forget a name."""
    old = _known(book.named, "namedRangeId", request["namedRangeId"], "named range")
    book.journal.replace(book, "named", [one for one in book.named if one is not old])


def add_protection(book: Book, request: Json, caller: str) -> Json:
    """Protect a range; the caller always remains one of its editors."""
    body = request["protectedRange"]
    sheet = book.sheet(body.get("range", {}).get("sheetId", 0))
    editors = {key: value for key, value in body.get("editors", {}).items() if value}
    kept = {key: value for key, value in body.items() if value and key != "editors"}
    new = {"protectedRangeId": book.new_id()} | kept | {"requestingUserCanEdit": True}
    users = [*editors.get("users", [])]
    users += [] if caller in users else [caller]
    whole = new | {"editors": editors | {"users": users}}
    book.set_part(sheet, "protectedRanges", [*sheet.data.get("protectedRanges", []), whole])
    return {"protectedRange": new | {"editors": editors}}


def _protection(book: Book, wanted: object) -> tuple[Sheet, Json]:
    for sheet in book.sheets:
        for one in sheet.data.get("protectedRanges", []):
            if one["protectedRangeId"] == wanted:
                return sheet, one
    raise invalid(f"No protected range with id: {wanted}")


def update_protection(book: Book, request: Json) -> None:
    """Change a protection."""
    body = request["protectedRange"]
    sheet, old = _protection(book, body.get("protectedRangeId"))
    new = masks.change(old, body, masks.parse(request["fields"]))
    new["protectedRangeId"] = old["protectedRangeId"]
    ranges = [new if one is old else one for one in sheet.data["protectedRanges"]]
    book.set_part(sheet, "protectedRanges", ranges)


def delete_protection(book: Book, request: Json) -> None:
    """Remove a protection."""
    sheet, old = _protection(book, request.get("protectedRangeId"))
    rest = [one for one in sheet.data["protectedRanges"] if one is not old]
    book.set_part(sheet, "protectedRanges", rest)


def set_filter(book: Book, request: Json) -> None:
    """Put the filter of a tab on a range."""
    sheet, box = book.area(request["filter"]["range"])
    place = {"sheetId": sheet.sheet_id} | grid_range(0, box)
    book.set_part(sheet, "basicFilter", request["filter"] | {"range": place})


def clear_filter(book: Book, request: Json) -> None:
    """Remove the filter of a tab."""
    book.set_part(book.sheet(request.get("sheetId", 0)), "basicFilter", None)


def add_rule(book: Book, request: Json) -> None:
    """Add a conditional format, first unless an index says otherwise."""
    rule = colored({}, request["rule"])
    rule["ranges"] = request["rule"]["ranges"]
    sheet = book.sheet(rule["ranges"][0].get("sheetId", 0))
    rules = list(sheet.data.get("conditionalFormats", []))
    rules.insert(request.get("index", 0), rule)
    book.set_part(sheet, "conditionalFormats", rules)


def delete_rule(book: Book, request: Json) -> Json:
    """Remove the conditional format at an index."""
    sheet = book.sheet(request.get("sheetId", 0))
    rules = list(sheet.data.get("conditionalFormats", []))
    index = request.get("index", 0)
    if index >= len(rules):
        raise invalid(f"No conditional format on sheet: {sheet.sheet_id} at index: {index}")
    rule = rules.pop(index)
    book.set_part(sheet, "conditionalFormats", rules)
    return {"rule": rule}
