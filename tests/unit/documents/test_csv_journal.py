"""The journal as CSV: RFC 4180, and no text that a spreadsheet would run."""

from __future__ import annotations

import csv
import datetime as dt
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.documents.csv_journal import COLUMNS, EXCEL, PLAIN, csv_journal
from bordereau.domain.figures import JournalLine, JournalRow
from bordereau.services.export_books import account_mapping

ACCOUNTS = account_mapping(MemoryLedger())


def row(document: str = "F1", debtor: str = "siren:356000000") -> JournalRow:
    """One entry of two lines."""
    lines = (
        JournalLine("receivables", 1234567, 0, debtor, "2026#F1"),
        JournalLine("seller_current", 0, 1234567),
    )
    return JournalRow(
        "K#siren:552081317/EUR",
        1,
        dt.date(2026, 1, 5),
        "E1 F1",
        lines,
        kind="E1",
        documents=(document,),
    )


def test_a_line_is_a_record() -> None:
    """Comma, CR LF, decimal point, the account's own number."""
    assert csv_journal([row()], ACCOUNTS) == (
        ",".join(COLUMNS)
        + "\r\nK#siren:552081317/EUR,1,2026-01-05,E1,F1,receivables,411000,siren:356000000,"
        "2026#F1,12345.67,0.00,EUR\r\n"
        "K#siren:552081317/EUR,1,2026-01-05,E1,F1,seller_current,467100,,,0.00,12345.67,EUR\r\n"
    )


def test_for_excel_in_french() -> None:
    """A mark, semicolons, decimal commas, the day first."""
    text = csv_journal([row()], ACCOUNTS, EXCEL)
    assert text.startswith("\ufeffjournal;number;")
    assert ";1;05/01/2026;E1;F1;receivables;411000;" in text
    assert ";12345,67;0,00;EUR\r\n" in text


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=20), st.text(max_size=20), st.sampled_from((PLAIN, EXCEL)))
def test_whatever_a_document_is_called_nothing_is_run(
    document: str, debtor: str, dialect: object
) -> None:
    """It reads back as so many fields, none of which begins as a formula does."""
    assert dialect in (PLAIN, EXCEL)
    chosen = EXCEL if dialect is EXCEL else PLAIN
    text = csv_journal([row(f"={document}", f"@{debtor}")], ACCOUNTS, chosen)
    body = text.removeprefix("\ufeff")
    records = list(csv.reader(io.StringIO(body, newline=""), delimiter=chosen.delimiter))
    assert [len(record) for record in records] == [len(COLUMNS)] * 3
    assert not any(
        field[:1] in tuple("=+-@\t\r") for record in records for field in record if field
    )
