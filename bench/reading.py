"""What reading costs: bytes to validated claim, against a bare parse in the same run.

For XML the bare parse is ``lxml.etree.fromstring``, for PDFs ``pikepdf.open``; where it can read
the file, factur-x (without its schema check) is the second rival. Two take turns, file by file, so
that a busy machine slows both; figures are medians, ratios are of the medians of one file.
Python's collector is off, as in ``timeit``, and what the reader remembers from one file to the
next is forgotten before each turn.

``python -m bench.reading`` reads ``../shared/corpus`` (or a folder that is named), without it the
sample firm's invoices.
"""

from __future__ import annotations

import csv
import gc
import io
import logging
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import facturx
import pikepdf
from lxml import etree

from bordereau.readers.amounts import decimal_of, units_of
from bordereau.readers.facturx import open_pdf
from bordereau.readers.invoices import read_document
from local.sample_invoices import cii_xml, facturx_pdf, ubl_xml
from tests.unit.readers.documents import ALL

CORPUS: Final = Path(__file__).resolve().parents[2] / "shared" / "corpus"
TURNS: Final = 40
MICROSECONDS: Final = 1000
_ROW: Final = "  {:<5} {:<10} {:>5} {:>9} {:>9} {:>7} {:>9} {:>6} {:>8}"


@dataclass(frozen=True, slots=True)
class Case:
    """One file: ``syntax`` CII, UBL or ZF1; ``is_pdf`` whether it is the PDF or its XML."""

    syntax: str
    is_pdf: bool
    data: bytes


def main() -> None:
    """Print one table for the corpus (the first argument, or where it usually lies)."""
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS
    print_reading(list(cases_of(corpus)))


def cases_of(corpus: Path) -> Iterator[Case]:
    """Yield the invoices of a corpus that can be read, a PDF also as its XML alone."""
    for syntax, data in _files(corpus):
        if data.lstrip().startswith(b"%PDF"):
            yield Case(syntax, is_pdf=True, data=data)
            yield Case(syntax, is_pdf=False, data=open_pdf(data).files[0].data)
        else:
            yield Case(syntax, is_pdf=False, data=data)


def _files(corpus: Path) -> Iterator[tuple[str, bytes]]:
    truth = corpus / "invoices" / "truth.csv"
    if not truth.exists():
        for invoice in ALL:
            yield from (("CII", cii_xml(invoice)), ("UBL", ubl_xml(invoice)))
            yield "CII", facturx_pdf(invoice)
        return
    with truth.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["expect"] == "extract":
                yield row["syntax"].partition("-")[0], (corpus / row["file"]).read_bytes()


def print_reading(cases: list[Case]) -> None:
    """Print a line for each format: files, medians in milliseconds, ratios to the bare parse."""
    logging.disable(logging.CRITICAL)  # factur-x tells every file that it cannot read
    print("reading: bytes to validated claim, medians in ms; bare = lxml parse, or pikepdf open")
    print(_ROW.format("", "", "files", "bare", "ours", "ratio", "factur-x", "files", "ours/it"))
    for is_pdf in (False, True):
        kind = "PDF" if is_pdf else "XML"
        chosen = [case for case in cases if case.is_pdf is is_pdf]
        found = [(case.syntax, _times(case)) for case in chosen]
        for syntax in ("CII", "UBL", "ZF1"):
            _print_row(kind, syntax, [times for name, times in found if name == syntax])
        _print_row(kind, "all", [times for _, times in found])


def _times(case: Case) -> tuple[float, float, float | None]:
    """Return the medians of bare, ours and factur-x (absent when it cannot read the file)."""
    bare, ours = _in_turns(case, _open_bare if case.is_pdf else etree.fromstring, _ours)
    other = _facturx_pdf if case.is_pdf else _facturx_xml
    try:
        other(case.data)
    except Exception:  # noqa: BLE001 - whatever it raises, it does not read this file
        return bare, ours, None
    return bare, ours, _in_turns(case, _ours, other)[1]


def _in_turns(case: Case, *runs: Callable[[bytes], Any]) -> tuple[float, ...]:
    """Return the median microseconds of each, the runs taking turns."""
    taken: list[list[int]] = [[] for _ in runs]
    gc.disable()
    for _ in range(TURNS):
        for run, times in zip(runs, taken, strict=True):
            units_of.cache_clear()
            decimal_of.cache_clear()
            started = time.perf_counter_ns()
            run(case.data)
            times.append(time.perf_counter_ns() - started)
    gc.enable()
    gc.collect()
    return tuple(median(times) / MICROSECONDS for times in taken)


def _ours(data: bytes) -> object:
    return read_document("facture", data)


def _open_bare(data: bytes) -> None:
    with pikepdf.open(io.BytesIO(data)):
        pass


def _facturx_xml(data: bytes) -> object:
    return facturx.parse_ubl_cii_xml(data, check_xsd=False)


def _facturx_pdf(data: bytes) -> object:
    _, xml = facturx.get_xml_from_pdf(data, check_xsd=False)
    return facturx.parse_ubl_cii_xml(xml, check_xsd=False)


def _print_row(kind: str, syntax: str, rows: list[tuple[float, float, float | None]]) -> None:
    if not rows:
        return
    shared = [(ours, other) for _, ours, other in rows if other is not None]
    print(
        _ROW.format(
            kind,
            syntax,
            len(rows),
            f"{median(bare for bare, _, _ in rows) / MICROSECONDS:.3f}",
            f"{median(ours for _, ours, _ in rows) / MICROSECONDS:.3f}",
            f"{median(ours / bare for bare, ours, _ in rows):.2f}",
            f"{median(other for _, other in shared) / MICROSECONDS:.3f}" if shared else "-",
            len(shared),
            f"{median(ours / other for ours, other in shared):.3f}" if shared else "-",
        )
    )


if __name__ == "__main__":
    main()
