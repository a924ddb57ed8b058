"""The bank's side of the month: who pays what, our own pay-outs, one statement a morning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from bordereau.documents.pain001 import NAMESPACE
from bordereau.domain.bank_calendar import is_bank_day
from bordereau.domain.money import parse_amount
from local.firm import parties as firm
from local.month.sales import SALES, gross
from local.samples.bank import SampleEntry, camt053

OPENING_CENTS: Final = 250_000_00
"""What lies on the firm's account before the month."""

RETURNED: Final = (firm.PONANT.contract, dt.date(2026, 1, 12), dt.date(2026, 1, 14))
"""The pay-out that comes back: contract, day of the order, day of the return."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A debtor's transfer, booked on ``day``."""

    day: dt.date
    payer: str
    iban: str
    amount_cents: int
    text: str


def _pays(day: int, debtor: firm.DebtorSample, *numbers: str, change: int = 0) -> Payment:
    """Return the payment of invoices that it names, ``change`` cents more or less than due."""
    return Payment(
        dt.date(2026, 1, day),
        debtor.party.name.upper(),
        debtor.iban,
        gross(*numbers) + change,
        f"FACTURE {' '.join(numbers)}",
    )


PAYMENTS: Final = (
    _pays(9, firm.BELLERIVE, "AR-2025-0981"),
    _pays(13, firm.TOURNEFEUILLE, "AR-2025-0984", change=-2_340_00),
    _pays(14, firm.GRANDMARCHE, "BT25-0412", "CP-00873"),
    _pays(15, firm.LUNAIRE, "BT25-0415"),
    _pays(16, firm.AVEN, "CP-00872"),
    _pays(19, firm.KERMOR, "CP-00871", change=100_00),
    Payment(dt.date(2026, 1, 20), "SCI LES TROIS PONTS", "", 1_234_56, "VIREMENT DIVERS JANVIER"),
    _pays(21, firm.LOING, "F25-0988"),
    replace(_pays(22, firm.TOURNEFEUILLE, "AR-2025-0984"), amount_cents=2_340_00),
    replace(_pays(23, firm.VAUQUELIN, "CP-00880"), text="REGLEMENT FOURNISSEUR"),
    _pays(26, firm.GALERIES, "BT26-0003"),
    _pays(26, firm.KERMOR, "F26-0103"),
    _pays(27, firm.ZIMMER, "AR-2026-0006", change=-15_00),
    _pays(28, firm.TOURNEFEUILLE, "AR-2026-0009"),
    _pays(28, firm.VALFONTAINE, "AR-2026-0003"),
    _pays(29, firm.LOING, "F26-0101"),
    _pays(30, firm.BEAULAC, "F26-0104"),
)
"""What comes in, in order. Nobody pays AR-2025-0990."""

NEVER_PAID: Final = SALES["AR-2025-0990"]


@dataclass(frozen=True, slots=True)
class Transfer:
    """An order of a file that we handed over."""

    end_to_end_id: str
    beneficiary: str
    iban: str
    amount_cents: int


@dataclass
class Bank:
    """The firm's account at its bank, day after day; ``orders`` are those of the day."""

    balance_cents: int = OPENING_CENTS
    orders: tuple[Transfer, ...] = ()
    done: frozenset[str] = frozenset()
    to_return: tuple[Transfer, ...] = ()

    def receive(self, files: Mapping[str, bytes]) -> tuple[Transfer, ...]:
        """Take the orders of the files that are new; one that was taken before is none."""
        listed = [order for name in sorted(files) for order in orders_of(files[name])]
        new = tuple(one for one in listed if one.end_to_end_id not in self.done)
        self.orders += new
        self.done |= {one.end_to_end_id for one in new}
        return new

    def close(self, day: dt.date) -> bytes:
        """Return the statement of a day and begin the next one."""
        entries = tuple(self._entries(day))
        data = camt053(firm.OWN.iban, day, self.balance_cents, entries)
        self.balance_cents += sum(entry.amount_cents for entry in entries)
        self.orders = ()
        return data

    def _entries(self, day: dt.date) -> Iterator[SampleEntry]:
        number = 0
        for number, entry in enumerate(self._movements(day), start=1):
            yield replace(entry, reference=f"BQ{day:%y%m%d}{number:03d}")

    def _movements(self, day: dt.date) -> Iterator[SampleEntry]:
        for transfer in self.orders:
            yield _debit(transfer)
            if is_to_return(transfer.end_to_end_id):
                self.to_return += (transfer,)
        if day == RETURNED[2]:
            yield from map(_return, self.to_return)
        for payment in PAYMENTS:
            if payment.day == day:
                yield SampleEntry(
                    reference="",
                    amount_cents=payment.amount_cents,
                    text=payment.text,
                    counterparty=payment.payer,
                    account=payment.iban,
                )


class RejectedFileError(ValueError):
    """Count or control total of a file are not those of its orders: a bank takes none of it."""


def orders_of(data: bytes) -> list[Transfer]:
    """Read the orders of a pain.001, as a bank does.

    Raises:
        RejectedFileError: count or sum do not tie.
    """
    root = etree.fromstring(data)
    found = [_order(one) for one in root.iter(f"{{{NAMESPACE}}}CdtTrfTxInf")]
    said = (_text(root, "NbOfTxs"), parse_amount(_text(root, "CtrlSum")))
    if said != (str(len(found)), sum(one.amount_cents for one in found)):
        raise RejectedFileError(f"{said} of {len(found)} orders")
    return found


def _order(transfer: etree._Element) -> Transfer:
    amount = parse_amount(_text(transfer, "InstdAmt"))
    assert amount is not None, "an amount is a number"
    names = ("EndToEndId", "Nm", "IBAN")
    end_to_end_id, beneficiary, iban = (_text(transfer, name) for name in names)
    return Transfer(end_to_end_id, beneficiary, iban, amount)


def _text(element: etree._Element, name: str) -> str:
    return element.findtext(f".//{{{NAMESPACE}}}{name}") or ""


def is_to_return(end_to_end_id: str) -> bool:
    """Whether a pay-out is the one that the seller's bank sends back."""
    contract, ordered_on, _ = RETURNED
    siren = contract.partition("/")[0].removeprefix("siren:")
    return siren in end_to_end_id and f"{ordered_on:%Y%m%d}" in end_to_end_id


def _debit(transfer: Transfer) -> SampleEntry:
    return SampleEntry(
        reference="",
        amount_cents=-transfer.amount_cents,
        text="AVANCE SUR FACTURES",
        counterparty=transfer.beneficiary.upper(),
        account=transfer.iban,
        end_to_end_id=transfer.end_to_end_id,
    )


def _return(transfer: Transfer) -> SampleEntry:
    return replace(_debit(transfer), amount_cents=transfer.amount_cents, return_reason="AC04")


def bank_days(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the days on which money moves, both ends included."""
    count = (last - first).days + 1
    days = (first + dt.timedelta(n) for n in range(count))
    return [day for day in days if is_bank_day(day)]
