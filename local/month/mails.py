"""The mails of the month: who sends what and when, with invoices as sellers make them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bordereau.ports import PARIS
from local.firm import parties as firm
from local.firm.parties import DebtorSample, SellerSample
from local.month.sales import SALES, Sale
from local.samples.cii import cii_xml
from local.samples.facturx import facturx_pdf
from local.samples.mails import Verdict, mail_eml, ses_trace
from local.samples.model import SampleInvoice, SampleLine, SampleParty
from local.samples.schedule import ScheduleRow, schedule_xlsx
from local.samples.ubl import ubl_xml

File = tuple[str, bytes]
Writer = Callable[[SampleInvoice], bytes]


@dataclass(frozen=True)
class Mail:
    """One mail: ``files`` are made when it is sent. ``id`` is its key under ``mail/``."""

    id: str
    at: dt.datetime
    sender: str
    subject: str
    files: Callable[[], list[File]]
    dmarc: Verdict = "pass"

    @cached_property
    def raw(self) -> bytes:
        """The bytes that SES would store, its trace on top."""
        written = mail_eml(
            self.sender,
            self.subject,
            self.files(),
            self.at - dt.timedelta(minutes=1),
            to=firm.UPLOAD,
        )
        return ses_trace(written, self.key, self.at, dmarc=self.dmarc)

    @property
    def key(self) -> str:
        """The object that it becomes."""
        return f"mail/{self.id}"


def _at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 1, day, hour, minute, tzinfo=PARIS)


def _named(number: str) -> str:
    return number.replace("/", "-")


def _facturx(*numbers: str) -> list[File]:
    return [(f"{_named(n)}.pdf", facturx_pdf(SALES[n].invoice)) for n in numbers]


def _cii(*numbers: str) -> list[File]:
    return [(f"{_named(n)}.xml", cii_xml(SALES[n].invoice)) for n in numbers]


def _ubl(*numbers: str) -> list[File]:
    return [(f"{_named(n)}.xml", ubl_xml(SALES[n].invoice)) for n in numbers]


def _schedule(*numbers: str) -> list[File]:
    rows = [_row(SALES[number]) for number in numbers]
    return [("bordereau-de-cession.xlsx", schedule_xlsx(rows))]


def _row(sale: Sale) -> ScheduleRow:
    party = sale.debtor.party
    return ScheduleRow(
        *(sale.number, sale.issued_on, sale.due_on, party.siren, party.name, sale.gross_cents)
    )


_FORMS: Final = {"facturx": _facturx, "cii": _cii, "ubl": _ubl, "schedule": _schedule}

# day, hour, seller, form, numbers
_POSTS: Final = """
05 | 10:00 | RIVOIRE  | facturx  | AR-2025-0981 AR-2025-0984 AR-2025-0990
05 | 10:20 | BRUMEVAL | ubl      | BT25-0412 BT25-0415
06 | 10:00 | PONANT   | cii      | CP-00871 CP-00872 CP-00873
07 | 10:00 | DORVAL   | schedule | F25-0988 F26-0101 F26-0102 F26-0103 F26-0104 F26-0105
07 | 11:05 | RIVOIRE  | facturx  | AR-2026-0003
08 | 10:10 | BRUMEVAL | ubl      | BT25-0412 BT26-0003
09 | 10:30 | RIVOIRE  | facturx  | AR-2026-0006 AR-2026-0007
12 | 09:50 | PONANT   | cii      | CP-00880 CP-00881 CP-00882
12 | 11:15 | BRUMEVAL | ubl      | BT26-0006
13 | 10:05 | DORVAL   | facturx  | F26-0110 F26-0111
13 | 10:45 | RIVOIRE  | facturx  | AR-2026-0009
14 | 10:00 | RIVOIRE  | facturx  | AR-2026-0012
16 | 10:00 | BRUMEVAL | ubl      | BT26-0008
16 | 10:25 | PONANT   | cii      | CP-00890 CP-00891
20 | 10:00 | RIVOIRE  | facturx  | AR-2026-0015 AR-2026-0016
20 | 10:40 | DORVAL   | ubl      | F26-0118
22 | 10:00 | BRUMEVAL | ubl      | BT26-0011 BT26-0012
22 | 10:35 | DORVAL   | facturx  | F26-0120
23 | 10:00 | PONANT   | cii      | CP-00899 CP-00900
23 | 10:30 | DORVAL   | ubl      | F26-0121
26 | 10:00 | RIVOIRE  | facturx  | AR-2026-0018
27 | 10:00 | BRUMEVAL | ubl      | BT26-0014
28 | 10:00 | RIVOIRE  | facturx  | AR-2026-0019
28 | 10:30 | DORVAL   | ubl      | F26-0125
29 | 10:00 | PONANT   | cii      | CP-00905
"""


def _post(row: str) -> Mail:
    day, time, name, form, numbers = (cell.strip() for cell in row.split("|"))
    seller: SellerSample = getattr(firm, name)
    hour, minute = map(int, time.split(":"))
    wanted = numbers.split()
    return Mail(
        f"202601{day}-{time.replace(':', '')}-{name.lower()}",
        _at(int(day), hour, minute),
        f"{seller.party.name} <{seller.sender}>",
        f"Remise de {len(wanted)} facture{'s' if len(wanted) > 1 else ''} - {seller.party.name}",
        lambda: _FORMS[form](*wanted),
    )


def _from(seller: SellerSample) -> str:
    return f"{seller.party.name} <{seller.sender}>"


def _invoice(
    seller: SellerSample, debtor: DebtorSample, number: str, day: int, cents: int
) -> SampleInvoice:
    """Return an invoice that is not in the table of sales, due a month later."""
    issued_on = dt.date(2026, 1, day)
    return SampleInvoice(
        number=number,
        issued_on=issued_on,
        due_on=issued_on + dt.timedelta(30),
        seller=seller.party,
        buyer=debtor.party,
        lines=(SampleLine("Livraison", 1, cents),),
        factor=firm.OWN.factor,
    )


def credit_note() -> SampleInvoice:
    """Return the credit note of the month: 360,00 € including VAT on AR-2026-0007."""
    sale = SALES["AR-2026-0007"]
    return dataclasses.replace(
        sale.invoice,
        number="AV-2026-0002",
        issued_on=dt.date(2026, 1, 14),
        lines=(SampleLine("Remise sur fourniture incomplète", 1, 300_00),),
        type_code="381",
        preceding=sale.number,
        preceding_on=sale.issued_on,
    )


STRANGER: Final = SampleParty(
    "Menuiserie Léonard EURL", "999102981", "2 rue du Rabot", "63000", "Clermont-Ferrand"
)


def _strange() -> list[File]:
    invoice = dataclasses.replace(
        _invoice(firm.RIVOIRE, firm.BELLERIVE, "ML-118", 2, 5_000_00), seller=STRANGER
    )
    return [("ML-118.xml", ubl_xml(invoice))]


def _forged() -> list[File]:
    invoice = _invoice(firm.RIVOIRE, firm.BELLERIVE, "AR-2026-0900", 5, 45_000_00)
    return [("AR-2026-0900.pdf", facturx_pdf(invoice))]


def _bad() -> list[File]:
    """Return what cannot be bought, one file for each reason."""
    plain = _invoice(firm.BRUMEVAL, firm.GALERIES, "BT26-0901", 26, 2_000_00)
    early = dataclasses.replace(plain, due_on=plain.issued_on - dt.timedelta(10))
    lines = {"zero": 0, "negative": -1_500_00}
    zero, negative = (
        dataclasses.replace(plain, number=f"BT26-090{n}", lines=(SampleLine(name, 1, cents),))
        for n, (name, cents) in enumerate(lines.items(), start=2)
    )
    dollars = dataclasses.replace(plain, number="BT26-0904", currency="USD")
    return [(f"{one.number}.xml", ubl_xml(one)) for one in (early, zero, negative, dollars)]


def _sold_twice() -> list[File]:
    """Return BT26-0012 of Brumeval as Ponant's own: one invoice sold by two sellers."""
    invoice = dataclasses.replace(SALES["BT26-0012"].invoice, seller=firm.PONANT.party)
    return [("BT26-0012.xml", cii_xml(invoice))]


