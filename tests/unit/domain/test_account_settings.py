"""Every account can be mapped in the sheet, under the label that exports print."""

from __future__ import annotations

from bordereau.documents.texts import Phrases
from bordereau.domain.workbook.account_settings import ACCOUNT_LABELS
from bordereau.domain.workbook.known_settings import BY_CODE


def test_labels_in_the_sheet_are_those_of_the_exports() -> None:
    """One setting for each account, with its usual label."""
    printed = Phrases.load("fr").tables["accounts"]
    assert dict(ACCOUNT_LABELS) == dict(printed)
    assert all(BY_CODE[f"account/{code}"].label.endswith(label) for code, label in ACCOUNT_LABELS)
