"""« Litiges et promesses »: what a person follows on one invoice (handbook: sheets 5.2)."""

from __future__ import annotations

from typing import Final

from bordereau.domain.workbook.choices import SELLER_IF_SEVERAL
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

CASES: Final = Tab(
    "cases",
    130,
    "Litiges et promesses",
    TabKind.STAFF,
    (
        ref_column(),
        Column("invoice", "Facture", Kind.CODE, "Son numéro.", width=120, is_required=True),
        Column("seller", "Client", Kind.LISTED, SELLER_IF_SEVERAL, width=200, list_key="sellers"),
        Column(
            "kind",
            "Type",
            Kind.CHOICE,
            "Un litige retient sa part financée ; une promesse ou un délai suspend les relances.",
            choices=choices(
                dispute="Litige",
                promise="Promesse de paiement",
                delay="Délai accordé",
                direct="Paiement direct au client",
                credit="Avoir attendu",
            ),
            width=190,
            is_required=True,
        ),
        Column(
            "amount",
            "Montant concerné",
            Kind.AMOUNT,
            "Vide : toute la facture. Transigé : la part qui fera l'objet d'un avoir.",
            width=130,
        ),
        Column(
            "reason",
            "Motif",
            Kind.CHOICE,
            choices=choices(
                goods="Marchandise",
                quantity="Quantité",
                price="Prix",
                late="Retard",
                twice="Doublon",
                discount="Escompte",
                other="Autre",
            ),
            width=110,
        ),
        Column(
            "promised_on",
            "Date promise",
            Kind.DATE,
            "Ou fin du délai ; les relances reprennent le lendemain.",
            width=105,
        ),
        Column("spoken_to", "Interlocuteur", width=140),
        Column(
            "channel",
            "Canal",
            Kind.CHOICE,
            choices=choices(phone="Téléphone", mail="E-mail", letter="Courrier", visit="Visite"),
            width=100,
        ),
        Column("closed_on", "Clos le", Kind.DATE, "Un litige se clôt avec son issue.", width=100),
        Column(
            "outcome",
            "Issue",
            Kind.CHOICE,
            "Fondé : la part reste retenue jusqu'à l'avoir. Non fondé : elle est rendue.",
            choices=choices(founded="Fondé", unfounded="Non fondé", settled="Transigé"),
            width=100,
        ),
        Column("comment", "Commentaire", Kind.LONG_TEXT, width=180),
        Column("state", "État", width=130, filler=Filler.ANSWER, source="state"),
        *answers(),
    ),
    prefix="L",
    lines=200,
    group="day",
    guide="Ce que dit l'acheteur d'une facture : litige, promesse, paiement au client.",
)
