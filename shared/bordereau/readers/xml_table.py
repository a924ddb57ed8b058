"""Mapping tables: many fields of one element read by one compiled XPath call.

``concat(string(a), SEP, string(b), …)`` costs one call for a whole table. The separator is a
private-use character; a document that contains it is refused rather than read askew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from lxml import etree

from bordereau.readers.refusal import refused

SEPARATOR: Final = "\ue0ff"


class FieldTable:
    """Field names and their XPaths, relative to one context element; a missing field is ``""``."""

    def __init__(self, paths: Mapping[str, str], namespaces: Mapping[str, str]) -> None:
        self.names = tuple(paths)
        joined = f",'{SEPARATOR}',".join(f"string({path})" for path in paths.values())
        self._xpath = etree.XPath(
            f"concat({joined},'')", namespaces=dict(namespaces), smart_strings=False
        )

    def read(self, context: etree._Element | None) -> dict[str, str]:
        """Return every field of the table, outer white space removed, otherwise as written."""
        if context is None:
            return dict.fromkeys(self.names, "")
        values = str(self._xpath(context)).split(SEPARATOR)
        if len(values) != len(self.names):
            raise refused("xml-odd-signs")
        return dict(zip(self.names, map(str.strip, values), strict=True))


class NodeList:
    """One XPath that gives elements or texts, in document order."""

    def __init__(self, path: str, namespaces: Mapping[str, str]) -> None:
        self._xpath = etree.XPath(path, namespaces=dict(namespaces), smart_strings=False)

    def nodes(self, context: etree._Element | None) -> list[etree._Element]:
        """Return the elements the path selects."""
        if context is None:
            return []
        found: list[etree._Element] = cast("Any", self._xpath(context))
        return found

    def texts(self, context: etree._Element | None) -> list[str]:
        """Return the texts the path selects (it ends in ``text()`` or ``@name``), stripped."""
        if context is None:
            return []
        found: list[str] = cast("Any", self._xpath(context))
        return list(map(str.strip, found))

    def is_any(self, context: etree._Element) -> bool:
        """Return whether the path selects anything."""
        return bool(self._xpath(context))
