"""The sample firm's people: every name, number and address is invented.

SIREN numbers begin with 999, which is not given out, or with a department that does not exist.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Final

from local.samples.model import SampleFactor, SampleParty

START_ON: Final = dt.date(2026, 1, 1)
UPLOAD: Final = "depot@factures.bordereau.example"


@dataclass(frozen=True, slots=True)
class Own:
    """The factoring firm itself."""

    party: SampleParty
    contact: str
    email: str
    phone: str
    iban: str
    bic: str

    @property
    def factor(self) -> SampleFactor:
        """What stands on sellers' invoices."""
        return SampleFactor(self.party.name, self.iban, self.bic)


@dataclass(frozen=True, slots=True)
class Conditions:
    """Terms of one seller's contract: rates in basis points, amounts in cents."""

    advance_bps: int
    fee_bps: int
    fee_min_cents: int
    fund_method: str = "PER_INVOICE"
    fund_bps: int = 0
    fund_min_cents: int = 0
    margin_bps: int = 150
    index: str = "EURIBOR3M"


@dataclass(frozen=True, slots=True)
class SellerSample:
    """A seller: ``ref`` is its line in Clients, ``sender`` the address it sends from."""

    ref: str
    party: SampleParty
    sender: str
    statement_email: str
    iban: str
    bic: str
    conditions: Conditions

    @property
    def contract(self) -> str:
        """The identity of its contract in euros."""
        return f"siren:{self.party.siren}/EUR"

    @property
    def label(self) -> str:
        """As drop-downs show it."""
        return f"{self.party.name} ({self.party.siren})"


@dataclass(frozen=True, slots=True)
class DebtorSample:
    """A debtor: ``ref`` is its line in Débiteurs; ``iban`` is what it pays from."""

    ref: str
    party: SampleParty
    kind: str
    email: str
    iban: str

    @property
    def identity(self) -> str:
        """Its identity in the books."""
        party = self.party
        return f"siren:{party.siren}" if party.siren else f"vat:{party.vat}"

    @property
    def label(self) -> str:
        """As drop-downs show it."""
        return f"{self.party.name} ({self.party.siren or self.party.vat})"


OWN: Final = Own(
    SampleParty("Bordereau Affacturage SA", "999107428", "3 place du Change", "69005", "Lyon"),
    contact="Camille Roussel",
    email="affacturage@bordereau.example",
    phone="+33 4 00 00 00 00",
    iban="FR7699999000012026000000004",
    bic="BDRFFRPP",
)

RIVOIRE: Final = SellerSample(
    "C-0001",
    SampleParty("Atelier Rivoire SAS", "999101132", "12 rue des Ébénistes", "69008", "Lyon"),
    sender="factures@atelier-rivoire.example",
    statement_email="compta@atelier-rivoire.example",
    iban="FR7699999000022026000111733",
    bic="BDRFFRPP",
    conditions=Conditions(9_000, 120, 8_00),
)
BRUMEVAL: Final = SellerSample(
    "C-0002",
    SampleParty(
        "Brumeval Textiles SARL", "999101504", "41 quai des Tisserands", "59100", "Roubaix"
    ),
    sender="facturation@brumeval.example",
    statement_email="compta@brumeval.example",
    iban="FR7699999000032026000223462",
    bic="BDRFFRPP",
    conditions=Conditions(8_500, 100, 10_00),
)
PONANT: Final = SellerSample(
    "C-0003",
    SampleParty("Cartonnages du Ponant SAS", "999101876", "8 rue des Goélettes", "29200", "Brest"),
    sender="ventes@cartonnages-ponant.example",
    statement_email="tresorerie@cartonnages-ponant.example",
    iban="FR7699999000042026000335191",
    bic="BDRFFRPP",
    conditions=Conditions(10_000, 90, 7_50, "ON_OUTSTANDING", 1_000, 1_500_00),
)
DORVAL: Final = SellerSample(
    "C-0004",
    SampleParty(
        "Dorval Transports SAS", "999102247", "25 route des Messageries", "45100", "Orléans"
    ),
    sender="cessions@dorval-transports.example",
    statement_email="direction@dorval-transports.example",
    iban="FR7699999000052026000446823",
    bic="BDRFFRPP",
    conditions=Conditions(9_000, 150, 6_00),
)
SELLERS: Final = (RIVOIRE, BRUMEVAL, PONANT, DORVAL)


def _debtor(number: int, name: str, siren: str, *place: str, kind: str = "company") -> DebtorSample:
    first = unicodedata.normalize("NFKD", name.partition(" ")[0].casefold())
    stem = "".join(letter for letter in first if letter.isascii() and letter.isalpha())
    return DebtorSample(
        f"D-{number:04d}",
        SampleParty(name, siren, *place),
        kind,
        f"fournisseurs@{stem}-{number}.example",
        IBANS[number],
    )


