"""The visible invoices: every ``extract`` right in every truth column, every ``reject`` refused."""

from __future__ import annotations

import re

import pytest

from bordereau.domain.claims import InvoiceClaim, PartyClaim, Verdict
from bordereau.readers.invoices import read_document
from tests.corpus.places import data, needs_corpus, rows

TRUTH = rows("invoices/truth.csv")
PLAIN = (
    "type_code",
    "number",
    "issue_date",
    "currency",
    "net",
    "gross",
    "prepaid",
    "payable",
    "business_process",
)
pytestmark = needs_corpus


def of(expect: str) -> list[dict[str, str]]:
    """Return the rows with this expectation."""
    return [row for row in TRUTH if row["expect"] == expect]


def short(row: dict[str, str]) -> str:
    """Return the file's name for the test's id."""
    return row["file"].rpartition("/")[2]


def read(row: dict[str, str]) -> InvoiceClaim:
    """Return the one claim of a file."""
    (claim,) = read_document(row["file"], data(row["file"]))
    return claim


def columns(claim: InvoiceClaim) -> dict[str, str]:
    """Return a claim in the columns of the truth file."""
    return {
        **{name: getattr(claim, name) for name in PLAIN},
        "tax": claim.vat,
        "due_date": "|".join(claim.due_dates),
        "seller_name": claim.seller.name,
        "buyer_name": claim.buyer.name,
        "payee_name": claim.payee.name,
        "seller_vat": claim.seller.vat_written or claim.seller.vat,
        "buyer_vat": claim.buyer.vat_written or claim.buyer.vat,
        "iban": "|".join(account.iban or account.account for account in claim.accounts),
        "bic": "|".join(account.bic for account in claim.accounts if account.bic),
        "preceding": "|".join(claim.preceding),
        "note_codes": "|".join(note.code for note in claim.notes if note.code),
    }


@pytest.mark.parametrize("row", of("extract"), ids=short)
def test_an_extractable_invoice_is_right_in_every_column(row: dict[str, str]) -> None:
    """Number, dates, parties, currency and totals exactly as an unrelated reader found them."""
    found = columns(read(row))
    assert found == {name: row[name] for name in found}


@pytest.mark.parametrize("row", of("extract"), ids=short)
def test_every_identifier_of_a_party_is_there(row: dict[str, str]) -> None:
    """Legal, global and own identifiers, as ``scheme:value``."""
    claim = read(row)
    parties: dict[str, PartyClaim] = {
        "seller": claim.seller,
        "buyer": claim.buyer,
        "payee": claim.payee,
    }
    for role, party in parties.items():
        wanted = set(filter(None, row[f"{role}_ids"].split("|")))
        if role != "payee" and row[f"{role}_legal_id"]:
            wanted.add(f"{row[f'{role}_legal_scheme']}:{row[f'{role}_legal_id']}")
        assert wanted <= set(party.ids)


@pytest.mark.parametrize("row", of("extract"), ids=short)
def test_the_sums_are_judged_as_the_official_rules_judge_them(row: dict[str, str]) -> None:
    """BR-CO-10 to -16 as CEN's stylesheet found them; the differences are the profiles'.

    MINIMUM and BASIC WL have no lines, EXTENDED nests them: there the official rules on lines
    fire by construction and ours are left out. ZUGFeRD 1.0 has no official rules.
    """
    if row["syntax"] == "ZF1":
        return
    ours = {p.where for p in read(row).problems if re.fullmatch(r"BR-CO-1[0-6]", p.where)}
    official = set(re.findall(r"BR-CO-1[0-6]", row["en16931_1_3_16_fatal"]))
    if row["profile"].endswith(("minimum", "basicwl", "extended")):
        assert ours <= official
    else:
        assert ours == official


@pytest.mark.parametrize("row", of("reject"), ids=short)
def test_what_cannot_be_read_is_refused_with_a_reason(row: dict[str, str]) -> None:
    """Malformed, unreadable, or another document."""
    claim = read(row)
    assert claim.verdict is Verdict.REJECT
    assert claim.problems


@pytest.mark.parametrize("row", of("manual"), ids=short)
def test_a_plain_pdf_waits_for_a_person(row: dict[str, str]) -> None:
    """Never refused for want of data, never bought on text alone."""
    assert read(row).verdict is Verdict.REVIEW


def test_the_truth_was_not_empty() -> None:
    """The corpus has the files that these tests are about."""
    assert (len(of("extract")), len(of("reject")), len(of("manual"))) == (45, 7, 5)
