"""What the sellers invoiced: a table of sales, and the sample documents made from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from local.firm import parties as firm
from local.firm.parties import DebtorSample, SellerSample
from local.samples.model import SampleInvoice, SampleLine


@dataclass(frozen=True, slots=True)
class Sale:
    """One invoice: ``net_cents`` without VAT. A debtor abroad owes the VAT itself."""

    number: str
    seller: SellerSample
    debtor: DebtorSample
    issued_on: dt.date
    due_on: dt.date
    net_cents: int
    label: str

    @property
    def invoice(self) -> SampleInvoice:
        """The sale as a document, payable to the factor."""
        return SampleInvoice(
            number=self.number,
            issued_on=self.issued_on,
            due_on=self.due_on,
            seller=self.seller.party,
            buyer=self.debtor.party,
            lines=(SampleLine(self.label, 1, self.net_cents),),
            factor=firm.OWN.factor,
            vat_rate_bps=0 if self.debtor.party.country != "FR" else 2_000,
            order_reference=f"CDE-{self.number[-4:]}",
        )

    @property
    def gross_cents(self) -> int:
        """What the debtor owes."""
        return self.invoice.gross_cents


LABELS: Final = {
    firm.RIVOIRE.ref: "Agencement et menuiserie sur mesure",
    firm.BRUMEVAL.ref: "Tissus et confection, lot",
    firm.PONANT.ref: "Cartons imprimés, série",
    firm.DORVAL.ref: "Transport et livraison",
}

# number, debtor, issued, due, euros without VAT; the year of due dates is 2026
_RIVOIRE: Final = """
AR-2025-0981 | BELLERIVE     | 2025-12-10 | 01-12 |  6200
AR-2025-0984 | TOURNEFEUILLE | 2025-12-15 | 01-14 |  9450
AR-2025-0990 | VERMEIL       | 2025-12-08 | 01-07 |  4800
AR-2026-0003 | VALFONTAINE   | 2026-01-06 | 02-05 | 15800
AR-2026-0006 | ZIMMER        | 2026-01-08 | 02-20 | 18000
AR-2026-0007 | BELLERIVE     | 2026-01-08 | 02-13 |  3300
AR-2026-0009 | TOURNEFEUILLE | 2026-01-12 | 01-27 |  7725
AR-2026-0012 | CASTEL        | 2026-01-14 | 02-27 |  5250
AR-2026-0015 | VALFONTAINE   | 2026-01-20 | 02-19 | 11360
AR-2026-0016 | BELLERIVE     | 2026-01-20 | 03-06 |  2890
AR-2026-0018 | ZIMMER        | 2026-01-26 | 03-12 |  9640
AR-2026-0019 | CASTEL        | 2026-01-28 | 03-13 |  3180
"""
_BRUMEVAL: Final = """
BT25-0412 | GRANDMARCHE | 2025-12-12 | 01-15 | 12300
BT25-0415 | LUNAIRE     | 2025-12-16 | 01-16 | 20000
BT26-0003 | GALERIES    | 2026-01-07 | 01-26 |  6700
BT26-0006 | LUNAIRE     | 2026-01-09 | 02-10 | 12000
BT26-0008 | GALERIES    | 2026-01-15 | 02-27 |  4480
BT26-0011 | GALERIES    | 2026-01-21 | 02-27 |  9100
BT26-0012 | GRANDMARCHE | 2026-01-21 | 02-20 |  8000
BT26-0014 | LUNAIRE     | 2026-01-27 | 03-10 |  6350
"""
_PONANT: Final = """
CP-00871 | KERMOR      | 2025-12-19 | 01-20 | 7850
CP-00872 | AVEN        | 2025-12-18 | 01-19 | 5400
CP-00873 | GRANDMARCHE | 2025-12-22 | 01-15 | 9900
CP-00880 | VAUQUELIN   | 2026-01-09 | 01-23 | 2150
CP-00881 | KERMOR      | 2026-01-09 | 02-20 | 6100
CP-00882 | AVEN        | 2026-01-09 | 02-23 | 4900
CP-00890 | GRANDMARCHE | 2026-01-16 | 02-16 | 7240
CP-00891 | VAUQUELIN   | 2026-01-16 | 02-27 | 3015
CP-00899 | KERMOR      | 2026-01-23 | 03-06 | 5560
CP-00900 | AVEN        | 2026-01-23 | 03-09 | 6230
CP-00905 | VAUQUELIN   | 2026-01-29 | 03-13 | 1875
"""
_DORVAL: Final = """
F25-0988 | LOING   | 2025-12-22 | 01-21 | 11200
F26-0101 | LOING   | 2026-01-05 | 02-04 |  8700
F26-0102 | LOING   | 2026-01-05 | 02-19 |  6350
F26-0103 | KERMOR  | 2026-01-06 | 01-28 |  2980
F26-0104 | BEAULAC | 2026-01-06 | 02-05 |  7600
F26-0105 | KERMOR  | 2026-01-06 | 02-20 |  1640
F26-0110 | LOING   | 2026-01-12 | 02-26 |  9900
F26-0111 | BEAULAC | 2026-01-13 | 02-27 |  4125
F26-0118 | LOING   | 2026-01-20 | 03-06 |  5480
F26-0120 | BEAULAC | 2026-01-22 | 03-06 |  3890
F26-0121 | KERMOR  | 2026-01-23 | 03-09 |  2210
F26-0125 | LOING   | 2026-01-28 | 03-13 |  4760
"""


def _sales() -> dict[str, Sale]:
    tables = zip(firm.SELLERS, (_RIVOIRE, _BRUMEVAL, _PONANT, _DORVAL), strict=True)
    rows = ((seller, row) for seller, table in tables for row in table.strip().splitlines())
    found = (_sale(seller, *(cell.strip() for cell in row.split("|"))) for seller, row in rows)
    return {sale.number: sale for sale in found}


def _sale(seller: SellerSample, *cells: str) -> Sale:
    number, debtor, issued, due, euros = cells
    return Sale(
        number,
        seller,
        getattr(firm, debtor),
        dt.date.fromisoformat(issued),
        dt.date.fromisoformat(f"2026-{due}"),
        int(euros) * 100,
        LABELS[seller.ref],
    )


SALES: Final = _sales()
"""Every sale by its number; numbers of different sellers differ."""


def gross(*numbers: str) -> int:
    """Return what these invoices amount to, in cents."""
    return sum(SALES[number].gross_cents for number in numbers)
