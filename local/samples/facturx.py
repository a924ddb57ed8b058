"""A seller's Factur-X invoice: a French page by typst with the CII inside (profile EN 16931)."""

from __future__ import annotations

import calendar
import datetime as dt
import io
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import pikepdf
import typst
from lxml import etree

import bordereau
from local.samples.cii import cii_xml
from local.samples.model import SampleInvoice, SampleParty
from local.samples.notes import NOTES, REVERSE_CHARGE

_FOLDER: Final = Path(__file__).parent
_FONTS: Final = Path(bordereau.__file__).parent / "documents" / "fonts"
_COLOURS: Final = ("#1f4e8c", "#7a2e3a", "#2c5f4b", "#6a4a12", "#4b3b7c")
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_EXTENSION: Final = "http://www.aiim.org/pdfa/ns/extension/"
_SCHEMA: Final = "http://www.aiim.org/pdfa/ns/schema#"
_PROPERTY: Final = "http://www.aiim.org/pdfa/ns/property#"
_FX: Final = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES: Final = (
    ("DocumentFileName", "factur-x.xml"),
    ("DocumentType", "INVOICE"),
    ("Version", "1.0"),
    ("ConformanceLevel", "EN 16931"),
)


def facturx_pdf(invoice: SampleInvoice) -> bytes:
    """Return the invoice as PDF/A-3 with ``factur-x.xml``; the same invoice, the same bytes."""
    content, warnings = _compiler().compile_with_warnings(
        format="pdf",
        sys_inputs={
            "data": json.dumps(_page(invoice), ensure_ascii=False),
            "xml": cii_xml(invoice).decode(),
        },
        pdf_standards=["a-3b"],
        timestamp=calendar.timegm(invoice.issued_on.timetuple()),
    )
    assert not warnings, warnings[0].message
    assert isinstance(content, bytes), "one PDF, not one file for each page"
    return _with_metadata(content)


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FONTS)]
    )
    return typst.Compiler(str(_FOLDER / "invoice.typ"), root=str(_FOLDER), font_paths=fonts)


def _page(invoice: SampleInvoice) -> dict[str, Any]:
    kind = "Avoir" if invoice.is_credit_note else "Facture"
    factor = None if invoice.is_credit_note else invoice.factor
    seller = invoice.seller
    colour = sum(map(ord, seller.name)) % len(_COLOURS)
    notes = [f"{text}" for _, text in NOTES]
    if not invoice.vat_rate_bps:
        notes.append(f"{REVERSE_CHARGE}.")
    return {
        "title": f"{kind} {invoice.number}",
        "kind": kind,
        "number": invoice.number,
        "colour": _COLOURS[colour],
        "seller": _party(seller),
        "buyer": _party(invoice.buyer),
        "facts": _facts(invoice),
        "labels": {
            "buyer": "Facturé à" if not invoice.is_credit_note else "Client",
            "columns": ["Désignation", "Quantité", "Prix unitaire HT", "Montant HT"],
            "clause": "Règlement à notre affactureur",
        },
        "lines": [
            [line.label, str(line.quantity), _euros(line.price_cents), _euros(line.net_cents)]
            for line in invoice.lines
        ],
        "totals": [
            ["Total HT", _euros(invoice.net_cents)],
            [f"TVA {_percent(invoice.vat_rate_bps)}", _euros(invoice.vat_cents)],
            [
                "Net à votre crédit" if invoice.is_credit_note else "Net à payer TTC",
                _euros(invoice.gross_cents),
            ],
        ],
        "clause": factor.clause if factor else "",
        "bank": [["Titulaire", factor.name], ["IBAN", _groups(factor.iban)], ["BIC", factor.bic]]
        if factor
        else [],
        "notes": notes,
        "footer": f"{seller.name} · SIREN {_siren(seller.siren)} · TVA {seller.vat_number}",
    }


def _party(who: SampleParty) -> dict[str, Any]:
    ids = [f"SIREN {_siren(who.siren)}"] if who.siren else []
    if who.vat_number:
        ids.append(f"TVA {who.vat_number}")
    country = "" if who.country == "FR" else f" ({who.country})"
    town = f"{who.postcode} {who.city}{country}"
    return {"name": who.name, "street": who.street, "town": town, "ids": ids}


