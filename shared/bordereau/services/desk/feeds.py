"""The hidden tabs that fill the grey columns of staff's lines, and the drop-downs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

from bordereau.domain.books import Receipt
from bordereau.domain.money import parse_amount
from bordereau.domain.work import ReceiptProposal, SheetLine, ToComplete
from bordereau.domain.workbook.payout_tab import PAYOUTS
from bordereau.domain.workbook.staff_tabs import RECEIPTS, TO_COMPLETE
from bordereau.ports import PARIS, Ledger, Phrases, SheetValue
from bordereau.services.desk import payout_lines
from bordereau.services.desk.answers import NOTHING
from bordereau.services.desk.difference import Row
from bordereau.services.desk.figures import Figures
from bordereau.services.desk.naming import Names, accounts_of
from bordereau.services.desk.numbering import number_lines
from bordereau.services.desk.reading import Reading
from bordereau.services.desk.tables import amount
from bordereau.services.desk.wanted_cash import receipt_key, receipt_object

KEPT_LINES: Final = 150
"""How many of the newest numbered lines still show what they stood for."""


def known_lines(ledger: Ledger, tab: str, prefix: str) -> dict[str, str]:
    """Return what stands on the numbered lines of a tab, by reference.

    ``prefix`` is the letter of the tab's references.
    """
    listed = ledger.list(SheetLine, tab=tab)
    return {f"{prefix}-{line.number:04d}": line.object for line in listed}


def receipt_rows(
    ledger: Ledger, figures: Figures, phrases: Phrases, *, today: dt.date
) -> list[Row]:
    """Number the receipts that wait, and return what each line shows."""
    waiting = {
        receipt_object(receipt.account, receipt.booked_on, receipt.ref): receipt
        for receipt in figures.receipts
    }
    numbers = number_lines(ledger, RECEIPTS.key, waiting, today=today)
    newest = sorted(numbers.items(), key=lambda pair: pair[1])[-KEPT_LINES:]
    rows = []
    for object_, number in newest:
        receipt = waiting.get(object_) or _receipt(ledger, object_)
        if receipt is not None:
            rows.append(_full(_receipt_row(ledger, RECEIPTS.ref(number), receipt, phrases)))
    return rows


def _full(row: Row) -> Row:
    """Return a row without empty cells: a look-up would show them as zero."""
    return tuple(NOTHING if value == "" else value for value in row)


def _receipt(ledger: Ledger, object_: str) -> Receipt | None:
    account, booked_on, ref = receipt_key(object_)
    return ledger.get(Receipt, account=account, booked_on=booked_on, ref=ref)


def _receipt_row(ledger: Ledger, line: str, receipt: Receipt, phrases: Phrases) -> Row:
    return (
        line,
        receipt.booked_on,
        amount(receipt.amount_cents),
        receipt.payer,
        receipt.text,
        f"•••• {receipt.account[-4:]}",
        _proposal(ledger, receipt, phrases) if receipt.left_cents else "",
        amount(receipt.left_cents),
    )


def _proposal(ledger: Ledger, receipt: Receipt, phrases: Phrases) -> str:
    """Return what the matching proposes, ready to be copied into the white cell."""
    found = ledger.get(
        ReceiptProposal, account=receipt.account, booked_on=receipt.booked_on, ref=receipt.ref
    )
    if found is None or found.is_applied or not found.lines:
        return ""
    formats = phrases.formats
    parts = [
        f"{line.number}={formats.money(line.amount_cents, receipt.currency)}"
        for line in found.lines
    ]
    return " ; ".join(parts)


def document_rows(
    ledger: Ledger, figures: Figures, phrases: Phrases, *, today: dt.date
) -> list[Row]:
    """Number the documents to complete, and return what each line shows."""
    waiting = {row.ref: row for row in figures.documents}
    numbers = number_lines(ledger, TO_COMPLETE.key, waiting, today=today)
    newest = sorted(numbers.items(), key=lambda pair: pair[1])[-KEPT_LINES:]
    rows = []
    for ref, number in newest:
        found = waiting.get(ref) or ledger.get(ToComplete, ref=ref)
        if found is not None:
            rows.append(_full(_document_row(TO_COMPLETE.ref(number), found, figures, phrases)))
    return rows


def _document_row(line: str, row: ToComplete, figures: Figures, phrases: Phrases) -> Row:
    read = row.proposed
    why = " ".join(phrases.problem(problem) for problem in row.problems)
    return (
        line,
        row.received_at.astimezone(PARIS).date(),
        figures.names.seller_name(row.seller) if row.seller else "",
        row.file,
        read.get("number", ""),
        _day(read.get("issued_on", ""), phrases),
        _day(read.get("due_on", ""), phrases),
        _money(read, phrases),
        read.get("debtor", ""),
        phrases.say("sheet.document_done") if row.closed_on else why,
    )


def _day(text: str, phrases: Phrases) -> str:
    try:
        return phrases.formats.short(dt.date.fromisoformat(text))
    except ValueError:
        return text


def _money(read: Mapping[str, str], phrases: Phrases) -> str:
    cents = parse_amount(read.get("amount", ""))
    if cents is None:
        return read.get("amount", "")
    return phrases.formats.money(cents, read.get("currency", "") or "EUR")


def payout_rows(ledger: Ledger, figures: Figures, phrases: Phrases, *, today: dt.date) -> list[Row]:
    """Number the pay-outs that are under way, and return what each line shows."""
    waiting = {payout.end_to_end_id: payout for payout in figures.payouts}
    numbers = number_lines(ledger, PAYOUTS.key, waiting, today=today)
    newest = sorted(numbers.items(), key=lambda pair: pair[1])[-KEPT_LINES:]
    rows = []
    for name, number in newest:
        payout = waiting.get(name) or figures.payout(ledger, name)
        if payout is not None:
            found = payout_lines.standing(figures, payout)
            rows.append(_full(payout_lines.row(PAYOUTS.ref(number), found, phrases)))
    return rows


def list_rows(reading: Reading) -> list[Row]:
    """Return the drop-downs side by side: clients, debtors, our own accounts."""
    columns = (
        sorted(entry.label for entry in Names(reading.lines.get("sellers", ())).entries),
        sorted(entry.label for entry in Names(reading.lines.get("debtors", ())).entries),
        [account.label for account in accounts_of(reading)],
    )
    return list(_side_by_side(columns))


def _side_by_side(columns: tuple[list[str], ...]) -> Iterator[Row]:
    for place in range(max(map(len, columns))):
        row: list[SheetValue] = [column[place] if place < len(column) else "" for column in columns]
        yield tuple(row)
