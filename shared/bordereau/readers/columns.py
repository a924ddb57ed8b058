"""Titles of schedule columns in French and English, in any order (after ``header_key``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bordereau.readers.cells import header_key, text_of

_SYNONYMS: Final = {
    "number": (
        "n facture|no facture|num facture|numero facture|facture n|facture no|facture numero|"
        "facture|ref facture|reference facture|n piece|no piece|num piece|numero piece|piece|"
        "piece comptable|ref piece|reference piece|numero|n|no|num|n document|numero document|"
        "document|ref document|facture avoir|n facture avoir|ref|"
        "invoice|invoice number|invoice no|invoice num|invoice n|invoice id|invoice ref|"
        "invoice reference|number|document number|document no|reference|inv no|inv number"
    ),
    "issued": (
        "date facture|date emission|emission|date piece|date document|date|facture le|"
        "emise le|date comptable|date facturation|date creation|"
        "invoice date|issue date|issued|issued on|document date|date issued|inv date"
    ),
    "due": (
        "echeance|date echeance|date limite|date limite paiement|date limite reglement|a payer le|"
        "echeance le|date ech|ech|date reglement|date paiement|echeance facture|"
        "due|due date|due on|payment date|payment due|payment due date|maturity|maturity date"
    ),
    "siren": (
        "siren|siren acheteur|siren debiteur|siren client|n siren|no siren|numero siren|siret|"
        "siret acheteur|siret debiteur|siret client|n siret|no siret|numero siret|siren siret|"
        "siret siren|siren ou siret|siret ou siren|identifiant acheteur|identifiant debiteur|"
        "n siren acheteur|n siren debiteur|n siren client|n siret acheteur|n siret debiteur|"
        "n siret client|identifiant siren|code siren|siren tiers|siret tiers|"
        "debtor siren|buyer siren|customer siren|siren number|siret number|debtor id|buyer id|"
        "customer id|debtor siret|buyer siret|customer siret|company number|registration number"
    ),
    "vat_number": (
        "tva acheteur|n tva|no tva|n tva acheteur|n tva debiteur|n tva client|numero tva|"
        "tva intracommunautaire|tva intra|n tva intra|n tva intracommunautaire|"
        "numero tva intracommunautaire|identifiant tva|"
        "vat number|vat no|vat id|debtor vat|buyer vat|customer vat|vat registration number|"
        "buyer vat number|debtor vat number|customer vat number|buyer vat no|debtor vat no|"
        "customer vat no|buyer vat id|debtor vat id|customer vat id"
    ),
    "debtor": (
        "acheteur|debiteur|client|nom acheteur|nom debiteur|nom client|raison sociale|"
        "raison sociale acheteur|raison sociale debiteur|raison sociale client|tiers|"
        "nom tiers|denomination|denomination sociale|debiteur cede|societe|nom societe|"
        "debtor|buyer|customer|debtor name|buyer name|customer name|company|company name|"
        "account name"
    ),
    "amount": (
        "montant ttc|montant|ttc|total ttc|montant facture|net a payer|montant a payer|"
        "montant cede|montant total ttc|montant total|mt ttc|mtt ttc|mnt ttc|montant creance|"
        "montant facture ttc|montant ttc facture|reste a payer|reste du|solde|solde du|"
        "montant net a payer|montant du|total facture|prix ttc|somme due|montant ttc cede|"
        "amount|gross|gross amount|total amount|amount due|payable|total|amount payable|"
        "invoice amount|amount incl vat|amount including vat|total incl vat|gross total|"
        "total gross|invoice total|balance due|outstanding amount|amount gross|open amount"
    ),
    "currency": "devise|monnaie|code devise|dev|currency|currency code|ccy|cur",
    "net": "montant ht|ht|total ht|mt ht|montant total ht|net amount|net|amount excl vat|subtotal",
    "vat": "montant tva|tva|total tva|mt tva|vat|vat amount|tax|tax amount",
    "type": (
        "type|nature|type document|type piece|nature piece|nature document|facture ou avoir|"
        "code type|sens|document type|kind|invoice type"
    ),
}
_FILLERS: Final = frozenset(
    (
        "de",
        "du",
        "des",
        "d",
        "la",
        "le",
        "les",
        "l",
        "en",
        "eur",
        "euro",
        "euros",
        "the",
        "of",
        "in",
    )
)
"""Words that change nothing in a title: « Date de la facture », « Montant TTC (en €) »."""
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
        field = _FIELD_OF.get(_title_key(cell)) if cell.startswith("t") else None
        if field:
            found.setdefault(field, index)
    return found


def _title_key(cell: str) -> str:
    """Return a title as looked up, words that change nothing left out (unless nothing is left).

    >>> _title_key("tDate de la facture"), _title_key("tMontant T.T.C. (en €)"), _title_key("t€")
    ('date facture', 'montant ttc', '')
    """
    words = header_key(re.sub(r"(?<=\b\w)\.(?=\w\b)", "", text_of(cell))).split()
    return " ".join(word for word in words if word not in _FILLERS)


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
