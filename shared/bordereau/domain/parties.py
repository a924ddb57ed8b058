"""Who we deal with: sellers, debtors, contracts, senders, rates; versions are append-only.

Contact data stand here only, so that they can be erased without touching the books. A firm that
is seller and debtor has two rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bordereau.domain.books import ContractStatus
from bordereau.domain.identifiers import AccountId, ContractId, PartyId


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; ``country`` is ISO 3166 alpha-2."""

    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"


@dataclass(frozen=True, slots=True)
class Seller:
    """A seller, one version; ``line_ref`` is its line in the sheet (``C-0001``)."""

    party: PartyId
    version: int
    line_ref: str
    name: str
    siren: str = ""
    vat: str = ""
    address: Address = Address()
    language: str = "fr"
    statement_emails: tuple[str, ...] = ()
    iban: str = ""
    bic: str = ""
    manager: str = ""
    status: ContractStatus = ContractStatus.ACTIVE


class DebtorKind(StrEnum):
    """What a debtor is, for payment terms and late interest."""

    COMPANY = "company"
    PUBLIC = "public"
    ABROAD = "abroad"


class PublicBody(StrEnum):
    """What kind of public body a debtor is: each pays within its own term (CCP R2192-10, -11)."""

    ADMINISTRATION = "administration"
    HEALTH = "health"
    UNDERTAKING = "undertaking"

    @property
    def payment_days(self) -> int:
        """The longest lawful term, in days (handbook domain 3.2).

        >>> [body.payment_days for body in PublicBody]
        [30, 50, 60]
        """
        return {"administration": 30, "health": 50, "undertaking": 60}[self.value]


@dataclass(frozen=True, slots=True)
class DebtorFacts:
    """What staff typed of a debtor for whoever decides on a line; ``turnover_cents`` in euros.

    ``rating`` is an agency's, ``bank_of_france`` the Banque de France's; ``facts_on`` says how old
    they are.
    """

    founded_on: dt.date | None = None
    headcount: int | None = None
    turnover_cents: int | None = None
    rating: str = ""
    bank_of_france: str = ""
    facts_on: dt.date | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Debtor:
    """A debtor, one version; ``line_ref`` is its line in the sheet (``D-0001``).

    ``insolvent_on`` is the day of its judgment, ``published_on`` that of its publication (BODACC),
    ``claim_filed_on`` the day on which we filed our claim. ``procedure_end`` says how it ended
    (``error``: it never was), ``ended_on`` when and ``ended_why`` why.
    """

    party: PartyId
    version: int
    line_ref: str
    name: str
    kind: DebtorKind = DebtorKind.COMPANY
    siren: str = ""
    vat: str = ""
    foreign_id: str = ""
    address: Address = Address()
    language: str = "fr"
    emails: tuple[str, ...] = ()
    phone: str = ""
    is_blocked: bool = False
    no_reminder_until: dt.date | None = None
    insolvent_on: dt.date | None = None
    published_on: dt.date | None = None
    claim_filed_on: dt.date | None = None
    procedure_end: str = ""
    ended_on: dt.date | None = None
    ended_why: str = ""
    facts: DebtorFacts = DebtorFacts()
    body: PublicBody = PublicBody.ADMINISTRATION

    @property
    def is_insolvent(self) -> bool:
        """Whether a procedure is known that is not over."""
        return self.insolvent_on is not None and self.ended_on is None


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract: a seller in one currency, with the account that collects for it."""

    contract: ContractId
    seller: PartyId
    currency: str
    start_on: dt.date
    account: AccountId
    line_ref: str = ""
    v: int = 0


@dataclass(frozen=True, slots=True)
class ContractListing:
    """One line of the directory, the list for fan-out: no scan anywhere."""

    contract: ContractId
    seller: PartyId
    currency: str


@dataclass(frozen=True, slots=True)
class Sender:
    """An exact e-mail address that may send for a seller, between two dates."""

    address: str
    seller: PartyId
    line_ref: str
    from_on: dt.date
    to_on: dt.date | None = None
    may_assign: bool = True
    v: int = 0


@dataclass(frozen=True, slots=True)
class Alias:
    """Another identifier of a party: ``siret:…``, ``vat:…``, ``gln:…``, ``name:…``, ``iban:…``."""

    alias: str
    role: str
    party: PartyId


@dataclass(frozen=True, slots=True)
class PartyVersion:
    """The pointer to a party's current version (what a reader needs first)."""

    party: PartyId
    role: str
    version: int


@dataclass(frozen=True, slots=True)
class Rate:
    """A dated rate: VAT by charge code in basis points, index and legal rates in ppm.

    ``code`` is ``vat/factoring_fee``, ``index/EURIBOR3M``, ``ecb``, ``legal``; or a dated hour in
    minutes of the day (``sepa/cut_off``).
    """

    code: str
    from_on: dt.date
    value: int
    v: int = 0


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that staff keep in the sheet (tolerance, reminder days, own account …)."""

    key: str
    value: str
    v: int = 0


def rate_on(rates: Iterable[Rate], day: dt.date) -> int | None:
    """Return the rate in force on ``day``, or ``None``: missing is an alert, never a default."""
    started = [rate for rate in rates if rate.from_on <= day]
    latest = max(started, key=lambda rate: rate.from_on, default=None)
    return latest.value if latest else None
