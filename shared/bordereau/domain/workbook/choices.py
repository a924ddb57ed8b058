"""Drop-downs and help that several tabs share."""

from __future__ import annotations

from typing import Final

from bordereau.domain.workbook.columns import choices

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

CLIENT_HELP: Final = "Choisissez dans la liste, tirée de l'onglet Clients."
DEBTOR_HELP: Final = "Choisissez dans la liste, tirée de l'onglet Débiteurs."
SELLER_IF_SEVERAL: Final = "Seulement si plusieurs clients ont une facture de ce numéro."
VAT_HELP: Final = "FR, deux chiffres, SIREN ; ou le numéro de TVA d'un autre pays."
ALLOCATION_HELP: Final = (
    "FA-12 ; FA-13=1500,00 : une facture entière, ou une part. Séparez par des points-virgules."
)
