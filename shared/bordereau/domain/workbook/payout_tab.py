"""« Virements à faire »: what is paid to whom in grey, a person's release in white (ADR 14)."""

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

FEED_TITLE: Final = "_virements"


def _grey(key: str, label: str, kind: Kind = Kind.TEXT, *, width: int) -> Column:
    return Column(key, label, kind, width=width, filler=Filler.SYSTEM, source=key)


PAYOUTS: Final = Tab(
    "payouts",
    110,
    "Virements à faire",
    TabKind.STAFF,
    (
        ref_column(),
        _grey("ordered_on", "Ordonné le", Kind.DATE, width=95),
        _grey("beneficiary", "Bénéficiaire", width=190),
        _grey("iban", "IBAN", Kind.CODE, width=235),
        _grey("code", "Code", Kind.CODE, width=60),
        _grey("amount", "Montant", Kind.AMOUNT, width=110),
        _grey("state", "État", width=190),
        Column(
            "action",
            "Décision",
            Kind.CHOICE,
            "Libérer : part avec la prochaine remise à la banque. Annuler : rendu au client.",
            choices=choices(release="Libérer", keep="Retenir", cancel="Annuler"),
            width=95,
            is_required=True,
        ),
        Column("by", "Par", help="Qui répond.", width=140, is_required=True),
        Column("reason", "Motif", Kind.LONG_TEXT, "Pour Retenir et Annuler.", width=160),
        *answers(),
        _grey("id", "Référence (EndToEndId)", Kind.CODE, width=220),
        _grey("contract", "Contrat", Kind.CODE, width=130),
    ),
    prefix="P",
    lines=200,
    feed=FEED_TITLE,
    group="day",
    guide="Comparez bénéficiaire, IBAN et montant, puis libérez : le fichier part seul.",
)

PAYOUTS_FEED: Final = Tab(
    "payouts_feed",
    125,
    FEED_TITLE,
    TabKind.HIDDEN,
    (
        Column("ref", "ref", filler=Filler.SYSTEM),
        Column("ordered_on", "ordered_on", Kind.DATE, filler=Filler.SYSTEM),
        Column("beneficiary", "beneficiary", filler=Filler.SYSTEM),
        Column("iban", "iban", filler=Filler.SYSTEM),
        Column("amount", "amount", Kind.AMOUNT, filler=Filler.SYSTEM),
        Column("code", "code", filler=Filler.SYSTEM),
        Column("state", "state", filler=Filler.SYSTEM),
        Column("id", "id", filler=Filler.SYSTEM),
        Column("contract", "contract", filler=Filler.SYSTEM),
        Column("facts", "facts", filler=Filler.SYSTEM),
    ),
)
"""``facts`` is the fingerprint of which ``code`` shows the first letters."""
