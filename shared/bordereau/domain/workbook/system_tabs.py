"""The tabs that the system fills: protected, rewritten by difference (handbook: sheets 5.3)."""

from __future__ import annotations

from typing import Final

from bordereau.domain.workbook.columns import Column, Filler, Kind, Tab, TabKind
from bordereau.domain.workbook.payout_tab import PAYOUTS_FEED
from bordereau.domain.workbook.quarantine_tab import QUARANTINE_FEED


def _column(key: str, label: str, kind: Kind = Kind.TEXT, *, width: int = 120) -> Column:
    return Column(key, label, kind, width=width, filler=Filler.SYSTEM)


HOME: Final = Tab("home", 100, "Accueil", TabKind.HOME, (), group="home")

ALERTS: Final = Tab(
    "alerts",
    111,
    "Alertes",
    TabKind.SYSTEM,
    (
        _column("id", "Réf.", Kind.CODE, width=200),
        _column("severity", "Gravité", width=90),
        _column("since_on", "Depuis", Kind.DATE, width=95),
        _column("seller", "Client", width=190),
        _column("debtor", "Débiteur", width=190),
        _column("invoice", "Facture", width=120),
        _column("sentence", "Ce qui se passe", Kind.LONG_TEXT, width=640),
        _column("due_at", "Avant le", Kind.INSTANT, width=130),
    ),
    group="day",
    guide="Une alerte s'en va quand sa cause a disparu.",
)

INVOICES: Final = Tab(
    "invoices",
    112,
    "Créances",
    TabKind.SYSTEM,
    (
        _column("id", "Réf.", Kind.CODE, width=60),
        _column("number", "Facture", Kind.CODE, width=120),
        _column("seller", "Client", width=180),
        _column("debtor", "Débiteur", width=190),
        _column("issued_on", "Émise le", Kind.DATE, width=95),
        _column("due_on", "Échéance", Kind.DATE, width=95),
        _column("amount", "TTC", Kind.AMOUNT, width=110),
        _column("open", "Ouvert", Kind.AMOUNT, width=110),
        _column("approved", "Approuvé", Kind.AMOUNT, width=110),
        _column("unapproved", "Non approuvé", Kind.AMOUNT, width=115),
        _column("advanced", "Avancé", Kind.AMOUNT, width=110),
        _column("retained", "Fonds", Kind.AMOUNT, width=105),
        _column("late_days", "Retard (j)", Kind.COUNT, width=85),
        _column("state", "Statut", width=120),
        _column("dispute", "Litige", Kind.AMOUNT, width=105),
        _column("promise", "Promesse", Kind.DATE, width=100),
        _column("received_at", "Reçue le", Kind.INSTANT, width=125),
        _column("complete_at", "Complète le", Kind.INSTANT, width=125),
        _column("hours_received", "Délai reçue (h)", Kind.COUNT, width=115),
        _column("hours_complete", "Délai complète (h)", Kind.COUNT, width=130),
    ),
    group="results",
)

ADVANCES: Final = Tab(
    "advances",
    113,
    "Avances",
    TabKind.SYSTEM,
    (
        _column("id", "Réf.", Kind.CODE, width=60),
        _column("number", "Décompte n°", Kind.COUNT, width=95),
        _column("seller", "Client", width=190),
        _column("currency", "Devise", width=70),
        _column("issued_on", "Date", Kind.DATE, width=95),
        _column("count", "Factures", Kind.COUNT, width=80),
        _column("assigned", "TTC cédé", Kind.AMOUNT, width=115),
        _column("advance", "Avance", Kind.AMOUNT, width=115),
        _column("retained", "Fonds", Kind.AMOUNT, width=105),
        _column("fee", "Commission HT", Kind.AMOUNT, width=120),
        _column("vat", "TVA", Kind.AMOUNT, width=95),
        _column("payout", "Virement", Kind.AMOUNT, width=115),
        _column("payout_id", "Référence du virement", Kind.CODE, width=240),
        _column("state", "État du virement", width=130),
    ),
    group="results",
    is_hidden=True,
)

