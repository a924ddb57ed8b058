"""The tabs in which staff type: white columns theirs, grey ones looked up (handbook: sheets 5.2)."""

from __future__ import annotations

from typing import Final

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

COUNTRIES: Final = choices(
    FR="France",
    DE="Allemagne",
    AT="Autriche",
    BE="Belgique",
    ES="Espagne",
    IE="Irlande",
    IT="Italie",
    LU="Luxembourg",
    NL="Pays-Bas",
    PL="Pologne",
    PT="Portugal",
    GB="Royaume-Uni",
    CH="Suisse",
)
LANGUAGES: Final = choices(fr="Français", en="Anglais")
CURRENCIES: Final = choices(EUR="EUR", USD="USD", GBP="GBP", CHF="CHF")
YES_NO: Final = choices(yes="Oui", no="Non")

_CLIENT = "Choisissez dans la liste, tirée de l'onglet Clients."
_DEBTOR = "Choisissez dans la liste, tirée de l'onglet Débiteurs."
_VAT_HELP = "FR, deux chiffres, SIREN ; ou le numéro de TVA d'un autre pays."
_ALLOCATION = "FA-12 ; FA-13=1500,00 : une facture entière, ou une part. Séparez par des points-virgules."


def _grey(key: str, label: str, kind: Kind = Kind.TEXT, *, width: int = 120) -> Column:
    return Column(key, label, kind, width=width, filler=Filler.SYSTEM, source=key)


def _address() -> tuple[Column, ...]:
    return (
        Column("street", "Adresse", width=190),
        Column("postcode", "Code postal", Kind.CODE, width=90),
        Column("city", "Ville", width=130),
        Column("country", "Pays", Kind.CHOICE, choices=COUNTRIES, width=110, default="FR"),
        Column("language", "Langue", Kind.CHOICE, choices=LANGUAGES, width=90, default="fr"),
    )


SELLERS: Final = Tab(
    "sellers",
    101,
    "Clients",
    TabKind.STAFF,
    (
        ref_column(),
        Column("name", "Raison sociale", width=190, is_required=True),
        Column("siren", "SIREN", Kind.SIREN, "Neuf chiffres.", width=100, is_required=True),
        Column("vat", "N° TVA", Kind.VAT, _VAT_HELP, width=125),
        *_address(),
        Column(
            "statement_email",
            "E-mail des relevés",
            Kind.EMAILS,
            "Une adresse, ou plusieurs séparées par des points-virgules.",
            width=220,
            is_required=True,
        ),
        Column("iban", "IBAN", Kind.IBAN, "Compte à créditer.", width=230, is_required=True),
        Column("bic", "BIC", Kind.BIC, width=110),
        Column("manager", "Gestionnaire", width=120),
        Column(
            "state",
            "Statut",
            Kind.CHOICE,
            choices=choices(
                prospect="Prospect", active="Actif", suspended="Suspendu", closed="Clos"
            ),
            width=100,
            is_required=True,
        ),
        Column("reason", "Motif", help="Obligatoire pour Suspendu et Clos.", width=150),
        Column("comment", "Commentaire", Kind.LONG_TEXT, width=180),
        *answers(),
    ),
    prefix="C",
    lines=60,
    group="register",
    guide="Un client par ligne : remplissez la prochaine ligne numérotée.",
)

SENDERS: Final = Tab(
    "senders",
    102,
    "Expéditeurs",
    TabKind.STAFF,
    (
        ref_column(),
        Column("seller", "Client", Kind.LISTED, _CLIENT, width=260, list_key="sellers", is_required=True),
        Column(
            "sender",
            "Adresse",
            Kind.EMAIL,
            "Une adresse exacte, jamais un domaine.",
            width=260,
            is_required=True,
        ),
        Column("from_on", "Autorisé depuis", Kind.DATE, width=120, is_required=True),
        Column("to_on", "Jusqu'au", Kind.DATE, width=110),
        Column("may_assign", "Peut céder", Kind.CHOICE, choices=YES_NO, width=100, default="yes"),
        *answers(),
    ),
    prefix="X",
    lines=120,
    group="register",
    guide="Qui peut envoyer des factures, et pour quel client.",
)