IBANS: Final = {
    1: "FR7699999000062026000558552",
    2: "FR7699999000072026000670281",
    4: "FR7699999000082026000781913",
    5: "FR7699999000092026000893642",
    6: "FR7699999000102026001005371",
    7: "FR7699999000112026001117003",
    8: "FR7699999000122026001228732",
    9: "FR7699999000132026001340461",
    10: "FR7699999000142026001452190",
    11: "FR7699999000152026001563822",
    12: "FR7699999000162026001675551",
    13: "FR7699999000172026001787280",
    14: "FR7699999000182026001898912",
}

GRANDMARCHE: Final = _debtor(
    1, "Grandmarché Distribution SA", "999103351", "1 avenue des Halles", "59650", "Villeneuve"
)
VALFONTAINE: Final = _debtor(
    2,
    "Commune de Valfontaine",
    "219900123",
    "Place de la Mairie",
    "69990",
    "Valfontaine",
    kind="public",
)
ZIMMER: Final = DebtorSample(
    "D-0003",
    SampleParty("Zimmer Möbel GmbH", "", "Lindenweg 14", "70173", "Stuttgart", "DE", "DE136695976"),
    "abroad",
    "rechnungen@zimmer-3.example",
    "DE75999000010202600001",
)
BELLERIVE: Final = _debtor(
    4, "Hôtels Bellerive SAS", "999103724", "7 quai du Lac", "74000", "Annecy"
)
TOURNEFEUILLE: Final = _debtor(
    5, "Maisons Tournefeuille SAS", "999104094", "88 chemin des Tuiliers", "31170", "Tournefeuille"
)
LUNAIRE: Final = _debtor(
    6, "Lunaire Prêt-à-porter SA", "999104466", "16 rue du Sentier", "75002", "Paris"
)
GALERIES: Final = _debtor(
    7, "Galeries Saint-Aubin SA", "999104839", "2 place Saint-Aubin", "49100", "Angers"
)
KERMOR: Final = _debtor(
    8, "Biscuiterie Kermor SAS", "999105208", "Zone du Menhir", "56340", "Carnac"
)
AVEN: Final = _debtor(
    9, "Conserverie de l'Aven SAS", "999105570", "5 quai des Sardiniers", "29930", "Pont-Aven"
)
VAUQUELIN: Final = _debtor(
    10, "Papeterie Vauquelin SARL", "999105943", "30 rue de la Rame", "14000", "Caen"
)
VERMEIL: Final = _debtor(
    11, "Logis Vermeil SARL", "999106313", "9 impasse des Lilas", "42000", "Saint-Étienne"
)
LOING: Final = _debtor(12, "Verreries du Loing SA", "999106685", "Rue du Four", "77140", "Nemours")
BEAULAC: Final = _debtor(
    13, "Sucrerie Beaulac SAS", "999107055", "1 route de la Râperie", "45300", "Pithiviers"
)
"""Unknown when the month begins: staff add it the day after its first invoice came."""

CASTEL: Final = _debtor(
    14, "Ferronnerie Castel SAS", "999102619", "4 rue de la Forge", "38000", "Grenoble"
)
"""Typed by staff with eight digits of its SIREN, and corrected the day after."""

DEBTORS: Final = (
    GRANDMARCHE,
    VALFONTAINE,
    ZIMMER,
    BELLERIVE,
    TOURNEFEUILLE,
    LUNAIRE,
    GALERIES,
    KERMOR,
    AVEN,
    VAUQUELIN,
    VERMEIL,
    LOING,
)
"""Those of the first day."""


@dataclass(frozen=True, slots=True)
class LineSample:
    """A line of guarantee as granted on the first day; without a seller, for all of them."""

    debtor: DebtorSample
    seller: SellerSample | None
    amount_cents: int


LINES: Final = (
    LineSample(GRANDMARCHE, None, 60_000_00),
    LineSample(GRANDMARCHE, BRUMEVAL, 40_000_00),
    LineSample(GRANDMARCHE, PONANT, 35_000_00),
    LineSample(VALFONTAINE, RIVOIRE, 60_000_00),
    LineSample(ZIMMER, RIVOIRE, 40_000_00),
    LineSample(BELLERIVE, RIVOIRE, 30_000_00),
    LineSample(TOURNEFEUILLE, RIVOIRE, 35_000_00),
    LineSample(VERMEIL, RIVOIRE, 15_000_00),
    LineSample(LUNAIRE, BRUMEVAL, 30_000_00),
    LineSample(GALERIES, BRUMEVAL, 40_000_00),
    LineSample(KERMOR, PONANT, 30_000_00),
    LineSample(KERMOR, DORVAL, 10_000_00),
    LineSample(AVEN, PONANT, 25_000_00),
    LineSample(VAUQUELIN, PONANT, 12_000_00),
    LineSample(LOING, DORVAL, 60_000_00),
)
