"""Shapes of the rules of the trade: disputes, de-funding, fund, insolvency, payments aside."""

from __future__ import annotations

from typing import Final

from bordereau.domain import books, cases, closing, refunds, sepa, work
from bordereau.domain.guarantee_lines import FactorLine, RelationLine
from bordereau.domain.invoices import Invoice
from bordereau.domain.shape import (
    BANK,
    BORN,
    ONE_LINE,
    POSITION,
    USED_CREDITS,
    WIDE,
    Part,
    Shape,
    entries,
)

RELATIONS_MAX: Final = 80
"""Contracts on which one debtor has a line, in one commit."""

INVOICES_MAX: Final = 60
"""Invoices of one contract and debtor for which the guarantee takes effect in one commit."""

PAYOUTS_MAX: Final = 80
"""Pay-outs of one SEPA batch whose state moves in one commit."""

MONTHS_MAX: Final = 24
"""Financing commissions that one commit posts, where many waited for their VAT rate."""

_INVOICE = Part(Invoice, 1, "the invoice moved: decide again")
_CASE = Part(cases.Case, 1, "the case moved: decide again")
_TAKEN = (
    Part(books.Receipt, 1, "less is left: decide again, then refused", ("left_cents >=",)),
    Part(books.Allocation, 1, "another allocation came first: decide again"),
)
_COMMAND = Part(work.Command, 1, "the command was posted: answer")

