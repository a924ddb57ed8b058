"""Days at the desk with what the month does not type, for a world in memory or in the cloud.

It begins where Monday the 5th of the month ends. A client of an old system is taken on with its
bank account, another one only has us collect (its mail of Friday lies in quarantine), a debtor
disputes, one promises, one is under a judgment; operations, a payment applied to the wrong
invoice, a cheque, a refund; December is closed; a week later dated things fall due.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from bordereau.domain.workbook.columns import Tab
from bordereau.domain.workbook.known_settings import BY_CODE
from bordereau.domain.workbook.register_tabs import TERMS
from bordereau.domain.workbook.staff_tabs import LINES, SETTINGS
from bordereau.domain.workbook.system_tabs import ANSWERS, RECEIPTS_FEED
from bordereau.ports import PARIS, SheetValue
from local.firm import parties as firm
from local.firm.rows import Row, all_rows, debtor_row, euros, line_row, seller_row
from local.month.cloud_world import CloudWorld
from local.month.mails import STRANGER, Mail
from local.month.memory_world import MemoryWorld
from local.month.typed import Typed
from local.samples.bank import SampleEntry, camt053
from local.samples.model import SampleInvoice, SampleLine, SampleParty
from local.samples.ubl import ubl_xml

DeskWorld = CloudWorld | MemoryWorld

MONDAY: Final = dt.date(2026, 1, 5)
"""The last day of the month that is lived before."""

DAY: Final = dt.date(2026, 1, 6)
WEEK_LATER: Final = dt.date(2026, 1, 12)
OLD_ON: Final = dt.date(2025, 12, 31)
OLD_START: Final = dt.date(2025, 3, 17)
OLD_IBAN: Final = "FR7699999000212026002100142"
OLD_ACCOUNT: Final = f"{firm.OWN.party.name} ({OLD_IBAN})"
REFUNDED_IBAN: Final = firm.IBANS[8]

SOREL: Final = firm.SellerSample(
    "C-0005",
    SampleParty("Faïences Sorel SARL", "999108103", "6 rue du Four", "58000", "Nevers"),
    sender="factures@faiences-sorel.example",
    statement_email="compta@faiences-sorel.example",
    iban="FR7699999000222026002200134",
    bic="BDRFFRPP",
    conditions=firm.Conditions(8_500, 110, 5_00),
)
"""The client of the old system."""

LEONARD: Final = firm.SellerSample(
    "C-0006",
    STRANGER,
    sender="contact@menuiserie-leonard.example",
    statement_email="compta@menuiserie-leonard.example",
    iban="FR7699999000022026000111733",
    bic="BDRFFRPP",
    conditions=firm.Conditions(0, 0, 0),
)
"""Unknown till Tuesday; then it has us collect what it sold."""


def _sold() -> list[tuple[str, bytes]]:
    invoice = SampleInvoice(
        number="ML-120",
        issued_on=dt.date(2026, 1, 2),
        due_on=dt.date(2026, 2, 1),
        seller=LEONARD.party,
        buyer=firm.BELLERIVE.party,
        lines=(SampleLine("Portes de service", 1, 5_000_00),),
        factor=firm.OWN.factor,
    )
    return [("ML-120.xml", ubl_xml(invoice))]


def friday_s_mail(world: DeskWorld) -> None:
    """Deliver what lies in quarantine when the desk's days begin: its sender is not proven."""
    at = dt.datetime(2026, 1, 2, 8, 30, tzinfo=PARIS)
    sender = f"{LEONARD.party.name} <{LEONARD.sender}>"
    world.at(at)
    world.deliver_mail(Mail("20260102-0830-leonard", at, sender, "ML-120", _sold, dmarc="fail"))


def after(tab: Tab, place: int = 0) -> str:
    """Return the reference of a line that the sample firm leaves empty, the first one from 0."""
    return tab.ref(len(all_rows()[tab.key]) + 1 + place)


def setting(place: int, code: str, value: SheetValue) -> Typed:
    """Return a line of « Réglages »."""
    cells = {"setting": BY_CODE[code].label, "value": value}
    return Typed("settings", after(SETTINGS, place), cells)


