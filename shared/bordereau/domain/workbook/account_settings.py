"""The accounts of the general ledger as staff map them in « Réglages »: code and usual label.

Each is a setting ``account/<code>`` with a number and perhaps another label. Labels are those of
the texts, which a test compares.
"""

from __future__ import annotations

from typing import Final

PREFIX: Final = "account/"

ACCOUNT_LABELS: Final = (
    ("receivables", "Créances cédées"),
    ("seller_current", "Comptes courants d'affacturage"),
    ("guarantee_fund", "Fonds de garantie"),
    ("hold_unapproved", "Réserves au-delà des lignes"),
    ("hold_dispute", "Réserves pour litiges"),
    ("hold_defunded", "Réserves de définancement"),
    ("hold_specific", "Réserves particulières"),
    ("payouts_in_transit", "Virements émis en cours"),
    ("fee_income_factoring", "Commissions d'affacturage"),
    ("fee_income_financing", "Commissions de financement"),
    ("ancillary_income", "Frais annexes facturés"),
    ("vat_output", "TVA collectée"),
    ("small_differences", "Écarts de règlement"),
    ("credit_losses", "Pertes sur créances"),
    ("insurer_claims", "Indemnités d'assurance-crédit à recevoir"),
    ("insurer_share_payable", "Part de l'assureur à reverser"),
    ("recoveries", "Rentrées sur créances amorties"),
    ("late_interest_income", "Intérêts de retard"),
    ("recovery_indemnity", "Indemnités forfaitaires de recouvrement"),
    ("mandate_claims", "Créances en mandat de recouvrement"),
    ("mandate_counterpart", "Contrepartie des mandats de recouvrement"),
    ("bank", "Banque"),
    ("unallocated_receipts", "Encaissements à imputer"),
    ("debtor_credits", "Avoirs et trop-perçus des débiteurs"),
    ("bank_charges", "Services bancaires"),
    ("bank_clearing", "Virements internes"),
    ("opening_balance", "Bilan d'ouverture"),
    ("result_brought_forward", "Report à nouveau"),
)
