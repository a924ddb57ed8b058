"""Send what stands in the outbox: claim, compose, keep the bytes, send, mark (reliability 2.4).

Exactly once is impossible, because sending and marking are two systems. A lease longer than the
function lives keeps two runs apart; a send whose answer is lost, or whose run ended before it was
marked, is counted, waits for its lease and is sent again. So there are never more duplicates than
``ambiguous_sends``, and no document is lost.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from enum import StrEnum
from typing import Final

from bordereau.domain.problems import ProductError, SourceUnavailableError
from bordereau.domain.tables import Index
from bordereau.domain.work import Alert, Intent, IntentState
from bordereau.ports import (
    AmbiguousSendError,
    Ledger,
    Mailer,
    Objects,
    RefusedSendError,
    Renderer,
    civil_date,
)
from bordereau.services.draft import Draft, attempt
from bordereau.services.outbox import safe_name
from bordereau.services.write_documents import figures_of

LEASE: Final = dt.timedelta(minutes=10)
"""How long a claim holds: five times as long as the function may run."""

PAUSE: Final = dt.timedelta(minutes=1)
"""How long an intent rests that could not be sent: giving it back changes it, which wakes us."""

MARKS_MAX: Final = 5
"""How often marking as sent is tried within the run."""


_ENDED: Final = (IntentState.SENT, IntentState.PARKED)


class Delivery(StrEnum):
    """What became of one intent in one run."""

    SENT = "sent"
    PARKED = "parked"
    AMBIGUOUS = "ambiguous"
    TAKEN = "taken"


class UndeliveredError(ProductError):
    """Something could not be sent now; the others were. The next run tries again."""


def deliver_outbox(
    ledger: Ledger,
    objects: Objects,
    renderer: Renderer,
    mailer: Mailer,
    *,
    now: dt.datetime,
    changed: tuple[str, str] | None = None,
) -> Counter[str]:
    """Send every intent that is ready; return how many had which end.

    ``changed`` is kind and id of the intent whose change woke the function: the index lags, so it
    is read by itself. One that fails is given back and stops no other; at the end
    ``UndeliveredError`` names those. A second call finds what was sent no longer in the outbox.
    """
    post = _Post(ledger, objects, renderer, mailer, now)
    counts: Counter[str] = Counter()
    failures: list[tuple[str, Exception]] = []
    for intent in _waiting(ledger, changed):
        if not _is_ready(intent, now):
            continue
        try:
            counts[post.deliver(intent)] += 1
        except Exception as error:  # noqa: BLE001 - one bad intent does not stop the others
            failures.append((f"{intent.kind} {intent.id}", error))
    if failures:
        names = "; ".join(f"{name}: {error}" for name, error in failures)
        raise UndeliveredError(names) from failures[0][1]
    return counts


def _waiting(ledger: Ledger, changed: tuple[str, str] | None) -> list[Intent]:
    """Return what the index shows, and the intent that changed if it waits."""
    found = {(one.kind, one.id): one for one in ledger.find(Intent, Index.PENDING, "outbox")}
    if changed is not None:
        kind, document_id = changed
        named = ledger.get(Intent, kind=kind, id=document_id)
        if named is not None and named.state not in _ENDED:
            found[changed] = named
    return list(found.values())


def _is_ready(intent: Intent, now: dt.datetime) -> bool:
    is_free = intent.lease_until is None or intent.lease_until <= now
    return is_free and (bool(intent.pdf_key) or not intent.needs_pdf)


def sent_key(intent: Intent) -> str:
    """Return where the exact bytes of an e-mail are kept."""
    return f"sent/{intent.kind}/{safe_name(intent.id)}.eml"


class _Post:
    """One run over the outbox."""

    def __init__(
        self,
        ledger: Ledger,
        objects: Objects,
        renderer: Renderer,
        mailer: Mailer,
        now: dt.datetime,
    ) -> None:
        self._ledger, self._objects, self._now = ledger, objects, now
        self._renderer, self._mailer = renderer, mailer

    def deliver(self, listed: Intent) -> Delivery:
        intent = self._claim(listed)
        if intent is None:
            return Delivery.TAKEN
        if not intent.to:
            return self._park(intent, "no-recipient")
        try:
            data = self._compose(intent)
        except SourceUnavailableError:
            self._give_back(intent)
            raise
        except Exception:
            self._park(intent, "mail-not-composed")
            raise
        return self._send(intent, data)

    def _claim(self, listed: Intent) -> Intent | None:
        """Return the intent, claimed by this run, or ``None`` when another run has it.

        An expired claim means that a run ended between its claim and its mark: the mail may be out.
        """

        def decide(draft: Draft) -> Intent | None:
            intent = draft.take(Intent, kind=listed.kind, id=listed.id)
            if intent.state in _ENDED or not _is_ready(intent, self._now):
                return None
            claimed = dataclasses.replace(
                intent,
                state=IntentState.CLAIMED,
                lease_until=self._now + LEASE,
                ambiguous_sends=intent.ambiguous_sends + (intent.state is IntentState.CLAIMED),
            )
            draft.write(claimed)
            return claimed

        return attempt(self._ledger, "move-intent", decide)

    def _compose(self, intent: Intent) -> bytes:
        """Return the e-mail, the same bytes every time: dated when its document was made."""
        pdf = None
        if intent.pdf_key:
            pdf = self._objects.get(intent.pdf_key)
            if pdf is None:
                raise SourceUnavailableError(f"no object {intent.pdf_key}")
        mail = self._renderer.mail(
            intent.kind,
            figures_of(self._objects, intent),
            document_id=intent.id,
            sent_at=intent.created_at,
            to=intent.to,
            in_reply_to=intent.in_reply_to,
            pdf=pdf,
        )
        return mail.data

    def _send(self, intent: Intent, data: bytes) -> Delivery:
        try:
            self._objects.put(sent_key(intent), data, content_type="message/rfc822")
            self._mailer.send(data, to=intent.to, tag=f"{intent.kind}#{intent.id}")
        except AmbiguousSendError:
            self._move(
                intent, IntentState.WAITING, rests_until=intent.lease_until, is_ambiguous=True
            )
            return Delivery.AMBIGUOUS
        except RefusedSendError:
            return self._park(intent, "mail-refused")
        except ProductError:
            self._give_back(intent)
            raise
        self._mark(intent)
        return Delivery.SENT

    def _mark(self, intent: Intent) -> None:
        for _ in range(MARKS_MAX - 1):
            try:
                self._move(intent, IntentState.SENT)
            except SourceUnavailableError:
                continue
            return
        self._move(intent, IntentState.SENT)

    def _give_back(self, intent: Intent) -> None:
        """Nothing went out: a run after the pause sends it, and it is not counted."""
        self._move(intent, IntentState.WAITING, rests_until=self._now + PAUSE)

    def _move(
        self,
        intent: Intent,
        state: IntentState,
        *,
        rests_until: dt.datetime | None = None,
        is_ambiguous: bool = False,
    ) -> None:
        def decide(draft: Draft) -> None:
            current = draft.take(Intent, kind=intent.kind, id=intent.id)
            if current.state is IntentState.SENT:
                return
            is_sent = state is IntentState.SENT
            draft.write(
                dataclasses.replace(
                    current,
                    state=state,
                    lease_until=rests_until,
                    ambiguous_sends=current.ambiguous_sends + is_ambiguous,
                    sent_at=self._now if is_sent else None,
                    sent_key=sent_key(intent) if is_sent else "",
                )
            )

        attempt(self._ledger, "move-intent", decide)

    def _park(self, intent: Intent, code: str) -> Delivery:
        """Take out of the outbox what will never go out as it is, and show it to staff."""

        def decide(draft: Draft) -> None:
            current = draft.take(Intent, kind=intent.kind, id=intent.id)
            draft.write(dataclasses.replace(current, state=IntentState.PARKED, lease_until=None))
            name = f"intent:{intent.kind}#{intent.id}"
            old = draft.read(Alert, object=name, stage="parked")
            draft.write(
                Alert(
                    object=name,
                    stage="parked",
                    since_on=civil_date(self._now),
                    severity="high",
                    code=code,
                    facts={"document": intent.id, "kind": intent.kind},
                    v=old.v if old else 0,
                )
            )

        attempt(self._ledger, "move-intent", decide)
        return Delivery.PARKED
