"""XML from nested tuples: ``("ram:Name", "text")`` or ``("ram:Name", {attributes}, child, …)``.

The prefix ``doc`` is written as the default namespace.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

Node = tuple[Any, ...]


def element(node: Node, spaces: Mapping[str, str]) -> etree._Element:
    """Return the element of a node; ``None`` and empty texts among the children are left out."""
    name, *content = node
    names: dict[Any, str] = {_prefix(key): uri for key, uri in spaces.items()}
    root = etree.Element(_qualified(name, spaces), nsmap=names)
    _fill(root, content, spaces)
    return root


def _prefix(key: str) -> str | None:
    return None if key == "doc" else key


def _fill(parent: etree._Element, content: list[Any], spaces: Mapping[str, str]) -> None:
    for item in content:
        if item is None or item == "":
            continue
        if isinstance(item, dict):
            for key, value in item.items():
                parent.set(key, value)
        elif isinstance(item, str):
            parent.text = item
        else:
            name, *rest = item
            _fill(etree.SubElement(parent, _qualified(name, spaces)), rest, spaces)


def _qualified(name: str, spaces: Mapping[str, str]) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{spaces[prefix]}}}{local}"


def to_bytes(root: etree._Element) -> bytes:
    """Return the document as UTF-8 with its declaration, indented."""
    etree.indent(root, space=" ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
