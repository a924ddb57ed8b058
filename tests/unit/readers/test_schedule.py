"""Assignment schedules: columns in any order, French numbers, nothing guessed."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from bordereau.domain.claims import InvoiceClaim, Verdict
from bordereau.readers.cells import amount_of
from bordereau.readers.invoices import read_document
from local.sample_invoices import ScheduleRow, schedule_xlsx

HEADER = "N° facture;Date facture;Échéance;SIREN;Acheteur;Montant TTC;Devise"
ROW = "FA-1;30/10/2026;14/12/2026;123456782;Bâtisseurs SA;1 200,00;EUR"


def table(*rows: str, header: str = HEADER) -> tuple[InvoiceClaim, ...]:
    """Return the claims of a CSV file of these rows."""
    return read_document("bordereau.csv", "\r\n".join((header, *rows)).encode())


def codes(claims: tuple[InvoiceClaim, ...]) -> list[str]:
    """Return the codes of all problems of all claims."""
    return [problem.code for claim in claims for problem in claim.problems]


def test_a_line_is_an_invoice_claim() -> None:
    """Number, dates, debtor and amount; the line's own number is its place."""
    (claim,) = table(ROW)
    assert (claim.verdict, claim.syntax, claim.place) == (Verdict.ACCEPT, "SCHEDULE", "r2")
    assert (claim.number, claim.issue_date, claim.due_dates) == (
        "FA-1",
        "2026-10-30",
        ("2026-12-14",),
    )
    assert (claim.buyer.siren, claim.buyer.name) == ("123456782", "Bâtisseurs SA")
    assert (claim.payable, claim.gross, claim.currency, claim.type_code) == (
        "1200.00",
        "1200.00",
        "EUR",
        "380",
    )


def test_a_negative_amount_is_a_credit_note() -> None:
    """An « avoir » in a schedule is written with a minus."""
    (claim,) = table(ROW.replace("1 200,00", "-240,00"))
    assert (claim.type_code, claim.payable) == ("381", "240.00")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    """What Excel in French writes, and its « texte Unicode »."""
    text = f"{HEADER}\r\n{ROW}\r\n".replace(";", delimiter)
    (claim,) = read_document("b.csv", text.encode(encoding))
    assert (claim.verdict, claim.buyer.name) == (Verdict.ACCEPT, "Bâtisseurs SA")


def test_english_headers_in_another_order_and_quoted_commas() -> None:
    """Titles are known in both languages, wherever they stand."""
    (claim,) = read_document(
        "b.csv",
        b"Amount,Invoice number,Due date,Invoice date,Debtor SIREN,Buyer\r\n"
        b'"1,200.50",FA-1,14/12/2026,30/10/2026,123456782,"X, Y"\r\n',
    )
    assert (claim.payable, claim.number, claim.buyer.name) == ("1200.50", "FA-1", "X, Y")
    assert codes((claim,)) == ["schedule-currency-assumed"]


def test_titles_above_blank_lines_and_a_total_below() -> None:
    """Only the lines count; a total that agrees is silent."""
    claims = read_document(
        "b.csv",
        f"Bordereau n° 17\r\n\r\n{HEADER}\r\n{ROW}\r\n\r\nTotal;;;;;1 200,00;\r\n".encode(),
    )
    assert [claim.place for claim in claims] == ["r4"]
    assert codes(claims) == []


def test_subtotals_and_a_sum_without_its_word_are_no_lines() -> None:
    """One of the totals must agree; a sum alone in its column is one of them."""
    other = ROW.replace("FA-1", "FA-2")
    (one, two) = table(ROW, "Sous-total A;;;;;1 200,00;", other, "TOTAL GÉNÉRAL;;;;;2 400,00;")
    assert (one.verdict, two.verdict) == (Verdict.ACCEPT, Verdict.ACCEPT)
    assert [claim.number for claim in table(ROW, other, ";;;;;2 400,00;")] == ["FA-1", "FA-2"]
    assert codes(table(ROW, ";;;;;2 400,00;")).count("number-missing") == 1