def _register() -> list[Typed]:
    terms = dict(all_rows()["terms"][0])
    old: Row = {"seller": SOREL.label, "from_on": OLD_START, "account": OLD_ACCOUNT}
    unpriced = ("fee_min", "margin", "index", "defund_days", "max_term_days")
    free: Row = {"advance_rate": Decimal(0), "factoring_fee_rate": Decimal(0)}
    free = {**free, **dict.fromkeys(unpriced)}
    collecting: Row = {"seller": LEONARD.label, "kind": "Mandat de recouvrement", "from_on": DAY}
    line = firm.LineSample(firm.BELLERIVE, firm.RIVOIRE, 32_000_00)
    return [
        setting(0, "account.2.iban", OLD_IBAN),
        setting(1, "account.2.bic", "BDRFFRPP"),
        setting(2, "account.2.name", firm.OWN.party.name),
        Typed("sellers", SOREL.ref, seller_row(SOREL)),
        Typed("sellers", LEONARD.ref, seller_row(LEONARD)),
        Typed("terms", after(TERMS), {**terms, **old}),
        Typed("terms", after(TERMS, 1), {**terms, **free, **collecting}),
        Typed("lines", after(LINES), {**line_row(line), "from_on": WEEK_LATER}),
        Typed(
            "debtors",
            firm.LUNAIRE.ref,
            {**debtor_row(firm.LUNAIRE), "insolvency": "RJ", "insolvency_on": DAY},
        ),
    ]


def portfolio() -> list[Row]:
    """Return what the old system shows of Sorel and of its bank account."""
    invoice: Row = {
        "type": "Facture",
        "seller": SOREL.label,
        "debtor": firm.KERMOR.label,
        "day": dt.date(2025, 12, 4),
        "issued_on": dt.date(2025, 12, 3),
        "due_on": dt.date(2026, 2, 1),
    }
    bank = {"account": OLD_ACCOUNT}
    totals = {
        "Encours": 9_000_00,
        "Approuvé": 8_000_00,
        "Fonds de garantie": 1_250_00,
        "Comptes courants": -40_00,
        "Virements en cours": 310_00,
        "Banque": 52_000_00,
        "Encaissements non affectés": 125_00,
        "Crédits des acheteurs": 60_00,
        "Nombre de factures": 2_00,
    }
    return [
        {"type": "Dossier", "day": OLD_ON, "action": "Reprendre"},
        {
            "type": "Contrat",
            "seller": SOREL.label,
            "issued_on": OLD_START,
            **_euros(open=9_000_00, approved=8_000_00, retained=1_250_00, balance=-40_00),
            "last_number": 31,
        },
        {
            "type": "Ligne de garantie",
            "seller": SOREL.label,
            "debtor": firm.KERMOR.label,
            "day": OLD_START,
            **_euros(amount=8_000_00),
        },
        {
            **invoice,
            "number": "FS-301",
            **_euros(amount=5_000_00, open=5_000_00, approved=5_000_00, retained=750_00),
        },
        {
            **invoice,
            "number": "FS-302",
            **_euros(amount=4_000_00, open=4_000_00, approved=3_000_00, retained=500_00),
        },
        {
            "type": "Virement en cours",
            "seller": SOREL.label,
            "number": "OLD-88",
            "day": OLD_ON,
            **_euros(amount=310_00),
        },
        {
            "type": "Encaissement non affecté",
            **bank,
            "number": "OLD-R1",
            "day": OLD_ON,
            "debtor": firm.KERMOR.label,
            "text": "VIR KERMOR",
            **_euros(amount=125_00),
        },
        {
            "type": "Crédit d'un acheteur",
            **bank,
            "debtor": firm.KERMOR.label,
            "number": "OLD-AV",
            "day": OLD_ON,
            **_euros(amount=60_00),
        },
        {"type": "Solde bancaire", **bank, **_euros(balance=52_000_00)},
        *(
            {"type": "Total de contrôle", "figure": name, **_euros(balance=cents)}
            for name, cents in totals.items()
        ),
    ]


def _euros(**cents: int) -> Row:
    return {key: euros(value) for key, value in cents.items()}


def _take_on() -> list[Typed]:
    return [Typed("take_on", f"T-{n:04d}", row) for n, row in enumerate(portfolio(), 1)]


def _quarantine() -> list[Typed]:
    cells = {
        "seller": LEONARD.label,
        "action": "Libérer",
        "by": firm.OWN.contact,
        "reason": "Client rappelé au numéro connu",
    }
    return [Typed("quarantine", "Q-0001", cells)]


def _cases() -> list[Typed]:
    dispute: Row = {"invoice": "AR-2025-0984", "kind": "Litige", "amount": euros(1_200_00)}
    promise: Row = {"invoice": "AR-2025-0990", "kind": "Promesse de paiement"}
    return [
        Typed("cases", "L-0001", {**dispute, "reason": "Quantité", "channel": "Téléphone"}),
        Typed("cases", "L-0002", {**promise, "promised_on": dt.date(2026, 1, 9)}),
    ]


def _operations() -> list[Typed]:
    rivoire, brumeval = ({"seller": one.label} for one in (firm.RIVOIRE, firm.BRUMEVAL))
    typed: list[Mapping[str, SheetValue]] = [
        {"kind": "Frais ponctuels", **rivoire, "code": "Frais annexes", "amount": euros(50_00)},
        {
            "kind": "Réserve spécifique",
            **brumeval,
            "amount": euros(300_00),
            "reason": "Retours annoncés",
        },
        {
            "kind": "Annuler une imputation",
            "invoice": "AR-2025-0981",
            "reason": "Payait un autre client",
        },
        {
            "kind": "Avoir sans fichier",
            "invoice": "BT25-0412",
            "document": "AV-77",
            "amount": euros(240_00),
            "reason": "Remise reçue par courrier",
        },
    ]
    return [Typed("operations", f"O-{n:04d}", cells) for n, cells in enumerate(typed, 1)]