TERMS: Final = Tab(
    "terms",
    103,
    "Conditions",
    TabKind.STAFF,
    (
        ref_column(),
        Column("seller", "Client", Kind.LISTED, _CLIENT, width=230, list_key="sellers", is_required=True),
        Column("currency", "Devise", Kind.CHOICE, choices=CURRENCIES, width=70, is_required=True),
        Column("from_on", "Applicable le", Kind.DATE, width=110, is_required=True),
        Column("advance_rate", "Quotité", Kind.RATE, "Au plus 90 %.", width=80, is_required=True),
        Column(
            "fund_method",
            "Méthode du fonds",
            Kind.CHOICE,
            choices=choices(PER_INVOICE="Par facture", ON_OUTSTANDING="Sur encours"),
            width=125,
            is_required=True,
        ),
        Column("fund_rate", "Taux du fonds", Kind.RATE, "Pour Sur encours.", width=105),
        Column("fund_min", "Fonds minimum", Kind.AMOUNT, width=115),
        Column(
            "factoring_fee_rate",
            "Commission",
            Kind.RATE,
            "Sur le montant TTC de chaque facture, HT.",
            width=95,
            is_required=True,
        ),
        Column("fee_min", "Minimum par facture", Kind.AMOUNT, width=140),
        Column("margin", "Marge", Kind.RATE, width=80),
        Column(
            "index",
            "Index",
            Kind.CHOICE,
            choices=choices(EURIBOR1M="Euribor 1M", EURIBOR3M="Euribor 3M", FIXED="Fixe"),
            width=100,
        ),
        Column("ceiling", "Plafond", Kind.AMOUNT, width=120),
        Column("concentration", "Concentration", Kind.RATE, width=105),
        Column(
            "defund_days",
            "Définancement (j)",
            Kind.COUNT,
            "Jours après l'échéance ; vide : sans définancement.",
            width=125,
        ),
        Column("max_term_days", "Délai maximal (j)", Kind.COUNT, width=120),
        Column(
            "disclosure",
            "Notification",
            Kind.CHOICE,
            choices=choices(notified="Notifié", confidential="Confidentiel"),
            width=105,
            is_required=True,
        ),
        Column(
            "payout",
            "Virement",
            Kind.CHOICE,
            choices=choices(automatic="Automatique", on_request="Sur demande"),
            width=110,
            is_required=True,
        ),
        Column("payout_min", "Virement minimum", Kind.AMOUNT, width=130),
        Column(
            "account",
            "Compte d'encaissement",
            Kind.LISTED,
            "L'un de nos comptes, tirés de l'onglet Réglages.",
            width=250,
            list_key="accounts",
            is_required=True,
        ),
        *answers(),
    ),
    prefix="K",
    lines=80,
    group="register",
    guide="Une ligne par client, devise et date : on ne modifie pas une ligne en vigueur, on en ajoute une.",
)

