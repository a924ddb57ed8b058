"""« Mails en quarantaine »: whose sender is not proven, and a person's word for one of them."""

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

FEED_TITLE: Final = "_quarantaine"
FED: Final = (
    ("since_on", "Depuis", Kind.DATE, 95),
    ("sender", "Expéditeur", Kind.TEXT, 230),
    ("subject", "Objet", Kind.TEXT, 230),
    ("why", "Pourquoi", Kind.LONG_TEXT, 380),
)

QUARANTINE: Final = Tab(
    "quarantine",
    132,
    "Mails en quarantaine",
    TabKind.STAFF,
    (
        ref_column(),
        *(
            Column(key, label, kind, width=width, filler=Filler.SYSTEM, source=key)
            for key, label, kind, width in FED
        ),
        Column(
            "seller",
            "Client",
            Kind.LISTED,
            "Pour qui sont ces factures ; inutile pour un relevé bancaire.",
            width=200,
            list_key="sellers",
        ),
        Column(
            "action",
            "Décision",
            Kind.CHOICE,
            "Libérer : les documents sont lus comme d'un expéditeur prouvé.",
            choices=choices(release="Libérer", keep="Laisser à l'écart"),
            width=130,
            is_required=True,
        ),
        Column("by", "Par", help="Qui en répond.", width=130, is_required=True),
        Column(
            "reason",
            "Motif",
            Kind.LONG_TEXT,
            "Ce qui a été vérifié, et comment.",
            width=220,
            is_required=True,
        ),
        *answers(),
    ),
    prefix="Q",
    lines=60,
    feed=FEED_TITLE,
    group="day",
    guide="Expéditeur non prouvé : vérifiez de vive voix avant de libérer un mail.",
    is_hidden=True,
)

QUARANTINE_FEED: Final = Tab(
    "quarantine_feed",
    133,
    FEED_TITLE,
    TabKind.HIDDEN,
    (
        Column("ref", "ref", filler=Filler.SYSTEM),
        *(Column(key, key, kind, filler=Filler.SYSTEM) for key, _, kind, _ in FED),
    ),
)
