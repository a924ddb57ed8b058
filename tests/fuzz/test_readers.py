"""A short run of the fuzzer, the same each time; ``make fuzz`` is the long one."""

from __future__ import annotations

import pytest

from tests.fuzz.readers import fuzz, targets

EXAMPLES = {"workbook": 10, "pdf": 40, "mail": 40}


@pytest.mark.parametrize("name", targets())
def test_no_mutated_file_breaks_a_reader(name: str) -> None:
    """Each reader answers with a verdict, whatever was done to the file."""
    fuzz(name, examples=EXAMPLES.get(name, 60), start=20261116)


def test_every_target_has_seeds() -> None:
    """A fuzzer without files would find nothing."""
    assert all(seeds for _, seeds in targets().values())