def _without_line() -> list[File]:
    return [("F26-0990.xml", ubl_xml(_invoice(firm.DORVAL, firm.AVEN, "F26-0990", 26, 900_00)))]


_OTHERS: Final = (
    Mail(
        "20260105-1040-stranger",
        _at(5, 10, 40),
        "Menuiserie Léonard <contact@menuiserie-leonard.example>",
        "Facture ML-118",
        _strange,
    ),
    Mail(
        "20260106-1130-forged",
        _at(6, 11, 30),
        _from(firm.RIVOIRE),
        "URGENT facture AR-2026-0900",
        _forged,
        dmarc="fail",
    ),
    Mail(
        "20260115-1000-credit-note",
        _at(15, 10),
        _from(firm.RIVOIRE),
        "Avoir AV-2026-0002",
        lambda: [("AV-2026-0002.pdf", facturx_pdf(credit_note()))],
    ),
    Mail("20260127-1020-bad", _at(27, 10, 20), _from(firm.BRUMEVAL), "Quatre factures", _bad),
    Mail("20260127-1030-empty", _at(27, 10, 30), _from(firm.RIVOIRE), "Factures de janvier", list),
    Mail(
        "20260127-1040-unreadable",
        _at(27, 10, 40),
        _from(firm.DORVAL),
        "Facture",
        lambda: [("facture.pdf", b"%PDF-1.7\nthis is not the rest of a PDF\n")],
    ),
    Mail("20260127-1050-sold-twice", _at(27, 10, 50), _from(firm.PONANT), "Facture", _sold_twice),
    Mail("20260127-1100-without-line", _at(27, 11), _from(firm.DORVAL), "F26-0990", _without_line),
)

MAILS: Final = tuple(
    sorted((*map(_post, _POSTS.strip().splitlines()), *_OTHERS), key=lambda mail: mail.at)
)
"""Every mail of the month, in order."""


def mails_of(day: dt.date) -> tuple[Mail, ...]:
    """Return the mails that arrive on a day."""
    return tuple(mail for mail in MAILS if mail.at.date() == day)
