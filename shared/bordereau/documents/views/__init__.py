"""Figures to finished strings: one view per kind of document, for its PDF and its e-mail alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bordereau.documents.texts import Phrases
from bordereau.documents.views.acknowledgement import acknowledgement_view
from bordereau.documents.views.advance_statement import advance_statement_view
from bordereau.documents.views.letters import debtor_notice_view, reminder_view
from bordereau.documents.views.payment_file import payment_file_view
from bordereau.documents.views.weekly_statement import weekly_statement_view
from bordereau.domain.figures import DocumentKind

View = dict[str, Any]

VIEWS: dict[DocumentKind, Callable[[Any, Phrases], View]] = {
    DocumentKind.ADVANCE_STATEMENT: advance_statement_view,
    DocumentKind.WEEKLY_STATEMENT: weekly_statement_view,
    DocumentKind.DEBTOR_NOTICE: debtor_notice_view,
    DocumentKind.REMINDER: reminder_view,
    DocumentKind.ACKNOWLEDGEMENT: acknowledgement_view,
    DocumentKind.PAYMENT_FILE: payment_file_view,
}
"""The values are JSON-able: strings, lists, dictionaries and booleans, no number."""