FUNDS: Final = Tab(
    "funds",
    114,
    "Fonds",
    TabKind.SYSTEM,
    (
        _column("id", "Contrat", Kind.CODE, width=190),
        _column("seller", "Client", width=190),
        _column("currency", "Devise", width=70),
        _column("outstanding", "Encours", Kind.AMOUNT, width=120),
        _column("unapproved", "\u2212 Hors ligne", Kind.AMOUNT, width=115),
        _column("disputed", "\u2212 Litiges", Kind.AMOUNT, width=105),
        _column("defunded", "\u2212 Définancé", Kind.AMOUNT, width=110),
        _column("specific", "\u2212 Réserves", Kind.AMOUNT, width=105),
        _column("fund", "\u2212 Fonds de garantie", Kind.AMOUNT, width=140),
        _column("drawn", "\u2212 Versé, net des encaissements", Kind.AMOUNT, width=215),
        _column("charged", "\u2212 Commissions et frais TTC", Kind.AMOUNT, width=190),
        _column("current", "= Compte courant", Kind.AMOUNT, width=130),
        _column("concentration", "\u2212 Plafond de concentration", Kind.AMOUNT, width=185),
        _column("ceiling", "\u2212 Plafond du contrat", Kind.AMOUNT, width=145),
        _column("available", "= Disponible", Kind.AMOUNT, width=120),
        _column("transit", "Virements en cours", Kind.AMOUNT, width=135),
        _column("fund_since", "Fonds depuis le", Kind.DATE, width=120),
        _column("fund_opening", "Ouverture", Kind.AMOUNT, width=115),
        _column("fund_retained", "+ Retenu", Kind.AMOUNT, width=110),
        _column("fund_released", "\u2212 Libéré", Kind.AMOUNT, width=110),
        _column("fund_used", "\u2212 Utilisé", Kind.AMOUNT, width=110),
        _column("fund_closing", "= Clôture", Kind.AMOUNT, width=115),
        _column("fund_target", "Cible", Kind.AMOUNT, width=110),
        _column("status", "Contrat", width=100),
    ),
    group="results",
    guide="De l'encours au disponible, puis le fonds depuis le dernier relevé.",
)

ANALYSIS: Final = Tab(
    "analysis",
    129,
    "Analyse",
    TabKind.SYSTEM,
    (
        _column("id", "Réf.", Kind.CODE, width=60),
        _column("ref", "Demande", Kind.CODE, width=80),
        _column("seller", "Client", width=190),
        _column("debtor", "Débiteur", width=220),
        _column("topic", "Rubrique", width=190),
        _column("figure", "Donnée", width=300),
        _column("value", "Valeur", width=260),
    ),
    group="results",
    guide="Pour qui décide : chaque demande ouverte, chiffrée au jour de la demande.",
    is_hidden=True,
)

SYSTEM_TABS: Final = (ALERTS, INVOICES, ADVANCES, FUNDS, ANALYSIS)

ANSWERS: Final = Tab(
    "answers",
    120,
    "_retours",
    TabKind.HIDDEN,
    (
        _column("ref", "ref"),
        _column("@status", "@status"),
        _column("@message", "@message"),
        _column("@fields", "@fields"),
        _column("used", "used", Kind.AMOUNT),
        _column("left", "left", Kind.AMOUNT),
        _column("state", "state"),
        _column("limit", "limit", Kind.AMOUNT),
        _column("review_on", "review_on", Kind.DATE),
    ),
)

LISTS: Final = Tab(
    "lists",
    121,
    "_listes",
    TabKind.HIDDEN,
    (_column("sellers", "sellers"), _column("debtors", "debtors"), _column("accounts", "accounts")),
)

SCHEMA: Final = Tab(
    "schema",
    122,
    "_schema",
    TabKind.HIDDEN,
    (_column("key", "key"), _column("value", "value")),
)

RECEIPTS_FEED: Final = Tab(
    "receipts_feed",
    123,
    "_encaissements",
    TabKind.HIDDEN,
    (
        _column("ref", "ref"),
        _column("received_on", "received_on", Kind.DATE),
        _column("amount", "amount", Kind.AMOUNT),
        _column("payer", "payer"),
        _column("text", "text"),
        _column("account", "account"),
        _column("proposal", "proposal"),
        _column("rest", "rest", Kind.AMOUNT),
    ),
)

TO_COMPLETE_FEED: Final = Tab(
    "to_complete_feed",
    124,
    "_factures",
    TabKind.HIDDEN,
    tuple(
        _column(key, key, Kind.DATE if key == "received_on" else Kind.TEXT)
        for key in (
            "ref",
            "received_on",
            "client",
            "file",
            "read_number",
            "read_issued_on",
            "read_due_on",
            "read_amount",
            "read_debtor",
            "why",
        )
    ),
)

HIDDEN_TABS: Final = (
    ANSWERS,
    LISTS,
    SCHEMA,
    RECEIPTS_FEED,
    TO_COMPLETE_FEED,
    PAYOUTS_FEED,
    QUARANTINE_FEED,
)
