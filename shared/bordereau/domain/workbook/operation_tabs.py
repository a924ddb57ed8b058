"""« Opérations »: what a person does once, the least frequent gestures in one tab."""

from __future__ import annotations

from typing import Final

from bordereau.domain.charges import CHARGE_LABELS
from bordereau.domain.workbook.choices import CURRENCIES, DEBTOR_HELP, SELLER_IF_SEVERAL
from bordereau.domain.workbook.columns import (
    Column,
    Kind,
    Tab,
    TabKind,
    answers,
    choices,
    ref_column,
)

OPERATION_CHOICES: Final = choices(
    payout="Demande de virement",
    pay_in="Versement du client",
    refund="Remboursement à l'acheteur",
    refund_cancel="Remboursement annulé",
    credit_note="Avoir sans fichier",
    chargeback="Rétrocession",
    accept_short="Règlement court accepté",
    charge="Frais ponctuels",
    reserve="Réserve spécifique",
    reserve_release="Levée de réserve",
    use_fund="Utilisation du fonds",
    formal_notice="Mise en demeure",
    interest="Intérêts de retard reçus",
    guarantee="Mise en jeu de la garantie",
    indemnity="Indemnité de l'assureur",
    dividend="Dividende reçu",
    write_off="Passage en perte",
    reversal="Contre-passation",
    unapply="Annuler une imputation",
    closing="Clôture du contrat",
)

OPERATIONS: Final = Tab(
    "operations",
    131,
    "Opérations",
    TabKind.STAFF,
    (
        ref_column(),
        Column(
            "kind",
            "Type",
            Kind.CHOICE,
            "Le message dit ce qu'il manque. Une ligne passée ne change plus.",
            choices=OPERATION_CHOICES,
            width=195,
            is_required=True,
        ),
        Column("seller", "Client", Kind.LISTED, SELLER_IF_SEVERAL, width=200, list_key="sellers"),
        Column("currency", "Devise", Kind.CHOICE, choices=CURRENCIES, width=70, default="EUR"),
        Column("debtor", "Débiteur", Kind.LISTED, DEBTOR_HELP, width=200, list_key="debtors"),
        Column("invoice", "Facture", Kind.CODE, "Son numéro.", width=110),
        Column(
            "amount",
            "Montant",
            Kind.AMOUNT,
            "Vide : tout le disponible d'un virement, tout le reste d'un encaissement.",
            width=110,
        ),
        Column(
            "receipt",
            "Encaissement",
            Kind.CODE,
            "La ligne E-0000 de l'argent reçu, pour ce qui arrive par la banque.",
            width=115,
        ),
        Column(
            "code",
            "Nature des frais",
            Kind.CHOICE,
            "Montant hors taxes, vide : le tarif du jour ; TVA au taux daté de Réglages.",
            choices=choices(**CHARGE_LABELS),
            width=240,
        ),
        Column("share", "Quotité assurée", Kind.RATE, width=120),
        Column("vat", "TVA des factures", Kind.RATE, "Pour la garantie.", width=120),
        Column("indemnity", "Dont indemnité de 40 €", Kind.AMOUNT, width=160),
        Column(
            "entry",
            "Écriture n°",
            Kind.COUNT,
            "Au journal du contrat ; des frais : leur nature aussi.",
            width=95,
        ),
        Column("on", "Date", Kind.DATE, "De la mise en demeure ou de l'avoir.", width=100),
        Column("iban", "IBAN", Kind.IBAN, "De l'acheteur à rembourser, vérifié.", width=230),
        Column("document", "N° d'avoir", Kind.CODE, "Pour un avoir sans fichier.", width=110),
        Column("reason", "Motif", Kind.LONG_TEXT, width=180),
        *answers(),
    ),
    prefix="O",
    lines=150,
    group="day",
    guide="Virement demandé, versement du client, frais, réserve, rétrocession, garantie, perte.",
)
