"""The wiring of deliver_outbox."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from bordereau.adapters.ses_mailer import SesMailer
from bordereau.documents.message import Firm
from bordereau.documents.render import Renderer
from bordereau.domain.problems import ConfigurationError
from bordereau.entry import connections, settings
from bordereau.entry.clients import client
from bordereau.entry.types import Fields, Handle, ItemChanged, Message, Scheduled
from bordereau.services.deliver_outbox import deliver_outbox
from bordereau.services.firm import firm_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from bordereau import ports
    from bordereau.ports import Clock, Ledger, Mailer, Objects


@functools.cache
def wired() -> Handle:
    """Return the function, wired; a warm one is wired once.

    Raises:
        ConfigurationError: the environment is not complete.
    """
    known = settings.load(settings.DeliverOutboxSettings, os.environ)
    ledger = connections.ledger(known)
    mailer = SesMailer(
        client("sesv2"),
        sender=known.sender_address,
        configuration_set=known.configuration_set,
    )
    return functools.partial(
        deliver,
        ledger,
        connections.objects(known),
        connections.clock(known),
        mailer,
        functools.partial(renderer_of, ledger, known.sender_address),
    )


def deliver(
    ledger: Ledger,
    objects: Objects,
    clock: Clock,
    mailer: Mailer,
    renderer: Callable[[], ports.Renderer],
    message: Message,
) -> Fields:
    """Send the intent that changed, or all of the outbox on a schedule.

    Raises:
        ConfigurationError: the message is neither.
    """
    changed = changed_intent(message)
    now = clock.now()
    return {**deliver_outbox(ledger, objects, renderer(), mailer, now=now, changed=changed)}


def renderer_of(ledger: Ledger, sender_address: str) -> Renderer:
    """Return the renderer that writes in the firm's name; answers go to a person of it."""
    firm = firm_of(ledger)
    name = firm.party.name or sender_address.partition("@")[0]
    return Renderer.of(Firm(name, sender_address, firm.contact.email))


def changed_intent(message: Message) -> tuple[str, str] | None:
    """Return kind and id of the intent that changed; nothing on a schedule.

    Raises:
        ConfigurationError: the message is neither, or another item.

    >>> changed_intent(ItemChanged("O#reminder#siren:732829320#2026-03-02", "O"))
    ('reminder', 'siren:732829320#2026-03-02')
    """
    if isinstance(message, Scheduled):
        return None
    if isinstance(message, ItemChanged):
        prefix, _, rest = message.pk.partition("#")
        kind, _, document_id = rest.partition("#")
        if prefix == "O" and document_id:
            return kind, document_id
    raise ConfigurationError(f"deliver_outbox is told of intents, got {type(message).__name__}")
