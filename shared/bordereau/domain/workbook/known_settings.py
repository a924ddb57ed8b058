"""The settings and dated rates that staff keep in « Réglages »: code, label, kind of value.

A rate becomes a dated ``Rate`` (basis points for VAT, parts per million for indexes and legal
rates, minutes of the day for an hour). Everything else becomes a ``Setting`` with its plain text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bordereau.domain.charges import (
    ANCILLARY,
    CHARGE_LABELS,
    COLLECTION_FEE,
    DIRECT_PAYMENT,
    UNASSIGNED_RECEIPT,
    price_code,
)
from bordereau.domain.sepa import CUT_OFF
from bordereau.domain.workbook.account_settings import ACCOUNT_LABELS, PREFIX
from bordereau.domain.workbook.columns import Choice, Kind

CLOSING: Final = "close_month"
"""Not a value that is kept, but a request: one line for each month."""


@dataclass(frozen=True, slots=True)
class KnownSetting:
    """One setting: ``default`` is what the created workbook proposes, empty for nothing.

    ``is_proposed``: it has its line in a new workbook; the others are in the list to choose from.
    """

    code: str
    label: str
    kind: Kind = Kind.TEXT
    is_rate: bool = False
    default: str = ""
    meaning: str = ""
    is_proposed: bool = True


KNOWN_SETTINGS: Final = (
    KnownSetting("firm/name", "Nous : raison sociale"),
    KnownSetting("firm/street", "Nous : adresse"),
    KnownSetting("firm/postcode", "Nous : code postal", Kind.CODE),
    KnownSetting("firm/city", "Nous : ville"),
    KnownSetting("firm/country", "Nous : pays (code à deux lettres)", Kind.CODE, default="FR"),
    KnownSetting("firm/siren", "Nous : SIREN", Kind.SIREN),
    KnownSetting("firm/vat", "Nous : n° de TVA", Kind.VAT),
    KnownSetting("firm/contact", "Contact : nom", meaning="Imprimé sur les documents."),
    KnownSetting("firm/email", "Contact : e-mail", Kind.EMAIL),
    KnownSetting("firm/phone", "Contact : téléphone", Kind.CODE),
    KnownSetting("account.1.iban", "Compte 1 : IBAN", Kind.IBAN, meaning="Encaisse et paie."),
    KnownSetting("account.1.bic", "Compte 1 : BIC", Kind.BIC),
    KnownSetting("account.1.name", "Compte 1 : titulaire"),
    KnownSetting("account.2.iban", "Compte 2 : IBAN", Kind.IBAN),
    KnownSetting("account.2.bic", "Compte 2 : BIC", Kind.BIC),
    KnownSetting("account.2.name", "Compte 2 : titulaire"),
    KnownSetting(
        "bank_senders",
        "Relevés bancaires : adresses d'expédition",
        meaning="Séparées par des points-virgules ; d'ailleurs, rien n'est comptabilisé.",
    ),
    KnownSetting(
        "tolerance",
        "Tolérance d'écart sur un règlement",
        Kind.AMOUNT,
        default="1,00",
        meaning="Un reste plus petit est soldé de lui-même.",
    ),
    KnownSetting(
        "reminder_days",
        "Jours de relance après l'échéance",
        Kind.CODE,
        default="7 ; 21 ; 35",
        meaning="Croissants, séparés par des points-virgules.",
    ),
    KnownSetting(
        CUT_OFF,
        "Virements : heure limite de la banque",
        Kind.TIME,
        is_rate=True,
        meaning="Le fichier se fait une heure avant ; 17:00 tant que rien n'est tapé.",
    ),
    KnownSetting("calendar", "Calendrier bancaire", Kind.CODE, default="TARGET"),
    KnownSetting(
        "accept_removals_on",
        "Accepter les lignes effacées (ce jour seulement)",
        Kind.DATE,
        meaning="Pour reprendre la lecture après un grand nettoyage.",
    ),
    KnownSetting(
        CLOSING,
        "Clôturer le mois qui finit le",
        Kind.DATE,
        meaning="Définitif : plus rien n'y est comptabilisé. Une ligne par mois ; après un refus,"
        " mettez la date du jour dans « À partir du » pour redemander.",
        is_proposed=False,
    ),
    KnownSetting("vat/factoring_fee", "TVA : commission d'affacturage", Kind.RATE, is_rate=True),
    KnownSetting(
        "vat/financing_fee",
        "TVA : commission de financement",
        Kind.RATE,
        is_rate=True,
        meaning="Exonérée ou taxée : à décider avec votre conseil, et à dater.",
    ),
    KnownSetting("vat/ancillary", "TVA : frais annexes", Kind.RATE, is_rate=True),
    KnownSetting("vat/annual_minimum", "TVA : minimum annuel", Kind.RATE, is_rate=True),
    KnownSetting("vat/direct_payment", "TVA : paiement direct", Kind.RATE, is_rate=True),
    KnownSetting("vat/unassigned_receipt", "TVA : encaissement non cédé", Kind.RATE, is_rate=True),
    KnownSetting(
        f"vat/{COLLECTION_FEE}",
        "TVA : commission de recouvrement",
        Kind.RATE,
        is_rate=True,
        is_proposed=False,
    ),
    *(
        KnownSetting(f"vat/{code}", f"TVA : {label}", Kind.RATE, is_rate=True, is_proposed=False)
        for code, label in CHARGE_LABELS.items()
        if code not in (ANCILLARY, DIRECT_PAYMENT, UNASSIGNED_RECEIPT)
    ),
    *(
        KnownSetting(
            price_code(code),
            f"Tarif HT : {label}",
            Kind.AMOUNT,
            is_rate=True,
            meaning="Par événement, daté ; facturé quand le montant reste vide dans Opérations.",
            is_proposed=False,
        )
        for code, label in CHARGE_LABELS.items()
    ),
    KnownSetting(
        "charge/direct_payment",
        "Frais HT : paiement direct",
        Kind.AMOUNT,
        meaning="Facturés avec chaque paiement direct, tant qu'aucun tarif daté n'existe.",
        is_proposed=False,
    ),
    KnownSetting("index/EURIBOR1M", "Index : Euribor 1 mois", Kind.RATE, is_rate=True),
    KnownSetting("index/EURIBOR3M", "Index : Euribor 3 mois", Kind.RATE, is_rate=True),
    KnownSetting("ecb", "Taux de refinancement de la BCE", Kind.RATE, is_rate=True),
    KnownSetting("legal", "Taux d'intérêt légal", Kind.RATE, is_rate=True),
    *(
        KnownSetting(
            f"{PREFIX}{code}",
            f"Compte comptable : {label}",
            Kind.CODE,
            meaning="Numéro, puis un autre libellé si besoin.",
            is_proposed=False,
        )
        for code, label in ACCOUNT_LABELS
    ),
)

BY_CODE: Final = {known.code: known for known in KNOWN_SETTINGS}

SETTING_CHOICES: Final = tuple(Choice(known.label, known.code) for known in KNOWN_SETTINGS)
