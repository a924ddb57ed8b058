"""What a line of the year belongs to: a refund on its way is its debtor's, not the bank's."""

from __future__ import annotations

import datetime as dt

from bordereau.domain import chart
from bordereau.domain.figures.journal import JournalLine, JournalRow
from bordereau.domain.fiscal_year import Item, item_of, year_entries

CLOSING = dt.date(2026, 12, 31)
DEBTOR = "siren:732829320"
BANK = "B#FR7630006000011234567890189"
REFUND = "R732829320.EUR.20260105.1"


def entry(seq: int, *lines: JournalLine) -> JournalRow:
    """One entry of the bank's journal about the refund."""
    return JournalRow(BANK, seq, dt.date(2026, 1, 4 + seq), "", lines, documents=(REFUND,))


def test_a_refund_on_its_way_is_lettered_with_what_the_bank_booked() -> None:
    """Ordered on one day and booked on another, it is one item of its debtor, settled."""
    ordered = entry(
        1,
        JournalLine(chart.DEBTOR_CREDITS, 50_00, 0, DEBTOR),
        JournalLine(chart.PAYOUTS_IN_TRANSIT, 0, 50_00, DEBTOR),
    )
    booked = entry(
        2,
        JournalLine(chart.PAYOUTS_IN_TRANSIT, 50_00, 0, DEBTOR),
        JournalLine(chart.BANK, 0, 50_00),
    )
    item = item_of(ordered.lines[1], ordered)
    assert item == Item(chart.PAYOUTS_IN_TRANSIT, DEBTOR, f"{BANK} {REFUND}")
    year = year_entries([booked, ordered], closing_on=CLOSING)
    marked = {(line.letter, line.lettered_on) for one in year for line in one.lines}
    assert marked == {("", None), ("A", dt.date(2026, 1, 6))}
    lettered = [line.item for one in year for line in one.lines if line.letter]
    assert lettered == [item, item]
