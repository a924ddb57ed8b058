"""Problems: bad input is a value that carries its source, never an exception.

The sentence that a person reads is made from ``code`` and ``facts`` by the texts of the reader's
language (``documents/texts``); no sentence stands in the domain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """What a problem does to the document or row that has it."""

    REFUSE = "refuse"
    NOT_FOR_SALE = "not-for-sale"
    REVIEW = "review"
    WARN = "warn"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where, and the facts its sentence needs.

    ``code`` is kebab-case and has a sentence in every ``texts/*.toml`` under ``[problems]``.
    ``where`` is a place that the reader knows (a file, a sheet's column, a line). ``facts`` are
    finished strings.
    """

    code: str
    severity: Severity = Severity.REFUSE
    where: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


class ProductError(Exception):
    """Base of what is broken, as against what is badly typed."""


class ConfigurationError(ProductError):
    """A setting is missing or wrong; nothing was touched."""


class SourceUnavailableError(ProductError):
    """A sheet, bucket, table or mail service did not answer; the platform tries again."""


class ConflictError(ProductError):
    """A commit lost its race more often than allowed, or an id came back with other content."""


class InvariantError(ProductError):
    """Our own mistake: postings that do not balance, an amount below zero; stop loudly."""
