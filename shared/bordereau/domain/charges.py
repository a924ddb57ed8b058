"""Charges of the price list, under the standard French vocabulary for them (handbook domain 2.6).

Each has a VAT rate of its own (``vat/<code>``) and, where staff type one, a dated price before VAT
(``price/<code>``, cents): what was charged stays as it was charged.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from bordereau.domain.identifiers import PartyId

DIRECT_PAYMENT: Final = "direct_payment"
UNASSIGNED_RECEIPT: Final = "unassigned_receipt"
ANCILLARY: Final = "ancillary"
COLLECTION_FEE: Final = "collection_fee"
"""The commission of a mandate (ADR 21): computed, never typed."""

PRICE: Final = "price/"
"""What the code of a dated price begins with."""

CHARGE_LABELS: Final = {
    ANCILLARY: "Frais annexes",
    "file_opening": "Frais de dossier",
    "payment_means": "Traitement des moyens de paiement",
    "debtor_accounts": "Ouverture et suivi des comptes acheteurs",
    "debtor_litigation": "Contentieux acheteur",
    "web_access": "Accès internet",
    "notification": "Notification",
    "documents": "Documents sur demande",
    "extra_batches": "Remises complémentaires",
    "special_advances": "Financements dérogatoires",
    "amendment": "Avenant",
    "seller_litigation": "Contentieux client",
    "seizure": "Saisie ou avis à tiers détenteur",
    "insolvency": "Procédure collective",
    "paper_batch": "Remise papier",
    "batch_anomaly": "Anomalie sur remises",
    UNASSIGNED_RECEIPT: "Opérations sur factures non cédées",
    DIRECT_PAYMENT: "Règlement direct non restitué",
    "unpaid": "Impayé",
}
"""Every charge per event by its code, as the sheet and the statements name it."""


def price_code(code: str, seller: PartyId | None = None) -> str:
    """Return the code of a charge's dated price: everybody's, or that of one seller.

    >>> price_code("unpaid"), price_code("unpaid", PartyId("siren:552081317"))
    ('price/unpaid', 'price/siren:552081317/unpaid')
    """
    return f"{PRICE}{seller}/{code}" if seller else f"{PRICE}{code}"


@dataclass(frozen=True, slots=True)
class PendingCharge:
    """A charge that waits for the next E2: its charge code and net amount."""

    code: str
    net_cents: int
    since_on: dt.date