DEBTORS: Final = Tab(
    "debtors",
    104,
    "Débiteurs",
    TabKind.STAFF,
    (
        ref_column(),
        Column("name", "Raison sociale", width=210, is_required=True),
        Column(
            "kind",
            "Nature",
            Kind.CHOICE,
            choices=choices(company="Entreprise", public="Public", abroad="Étranger"),
            width=95,
            is_required=True,
        ),
        Column("siren", "SIREN", Kind.SIREN, "Neuf chiffres ; ou un n° de TVA.", width=100),
        Column("vat", "N° TVA", Kind.VAT, _VAT_HELP, width=125),
        Column("foreign_id", "Autre identifiant", Kind.CODE, "Pour l'étranger.", width=120),
        *_address(),
        Column("ap_email", "E-mail comptabilité", Kind.EMAILS, width=220, is_required=True),
        Column("phone", "Téléphone", Kind.CODE, width=120),
        Column("group", "Groupe", width=100),
        Column(
            "insolvency",
            "Procédure",
            Kind.CHOICE,
            choices=choices(safeguard="Sauvegarde", recovery="RJ", liquidation="LJ"),
            width=100,
        ),
        Column("insolvency_on", "Jugement le", Kind.DATE, width=105),
        Column("no_reminder_until", "Ne pas relancer avant", Kind.DATE, width=150),
        Column(
            "state",
            "Statut",
            Kind.CHOICE,
            choices=choices(active="Actif", blocked="Bloqué"),
            width=85,
            is_required=True,
        ),
        Column("comment", "Commentaire", Kind.LONG_TEXT, width=180),
        *answers(),
    ),
    prefix="D",
    lines=200,
    group="register",
    guide="Un acheteur par ligne ; son SIREN, sinon son n° de TVA, est son identité.",
)

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
            width=230,
            list_key="sellers",
        ),
        Column("currency", "Devise", Kind.CHOICE, choices=CURRENCIES, width=70, is_required=True),
        Column("debtor", "Débiteur", Kind.LISTED, _DEBTOR, width=250, list_key="debtors", is_required=True),
        Column(
            "kind",
            "Type",
            Kind.CHOICE,
            "Demande : à étudier, sans effet. Accord, Baisse, Résiliation : en vigueur.",
            choices=choices(
                request="Demande", grant="Accord", cut="Baisse", cancel="Résiliation"
            ),
            width=95,
            is_required=True,
        ),
        Column("amount", "Montant", Kind.AMOUNT, width=120),
        Column("from_on", "Effet le", Kind.DATE, width=100, is_required=True),
        Column("to_on", "Valable jusqu'au", Kind.DATE, width=120),
        Column(
            "source",
            "Source",
            Kind.CHOICE,
            choices=choices(internal="Interne", insurer="Assureur"),
            width=90,
        ),
        Column("policy_ref", "N° assureur", Kind.CODE, width=105),
        Column("reason", "Motif", Kind.LONG_TEXT, width=170),
        Column("asked_by", "Demandé par", width=110),
        Column("used", "Utilisé", Kind.AMOUNT, width=110, filler=Filler.ANSWER, source="used"),
        Column("left", "Disponible", Kind.AMOUNT, width=110, filler=Filler.ANSWER, source="left"),
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
        Column("debtor", "Débiteur", Kind.LISTED, _DEBTOR, width=230, list_key="debtors"),
        Column("allocation", "Factures et montants", Kind.LONG_TEXT, _ALLOCATION, width=220),
        Column(
            "action",
            "Décision",
            Kind.CHOICE,
            "Solder : imputer, puis clore le reste avec l'accord du client.",
            choices=choices(
                apply="Imputer",
                settle="Imputer et solder",
                keep="Trop-perçu à garder",
                pass_on="Non cédée (au client)",
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
    guide="Les encaissements que personne n'a pu imputer : les colonnes grises se remplissent seules.",
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
        Column("debtor", "Débiteur", Kind.LISTED, _DEBTOR, width=250, list_key="debtors", is_required=True),
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
        Column("allocation", "Factures", Kind.LONG_TEXT, _ALLOCATION, width=210),
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
        _grey("why", "À vérifier", Kind.LONG_TEXT, width=280),
        Column("number", "N°", Kind.CODE, width=110),
        Column("issued_on", "Date", Kind.DATE, width=100),
        Column("due_on", "Échéance", Kind.DATE, width=100),
        Column("amount", "TTC", Kind.AMOUNT, width=110),
        Column("debtor", "Débiteur", Kind.LISTED, _DEBTOR, width=230, list_key="debtors"),
        Column(
            "action",
            "Décision",
            Kind.CHOICE,
            "Une case laissée vide confirme ce qui a été lu.",
            choices=choices(accept="Accepter", refuse="Refuser", ask="Demander au client"),
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
        Column("setting", "Réglage", Kind.CHOICE, choices=SETTING_CHOICES, width=300, is_required=True),
        Column("value", "Valeur", Kind.SETTING, width=280, is_required=True),
        Column("from_on", "À partir du", Kind.DATE, "Pour un taux.", width=110),
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
    LINES,
    SELLERS,
    SENDERS,
    TERMS,
    DEBTORS,
    SETTINGS,
)
"""The tabs of staff, in the order of the day."""
