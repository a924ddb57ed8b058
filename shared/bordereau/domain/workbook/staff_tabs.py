"""The tabs in which staff type: white columns theirs, grey ones looked up (sheets 5.2)."""

from __future__ import annotations

from typing import Final

from bordereau.domain.workbook.case_tabs import CASES
from bordereau.domain.workbook.choices import ALLOCATION_HELP, CURRENCIES, DEBTOR_HELP
from bordereau.domain.workbook.columns import (
    Column,
    Filler,
    Kind,
    Tab,
    TabKind,
    answers,
    choices,
    ref_column,
)
from bordereau.domain.workbook.known_settings import SETTING_CHOICES
from bordereau.domain.workbook.operation_tabs import OPERATIONS
from bordereau.domain.workbook.payout_tab import PAYOUTS
from bordereau.domain.workbook.quarantine_tab import QUARANTINE
from bordereau.domain.workbook.register_tabs import DEBTORS, SELLERS, SENDERS, TERMS
from bordereau.domain.workbook.take_on_tab import TAKE_ON


def _grey(key: str, label: str, kind: Kind = Kind.TEXT, *, width: int = 120) -> Column:
    return Column(key, label, kind, width=width, filler=Filler.SYSTEM, source=key)


LINES: Final = Tab(
    "lines",
    105,
    "Garanties",
    TabKind.STAFF,
    (
        ref_column(),
        Column(
            "seller",
            "Client",
            Kind.LISTED,
            "Vide : le plafond de l'acheteur, tous clients confondus.",
            width=265,
            list_key="sellers",
        ),
        Column("currency", "Devise", Kind.CHOICE, choices=CURRENCIES, width=70, is_required=True),
        Column(
            "debtor",
            "Débiteur",
            Kind.LISTED,
            DEBTOR_HELP,
            width=250,
            list_key="debtors",
            is_required=True,
        ),
        Column(
            "kind",
            "Type",
            Kind.CHOICE,
            "Demande : à étudier, sans effet. Accord, Baisse, Résiliation : à partir de la date"
            " d'effet. Gel : plus rien de nouveau, jusqu'au Dégel. Ce qui est approuvé le reste.",
            choices=choices(
                request="Demande",
                grant="Accord",
                cut="Baisse",
                cancel="Résiliation",
                freeze="Gel",
                unfreeze="Dégel",
            ),
            width=95,
            is_required=True,
        ),
        Column("amount", "Montant", Kind.AMOUNT, width=120),
        Column(
            "basis",
            "Base",
            Kind.CHOICE,
            "HT : la ligne est majorée de la TVA.",
            choices=choices(TTC="TTC", HT="HT"),
            width=65,
            default="TTC",
        ),
        Column("vat_rate", "Taux de TVA", Kind.RATE, "Pour une base HT.", width=95),
        Column("from_on", "Effet le", Kind.DATE, width=100, is_required=True),
        Column("to_on", "Valable jusqu'au", Kind.DATE, width=120),
        Column(
            "source",
            "Source",
            Kind.CHOICE,
            "La ligne est le plus petit des deux montants en vigueur.",
            choices=choices(internal="Interne", insurer="Assureur"),
            width=90,
            default="internal",
        ),
        Column("policy_ref", "N° assureur", Kind.CODE, width=105),
        Column("insured_share", "Quotité assurée", Kind.RATE, "De la perte hors taxes.", width=115),
        Column("reason", "Motif", Kind.LONG_TEXT, "Obligatoire pour Gel et Dégel.", width=170),
        Column(
            "asked_by",
            "Demandé par",
            help="Obligatoire pour Demande, Gel et Dégel.",
            width=110,
        ),
        Column(
            "limit",
            "Ligne en vigueur",
            Kind.AMOUNT,
            width=125,
            filler=Filler.ANSWER,
            source="limit",
        ),
        Column("used", "Utilisé", Kind.AMOUNT, width=110, filler=Filler.ANSWER, source="used"),
        Column("left", "Disponible", Kind.AMOUNT, width=110, filler=Filler.ANSWER, source="left"),
        Column(
            "review_on",
            "Prochaine revue",
            Kind.DATE,
            "Un an après l'accord, ou trente jours avant sa fin.",
            width=120,
            filler=Filler.ANSWER,
            source="review_on",
        ),
        *answers(),
    ),
    prefix="G",
    lines=200,
    group="day",
    guide="Demandes et lignes, dans un seul historique : on ajoute une ligne, on n'en efface pas.",
)

