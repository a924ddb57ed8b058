"""Assignment schedules ("bordereaux de cession"): .xlsx, .ods and .csv. To be written next."""

from __future__ import annotations

from collections.abc import Iterator

from bordereau.domain.claims import InvoiceClaim
from bordereau.readers.refusal import refused


def read_workbook(file_name: str, data: bytes) -> Iterator[InvoiceClaim]:
    """Yield one claim for each line."""
    raise refused("office-old-not-read")


def read_text_table(file_name: str, data: bytes) -> Iterator[InvoiceClaim]:
    """Yield one claim for each line."""
    raise refused("office-old-not-read")
