"""Documents, payments and plans of the simulated French bank."""

from __future__ import annotations

from dataclasses import dataclass, field

Key = tuple[int, str]


@dataclass(eq=False)
class Document:
    """An invoice; ``open_cents`` moves, ``is_sold`` says whether the factor has it."""

    seller: int
    debtor: int
    number: str
    cents: int
    open_cents: int
    is_sold: bool = True

    @property
    def key(self) -> Key:
        """Seller and number."""
        return self.seller, self.number


@dataclass
class Owed:
    """A credit note that the debtor may deduct."""

    number: str
    cents: int


@dataclass(frozen=True)
class Payment:
    """A transfer as it arrives, and the truth: what it pays of which invoice (credits included)."""

    serial: int
    kind: str
    channel: str
    cents: int
    payer: str
    account: str
    label: str
    structured: str
    end_to_end_id: str
    truth: dict[Key, int]
    debtor: int | None
    credit_cents: int
    is_decidable: bool


@dataclass
class Plan:
    """A payment in the making: what it pays, with what the debtor writes.

    ``noted`` is the number of a credit note that the text names, known to the factor or not.
    """

    kind: str
    debtor: int
    paid: list[tuple[Document, int]] = field(default_factory=list)
    credits_used: list[Owed] = field(default_factory=list)
    noted: str = ""
    extra_cents: int = 0
    is_numbered: bool = True

    @property
    def cents(self) -> int:
        """What arrives."""
        paid = sum(cents for _, cents in self.paid)
        return paid - sum(credit.cents for credit in self.credits_used) + self.extra_cents
