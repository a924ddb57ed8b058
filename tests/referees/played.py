"""Books to judge: those of played stories, and a hundred thousand entries made of them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from random import Random

from bordereau.cli.story.player import play
from bordereau.cli.story.reader import read_story
from bordereau.domain.entries import Entry, Head, Posting, book
from bordereau.domain.figures.journal import JournalRow
from bordereau.ports import Ledger
from bordereau.services.export_books import journal_rows, rows_of
from bordereau.services.read_books import Books, known_accounts, known_contracts, read_books
from tests.simulations.random_stories import Maker

STORIES = sorted((Path(__file__).parents[1] / "stories").glob("*.yaml"))


def ledger_after(text: str) -> Ledger:
    """The ledger after the last day of a story."""
    worlds = [world for _, world in play(read_story(text))]
    return worlds[-1].ledger


def books_of(ledger: Ledger) -> Books:
    """The whole books of a ledger."""
    contracts = known_contracts(ledger)
    books = read_books(ledger, contracts, known_accounts(ledger, contracts))
    assert not books.unreadable
    return books


def rows_after(text: str) -> list[JournalRow]:
    """The entries after a story, as they are exported."""
    return journal_rows(books_of(ledger_after(text)))


def random_story(seed: int, events_max: int = 200) -> str:
    """The text of a random story."""
    return json.dumps(Maker(Random(seed)).story(events_max))  # noqa: S311 - a test's draw


def many_rows(wanted: int, stories: int) -> list[JournalRow]:
    """At least ``wanted`` entries: stories as they were played, then each again and again.

    The n-th copy of a story's books is other contracts and an account of their own, all amounts
    times n, and booked and chained anew. So every cent differs, and every shape is one that the
    services made.
    """
    played = [books_of(ledger_after(path.read_text(encoding="utf-8"))) for path in STORIES]
    played += [books_of(ledger_after(random_story(seed))) for seed in range(stories)]
    rows: list[JournalRow] = []
    for factor in count(1):
        for number, books in enumerate(played):
            rows += _copied(books, number, factor)
            if len(rows) >= wanted:
                return rows
    raise AssertionError


def _copied(books: Books, number: int, factor: int) -> Iterator[JournalRow]:
    for journal in books.journals:
        name = f"{journal.journal}{number}x{factor}"
        entries = tuple(_booked(name, journal.entries, factor))
        yield from rows_of(dataclasses.replace(journal, journal=name, entries=entries), {})


def _booked(journal: str, entries: Sequence[Entry], factor: int) -> Iterator[Entry]:
    head = Head()
    for entry in entries:
        lines = tuple(
            dataclasses.replace(
                line,
                debit_cents=line.debit_cents * factor,
                credit_cents=line.credit_cents * factor,
            )
            for line in entry.lines
        )
        posting = Posting(entry.kind, lines, entry.documents, reverses=entry.reverses)
        booked = book(journal, head, posting, today=entry.booked_on, terms_rev=entry.terms_rev)
        head = Head(booked.seq, booked.balances, booked.hash, booked.booked_on)
        yield booked
