"""What is to be sent: figures frozen in an object, and the intent that names it.

The object is stored before the commit that causes the document, under a key that holds its hash;
the intent is written in that commit. So a document shows exactly what was committed, and what
was stored for a commit that did not happen is only an object that nobody names.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import re

from bordereau.domain.figures import WITHOUT_PDF, DocumentKind, Figures
from bordereau.domain.identifiers import PartyId
from bordereau.domain.plain import to_plain
from bordereau.domain.work import Intent, IntentState
from bordereau.ports import Ledger, Objects
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    """Where frozen figures lie, and the hash of their bytes."""

    key: str
    sha: str


def freeze(objects: Objects, kind: DocumentKind, document_id: str, figures: Figures) -> Frozen:
    """Store a document's figures; the same figures have the same key, so a second call is none."""
    data = json.dumps(to_plain(figures), ensure_ascii=False, sort_keys=True).encode()
    sha = hashlib.sha256(data).hexdigest()
    key = f"documents/{kind}/{safe_name(document_id)}.{sha[:12]}.json"
    objects.put(key, data)
    return Frozen(key, sha)


def safe_name(document_id: str) -> str:
    """Return a document id as a part of an object's key.

    >>> safe_name("siren:552081317/EUR#2026-01-05")
    'siren-552081317-EUR-2026-01-05'
    """
    return _UNSAFE.sub("-", document_id).strip("-")


def intent(  # noqa: PLR0913 - the envelope of a document
    kind: DocumentKind,
    document_id: str,
    frozen: Frozen,
    *,
    to: tuple[str, ...],
    party: PartyId | None,
    created_at: dt.datetime,
    language: str = "fr",
    in_reply_to: str = "",
) -> Intent:
    """Return the intent of a document; all but pure e-mails wait for their PDF."""
    return Intent(
        kind=kind,
        id=document_id,
        to=to,
        party=party,
        created_at=created_at,
        language=language,
        figures_key=frozen.key,
        needs_pdf=kind not in WITHOUT_PDF,
        in_reply_to=in_reply_to,
        state=IntentState.WAITING,
    )


def put_intent(ledger: Ledger, wanted: Intent) -> Outcome:
    """Put an intent that no other commit causes; the same id again writes nothing."""

    def decide(draft: Draft) -> Outcome:
        if draft.read(Intent, kind=wanted.kind, id=wanted.id) is not None:
            return already("put", wanted.id)
        draft.write(wanted)
        return done(wanted.id)

    return attempt(ledger, "put-intent", decide)
