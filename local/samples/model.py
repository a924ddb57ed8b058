"""What a sample invoice holds: integers of cents, dates, parties."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bordereau.domain.identifiers import french_vat_key
from bordereau.domain.money import charge


@dataclass(frozen=True, slots=True)
class SampleParty:
    """A seller or a debtor. ``vat`` is made from the SIREN for a French party without one."""

    name: str
    siren: str
    street: str
    postcode: str
    city: str
    country: str = "FR"
    vat: str = ""

    @property
    def vat_number(self) -> str:
        """The VAT number with its country."""
        if self.vat or not self.siren:
            return self.vat
        return f"FR{french_vat_key(self.siren)}{self.siren}"


@dataclass(frozen=True, slots=True)
class SampleFactor:
    """The factor that the debtor has to pay."""

    name: str
    iban: str
    bic: str

    @property
    def clause(self) -> str:
        """The subrogation clause that every invoice to a notified debtor carries."""
        groups = " ".join(self.iban[i : i + 4] for i in range(0, len(self.iban), 4))
        return (
            f"Pour être libératoire, votre règlement doit être adressé à {self.name}, "
            f"IBAN {groups}, subrogé dans nos droits (articles 1346-1 et suivants du code civil), "
            "qui devra être avisé de toute réclamation relative à cette créance."
        )


@dataclass(frozen=True, slots=True)
class SampleLine:
    """One line: a whole quantity at a unit price in cents, without VAT."""

    label: str
    quantity: int
    price_cents: int

    @property
    def net_cents(self) -> int:
        """The net amount of the line (BT-131)."""
        return self.quantity * self.price_cents


@dataclass(frozen=True, slots=True)
class SampleInvoice:
    """An invoice (380), or a credit note with ``type_code`` 381 and ``preceding``.

    ``preceding_on`` is the day of that invoice, which French rules want as well.
    One VAT rate for all lines; a rate of zero means the reverse charge (a debtor abroad).
    """

    number: str
    issued_on: dt.date
    due_on: dt.date
    seller: SampleParty
    buyer: SampleParty
    lines: tuple[SampleLine, ...]
    factor: SampleFactor | None
    vat_rate_bps: int = 2000
    type_code: str = "380"
    preceding: str = ""
    currency: str = "EUR"
    order_reference: str = ""
    preceding_on: dt.date | None = None

    @property
    def is_credit_note(self) -> bool:
        """Whether this is a credit note."""
        return self.type_code == "381"

    @property
    def net_cents(self) -> int:
        """The total without VAT (BT-109)."""
        return sum(line.net_cents for line in self.lines)

    @property
    def vat_cents(self) -> int:
        """The VAT, rounded once on the total (BT-110)."""
        return charge(self.net_cents, self.vat_rate_bps)

    @property
    def gross_cents(self) -> int:
        """The amount payable (BT-112, BT-115)."""
        return self.net_cents + self.vat_cents
