"""« Reprise »: an existing portfolio, pasted from what the old system shows (docs/adr/0010).

One tab for every kind of row: the type says which cells a line needs. A cell that its type does not
use must be empty, so that nothing stands there without effect.
"""

from __future__ import annotations

from typing import Final

from bordereau.domain.workbook.choices import CURRENCIES, YES_NO
from bordereau.domain.workbook.columns import (
    Column,
    Kind,
    Tab,
    TabKind,
    answers,
    choices,
    ref_column,
)

FIGURES: Final = choices(
    outstanding="Encours",
    approved="Approuvé",
    fund="Fonds de garantie",
    current="Comptes courants",
    transit="Virements en cours",
    bank="Banque",
    unallocated="Encaissements non affectés",
    credits="Crédits des acheteurs",
    unapproved="Hors agrément",
    disputed="Réserves pour litiges",
    defunded="Réserves de définancement",
    specific="Réserves particulières",
    in_use="En-cours de financement",
    count="Nombre de factures",
)

TYPES: Final = choices(
    dossier="Dossier",
    contract="Contrat",
    line="Ligne de garantie",
    invoice="Facture",
    payout="Virement en cours",
    receipt="Encaissement non affecté",
    credit="Crédit d'un acheteur",
    bank="Solde bancaire",
    total="Total de contrôle",
)

NEEDED: Final = {
    "dossier": ("day",),
    "contract": ("seller", "issued_on", "open", "approved", "retained", "balance"),
    "line": ("debtor", "amount"),
    "invoice": (
        *("seller", "debtor", "number", "issued_on", "due_on", "day"),
        *("amount", "open", "approved", "retained"),
    ),
    "payout": ("seller", "number", "day", "amount"),
    "receipt": ("account", "number", "day", "amount"),
    "credit": ("account", "debtor", "number", "day", "amount"),
    "bank": ("account", "balance"),
    "total": ("figure", "balance"),
}
"""The cells that each type needs."""

ALLOWED: Final = {
    "dossier": ("action",),
    "contract": ("specific", "last_number", "fees"),
    "line": ("seller", "due_on", "day"),
    "invoice": ("disputed", "basis", "rate", "place", "defunded", "level"),
    "payout": (),
    "receipt": ("debtor", "text"),
    "credit": (),
    "bank": (),
    "total": (),
}
"""The cells that a type may have besides."""

TAKE_ON: Final = Tab(
    "take_on",
    140,
    "Reprise",
    TabKind.STAFF,
    (
        ref_column(),
        Column("dossier", "Dossier", Kind.CODE, "Vide : dossier 1.", width=75, default="1"),
        Column(
            "type",
            "Type",
            Kind.CHOICE,
            "Un Dossier donne la date ; les autres lignes sont ce que l'ancien système montre.",
            choices=TYPES,
            width=180,
            is_required=True,
        ),
        Column(
            "day",
            "Date",
            Kind.DATE,
            "Dossier : arrêté au. Ligne : notifiée le. Facture : cédée le. Virement : ordonné le."
            " Encaissement : reçu le. Crédit : depuis le.",
            width=95,
        ),
        Column("seller", "Client", Kind.LISTED, width=190, list_key="sellers"),
        Column("currency", "Devise", Kind.CHOICE, choices=CURRENCIES, width=70, default="EUR"),
        Column(
            "debtor",
            "Débiteur",
            Kind.LISTED,
            "Ligne sans client : plafond de l'acheteur, tous clients confondus.",
            width=190,
            list_key="debtors",
        ),
        Column("account", "Compte", Kind.LISTED, width=190, list_key="accounts"),
        Column(
            "number",
            "N°",
            Kind.CODE,
            "Facture : son numéro. Virement : sa référence à la banque (EndToEndId)."
            " Encaissement : référence de la banque. Crédit : numéro de l'avoir.",
            width=150,
        ),
        Column(
            "issued_on",
            "Émise le",
            Kind.DATE,
            "Contrat : sa date de départ, dont part l'anniversaire.",
            width=95,
        ),
        Column("due_on", "Échéance", Kind.DATE, "Ligne : valable jusqu'au.", width=95),
        Column(
            "amount",
            "Montant",
            Kind.AMOUNT,
            "Facture : TTC. Ligne : montant accordé. Encaissement et crédit : ce qu'il en reste.",
            width=115,
        ),
        Column("open", "Ouvert", Kind.AMOUNT, "Contrat : son encours.", width=115),
        Column("approved", "Approuvé", Kind.AMOUNT, "Contrat : total approuvé.", width=115),
        Column("retained", "Fonds", Kind.AMOUNT, "Contrat : son fonds de garantie.", width=110),
        Column("disputed", "En litige", Kind.AMOUNT, width=100),
        Column(
            "basis",
            "Base financée",
            Kind.AMOUNT,
            "Vide : ce qui est approuvé, plus ce qui en est déjà payé.",
            width=110,
        ),
        Column("rate", "Quotité", Kind.RATE, "Vide : celle des Conditions à la cession.", width=80),
        Column("place", "Rang du jour", Kind.COUNT, "Ordre de la remise ; vide : 1.", width=95),
        Column("defunded", "Définancée", Kind.CHOICE, choices=YES_NO, width=90),
        Column("level", "Relances", Kind.COUNT, "Niveau atteint ; vide : aucune.", width=80),
        Column(
            "balance",
            "Solde",
            Kind.BALANCE,
            "Contrat : compte courant, négatif s'il doit. Banque : solde du relevé."
            " Total : ce que l'ancien système montre.",
            width=125,
        ),
        Column("specific", "Réserves particulières", Kind.AMOUNT, width=130),
        Column(
            "last_number",
            "Dernier décompte n°",
            Kind.COUNT,
            "La numérotation continue.",
            width=125,
        ),
        Column(
            "fees",
            "Commissions de l'année",
            Kind.AMOUNT,
            "HT, facturées depuis le dernier anniversaire du contrat.",
            width=140,
        ),
        Column("figure", "Total", Kind.CHOICE, choices=FIGURES, width=180),
        Column("text", "Libellé", Kind.LONG_TEXT, width=180),
        Column(
            "action",
            "Décision",
            Kind.CHOICE,
            "Sur la ligne Dossier. Reprendre n'agit que si tout concorde.",
            choices=choices(check="Contrôler", take="Reprendre"),
            width=110,
        ),
        *answers(),
    ),
    prefix="T",
    lines=100,
    group="settings",
    is_hidden=True,
    guide="Un portefeuille existant, collé puis contrôlé en entier avant d'être repris.",
)
