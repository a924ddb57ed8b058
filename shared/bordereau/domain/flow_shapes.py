"""Shapes of what is under way: mails, intents, alerts, runs, parties and commands of staff."""

from __future__ import annotations

from typing import Final

from bordereau.domain import books, parties, work
from bordereau.domain.invoices import Invoice
from bordereau.domain.shape import DOCUMENTS_MAX, Part, Shape

FLOW_SHAPES: Final = (
    Shape(
        "receive-mail",
        "A mail is known: how many parts it has.",
        "The head is there: nothing is written.",
        (Part(work.MailHead, 1, "received already: nothing to do"),),
    ),
    Shape(
        "part-outcome",
        "One part of a mail has its outcome; whoever counts the last puts the acknowledgement.",
        "The part has its outcome: nothing is written.",
        (
            Part(work.PartOutcome, DOCUMENTS_MAX, "decided meanwhile: decide again"),
            Part(work.MailHead, 1, "another part came first: decide again", ("done =",)),
            Part(work.Intent, 1, "put already: decide again"),
            Part(work.ToComplete, DOCUMENTS_MAX, "the row exists: decide again"),
            Part(work.Alert, DOCUMENTS_MAX, "the alert moved: decide again"),
        ),
    ),
    Shape(
        "put-intent",
        "Something is to be sent.",
        "The intent is there: nothing is written.",
        (Part(work.Intent, 1, "put already: nothing to do"),),
    ),
    Shape(
        "move-intent",
        "An intent is claimed, rendered, sent, given back or parked.",
        "Claimed by another, or sent: nothing is written.",
        (
            Part(work.Intent, 1, "moved meanwhile: decide again"),
            Part(work.Alert, 1, "the alert exists: decide again"),
        ),
    ),
    Shape(
        "set-alert",
        "An alert is stored, or closed because its cause is gone.",
        "It stands so already: nothing is written.",
        (
            Part(work.Alert, 8, "moved meanwhile: decide again"),
            Part(Invoice, 1, "the invoice moved: decide again"),
        ),
    ),
    Shape(
        "remind-debtor",
        "One reminder to a debtor for a day; the levels of its invoices advanced before.",
        "The intent is there: nothing is written.",
        (
            Part(work.Intent, 1, "put already: nothing to do"),
            Part(Invoice, 90, "the invoice moved: decide again"),
        ),
    ),
    Shape(
        "finish-run",
        "A schedule's run for a date is finished.",
        "The run is there: nothing is written.",
        (Part(work.Run, 1, "finished already: nothing to do"),),
    ),
    Shape(
        "set-party",
        "A seller, debtor or sender as staff typed it: a new version, its aliases, the command.",
        "The same facts are no command: nothing is written.",
        (
            Part(parties.Seller, 1, "this version exists: decide again"),
            Part(parties.Debtor, 1, "this version exists: decide again"),
            Part(parties.PartyVersion, 1, "never (plain put)"),
            Part(parties.Alias, 10, "never (plain put)"),
            Part(parties.Sender, 1, "the sender moved: decide again"),
            Part(work.Command, 1, "the command was posted: answer"),
        ),
    ),
    Shape(
        "set-rate",
        "A dated rate or a setting as staff typed it.",
        "The same value is no command: nothing is written.",
        (
            Part(parties.Rate, 1, "moved meanwhile: decide again"),
            Part(parties.Setting, 1, "moved meanwhile: decide again"),
            Part(work.Command, 1, "the command was posted: answer"),
        ),
    ),
    Shape(
        "answer-command",
        "A command of staff that changes nothing of its own: its answer.",
        "The same facts are no command: nothing is written.",
        (
            Part(work.Command, 1, "the command was posted: answer"),
            Part(work.ToComplete, 1, "moved meanwhile: decide again"),
        ),
    ),
    Shape(
        "release-mail",
        "Staff release a mail in quarantine; its alert ends with the answer.",
        "The mail is released: nothing is written.",
        (
            Part(work.MailRelease, 1, "released meanwhile: answer so"),
            Part(work.Alert, 1, "the alert moved: decide again"),
            Part(work.Command, 1, "the command was posted: answer"),
        ),
    ),
    Shape(
        "name-payer",
        "Staff say who paid a receipt, as long as nothing of it pays anything.",
        "The payer is known: nothing is written.",
        (Part(books.Receipt, 1, "something was applied: decide again", ("left_cents =",)),),
    ),
    Shape(
        "number-line",
        "A receipt or document to complete gets the next numbered line of its tab.",
        "The object has its line: nothing is written.",
        (Part(work.SheetLine, 1, "the number is taken: decide again"),),
    ),
    Shape(
        "note-lookalike",
        "The keys under which lookalikes of assigned invoices are found.",
        "Written again, the same.",
        (
            Part(books.SoftDuplicate, DOCUMENTS_MAX, "never (plain put)"),
            Part(books.SameNumber, DOCUMENTS_MAX, "never (plain put)"),
        ),
    ),
)
