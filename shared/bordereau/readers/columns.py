"""Titles of schedule columns in French and English, in any order (after ``header_key``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bordereau.readers.cells import header_key, text_of

_SYNONYMS: Final = {
    "number": (
        "n facture|no facture|num facture|numero facture|numero de facture|n de facture|facture n|"
        "facture|ref facture|reference facture|n piece|numero piece|piece|numero|n document|"
        "invoice|invoice number|invoice no|invoice id|number|document number|reference"
    ),
    "issued": (
        "date facture|date de facture|date de la facture|date emission|date d emission|emission|"
        "date piece|date document|date|facture le|invoice date|issue date|issued|document date"
    ),
    "due": (
        "echeance|date echeance|date d echeance|date limite|a payer le|due|due date|payment date|"
        "date de reglement"
    ),
    "siren": (
        "siren|siren acheteur|siren debiteur|siren client|n siren|siret|siret acheteur|"
        "siret debiteur|siret client|n siret|siren siret|siren ou siret|identifiant acheteur|"
        "debtor siren|buyer siren|customer siren|debtor id|buyer id"
    ),
    "vat_number": (
        "tva acheteur|n tva|n tva acheteur|numero tva|numero de tva|tva intracommunautaire|"
        "n tva intracommunautaire|vat number|vat id|debtor vat|buyer vat"
    ),
    "debtor": (
        "acheteur|debiteur|client|nom acheteur|nom debiteur|nom client|nom du client|"
        "nom du debiteur|raison sociale|debtor|buyer|customer|debtor name|buyer name|customer name"
    ),
    "amount": (
        "montant ttc|montant|ttc|total ttc|montant facture|net a payer|montant a payer|"
        "montant cede|montant ttc eur|montant ttc en eur|montant eur|amount|gross|gross amount|"
        "total amount|amount due|payable|total"
    ),
    "currency": "devise|monnaie|currency",
    "net": "montant ht|ht|total ht|net amount|net",
    "vat": "montant tva|tva|total tva|vat|vat amount",
}
_FIELD_OF: Final = {
    title: field for field, titles in _SYNONYMS.items() for title in titles.split("|")
}
NEEDED: Final = (
    ("number", "N° facture"),
    ("issued", "Date facture"),
    ("siren", "SIREN"),
    ("amount", "Montant TTC"),
)
_HEADER_ROWS: Final = 30
_HEADER_FIELDS_MIN: Final = 3

Row = Sequence[str]


def columns_of(row: Row) -> dict[str, int]:
    """Return field to column index for a header row; the first column of a field counts.

    >>> columns_of(["tN° facture", "tÉchéance", "tx"])
    {'number': 0, 'due': 1}
    """
    found: dict[str, int] = {}
    for index, cell in enumerate(row):
        field = _FIELD_OF.get(header_key(text_of(cell))) if cell.startswith("t") else None
        if field:
            found.setdefault(field, index)
    return found


def header_of(rows: Sequence[Row]) -> tuple[int, dict[str, int]]:
    """Return ``(row index, columns)`` of the best header among the first 30 rows, else -1."""
    best: tuple[int, dict[str, int]] = (-1, {})
    for index, row in enumerate(rows[:_HEADER_ROWS]):
        columns = columns_of(row)
        if len(columns) >= _HEADER_FIELDS_MIN and len(columns) > len(best[1]):
            best = (index, columns)
    return best


def missing_columns(columns: dict[str, int]) -> list[str]:
    """Return the titles of needed columns that are not there; a VAT number stands for SIREN."""
    present = set(columns) | ({"siren"} if "vat_number" in columns else set())
    return [title for field, title in NEEDED if field not in present]
