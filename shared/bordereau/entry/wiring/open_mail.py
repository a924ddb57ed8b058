"""The wiring of open_mail."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bordereau.domain.problems import ConfigurationError
from bordereau.entry import connections, settings
from bordereau.entry.types import Fields, Handle, Message, ObjectArrived
from bordereau.readers.mail import open_mail_bytes
from bordereau.services.open_mail import open_mail

if TYPE_CHECKING:
    from bordereau.domain.claims import MailClaims
    from bordereau.ports import Objects


@dataclass(frozen=True, slots=True)
class MailReader:
    """The port ``ClaimReader``; mails of our own domain are never answered."""

    own_domain: str

    def read_mail(self, key: str, data: bytes) -> MailClaims:
        """Return what the mail object says."""
        return open_mail_bytes(key, data, own_domains=(self.own_domain,))


@functools.cache
def wired() -> Handle:
    """Return the function, wired; a warm one is wired once.

    Raises:
        ConfigurationError: the environment is not complete.
    """
    known = settings.load(settings.OpenMailSettings, os.environ)
    reader = MailReader(known.mail_domain)
    return functools.partial(open_arrived, connections.objects(known), reader)


def open_arrived(objects: Objects, reader: MailReader, message: Message) -> Fields:
    """Open the mail that arrived.

    Raises:
        ConfigurationError: the message names no object.
    """
    if not isinstance(message, ObjectArrived):
        raise ConfigurationError(f"open_mail has objects only, got {type(message).__name__}")
    claims = open_mail(objects, reader, key=message.key)
    return {"mail": claims.mail_id, "parts": len(claims.parts)}