@pytest.mark.parametrize("name", ["TotalEnergies SE", "Total Direct Énergie", "SOMMER SA"])
def test_a_debtor_may_be_called_total(name: str) -> None:
    """Its lines have a date and a SIREN: none is lost."""
    (claim,) = table(ROW.replace("Bâtisseurs SA", name))
    assert (claim.buyer.name, claim.verdict) == (name, Verdict.ACCEPT)
    (_, bad) = table(ROW, f"FA-2;;;;{name};7,00;EUR")
    assert bad.verdict is Verdict.REJECT


def test_a_line_without_number_and_amount_is_not_lost() -> None:
    """A date and a SIREN show that a line was meant."""
    (_, claim) = table(ROW, ";30/10/2026;;123456782;Bâtisseurs SA;;EUR")
    assert claim.verdict is Verdict.REJECT


def test_a_total_that_differs_holds_every_line() -> None:
    """Which line is wrong cannot be known: a person looks."""
    claims = table(ROW, "Total;;;;;1 300,00;")
    assert claims[0].verdict is Verdict.REVIEW
    assert codes(claims) == ["schedule-total-differs"]


LINES = {
    "amount-ambiguous": ROW.replace("1 200,00", "1.200"),
    "amount-malformed": ROW.replace("1 200,00", "1 2 00,00"),
    "date-malformed": ROW.replace("30/10/2026", "31/09/2026"),
    "siren-form": ROW.replace("123456782", "1,23457E+08"),
    "buyer-number-missing": ROW.replace("123456782", ""),
    "number-missing": ROW.replace("FA-1", ""),
    "due-before-issue": ROW.replace("14/12/2026", "14/09/2026"),
}


@pytest.mark.parametrize("code", LINES)
def test_a_bad_line_is_refused_and_the_good_ones_go_on(code: str) -> None:
    """The problem names the cell as the spreadsheet does."""
    good, bad = table(ROW.replace("FA-1", "FA-0"), LINES[code])
    assert good.verdict is Verdict.ACCEPT
    assert bad.verdict is Verdict.REJECT
    (problem,) = [problem for problem in bad.problems if problem.code == code]
    assert problem.where[1:] == "3"
    assert problem.where[0] == {"a": "F", "d": "B", "s": "D", "b": "D", "n": "A"}.get(code[0]) or (
        code == "due-before-issue" and problem.where == "C3"
    )


def test_dates_that_can_only_be_month_first_make_all_doubtful() -> None:
    """03/04/2026 beside 10/30/2026 may be March or April: staff confirm."""
    first, second = table(ROW.replace("30/10/2026", "10/30/2026"), ROW.replace("FA-1", "FA-2"))
    assert first.verdict is Verdict.REJECT
    assert second.verdict is Verdict.REVIEW
    assert "dates-month-first" in codes((second,))


def test_a_line_that_stands_twice_counts_once() -> None:
    """The second one is put aside and names the first."""
    _, second = table(ROW, ROW)
    assert second.verdict is Verdict.IGNORE
    assert second.problems[0].facts == {"line": "2"}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (HEADER.replace("SIREN;", "Ville;"), "schedule-column-missing"),
        ("a;b;c", "schedule-header-missing"),
        (HEADER, "schedule-empty"),
    ],
)
def test_a_table_that_is_no_schedule_says_what_is_missing(header: str, code: str) -> None:
    """No titles, a column short, or no line."""
    rows = () if code == "schedule-empty" else (ROW,)
    (claim,) = table(*rows, header=header)
    assert (claim.verdict, claim.syntax) == (Verdict.REJECT, "")
    assert codes((claim,)) == [code]


def test_an_unclosed_quote_and_nul_bytes_are_refused() -> None:
    """A file that a reader could split in two ways is not read."""
    assert codes(table(ROW.replace("Bât", '"Bât'))) == ["csv-malformed"]
    assert codes(table(ROW.replace("Bât", "B\0"))) == ["text-encoding"]


def test_five_thousand_lines_are_the_most() -> None:
    """Beyond that the seller splits the file."""
    rows = [ROW.replace("FA-1", f"FA-{number}") for number in range(5_001)]
    assert codes(table(*rows)) == ["schedule-too-long"]


