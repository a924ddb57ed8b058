"""The only place that parses XML: no entity, no network, no doctype, capped size.

lxml with ``resolve_entities=False`` does not complain about an external entity, it leaves the
field empty; so a document with any doctype is refused (handbook: corpora 3, reliability 3.3).
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from bordereau.readers.refusal import refused

XML_BYTES_MAX: Final = 10 * 1024 * 1024
TAGS_MAX: Final = 1_000_000
"""``<`` signs in the bytes: two for an element; keeps a tree far below 256 MB."""

_PARSER: Final = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
    remove_blank_text=True,
    collect_ids=False,
)
"""Blank text between elements is left out: a fifth less time, and nothing that a reader wants."""


class _Nothing(etree.Resolver):
    """Refuses whatever a document wants loaded.

    With all the switches above libxml2 still opens the file of a parameter entity of the internal
    subset (``<!ENTITY % p SYSTEM "file:…"> %p;``) before anyone can see that there is a doctype.
    """

    def resolve(self, system_url: str, public_id: str, context: object = None) -> None:  # noqa: ARG002
        """Stop the parse: only a doctype makes a document ask for another file."""
        raise refused("xml-doctype")


_PARSER.resolvers.add(_Nothing())


def parse_xml(data: bytes) -> etree._Element:
    """Return the root element of ``data``.

    Raises:
        RefusedError: ``xml-empty``, ``xml-too-big``, ``xml-malformed`` (facts: line, reason) or
            ``xml-doctype``.
    """
    if not data.strip():
        raise refused("xml-empty")
    if len(data) > XML_BYTES_MAX or data.count(b"<") > TAGS_MAX:
        raise refused("xml-too-big", megabytes=str(XML_BYTES_MAX // 2**20))
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        if b"<!DOCTYPE" in data[:4096]:
            raise refused("xml-doctype") from error
        raise refused("xml-malformed", line=str(error.lineno or 1)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise refused("xml-doctype")
    return root


def local_name(root: etree._Element) -> str:
    """Return the root's name without namespace, for telling a person what the file is.

    >>> local_name(etree.fromstring("<a:Order xmlns:a='urn:x'/>"))
    'Order'
    """
    return etree.QName(root).localname
