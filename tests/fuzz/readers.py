"""Every reader against mutated files: no exception, a verdict each time, never long.

``make fuzz`` runs this module for ten minutes, the targets in turn, each turn with a seed of its
own that is printed: ``python -m tests.fuzz.readers 600 [first seed]``. A failure is shrunk by
hypothesis and printed with the bytes that cause it.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from itertools import count
from typing import Final

from hypothesis import HealthCheck, given, seed, settings

from bordereau.domain.claims import Verdict
from bordereau.domain.clause import has_clause
from bordereau.domain.text_proposals import propose
from bordereau.readers.bank import read_bank
from bordereau.readers.facturx import open_pdf
from bordereau.readers.invoices import Setting, read_document
from bordereau.readers.mail import open_mail_bytes
from bordereau.readers.refusal import RefusedError
from local.sample_invoices import cii_xml, facturx_pdf, mail_eml, ses_trace, ubl_xml
from tests.corpus.hostile_own import broken_mail, broken_pdf, broken_table
from tests.corpus.places import CORPUS, IS_THERE
from tests.fuzz.mutations import mutated
from tests.unit.readers.documents import ALL, INVOICE

SECONDS_MAX: Final = 2
SEED_BYTES_MAX: Final = 60_000
TURN_EXAMPLES: Final = 200
_AT: Final = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
_SETTING: Final = Setting(today=dt.date(2026, 11, 16))
_STATEMENTS: Final = frozenset({"camt.053", "cfonb120", "mt940"})
"""Kinds that prove opening + entries = closing; a notification has no balances."""
Check = Callable[[bytes], None]


def _document(data: bytes) -> None:
    for claim in read_document("fichier", data, _SETTING):
        assert claim.verdict in Verdict


def _mail(data: bytes) -> None:
    mail = open_mail_bytes("mail/abc", data)
    assert mail.parts or mail.problems


def _bank(data: bytes) -> None:
    claim = read_bank("releve", data)
    proven = [one.balanced for one in claim.statements if one.kind in _STATEMENTS]
    assert claim.verdict is not Verdict.ACCEPT or all(proven)


def _embedded(data: bytes) -> None:
    with suppress(RefusedError):
        open_pdf(data)


def _text(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    assert has_clause([text]) in {True, False}
    assert all(one.value for one in propose(text).values())


def _small(files: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(data for data in files if 0 < len(data) <= SEED_BYTES_MAX)


@cache
def targets() -> dict[str, tuple[Check, tuple[bytes, ...]]]:
    """Return each target's check and seeds; real files too where the shared corpus lies."""
    xml = [cii_xml(one) for one in ALL] + [ubl_xml(one) for one in ALL]
    trace = ses_trace(
        mail_eml("a@b.example", "F", [("f.xml", cii_xml(INVOICE))], _AT), "mail/abc", _AT
    )
    mails = [trace, *(one.data for one in broken_mail.files())]
    tables = [one.data for one in broken_table.files() if one.name.endswith((".csv", ".zip"))]
    books = [one.data for one in broken_table.files() if one.name.endswith((".xlsx", ".ods"))]
    pdfs = [facturx_pdf(INVOICE), *(one.data for one in broken_pdf.files())]
    return {
        "xml": (_document, _small([*xml, *_real("invoices", ".xml", ".XML")])),
        "table": (_document, _small(tables)),
        "workbook": (_document, _small(books)),
        "pdf": (_embedded, _small([*pdfs, *_real("hostile/pdf", ".pdf")])),
        "mail": (_mail, _small([*mails, *_real("hostile/mail", ".eml")])),
        "bank": (_bank, _small([b":20:A\r\n", *_real("bank", ".xml", ".sta", ".txt", ".cfo")])),
        "text": (_text, _small([_PAGE.encode(), *tables])),
    }


_PAGE: Final = """FACTURE N° FA-1 du 02/03/2026 Échéance : 01/04/2026 SIREN 732 829 320
Règlement à notre affactureur, subrogé dans nos droits. Total HT 100,00 TVA 20,00 Total TTC 120,00
"""


def _real(folder: str, *endings: str) -> list[bytes]:
    if not IS_THERE:
        return []
    paths = sorted((CORPUS / folder).rglob("*"))
    return [path.read_bytes() for path in paths if path.name.endswith(endings)]


def fuzz(name: str, *, examples: int, start: int) -> None:
    """Feed one target so many mutated files.

    Raises:
        AssertionError: no verdict, or longer than two seconds of the processor.
        Exception: whatever the reader let through.
    """
    check, seeds = targets()[name]

    @seed(start)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(mutated(seeds))
    def one_turn(data: bytes) -> None:
        started = time.process_time()
        check(data)
        assert time.process_time() - started < SECONDS_MAX

    one_turn()


def main() -> None:
    """Take turns among the targets until the seconds (first argument) are over."""
    seconds = int(sys.argv[1])
    start = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    end = time.monotonic() + seconds
    done = dict.fromkeys(targets(), 0)
    for turn in count(start):
        for name in done:
            if time.monotonic() > end:
                sys.stdout.write(f"{done}\n")
                return
            sys.stdout.write(f"{name} seed {turn}\n")
            sys.stdout.flush()
            fuzz(name, examples=TURN_EXAMPLES, start=turn)
            done[name] += TURN_EXAMPLES


if __name__ == "__main__":
    main()
