"""Figures: everything a document shows, frozen by the transaction that causes the document.

A service fills one of these dataclasses and stores ``to_plain(figures)``; the document is rendered
from that alone, however often, and comes out the same. Amounts are signed integer cents of the
document's one currency, rates basis points, days civil dates in Europe/Paris, instants aware UTC.
Codes (``StepCode``, ``Stage`` …) have their words in ``documents/texts``; no sentence is here.
A constructor that is given figures that do not tie together raises ``AssertionError``.
"""

from bordereau.domain.figures.advance_statement import (
    AdvanceStatementFigures,
    AssignedRow,
    CreditNoteRow,
)
from bordereau.domain.figures.journal import JournalLine, JournalRow
from bordereau.domain.figures.kinds import (
    FIGURES_OF,
    WITHOUT_PDF,
    DocumentKind,
    Figures,
)
from bordereau.domain.figures.letters import (
    AcknowledgementFigures,
    AcknowledgementRow,
    AcknowledgementTotal,
    DebtorNoticeFigures,
    PaymentFileFigures,
    PaymentFileRow,
    ReminderFigures,
    ReminderRow,
)
from bordereau.domain.figures.parts import (
    HOLDS,
    AccountFigures,
    ContactFigures,
    FeeLine,
    PartyFigures,
    PayoutFigures,
    Step,
    StepCode,
    VatLine,
    masked_iban,
)
from bordereau.domain.figures.weekly_statement import (
    BUCKETS,
    Action,
    ActionCode,
    AgedDebtor,
    ExpectedRelease,
    FundFigures,
    FundPoint,
    HoursFigures,
    Movement,
    MovementKind,
    OverdueRow,
    ReceiptRow,
    Stage,
    WeeklyStatementFigures,
)

__all__ = [
    "BUCKETS",
    "FIGURES_OF",
    "HOLDS",
    "WITHOUT_PDF",
    "AccountFigures",
    "AcknowledgementFigures",
    "AcknowledgementRow",
    "AcknowledgementTotal",
    "Action",
    "ActionCode",
    "AdvanceStatementFigures",
    "AgedDebtor",
    "AssignedRow",
    "ContactFigures",
    "CreditNoteRow",
    "DebtorNoticeFigures",
    "DocumentKind",
    "ExpectedRelease",
    "FeeLine",
    "Figures",
    "FundFigures",
    "FundPoint",
    "HoursFigures",
    "JournalLine",
    "JournalRow",
    "Movement",
    "MovementKind",
    "OverdueRow",
    "PartyFigures",
    "PaymentFileFigures",
    "PaymentFileRow",
    "PayoutFigures",
    "ReceiptRow",
    "ReminderFigures",
    "ReminderRow",
    "Stage",
    "Step",
    "StepCode",
    "VatLine",
    "WeeklyStatementFigures",
    "masked_iban",
]