def _facts(invoice: SampleInvoice) -> list[list[str]]:
    facts = [["Date", _day(invoice.issued_on)]]
    if not invoice.is_credit_note:
        facts.append(["Échéance", _day(invoice.due_on)])
    if invoice.preceding:
        facts.append(["Facture d'origine", invoice.preceding])
    if invoice.order_reference:
        facts.append(["Votre commande", invoice.order_reference])
    return facts


def _day(day: dt.date) -> str:
    return day.strftime("%d/%m/%Y")


def _euros(cents: int) -> str:
    whole = f"{cents // 100:,}".replace(",", "\u202f")
    return f"{whole},{cents % 100:02d}\u00a0€"


def _percent(rate_bps: int) -> str:
    whole, rest = divmod(rate_bps, 100)
    return f"{whole},{rest:02d}\u202f%" if rest else f"{whole}\u202f%"


def _groups(iban: str) -> str:
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def _siren(siren: str) -> str:
    return f"{siren[:3]}\u00a0{siren[3:6]}\u00a0{siren[6:]}"


def _with_metadata(pdf_bytes: bytes) -> bytes:
    """Add the Factur-X schema and its four values to the XMP that typst wrote."""
    with pikepdf.open(io.BytesIO(pdf_bytes)) as pdf:
        xmp = etree.fromstring(pdf.Root.Metadata.read_bytes())
        rdf = xmp.find(f".//{{{_RDF}}}RDF")
        assert rdf is not None, "typst writes XMP for PDF/A"
        _schemas_bag(rdf).append(_schema())
        values = etree.SubElement(rdf, f"{{{_RDF}}}Description", nsmap={"fx": _FX})
        values.set(f"{{{_RDF}}}about", "")
        for name, value in _PROPERTIES:
            etree.SubElement(values, f"{{{_FX}}}{name}").text = value
        packet = (
            b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
            + etree.tostring(xmp, encoding="UTF-8")
            + b'\n<?xpacket end="r"?>'
        )
        stream = pdf.make_stream(packet)
        stream.Type, stream.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
        pdf.Root.Metadata = stream
        target = io.BytesIO()
        pdf.save(target, deterministic_id=True, compress_streams=False)
        return target.getvalue()


def _schemas_bag(rdf: etree._Element) -> etree._Element:
    bag = rdf.find(f".//{{{_EXTENSION}}}schemas/{{{_RDF}}}Bag")
    if bag is not None:
        return bag
    description = etree.SubElement(
        rdf, f"{{{_RDF}}}Description", nsmap={"pdfaExtension": _EXTENSION}
    )
    description.set(f"{{{_RDF}}}about", "")
    schemas = etree.SubElement(description, f"{{{_EXTENSION}}}schemas")
    return etree.SubElement(schemas, f"{{{_RDF}}}Bag")


def _schema() -> etree._Element:
    item = etree.Element(f"{{{_RDF}}}li", nsmap={"pdfaSchema": _SCHEMA, "pdfaProperty": _PROPERTY})
    item.set(f"{{{_RDF}}}parseType", "Resource")
    for name, value in (
        ("schema", "Factur-X PDFA Extension Schema"),
        ("namespaceURI", _FX),
        ("prefix", "fx"),
    ):
        etree.SubElement(item, f"{{{_SCHEMA}}}{name}").text = value
    holder = etree.SubElement(item, f"{{{_SCHEMA}}}property")
    sequence = etree.SubElement(holder, f"{{{_RDF}}}Seq")
    for name, _ in _PROPERTIES:
        entry = etree.SubElement(sequence, f"{{{_RDF}}}li")
        entry.set(f"{{{_RDF}}}parseType", "Resource")
        for part, value in (
            ("name", name),
            ("valueType", "Text"),
            ("category", "external"),
            ("description", f"Factur-X {name}"),
        ):
            etree.SubElement(entry, f"{{{_PROPERTY}}}{part}").text = value
    return item
