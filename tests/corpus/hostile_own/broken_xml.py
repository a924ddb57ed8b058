"""Invoices in XML that are crafted to be read as something else, or to be expensive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from local.sample_invoices import cii_xml, ubl_xml
from tests.corpus.hostile_own.model import Hostile
from tests.unit.readers.documents import INVOICE, spoilt

CII: Final = cii_xml(INVOICE)
GROSS: Final = b"11621.40"
_PAYABLE: Final = b"<ram:DuePayableAmount>11621.40</ram:DuePayableAmount>"


def files() -> Iterator[Hostile]:
    """Yield them all."""
    yield from _amounts()
    yield from _doubles()
    yield from _texts()
    yield from _prologs()
    yield from _sizes()


def _payable(text: str) -> bytes:
    assert _PAYABLE in CII
    return CII.replace(_PAYABLE, f"<ram:DuePayableAmount>{text}</ram:DuePayableAmount>".encode(), 1)


def _amounts() -> Iterator[Hostile]:
    for name, text, expect, what in (
        ("comment", "116<!-- 1 -->21.40", "accept", "a comment inside an amount"),
        ("instruction", "116<?x 1?>21.40", "accept", "an instruction inside an amount"),
        ("cdata", "<![CDATA[11621.40]]>", "accept", "an amount in CDATA"),
        ("references", "&#49;&#49;621.40", "accept", "digits as character references"),
        ("spaces", " \n11621.40\t", "accept", "white space around an amount"),
        ("element", "<x>1</x>11621.40", "reject", "an element inside an amount"),
        ("plus", "+11621.40", "reject", "a plus sign"),
        ("minus_zero", "-0.00", "review-or-reject", "minus zero to pay"),
        ("no_whole", ".40", "reject", "no digit before the point"),
        ("no_decimals", "11621.", "reject", "no digit after the point"),
        ("two_points", "11.621.40", "reject", "two points"),
        ("hex", "0x2D65", "reject", "a hexadecimal number"),
        ("devanagari", "१1621.40", "reject", "a digit of another script"),
        ("superscript", "11621.4⁰", "reject", "a superscript digit"),
        ("long_zeros", "0" * 40 + "11621.40", "reject", "forty leading zeros"),
        ("long_decimals", "11621.40" + "0" * 40, "reject", "forty decimals"),
        ("empty", "", "reject", "nothing to pay is said"),
    ):
        yield Hostile(f"xml/amount_{name}.xml", _payable(text), expect, what)


def _doubles() -> Iterator[Hostile]:
    other = b"<ram:DuePayableAmount>1.00</ram:DuePayableAmount>"
    yield Hostile(
        "xml/two_payables.xml",
        CII.replace(_PAYABLE, _PAYABLE + other),
        "accept",
        "the first amount to pay counts",
    )
    yield Hostile(
        "xml/two_payables_turned.xml",
        CII.replace(_PAYABLE, other + _PAYABLE),
        "reject",
        "the first amount to pay does not add up",
    )
    alias = CII.replace(b"<ram:DuePayableAmount>", b"<ram:DuePayableAmount xmlns:ram='urn:x'>", 1)
    yield Hostile("xml/prefix_rebound.xml", alias, "reject", "the prefix means something else here")
    yield Hostile(
        "xml/wrong_case.xml",
        CII.replace(b"DuePayable", b"duePayable"),
        "reject",
        "element names in another case",
    )
    half = CII.rpartition(b"</rsm:ExchangedDocument>")
    yield Hostile("xml/second_root.xml", CII + b"<x/>", "reject", "a second root element")
    yield Hostile("xml/tail.xml", CII + b"\x00\x00", "reject", "zeros after the root element")
    yield Hostile("xml/cut_after_head.xml", half[0] + half[1], "reject", "cut behind the head")
    yield Hostile("xml/two_in_one.xml", CII + CII, "reject", "two documents one after the other")


def _texts() -> Iterator[Hostile]:
    for name, old, new, expect, what in (
        ("iban_zero_width", "IBANID>FR", "IBANID>\u200bFR", "review-or-reject", "a hidden sign"),
        ("iban_lower", "IBANID>FR", "IBANID>fr", "review-or-reject", "an IBAN in small letters"),
        ("iban_cyrillic", "IBANID>FR", "IBANID>F\u042f", "accept-or-review", "no IBAN at all"),
        ("siren_digits", ">123456782<", ">١٢٣٤٥٦٧٨٢<", "review-or-reject", "Arabic digits"),
        ("week_date", ">20261030<", ">2026-W44-5<", "reject", "a week date is no day"),
        ("year_zero", ">20261030<", ">00001030<", "reject", "the year 0"),
        ("day_with_time", ">20261030<", ">20261030T000000<", "reject", "a compact date with time"),
        ("due_far", ">20261214<", ">99991231<", "review-or-reject", "due in the year 9999"),
        ("type_padded", "Code>380<", "Code> 380\n<", "accept", "space around the type"),
        ("currency_word", "Code>EUR<", "Code>Euro<", "review-or-reject", "a currency as a word"),
        ("number_line", "FA-2026-0117", "FA-2026&#10;-0117", "reject", "a line break"),
        ("number_bell", "FA-2026-0117", "FA-2026&#133;-0117", "reject", "a C1 control"),
        ("number_nul", "FA-2026-0117", "FA&#0;", "reject", "a NUL as reference"),
        ("number_private", "FA-2026-0117", "FA\ue0ff117", "accept-or-reject", "a private sign"),
        ("name_rtl", "Compagnie", "\u202eeingapmoC", "accept-or-review", "turned text in a name"),
        ("name_blank", "Compagnie des Bâtisseurs SA", " \u00a0 ", "reject", "a name of blanks"),
    ):
        yield Hostile(f"xml/{name}.xml", spoilt(old, new), expect, what)


def _prologs() -> Iterator[Hostile]:
    body = CII.partition(b"?>")[2]
    for name, head, expect, what in (
        ("doctype_late", b"<!--" + b" " * 6000 + b"--><!DOCTYPE x>", "reject", "6 kB before it"),
        ("doctype_empty", b"<!DOCTYPE CrossIndustryInvoice>", "reject", "a bare doctype"),
        (
            "doctype_public",
            b'<!DOCTYPE x PUBLIC "-//X//Y" "http://127.0.0.1/x">',
            "reject",
            "a public identifier",
        ),
        ("doctype_ftp", b'<!DOCTYPE x SYSTEM "ftp://127.0.0.1/x.dtd">', "reject", "over ftp"),
        (
            "doctype_parameter",
            b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>',
            "reject",
            "a parameter entity on a local file: it must not even be opened",
        ),
        (
            "doctype_parameter_http",
            b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/"> %p;]>',
            "reject",
            "a parameter entity on the network",
        ),
        (
            "doctype_parameter_zero",
            b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///dev/zero"> %p;]>',
            "reject",
            "a parameter entity on a file without end",
        ),
        ("doctype_lower", b"<!doctype x>", "reject", "in small letters: malformed"),
        (
            "entity_attribute",
            b'<!DOCTYPE x [<!ENTITY e "v"><!ATTLIST x a CDATA "&e;">]>',
            "reject",
            "an entity in an attribute's default",
        ),
        (
            "catalog",
            b'<?oasis-xml-catalog catalog="http://127.0.0.1/c.xml"?>',
            "accept",
            "a catalogue is not fetched",
        ),
        ("stylesheet", b'<?xml-stylesheet href="file:///etc/passwd"?>', "accept", "not followed"),
        ("many_instructions", b"<?x y?>" * 20_000, "accept", "20,000 instructions"),
        ("many_comments", b"<!-- x -->" * 20_000, "accept", "20,000 comments"),
    ):
        yield Hostile(f"xml/{name}.xml", head + body, expect, what)
    text = CII.decode()
    plain = text.partition("?>")[2]
    yield Hostile("xml/utf16_be.xml", ("\ufeff" + plain).encode("utf-16-be"), "accept", "UTF-16 BE")
    doctype = "\ufeff<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + plain
    yield Hostile(
        "xml/utf16_doctype.xml", doctype.encode("utf-16-le"), "reject", "a hidden doctype"
    )
    yield Hostile(
        "xml/utf7.xml",
        b'<?xml version="1.0" encoding="utf-7"?>' + body,
        "accept-or-reject",
        "declared as UTF-7",
    )
    yield Hostile("xml/utf32.xml", text.encode("utf-32"), "accept-or-reject", "UTF-32")
    yield Hostile("xml/version_1_1.xml", b'<?xml version="1.1"?>' + body, "accept-or-reject", "1.1")


def _sizes() -> Iterator[Hostile]:
    note = b"<ram:IncludedNote><ram:Content>x</ram:Content></ram:IncludedNote>"
    mark = b"<ram:IncludedNote>"
    yield Hostile(
        "xml/notes_20000.xml", CII.replace(mark, note * 20_000 + mark, 1), "accept", "20,000 notes"
    )
    due = b"<ram:DueDateDateTime><udt:DateTimeString>20261214</udt:DateTimeString>"
    due += b"</ram:DueDateDateTime>"
    end = b"</ram:SpecifiedTradePaymentTerms>"
    assert end in CII
    yield Hostile(
        "xml/due_dates_5000.xml",
        CII.replace(end, due * 5000 + end, 1),
        "accept-or-review-or-reject",
        "5,000 due dates",
    )
    deep = b"<ram:X>" * 240 + b"</ram:X>" * 240
    yield Hostile("xml/depth_240.xml", CII.replace(mark, deep + mark, 1), "accept", "240 deep")
    deeper = b"<ram:X>" * 400 + b"</ram:X>" * 400
    yield Hostile("xml/depth_400.xml", CII.replace(mark, deeper + mark, 1), "reject", "400 deep")
    names = b"".join(b' xmlns:n%d="urn:n%d"' % (n, n) for n in range(3000))
    yield Hostile(
        "xml/namespaces_3000.xml",
        CII.replace(b"<ram:IncludedNote", b"<ram:X" + names + b"/><ram:IncludedNote", 1),
        "accept",
        "3,000 namespaces",
    )
    attributes = b"".join(b' a%d="1"' % n for n in range(20_000))
    yield Hostile(
        "xml/attributes_20000.xml",
        CII.replace(b"<ram:IncludedNote", b"<ram:X" + attributes + b"/><ram:IncludedNote", 1),
        "accept-or-reject",
        "20,000 attributes",
    )
    yield Hostile(
        "xml/number_1mb.xml",
        CII.replace(b"FA-2026-0117", b"F" * 1_000_000),
        "reject",
        "a number of one megabyte",
    )
    yield Hostile(
        "xml/clause_1mb.xml",
        spoilt("subrogé", "subrogé " + "pas " * 250_000),
        "accept",
        "a note of one megabyte",
    )
    yield Hostile(
        "xml/tags_11mb.xml",
        b"<a>" + b"<b/>" * 2_800_000 + b"</a>",
        "reject",
        "eleven megabytes of empty elements",
    )
    ubl = ubl_xml(INVOICE)
    yield Hostile(
        "xml/ubl_credit_root.xml",
        ubl.replace(b"xsd:Invoice-2", b"xsd:CreditNote-2"),
        "reject",
        "an invoice under the name space of credit notes",
    )