def test_a_workbook_gives_dates_texts_and_exact_amounts() -> None:
    """Numbers as numbers, dates as dates, a total that agrees."""
    rows = [
        ScheduleRow("FA-1", dt.date(2026, 10, 30), dt.date(2026, 12, 14), "005580113", "Bâ", 30),
        ScheduleRow("FA-2", dt.date(2026, 10, 31), dt.date(2026, 12, 14), "123456782", "C", 123),
    ]
    first, second = read_document("b.xlsx", schedule_xlsx(rows))
    assert (first.buyer.siren, first.payable) == ("005580113", "0.30")
    assert (second.issue_date, second.place, second.payable) == ("2026-10-31", "r6", "1.23")
    assert second.verdict is Verdict.ACCEPT


def workbook(cells: dict[str, object]) -> bytes:
    """Return a workbook with these cells on its only sheet."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    for place, value in cells.items():
        sheet.write(place, value)
    book.close()
    return target.getvalue()


def test_a_formula_in_a_line_is_confirmed_by_a_person() -> None:
    """A stored result may be stale; the line with it is marked, the others are not."""
    titles: dict[str, object] = {"A1": "N° facture", "B1": "Date", "C1": "SIREN", "D1": "TTC"}
    one: dict[str, object] = {"A2": "FA-1", "B2": "30/10/2026", "C2": "123456782", "D2": "=1+1"}
    two: dict[str, object] = {"A3": "FA-2", "B3": "30/10/2026", "C3": "123456782", "D3": 12.5}
    first, second = read_document("b.xlsx", workbook(titles | one | two))
    assert "cell-is-formula" in codes((first,))
    assert "cell-is-formula" not in codes((second,))


def test_a_formula_of_an_open_document_is_confirmed_too() -> None:
    """LibreOffice numbers no rows: they are counted, repeated ones as often as they stand for."""
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    texts = [HEADER.split(";"), ROW.split(";"), ROW.replace("FA-1", "FA-2").split(";")]
    rows = [
        "".join(
            f'<table:table-cell office:value-type="string"><text:p>{text}</text:p>'
            "</table:table-cell>"
            for text in row
        )
        for row in texts
    ]
    rows[2] = rows[2].replace("<table:table-cell", '<table:table-cell table:formula="of:=1"', 1)
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    content = (
        f'<office:document-content xmlns:office="{office}office:1.0" '
        f'xmlns:table="{office}table:1.0" xmlns:text="{office}text:1.0"><office:body>'
        '<office:spreadsheet><table:table table:name="a">'
        '<table:table-row table:number-rows-repeated="2"/>'
        f"{body}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{office}manifest:1.0"/>')
        archive.writestr("content.xml", content)
    first, second = read_document("b.ods", target.getvalue())
    assert "cell-is-formula" not in codes((first,))
    assert "cell-is-formula" in codes((second,))


def test_bombs_end_in_a_refusal() -> None:
    """A cell far away, a doctype, an inflated part: refused before any library sees them."""
    far = workbook({"A1": "x", "XFD1048576": "y"})
    assert codes(read_document("b.xlsx", far)) == ["workbook-too-big"]
    for name, content, code in (
        ("xl/worksheets/sheet9.xml", b"<!DOCTYPE a>" + b" " * 99, "xml-doctype"),
        ("xl/media/x.bin", bytes(70_000_000), "content-too-big"),
    ):
        target = io.BytesIO(workbook({"A1": "x"}))
        with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        assert codes(read_document("b.xlsx", target.getvalue())) == [code]


def test_a_workbook_that_the_library_cannot_read_is_damaged() -> None:
    """The child process ends with an error, never with ours."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    assert codes(read_document("b.xlsx", target.getvalue())) == ["workbook-damaged"]


@given(st.integers(-(10**11), 10**11))
def test_an_amount_survives_the_french_way_of_writing(cents: int) -> None:
    """Narrow spaces, comma, minus sign and euro give the same cents back."""
    sign = "\u2212" if cents < 0 else ""
    whole = f"{abs(cents) // 100:,}".replace(",", "\u202f")
    text = f"t{sign}{whole},{abs(cents) % 100:02d}\u00a0€"
    found, problem = amount_of(text)
    assert problem == ""
    assert int(found.replace(".", "")) == cents


@given(st.text(max_size=30))
def test_no_cell_raises(text: str) -> None:
    """Any text in any cell is an amount or a problem."""
    assert all(amount_of(f"t{text}")) is False
    assert table(";".join([text.replace(";", " ").replace("\n", " ")] * 7)) != ()