def statement() -> bytes:
    """Return the bank's day: one payment, which names the invoice of another client."""
    payment = SampleEntry(
        reference="BQ260105001",
        amount_cents=6_000_00,
        text="FACTURE AR-2025-0981",
        counterparty=firm.BELLERIVE.party.name.upper(),
        account=firm.BELLERIVE.iban,
    )
    return camt053(firm.OWN.iban, dt.date(2026, 1, 5), 250_000_00, (payment,))


DONE: Final = {
    **dict.fromkeys((SOREL.ref, LEONARD.ref, firm.LUNAIRE.ref, "Q-0001", "R-0001"), "OK"),
    **dict.fromkeys(("E-0001", "E-0002", "L-0001", "L-0002"), "OK"),
    **{f"O-{n:04d}": "OK" for n in range(1, 6)},
    **{f"T-{n:04d}": "OK" for n in range(1, len(portfolio()) + 1)},
    **{after(SETTINGS, place): "OK" for place in range(4)},
    after(TERMS): "En vigueur le 17/03",
    after(TERMS, 1): "En vigueur le 06/01",
    after(LINES): "En vigueur le 12/01",
}
"""The word beside each line that was typed, in the end."""


def live(world: DeskWorld) -> None:
    """Live the desk's days: four refreshes, and the schedules of a week later."""
    world.at(_at(DAY, 7, 15))
    world.deliver_bank("20260105-bellerive.xml", statement())
    world.settle()
    world.at(_at(DAY, 9))
    world.answer([*_register(), *_take_on(), *_quarantine(), *_cases(), *_operations()])
    _refresh(world, DAY, 9, 15)
    world.answer([setting(3, "close_month", f"{OLD_ON:%d/%m/%Y}")])
    _refresh(world, DAY, 9, 30)
    world.answer(_cash(world))
    _refresh(world, DAY, 9, 45)
    for function, hour in (("update_reserves", 7), ("raise_overdue_alerts", 8)):
        at = _at(WEEK_LATER, hour, 30)
        world.at(at)
        world.fire(function, at)
    world.settle()
    _refresh(world, WEEK_LATER, 9, 0)


def _cash(world: DeskWorld) -> list[Typed]:
    """What is typed when « Encaissements » shows the money that was given back, and the old."""
    given_back, old = (receipt_line(world, text) for text in ("AR-2025-0981", "VIR KERMOR"))
    debtor = {"debtor": firm.BELLERIVE.label}
    cheque: Row = {"received_on": DAY, "amount": euros(1_000_00), "means": "Chèque"}
    refund: Row = {"debtor": firm.KERMOR.label, "amount": euros(60_00), "iban": REFUNDED_IBAN}
    return [
        Typed("receipts", given_back, {**debtor, "allocation": "ML-120", "action": "Imputer"}),
        Typed(
            "receipts",
            old,
            {"debtor": firm.KERMOR.label, "action": "Imputer", "allocation": "FS-301"},
        ),
        Typed(
            "manual_receipts",
            "R-0001",
            {
                **cheque,
                "debtor": firm.KERMOR.label,
                "account": OLD_ACCOUNT,
                "reference": "CHQ 7781",
                "allocation": "FS-302",
                "action": "Enregistrer",
            },
        ),
        Typed("operations", "O-0005", {"kind": "Remboursement à l'acheteur", **refund}),
    ]


def receipt_line(world: DeskWorld, text: str) -> str:
    """Return the line of « Encaissements » that shows a text."""
    rows = world.sheet.values([RECEIPTS_FEED.title])[RECEIPTS_FEED.title]
    return next(str(row[0]) for row in rows if any(text in str(cell) for cell in row))


def answers(world: DeskWorld) -> dict[str, tuple[str, ...]]:
    """Return what stands beside every line: word, sentence with plain spaces, cells."""
    rows = world.sheet.values([ANSWERS.title])[ANSWERS.title][1:]
    return {
        str(row[0]): tuple(_plain(cell) for cell in (*row[1:4], "", "", "")[:3]) for row in rows
    }


def _plain(cell: SheetValue) -> str:
    return str(cell or "").replace("\u202f", " ").replace("\u00a0", " ")


def _refresh(world: DeskWorld, day: dt.date, hour: int, minute: int) -> None:
    at = _at(day, hour, minute)
    world.at(at)
    world.fire("refresh_workbook", at)
    world.settle()


def _at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), PARIS)
