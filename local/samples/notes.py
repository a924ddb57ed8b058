"""The notes that French law wants on every invoice (BR-FR-05), worded by us."""

from __future__ import annotations

from typing import Final

NOTES: Final = (
    ("PMT", "Indemnité forfaitaire pour frais de recouvrement en cas de retard : 40 euros."),
    ("PMD", "Pénalités de retard : trois fois le taux d'intérêt légal."),
    ("AAB", "Aucun escompte n'est accordé pour paiement anticipé."),
)
REVERSE_CHARGE: Final = "Autoliquidation de la TVA par le preneur"
