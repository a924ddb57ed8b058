"""A document is rendered once from its frozen figures, and the outbox is told where it lies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.adapters.memory_objects import MemoryObjects
from bordereau.domain.problems import InvariantError, SourceUnavailableError
from bordereau.domain.work import Intent
from bordereau.ports import RenderedMail
from bordereau.services.outbox import put_intent
from bordereau.services.write_documents import (
    LOST_AFTER,
    pdf_key,
    write_document,
    write_lost_documents,
)

NOW = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)


class Printer:
    """A renderer that counts, and fails on the kinds it is told to."""

    def __init__(self, *bad: str) -> None:
        self.bad, self.printed = bad, 0

    def pdf(self, kind: str, figures: Mapping[str, Any]) -> bytes:
        """Return the figures as a PDF."""
        if kind in self.bad:
            raise RuntimeError(kind)
        self.printed += 1
        return f"%PDF {kind} {figures}".encode()

    def mail(self, *args: object, **more: object) -> RenderedMail:
        """Write no mail."""
        raise NotImplementedError


def firm(*intents: Intent, figures: bool = True) -> tuple[MemoryLedger, MemoryObjects]:
    """A ledger with these intents and their figures."""
    ledger, objects = MemoryLedger(), MemoryObjects()
    for intent in intents:
        put_intent(ledger, intent)
        if figures:
            objects.put(intent.figures_key, b'{"number": 1}')
    return ledger, objects


def intent(kind: str = "advance_statement", name: str = "K#1", **more: Any) -> Intent:
    """Something that waits for its PDF."""
    wanted: dict[str, Any] = {"needs_pdf": True, "figures_key": f"documents/{kind}/{name}.json"}
    return Intent(kind, name, ("a@b.example",), None, NOW, **(wanted | more))


def test_a_document_is_rendered_once() -> None:
    """The PDF lies beside its figures; the second message does nothing."""
    ledger, objects = firm(intent())
    printer = Printer()
    for status in ("done", "already"):
        outcome = write_document(
            ledger, objects, printer, kind="advance_statement", document_id="K#1"
        )
        assert outcome.status == status
    assert printer.printed == 1
    stored = ledger.get(Intent, kind="advance_statement", id="K#1")
    assert stored is not None
    assert stored.pdf_key == pdf_key(intent()) == "documents/advance_statement/K#1.pdf"
    assert objects.stored[stored.pdf_key].startswith(b"%PDF advance_statement")
    assert objects.content_types[stored.pdf_key] == "application/pdf"


def test_a_mail_without_pdf_is_left_alone() -> None:
    """An acknowledgement has none."""
    ledger, objects = firm(intent(needs_pdf=False))
    outcome = write_document(
        ledger, objects, Printer(), kind="advance_statement", document_id="K#1"
    )
    assert outcome.status == "already"


def test_another_run_may_be_faster() -> None:
    """Rendered meanwhile by another message: the same key, nothing is written again."""
    ledger, objects = firm(intent())

    class Slow(Printer):
        def pdf(self, kind: str, figures: Mapping[str, Any]) -> bytes:
            write_document(ledger, objects, Printer(), kind="advance_statement", document_id="K#1")
            return super().pdf(kind, figures)

    outcome = write_document(ledger, objects, Slow(), kind="advance_statement", document_id="K#1")
    assert outcome.status == "already"


def test_what_is_not_there_stops_the_message() -> None:
    """No intent, or no figures: a broken system."""
    ledger, objects = firm(intent(), figures=False)
    with pytest.raises(InvariantError, match="K#2"):
        write_document(ledger, objects, Printer(), kind="advance_statement", document_id="K#2")
    with pytest.raises(SourceUnavailableError, match="no object"):
        write_document(ledger, objects, Printer(), kind="advance_statement", document_id="K#1")
    with pytest.raises(SourceUnavailableError):
        write_lost_documents(ledger, objects, Printer(), now=NOW + LOST_AFTER)


def test_a_document_whose_message_was_lost_is_found() -> None:
    """After ten minutes a sweep renders it; one that cannot be rendered stops no other."""
    ledger, objects = firm(intent("a"), intent("b"), intent("c"), intent("d", needs_pdf=False))
    early = write_lost_documents(ledger, objects, Printer(), now=NOW)
    assert early.amounts == {"written": 0, "failed": 0}
    late = write_lost_documents(ledger, objects, Printer("b"), now=NOW + LOST_AFTER)
    assert late.amounts == {"written": 2, "failed": 1}
    again = write_lost_documents(ledger, objects, Printer(), now=NOW + LOST_AFTER)
    assert again.amounts == {"written": 1, "failed": 0}
