"""Every document is the approved one, to the character; `make approve` takes a change over."""

from __future__ import annotations

import pytest

from tests.golden.rendered import APPROVED, rendered
from tests.golden.samples import SAMPLES


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_the_document_is_the_approved_one(name: str) -> None:
    """Text of the PDF, both parts of the e-mail, and the hash of the PDF's bytes."""
    kind, figures = SAMPLES[name]
    for file, content in rendered(name, kind, figures).items():
        assert content == (APPROVED / file).read_text(encoding="utf-8"), file


def test_nothing_is_approved_that_no_sample_makes() -> None:
    """A file without a sample would never be compared."""
    names = {path.name.split(".")[0] for path in APPROVED.iterdir()}
    assert names == set(SAMPLES)
