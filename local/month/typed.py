"""What people type into the workbook during the month, by day: whole lines, or single cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bordereau.ports import SheetValue
from local.firm import parties as firm
from local.firm.parties import LineSample
from local.firm.rows import debtor_row, line_row


@dataclass(frozen=True, slots=True)
class Typed:
    """Cells of one line: ``tab`` by its code name, ``ref`` the line, cells by column key.

    Where the system numbers the lines (« Encaissements »), ``found_by`` is a text that stands in
    the line instead of ``ref``.
    """

    tab: str
    ref: str
    cells: Mapping[str, SheetValue]
    found_by: str = ""


def _line(line: LineSample, day: int) -> Mapping[str, SheetValue]:
    return {**line_row(line), "from_on": dt.date(2026, 1, day)}


def waiting_lines(feed: Sequence[tuple[SheetValue, ...]]) -> list[str]:
    """Return the lines of « Virements à faire » that say « À libérer », from what feeds them."""
    if not feed:
        return []
    place = [str(key) for key in feed[0]].index("state")
    rows = (row for row in feed[1:] if len(row) > place)
    return [str(row[0]) for row in rows if str(row[place]).startswith(TO_RELEASE)]


def releases(refs: Sequence[str]) -> list[Typed]:
    """Return what a person types who looked at each line and found it right."""
    return [Typed("payouts", ref, {"action": "Libérer", "by": firm.OWN.contact}) for ref in refs]


TO_RELEASE: Final = "À libérer"

SIREN_MISTYPED: Final = firm.CASTEL.party.siren[:-1]

TYPED: Final[Mapping[dt.date, tuple[Typed, ...]]] = {
    # The debtor of yesterday's held invoice, and its line: the invoice is assigned by itself.
    dt.date(2026, 1, 8): (
        Typed("debtors", "D-0013", debtor_row(firm.BEAULAC)),
        Typed("lines", "G-0016", _line(LineSample(firm.BEAULAC, firm.DORVAL, 25_000_00), 8)),
    ),
    # One digit of the SIREN is missing: red, and its line of guarantee waits.
    dt.date(2026, 1, 14): (
        Typed("debtors", "D-0014", {**debtor_row(firm.CASTEL), "siren": SIREN_MISTYPED}),
    ),
    # Corrected, and the line; the seller whose pay-out came back has another account.
    dt.date(2026, 1, 15): (
        Typed("debtors", "D-0014", {"siren": firm.CASTEL.party.siren}),
        Typed("lines", "G-0017", _line(LineSample(firm.CASTEL, firm.RIVOIRE, 15_000_00), 15)),
        Typed("sellers", firm.PONANT.ref, {"iban": "FR7699999000192026002010641"}),
    ),
    dt.date(2026, 1, 19): (
        Typed(
            "lines",
            "G-0018",
            {
                **_line(LineSample(firm.LOING, firm.DORVAL, 15_000_00), 19),
                "kind": "Baisse",
                "reason": "Comptes 2025 en recul",
            },
        ),
    ),
    # A transfer that nobody can match: the seller Dorval says that it is for an invoice not sold.
    dt.date(2026, 1, 22): (
        Typed(
            "receipts",
            "",
            {
                "action": "Non cédée (au client)",
                "seller": firm.DORVAL.label,
                "reason": "Facture non cédée, confirmée par le client",
            },
            found_by="SCI LES TROIS PONTS",
        ),
    ),
    # What was paid too much is kept for the debtor; a transfer without a number is recognised.
    dt.date(2026, 1, 26): (
        Typed(
            "receipts",
            "",
            {"action": "Trop-perçu à garder", "debtor": firm.KERMOR.label},
            found_by="BISCUITERIE KERMOR",
        ),
        Typed(
            "receipts",
            "",
            {"action": "Imputer", "debtor": firm.VAUQUELIN.label, "allocation": "CP-00880"},
            found_by="PAPETERIE VAUQUELIN",
        ),
    ),
}
