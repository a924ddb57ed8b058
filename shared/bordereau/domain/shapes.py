"""Every shape of transaction, as data: ``docs/transactions.md`` is printed from here.

A commit whose shape is not listed, or that holds an item or condition that its shape does not
list, or more of one than its greatest count, is our own mistake and stops loudly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from bordereau.domain import books, parties, work
from bordereau.domain.flow_shapes import FLOW_SHAPES
from bordereau.domain.guarantee_lines import FactorLine, RelationLine
from bordereau.domain.invoices import Invoice
from bordereau.domain.line_requests import DatedLine, LineRequest
from bordereau.domain.problems import InvariantError
from bordereau.domain.rule_shapes import RULE_SHAPES
from bordereau.domain.shape import (
    BANK,
    BORN,
    DOCUMENTS_MAX,
    LINE,
    ONE_LINE,
    POSITION,
    USED_CREDITS,
    WIDE,
    Part,
    Shape,
    entries,
)
from bordereau.domain.tables import ITEMS, Guard
from bordereau.domain.taking_on.shapes import TAKE_ON_SHAPES
from bordereau.domain.terms import Terms
from bordereau.domain.transactions import Condition, Transaction, record_of

_SHAPES = (
    Shape(
        "open-contract",
        "A contract begins: its position, directory line and first terms.",
        "The same facts are no command; other facts make new terms.",
        (
            Part(books.Position, 1, "the contract exists: decide again"),
            Part(parties.Contract, 1, "the contract exists: decide again"),
            Part(parties.ContractListing, 1, "never (plain put)"),
            Part(Terms, 1, "these terms exist: decide again"),
            Part(books.BankHead, 1, "the account exists: decide again"),
            BORN,
            Part(work.Command, 1, "the command was posted: answer"),
        ),
    ),
    Shape(
        "set-terms",
        "New terms: their row, and the position that from now on demands them (I16).",
        "The same terms are there already: nothing is written.",
        (
            POSITION,
            Part(Terms, 1, "these terms exist: decide again"),
            Part(parties.Contract, 1, "the contract moved: decide again"),
            Part(work.Command, 1, "the command was posted: answer"),
        ),
    ),
    Shape(
        "set-line",
        "A decision on a guarantee line of one relation.",
        "The line stands as decided: nothing is written.",
        (
            Part(RelationLine, 1, "the line moved: decide again"),
            Part(FactorLine, 1, WIDE.meaning, WIDE.requires),
            Part(work.Intent, 1, "the notice was put already: decide again"),
            Part(DatedLine, 1, "moved meanwhile: decide again"),
            Part(work.Command, 1, "the command was posted: answer"),
        ),
    ),
    Shape(
        "set-factor-limit",
        "A decision on a debtor's factor-wide limit.",
        "The limit stands as decided: nothing is written.",
        (
            Part(FactorLine, 1, "the limit moved: decide again", WIDE.requires),
            Part(DatedLine, 1, "moved meanwhile: decide again"),
            Part(work.Command, 1, "the command was posted: answer"),
        ),
    ),
    Shape(
        "date-line",
        "A decision on a line for a later day waits, is withdrawn or found superseded.",
        "It stands so already: nothing is written.",
        (
            Part(DatedLine, 1, "moved meanwhile: decide again"),
            Part(work.Command, 1, "the command was posted: answer"),
        ),
    ),
    Shape(
        "request-line",
        "A request for a line with its analysis, or its end.",
        "It stands so already: nothing is written.",
        (
            Part(LineRequest, 1, "moved meanwhile: decide again"),
            Part(work.Command, 1, "the command was posted: answer"),
        ),
    ),
    Shape(
        "assign-invoices",
        "E1: invoices of one batch are assigned, in their order, up to sixteen in a commit.",
        "The invoice row is there: the document is a duplicate and answers so.",
        (
            POSITION,
            Part(books.Batch, 1, "another commit on this batch came first: decide again"),
            entries(DOCUMENTS_MAX),
            Part(Invoice, DOCUMENTS_MAX, "the number exists: duplicate, or other facts to staff"),
            Part(books.Fingerprint, DOCUMENTS_MAX, "financed elsewhere: staff, no advance"),
            Part(
                books.FileHash,
                DOCUMENTS_MAX,
                "the same file from another seller: staff, no advance",
            ),
            Part(RelationLine, DOCUMENTS_MAX, LINE.meaning),
            WIDE,
        ),
    ),
    Shape(
        "credit-note",
        "E9 on an open invoice, E10 for what exceeds it.",
        "The credit note row is there: a duplicate, answered so.",
        (
            POSITION,
            BANK,
            BORN,
            entries(3),
            Part(books.CreditNote, 1, "the number exists: duplicate, or other facts to staff"),
            Part(Invoice, 1, "the invoice moved: decide again"),
            Part(books.DebtorCredit, 1, "the credit exists: decide again"),
            Part(work.Command, 1, "the command was posted: answer"),
            *ONE_LINE,
        ),
    ),
    Shape(
        "correct-invoice",
        "E28: assignment, promotions and fee reversed, the corrected invoice (384) assigned.",
        "The invoice stands at the corrected facts: a duplicate, answered so.",
        (
            POSITION,
            entries(40),
            Part(books.Reversal, 38, "an entry was reversed already: decide again"),
            Part(Invoice, 1, "the invoice moved: decide again"),
            Part(books.Fingerprint, 1, "financed elsewhere: staff, no advance"),
            Part(books.AdvanceStatement, 1, "the statement was corrected meanwhile: decide again"),
            *ONE_LINE,
        ),
    ),
    Shape(
        "promote",
        "E7: waiting parts of one debtor's invoices take the room that came free.",
        "No room, or nobody waits: nothing is written.",
        (
            POSITION,
            entries(1),
            Part(Invoice, 1, "the invoice moved: decide again"),
            *ONE_LINE,
        ),
    ),
    Shape(
        "rest-debtor",
        "The debtor leaves ``todo``: everything that could be promoted was.",
        "The debtor is not in ``todo``: nothing is written.",
        (Part(FactorLine, 1, "woken meanwhile: stays in todo", ("todo_rev =",)),),
    ),
    Shape(
        "expire-line",
        "A line's validity has ended: its queue leaves the factor-wide row.",
        "The line is expired already: nothing is written.",
        ONE_LINE,
    ),
    Shape(
        "open-bank-account",
        "One of our own bank accounts gets its journal.",
        "The head exists: nothing is written.",
        (Part(books.BankHead, 1, "the account exists: nothing to do"), BORN),
    ),
    Shape(
        "book-receipt",
        "E4: money on our account, whole, before anybody says what it is for.",
        "The receipt row is there: the entry was booked, whatever file it comes in.",
        (BANK, BORN, entries(1), Part(books.Receipt, 1, "the receipt is booked: answer so")),
    ),
    Shape(
        "book-bank-charge",
        "E29: our bank took its fee or interest from our account.",
        "The charge's row is there: the entry was booked, whatever file it comes in.",
        (BANK, entries(1), Part(books.BankCharge, 1, "the charge is booked: answer so")),
    ),
    Shape(
        "note-bank-details",
        "A camt.054 tells of an entry: kept until its statement comes, or after it.",
        "The same details are kept: nothing is written.",
        (Part(work.BankNotice, 1, "moved meanwhile: decide again"),),
    ),
    Shape(
        "detail-receipt",
        "A camt.054 says who paid a receipt and what for.",
        "The receipt says so already: nothing is written.",
        (Part(books.Receipt, 1, "never (words alone are set)"),),
    ),
    Shape(
        "apply-receipt",
        "E5 with its releases (E6) and tolerance (E18): one invoice is paid from a receipt.",
        "What is left of the receipt, or what is open, is too little: refused, nothing is written.",
        (
            POSITION,
            BANK,
            entries(3),
            Part(Invoice, 1, "the invoice moved: decide again"),
            Part(books.Receipt, 1, "less is left: refused", ("left_cents >=",)),
            Part(books.Allocation, 1, "another allocation came first: decide again"),
            USED_CREDITS,
            Part(work.Alert, 4, "the alert moved: decide again"),
            *ONE_LINE,
        ),
    ),
    Shape(
        "set-aside-receipt",
        "E16, E17: a part of a receipt is the debtor's, or was not assigned and is the seller's.",
        "What is left of the receipt is too little: refused, nothing is written.",
        (
            POSITION,
            BANK,
            entries(2),
            Part(books.Receipt, 1, "less is left: refused", ("left_cents >=",)),
            Part(books.Allocation, 1, "another allocation came first: decide again"),
            Part(books.DebtorCredit, 1, "the credit exists: decide again"),
        ),
    ),
    Shape(
        "propose-receipt",
        "What a receipt seems to be for, and who paid it, where that is known.",
        "The same proposal stands: nothing is written.",
        (
            Part(work.ReceiptProposal, 1, "moved meanwhile: decide again"),
            Part(books.Receipt, 1, "less is left: decide again", ("left_cents =",)),
        ),
    ),
    Shape(
        "learn-payer",
        "An account from which a debtor paid before.",
        "The alias is there: nothing is written.",
        (Part(parties.Alias, 1, "never (plain put)"),),
    ),
    Shape(
        "prove-statement",
        "A bank statement's balance was compared with our journal of that account.",
        "Compared already: nothing is written.",
        (BANK, BORN, Part(work.Alert, 1, "moved meanwhile: decide again")),
    ),
    Shape(
        "finish-bank-file",
        "A bank file has its outcome.",
        "The row is there: the file is known, nothing is written.",
        (Part(work.BankFile, 1, "known already: nothing to do"),),
    ),
    Shape(
        "accept-short",
        "The seller accepts a short payment: the rest is closed.",
        "Nothing is open: refused, nothing is written.",
        (
            POSITION,
            entries(1),
            Part(Invoice, 1, "the invoice moved: decide again"),
            Part(work.Alert, 4, "the alert moved: decide again"),
            Part(work.Command, 1, "the command was posted: answer"),
            *ONE_LINE,
        ),
    ),
    Shape(
        "bill-fees",
        "E2: fees of what was assigned since the last statement, VAT on their total.",
        "The statement of the day exists: nothing is written.",
        (
            POSITION,
            entries(1),
            Part(books.AdvanceStatement, 1, "billed already today: nothing to do"),
            Part(work.Command, 1, "the command was posted: answer"),
        ),
    ),
    Shape(
        "order-payout",
        "E3a: what is available leaves the seller's current account.",
        "The pay-out's row is there, or nothing is available: nothing is written.",
        (
            POSITION,
            entries(1),
            Part(books.PayOut, 1, "ordered already: nothing to do"),
            Part(books.AdvanceStatement, 1, "the statement moved: decide again"),
            Part(work.Command, 1, "the command was posted: answer"),
        ),
    ),
    Shape(
        "advance-statement",
        "E2 and E3a with the numbered statement that shows both, and what renders it.",
        "The statement of the day exists: nothing is written.",
        (
            POSITION,
            entries(2),
            Part(books.AdvanceStatement, 1, "the day has its statement: nothing to do"),
            Part(books.PayOut, 1, "ordered already: nothing to do"),
            Part(work.Intent, 1, "put already: nothing to do"),
        ),
    ),
    Shape(
        "settle-payout",
        "E3b, E3c: the bank statement confirms a pay-out, or brings it back; a person cancels one.",
        "The pay-out is settled: nothing is written.",
        (
            POSITION,
            BANK,
            BORN,
            entries(2),
            Part(books.PayOut, 1, "settled meanwhile: decide again"),
            Part(books.Receipt, 1, "the bank's entry is booked: answer so"),
            Part(work.Command, 1, "the command was posted: answer"),
        ),
    ),
    Shape(
        "cut-statement",
        "The week's statement is cut: a row, and the intent that sends it.",
        "The cut exists: nothing is written.",
        (
            POSITION,
            Part(books.StatementCut, 1, "cut already: nothing to do"),
            Part(work.Intent, 1, "put already: nothing to do"),
        ),
    ),
    Shape(
        "reverse-entry",
        "E28: the exact opposite of an entry, once; a receipt that nobody applied goes with it.",
        "The reversal row is there: nothing is written.",
        (
            POSITION,
            BANK,
            entries(2),
            Part(books.Reversal, 2, "reversed already: answer so"),
            Part(books.AdvanceStatement, 1, "the statement was corrected meanwhile: decide again"),
            Part(books.Receipt, 1, "it was applied meanwhile: decide again", ("left_cents >=",)),
            Part(work.Command, 1, "the command was posted: answer"),
        ),
    ),
)

SHAPES: Final[Mapping[str, Shape]] = {
    shape.name: shape for shape in (*_SHAPES, *FLOW_SHAPES, *RULE_SHAPES, *TAKE_ON_SHAPES)
}


def check_shape(transaction: Transaction) -> None:
    """Raise ``InvariantError`` unless the transaction fits its listed shape."""
    shape = SHAPES.get(transaction.shape)
    if shape is None:
        raise InvariantError(f"no shape is called {transaction.shape}")
    parts = {part.kind: part for part in shape.parts}
    counts = Counter(type(record_of(action)) for action in transaction.actions)
    for kind, count in counts.items():
        if kind not in parts or count > parts[kind].most:
            raise InvariantError(f"{shape.name} holds {count} {kind.__name__}")
    for action in transaction.actions:
        part = parts[type(record_of(action))]
        _check_conditions(shape, part, action.when)


def _check_conditions(shape: Shape, part: Part, when: tuple[Condition, ...]) -> None:
    item = ITEMS[part.kind]
    exact = (f"{name} =" for name in item.exact)
    listed = {*_GUARD_FIELDS[item.guard], *exact, *part.requires}
    for condition in when:
        if condition.operator == "absent":
            continue
        name = f"{condition.field} {condition.operator}"
        if name not in listed:
            raise InvariantError(f"{shape.name} requires {name} of {part.kind.__name__}")


_GUARD_FIELDS: Final[Mapping[Guard, tuple[str, ...]]] = {
    Guard.ONCE: (),
    Guard.NONE: (),
    Guard.VERSION: ("v =",),
    Guard.SEQUENCE: ("seq =", "terms_rev =", "closed_through_on ="),
    Guard.ARITHMETIC: (),
}