RECEIPTS: Final = Tab(
    "receipts",
    106,
    "Encaissements",
    TabKind.STAFF,
    (
        ref_column(),
        _grey("received_on", "Reçu le", Kind.DATE, width=95),
        _grey("amount", "Montant", Kind.AMOUNT, width=110),
        _grey("payer", "Donneur d'ordre", width=180),
        _grey("text", "Libellé", Kind.LONG_TEXT, width=260),
        _grey("account", "Compte", width=110),
        _grey("proposal", "Proposition", Kind.LONG_TEXT, width=200),
        _grey("rest", "Reste à imputer", Kind.AMOUNT, width=115),
        Column("debtor", "Débiteur", Kind.LISTED, DEBTOR_HELP, width=230, list_key="debtors"),
        Column("allocation", "Factures et montants", Kind.LONG_TEXT, ALLOCATION_HELP, width=220),
        Column(
            "action",
            "Décision",
            Kind.CHOICE,
            "Solder : imputer, puis clore le reste avec l'accord du client.",
            choices=choices(
                apply="Imputer",
                settle="Imputer et solder",
                keep="Trop-perçu à garder",
                seller_s="Non cédée (au client)",
                wait="Attendre",
            ),
            width=160,
            is_required=True,
        ),
        Column("seller", "Client", Kind.LISTED, "Pour Non cédée.", width=200, list_key="sellers"),
        Column("reason", "Motif", Kind.LONG_TEXT, width=150),
        *answers(),
    ),
    prefix="E",
    lines=120,
    feed="_encaissements",
    group="day",
    guide="Ce que personne n'a pu imputer : lisez le gris, répondez en blanc.",
)

MANUAL_RECEIPTS: Final = Tab(
    "manual_receipts",
    107,
    "Règlements manuels",
    TabKind.STAFF,
    (
        ref_column(),
        Column("received_on", "Date", Kind.DATE, width=100, is_required=True),
        Column("amount", "Montant", Kind.AMOUNT, width=120, is_required=True),
        Column(
            "means",
            "Moyen",
            Kind.CHOICE,
            choices=choices(transfer="Virement", cheque="Chèque", bill="LCR"),
            width=90,
            is_required=True,
        ),
        Column(
            "debtor",
            "Débiteur",
            Kind.LISTED,
            DEBTOR_HELP,
            width=250,
            list_key="debtors",
            is_required=True,
        ),
        Column(
            "account",
            "Compte",
            Kind.LISTED,
            "L'un de nos comptes, tirés de l'onglet Réglages.",
            width=250,
            list_key="accounts",
            is_required=True,
        ),
        Column("reference", "Référence", Kind.CODE, width=130, is_required=True),
        Column("allocation", "Factures", Kind.LONG_TEXT, ALLOCATION_HELP, width=210),
        Column("proof", "Preuve", Kind.LONG_TEXT, "Un lien.", width=150),
        Column(
            "action",
            "Décision",
            Kind.CHOICE,
            choices=choices(book="Enregistrer", reverse="Annuler"),
            width=110,
            is_required=True,
        ),
        *answers(),
    ),
    prefix="R",
    lines=80,
    group="day",
    guide="Les paiements qui ne viennent pas par le fichier de la banque.",
    is_hidden=True,
)

TO_COMPLETE: Final = Tab(
    "to_complete",
    108,
    "Factures à compléter",
    TabKind.STAFF,
    (
        ref_column(),
        _grey("received_on", "Reçue le", Kind.DATE, width=95),
        _grey("client", "Client", width=170),
        _grey("file", "Fichier", width=180),
        _grey("read_number", "N° lu", width=100),
        _grey("read_issued_on", "Date lue", width=95),
        _grey("read_due_on", "Échéance lue", width=95),
        _grey("read_amount", "TTC lu", width=95),
        _grey("read_debtor", "Débiteur lu", width=160),
        _grey("why", "À vérifier", Kind.LONG_TEXT, width=420),
        Column("number", "N°", Kind.CODE, width=110),
        Column("issued_on", "Date", Kind.DATE, width=100),
        Column("due_on", "Échéance", Kind.DATE, width=100),
        Column("amount", "TTC", Kind.AMOUNT, width=110),
        Column("debtor", "Débiteur", Kind.LISTED, DEBTOR_HELP, width=230, list_key="debtors"),
        Column(
            "action",
            "Décision",
            Kind.CHOICE,
            "Une case laissée vide confirme ce qui a été lu.",
            choices=choices(accept="Accepter", refuse="Refuser"),
            width=150,
            is_required=True,
        ),
        Column("reason", "Motif", Kind.LONG_TEXT, width=160),
        *answers(),
    ),
    prefix="F",
    lines=80,
    feed="_factures",
    group="day",
    guide="Les factures mal lues : corrigez en blanc, puis décidez.",
)

SETTINGS: Final = Tab(
    "settings",
    109,
    "Réglages",
    TabKind.STAFF,
    (
        ref_column(),
        Column(
            "setting", "Réglage", Kind.CHOICE, choices=SETTING_CHOICES, width=300, is_required=True
        ),
        Column("value", "Valeur", Kind.SETTING, width=280, is_required=True),
        Column("from_on", "À partir du", Kind.DATE, "Pour un taux ou un tarif.", width=110),
        Column(
            "seller",
            "Client",
            Kind.LISTED,
            "Le tarif de ce client seul ; vide : pour tous.",
            width=190,
            list_key="sellers",
        ),
        Column("comment", "Commentaire", Kind.LONG_TEXT, width=260),
        *answers(),
    ),
    prefix="S",
    lines=60,
    group="settings",
    guide="Un réglage par ligne ; un taux se date, l'ancien reste.",
)

STAFF_TABS: Final = (
    RECEIPTS,
    MANUAL_RECEIPTS,
    TO_COMPLETE,
    PAYOUTS,
    LINES,
    CASES,
    OPERATIONS,
    QUARANTINE,
    SELLERS,
    SENDERS,
    TERMS,
    DEBTORS,
    SETTINGS,
    TAKE_ON,
)
"""The tabs of staff, in the order of the day."""
