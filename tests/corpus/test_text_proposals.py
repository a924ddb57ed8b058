"""Proposals from the pages of the visible PDFs, with their XML as the truth."""

from __future__ import annotations

from collections import Counter

import pytest

from bordereau.domain.text_proposals import Confidence, propose
from bordereau.readers.child import Failure, run_child
from tests.corpus.places import data, needs_corpus, rows

pytestmark = needs_corpus
PAGES = [
    row
    for row in rows("invoices/truth.csv")
    if row["file"].lower().endswith(".pdf") and row["expect"] == "extract"
]
AT_LEAST = {"number": 18, "issued_on": 17, "due_on": 16, "amount": 19}
"""Right proposals of 23 PDFs; where the file has no due date or no text, none is possible."""


@pytest.fixture(scope="module")
def counts() -> Counter[tuple[str, str]]:
    """Count right, wrong and absent proposals by field, the sure ones apart."""
    found: Counter[tuple[str, str]] = Counter()
    for row in PAGES:
        text = run_child("pdf_text_child.py", data(row["file"]))
        assert not isinstance(text, Failure)
        proposals = propose(text.decode())
        truth = {
            "number": row["number"],
            "issued_on": row["issue_date"],
            "due_on": row["due_date"].rpartition("|")[2],
            "amount": row["payable"].lstrip("-"),
        }
        for name, expected in truth.items():
            if expected and name in proposals:
                is_right = proposals[name].value == expected
                found[name, "right" if is_right else "wrong"] += 1
                if proposals[name].confidence is Confidence.HIGH and not is_right:
                    found[name, "sure and wrong"] += 1
    return found


@pytest.mark.parametrize("field", AT_LEAST)
def test_most_fields_are_proposed_and_nearly_all_are_right(
    field: str, counts: Counter[tuple[str, str]]
) -> None:
    """At least so many right, at most one wrong in a field."""
    assert counts[field, "right"] >= AT_LEAST[field]
    assert counts[field, "wrong"] <= 1


def test_what_is_called_sure_is_right(counts: Counter[tuple[str, str]]) -> None:
    """High confidence without one error."""
    assert not [key for key in counts if key[1] == "sure and wrong"]
