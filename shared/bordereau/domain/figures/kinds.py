"""The kinds of document, and the figures each is rendered from."""

from __future__ import annotations

from enum import StrEnum

from bordereau.domain.figures.advance_statement import AdvanceStatementFigures
from bordereau.domain.figures.letters import (
    AcknowledgementFigures,
    DebtorNoticeFigures,
    PaymentFileFigures,
    ReminderFigures,
)
from bordereau.domain.figures.weekly_statement import WeeklyStatementFigures

Figures = (
    AdvanceStatementFigures
    | WeeklyStatementFigures
    | DebtorNoticeFigures
    | ReminderFigures
    | AcknowledgementFigures
    | PaymentFileFigures
)


class DocumentKind(StrEnum):
    """What a frozen set of figures is rendered to; the value stands in intents and file names."""

    ADVANCE_STATEMENT = "advance_statement"
    WEEKLY_STATEMENT = "weekly_statement"
    DEBTOR_NOTICE = "debtor_notice"
    REMINDER = "reminder"
    ACKNOWLEDGEMENT = "acknowledgement"
    PAYMENT_FILE = "payment_file"


WITHOUT_PDF: frozenset[DocumentKind] = frozenset(
    {DocumentKind.ACKNOWLEDGEMENT, DocumentKind.PAYMENT_FILE}
)
"""What is an e-mail alone."""


FIGURES_OF: dict[DocumentKind, type[Figures]] = {
    DocumentKind.ADVANCE_STATEMENT: AdvanceStatementFigures,
    DocumentKind.WEEKLY_STATEMENT: WeeklyStatementFigures,
    DocumentKind.DEBTOR_NOTICE: DebtorNoticeFigures,
    DocumentKind.REMINDER: ReminderFigures,
    DocumentKind.ACKNOWLEDGEMENT: AcknowledgementFigures,
    DocumentKind.PAYMENT_FILE: PaymentFileFigures,
}
"""For ``from_plain(FIGURES_OF[kind], stored)``."""