RULE_SHAPES: Final = (
    Shape(
        "move-invoice",
        "E11, E12, E13, E14, E19: a dispute, de-funding, chargeback, direct payment, use of the"
        " retained part.",
        "What is open, disputed or retained is too little, or it is done: nothing is written.",
        (POSITION, entries(1), _INVOICE, _CASE, _COMMAND, *ONE_LINE),
    ),
    Shape(
        "follow-case",
        "A promise, a granted delay or an awaited credit note is noted, or a case is over.",
        "The case stands so: nothing is written.",
        (_CASE, _COMMAND),
    ),
    Shape(
        "move-fund",
        "E19 on the contract's fund, specific reserves, and the month's release of a surplus.",
        "The fund or reserve holds too little, or no surplus: nothing is written.",
        (POSITION, entries(1), _COMMAND),
    ),
    Shape(
        "seller-pays-in",
        "E15, E26: the seller hands over a payment or repays a debit balance.",
        "Each call is a payment of its own; its command is posted once.",
        (POSITION, BANK, BORN, entries(2), *_TAKEN, _COMMAND),
    ),
    Shape(
        "refund-debtor",
        "E16: a debtor's credit is paid back; or a refund is ordered, seen at the bank, or back.",
        "Less credit is left, or it is settled: nothing is written.",
        (
            BANK,
            entries(1),
            USED_CREDITS,
            Part(refunds.Refund, 1, "another was ordered, or it is settled: decide again"),
            _COMMAND,
        ),
    ),
    Shape(
        "use-credits",
        "E5 wholly from a debtor's credits.",
        "Less credit is left, or less is open: refused, nothing is written.",
        (
            POSITION,
            BANK,
            entries(3),
            _INVOICE,
            USED_CREDITS,
            *ONE_LINE,
        ),
    ),
    Shape(
        "reverse-application",
        "E28 of an application (E5 with E6 and E18): its cash is to be applied again, once.",
        "The reversal row of its entry is there: nothing is written.",
        (
            POSITION,
            BANK,
            entries(3),
            Part(books.Reversal, 3, "reversed meanwhile: answer so"),
            _INVOICE,
            Part(books.Receipt, 1, "another application came first: decide again"),
            USED_CREDITS,
            _COMMAND,
            *ONE_LINE,
        ),
    ),
    Shape(
        "charge-financing",
        "E8: the financing commission of each month that is not charged, with its own VAT.",
        "The months are settled: nothing is written.",
        (POSITION, entries(MONTHS_MAX)),
    ),
    Shape(
        "close-contract",
        "A contract's last day.",
        "It is closed: nothing is written.",
        (POSITION, _COMMAND),
    ),
    Shape(
        "begin-closing",
        "A month begins to close: from now on a new journal begins after it.",
        "It is under way, or closed: nothing is written.",
        (Part(closing.BooksPeriod, 1, "another closing came first: decide again"),),
    ),
    Shape(
        "close-journal",
        "One journal's month is closed: what it stood at, and the day that postings demand.",
        "The closing's row is there: nothing is written.",
        (
            POSITION,
            BANK,
            Part(closing.JournalClosing, 1, "closed meanwhile: nothing to do"),
        ),
    ),
    Shape(
        "close-month",
        "Every journal of a month is closed: the month is, under one seal.",
        "The month's row is there: nothing is written.",
        (
            Part(closing.BooksPeriod, 1, "another closing came first: decide again"),
            Part(closing.MonthClosing, 1, "closed meanwhile: answer so"),
            _COMMAND,
        ),
    ),
    Shape(
        "declare-insolvency",
        "All lines of a debtor count as nothing from its judgment on; nobody waits any more.",
        "The judgment is known: nothing is written.",
        (
            Part(RelationLine, RELATIONS_MAX, "the line moved: decide again"),
            Part(FactorLine, 1, WIDE.meaning, WIDE.requires),
            _COMMAND,
        ),
    ),
    Shape(
        "end-insolvency",
        "A debtor's procedure is over: its lines count again, or are frozen, from now on.",
        "No procedure is known: nothing is written.",
        (
            Part(RelationLine, RELATIONS_MAX, "the line moved: decide again"),
            Part(FactorLine, 1, WIDE.meaning, WIDE.requires),
        ),
    ),
    Shape(
        "take-guarantee",
        "E20 to E22: the guarantee takes effect on a debtor's undisputed invoices of a contract.",
        "The guarantee took effect before: nothing is written.",
        (
            POSITION,
            entries(1),
            Part(Invoice, INVOICES_MAX, "an invoice moved: decide again"),
            Part(books.GuaranteeClaim, 1, "it took effect meanwhile: answer so"),
            _COMMAND,
            *ONE_LINE,
        ),
    ),
    Shape(
        "recover-claim",
        "E23, E24: an indemnity or a dividend comes in.",
        "More than is claimed: refused, nothing is written.",
        (
            POSITION,
            BANK,
            BORN,
            entries(2),
            Part(books.GuaranteeClaim, 1, "the claim moved: decide again"),
            *_TAKEN,
            _COMMAND,
        ),
    ),
    Shape(
        "late-interest",
        "A formal notice is noted, or late interest and the indemnity are received (E25).",
        "The first notice counts; more than is claimed is refused: nothing is written.",
        (POSITION, BANK, BORN, entries(2), _INVOICE, *_TAKEN, _COMMAND),
    ),
    Shape(
        "release-payout",
        "A person releases a pay-out for the facts beside it, or takes the release back.",
        "It is released for these facts, or not released: nothing is written.",
        (
            Part(books.PayOut, 1, "released, sealed or settled meanwhile: decide again"),
            _COMMAND,
        ),
    ),
    Shape(
        "join-batch",
        "A released pay-out joins the open SEPA batch of its account and day.",
        "The pay-out names its batch: nothing is written.",
        (
            Part(books.PayOut, 1, "taken back or settled meanwhile: decide again"),
            Part(sepa.SepaBatch, 1, "another joined, or it was sealed: decide again"),
            Part(sepa.SepaMember, 1, "it is in this batch: decide again"),
        ),
    ),
    Shape(
        "seal-batch",
        "A SEPA batch is sealed with the count and sum of its members, and later sent: staff are"
        " told of its file.",
        "It is sealed, or sent: nothing is written.",
        (
            Part(sepa.SepaBatch, 1, "a pay-out joined, or another sealed it: decide again"),
            Part(work.Intent, 1, "put already: nothing to do"),
        ),
    ),
    Shape(
        "mark-payouts",
        "The pay-outs of a batch are sealed, then sent.",
        "They are further already: nothing is written.",
        (Part(books.PayOut, PAYOUTS_MAX, "settled meanwhile: decide again"),),
    ),
)
