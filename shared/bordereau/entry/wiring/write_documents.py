"""The wiring of write_documents."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from bordereau.documents.message import Firm
from bordereau.documents.render import Renderer
from bordereau.domain.problems import ConfigurationError
from bordereau.entry import connections, settings
from bordereau.entry.types import Command, Fields, Handle, Message
from bordereau.services.write_documents import write_document, write_lost_documents

if TYPE_CHECKING:
    from bordereau import ports
    from bordereau.ports import Clock, Ledger, Objects


@functools.cache
def wired() -> Handle:
    """Return the function, wired; a warm one is wired once.

    Raises:
        ConfigurationError: the environment is not complete.
    """
    known = settings.load(settings.WriteDocumentsSettings, os.environ)
    return functools.partial(
        write,
        connections.ledger(known),
        connections.objects(known),
        connections.clock(known),
        Renderer.of(Firm("", "")),  # a PDF shows the firm of its figures
    )


def write(
    ledger: Ledger, objects: Objects, clock: Clock, renderer: ports.Renderer, message: Message
) -> Fields:
    """Render the document ``{"kind", "id"}``, then those whose message was lost.

    Raises:
        ConfigurationError: the message names no document.
    """
    body = message.body if isinstance(message, Command) else {}
    kind, document_id = body.get("kind"), body.get("id")
    if not isinstance(kind, str) or not isinstance(document_id, str):
        raise ConfigurationError("write_documents is told kind and id of a document")
    outcome = write_document(ledger, objects, renderer, kind=kind, document_id=document_id)
    lost = write_lost_documents(ledger, objects, renderer, now=clock.now())
    return {"kind": kind, "id": document_id, "status": outcome.status, **lost.amounts}
