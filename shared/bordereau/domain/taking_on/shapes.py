"""Shapes of the take-on: each commit is one step of a dossier, which counts it (docs/adr/0010)."""

from __future__ import annotations

from typing import Final

from bordereau.domain import books, parties, work
from bordereau.domain.guarantee_lines import FactorLine, RelationLine
from bordereau.domain.invoices import Invoice
from bordereau.domain.shape import BANK, BORN, DOCUMENTS_MAX, POSITION, WIDE, Part, Shape, entries
from bordereau.domain.taking_on.records import TakenPayOut, TakeOn
from bordereau.domain.terms import Terms

LINES_MAX: Final = 40
"""Guarantee lines in one step: two rows each."""

TERMS_MAX: Final = 60
"""Dated sets of terms with which one contract is taken on."""

_STEP = Part(TakeOn, 1, "another run did this step: decide again")

TAKE_ON_SHAPES: Final = (
    Shape(
        "start-take-on",
        "A dossier was checked whole: from now on its steps are booked.",
        "The dossier is under way or done: nothing is written.",
        (Part(TakeOn, 1, "started already: go on with it"),),
    ),
    Shape(
        "take-on-contract",
        "A contract of an old system is opened, under way: no money run touches it.",
        "The step is counted: nothing is written.",
        (
            _STEP,
            POSITION,
            Part(parties.Contract, 1, "the contract moved: decide again"),
            Part(Terms, TERMS_MAX, "these terms exist: decide again"),
            BANK,
            BORN,
        ),
    ),
    Shape(
        "take-on-lines",
        "Guarantee lines as they stand, and whether the debtors were told.",
        "The step is counted: nothing is written.",
        (
            _STEP,
            Part(RelationLine, LINES_MAX, "the line moved: decide again"),
            Part(FactorLine, LINES_MAX, WIDE.meaning, WIDE.requires),
        ),
    ),
    Shape(
        "take-on-invoices",
        "E0: open invoices as they stand, with what is approved and waits on their lines.",
        "The step is counted: nothing is written.",
        (
            _STEP,
            POSITION,
            entries(DOCUMENTS_MAX),
            Part(Invoice, DOCUMENTS_MAX, "the number exists: stops, a person looks"),
            Part(books.Fingerprint, DOCUMENTS_MAX, "financed elsewhere meanwhile: decide again"),
            Part(RelationLine, DOCUMENTS_MAX, "the line moved: decide again"),
            Part(FactorLine, DOCUMENTS_MAX, WIDE.meaning, WIDE.requires),
        ),
    ),
    Shape(
        "take-on-payouts",
        "E0: pay-outs that the bank did not debit yet.",
        "The step is counted: nothing is written.",
        (
            _STEP,
            POSITION,
            entries(DOCUMENTS_MAX),
            Part(books.PayOut, DOCUMENTS_MAX, "the pay-out exists: stops, a person looks"),
            Part(TakenPayOut, DOCUMENTS_MAX, "the reference exists: stops, a person looks"),
        ),
    ),
    Shape(
        "take-on-balances",
        "E0: a contract's own accounts; from here on it does business.",
        "The step is counted: nothing is written.",
        (
            _STEP,
            POSITION,
            entries(1),
            Part(books.StatementCut, 1, "cut already: stops, a person looks"),
            Part(parties.ContractListing, 1, "never (plain put)"),
        ),
    ),
    Shape(
        "take-on-account",
        "E0: what lies on one of our bank accounts.",
        "The step is counted: nothing is written.",
        (_STEP, BANK, BORN, entries(1)),
    ),
    Shape(
        "take-on-cash",
        "E0: receipts that pay nothing yet, and what debtors have with us.",
        "The step is counted: nothing is written.",
        (
            _STEP,
            BANK,
            entries(DOCUMENTS_MAX),
            Part(books.Receipt, DOCUMENTS_MAX, "the receipt is booked: stops, a person looks"),
            Part(books.DebtorCredit, DOCUMENTS_MAX, "the credit exists: stops, a person looks"),
        ),
    ),
    Shape(
        "finish-take-on",
        "The last step of a dossier, with its answer in the sheet.",
        "The dossier is done: nothing is written.",
        (_STEP, Part(work.Command, 1, "the command was posted: answer")),
    ),
)

OF_TAKE_ON: Final = frozenset(shape.name for shape in TAKE_ON_SHAPES)
"""The only shapes in which a contract under way may be committed."""
