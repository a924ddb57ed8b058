"""Render the PDF of a document from its frozen figures, and tell the outbox where it lies."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from typing import Any, Final

from bordereau.domain.problems import InvariantError, SourceUnavailableError
from bordereau.domain.tables import Index
from bordereau.domain.work import Intent
from bordereau.ports import Ledger, Objects, Renderer
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done

LOST_AFTER: Final = dt.timedelta(minutes=10)
"""After this time the message that asks for a PDF counts as lost: a sweep renders it."""


def write_document(
    ledger: Ledger, objects: Objects, renderer: Renderer, *, kind: str, document_id: str
) -> Outcome:
    """Render one document; the same figures give the same bytes under the same key.

    A second call finds ``pdf_key`` set and does nothing. An intent or figures that are not there
    are a broken system: the message is parked.
    """
    intent = ledger.get(Intent, kind=kind, id=document_id)
    if intent is None:
        raise InvariantError(f"nothing is to be sent as {kind} {document_id}")
    if intent.pdf_key or not intent.needs_pdf:
        return already("rendered", document_id)
    pdf = renderer.pdf(kind, figures_of(objects, intent))
    key = pdf_key(intent)
    objects.put(key, pdf, content_type="application/pdf")

    def decide(draft: Draft) -> Outcome:
        current = draft.take(Intent, kind=kind, id=document_id)
        if current.pdf_key:
            return already("rendered", document_id)
        draft.write(dataclasses.replace(current, pdf_key=key))
        return done(document_id)

    return attempt(ledger, "move-intent", decide)


def write_lost_documents(
    ledger: Ledger, objects: Objects, renderer: Renderer, *, now: dt.datetime
) -> Outcome:
    """Render what waits for its PDF longer than a message takes; one that fails stops no other.

    Returns how many were ``written`` and how many ``failed`` (their own message is parked).
    """
    written = failed = 0
    for intent in _lost(ledger, now):
        try:
            write_document(ledger, objects, renderer, kind=intent.kind, document_id=intent.id)
        except SourceUnavailableError:
            raise
        except Exception:  # noqa: BLE001 - any fault of one document is that document's alone
            failed += 1
        else:
            written += 1
    return done(amounts={"written": written, "failed": failed})


def _lost(ledger: Ledger, now: dt.datetime) -> Iterator[Intent]:
    for intent in list(ledger.find(Intent, Index.PENDING, "outbox")):
        if intent.needs_pdf and not intent.pdf_key and intent.created_at + LOST_AFTER <= now:
            yield intent


def pdf_key(intent: Intent) -> str:
    """Return where the PDF of an intent lies: beside its figures, under their name."""
    return intent.figures_key.removesuffix(".json") + ".pdf"


def figures_of(objects: Objects, intent: Intent) -> dict[str, Any]:
    """Return the frozen figures of an intent as plain values."""
    data = objects.get(intent.figures_key)
    if data is None:
        raise SourceUnavailableError(f"no object {intent.figures_key}")
    figures: dict[str, Any] = json.loads(data)
    return figures
