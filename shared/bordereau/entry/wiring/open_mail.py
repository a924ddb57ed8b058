"""The wiring of open_mail."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bordereau.domain.claims import BankMailClaims
from bordereau.domain.problems import ConfigurationError
from bordereau.entry import connections, settings
from bordereau.entry.types import Fields, Handle, Message, ObjectArrived
from bordereau.readers.bank_mail import is_for, open_bank_mail
from bordereau.readers.mail import open_mail_bytes
from bordereau.services.open_mail import open_mail

if TYPE_CHECKING:
    from bordereau.domain.claims import MailClaims
    from bordereau.ports import Objects


@dataclass(frozen=True, slots=True)
class MailReader:
    """The port ``ClaimReader``; mails of our own domain are never answered.

    What SES received for ``bank_address`` holds bank files.
    """

    own_domain: str
    bank_address: str = ""

    def read_mail(self, key: str, data: bytes) -> MailClaims | BankMailClaims:
        """Return what the mail object says."""
        if is_for(key, data, self.bank_address):
            return open_bank_mail(key, data, own_domains=(self.own_domain,))
        return open_mail_bytes(key, data, own_domains=(self.own_domain,))


@functools.cache
def wired() -> Handle:
    """Return the function, wired; a warm one is wired once.

    Raises:
        ConfigurationError: the environment is not complete.
    """
    known = settings.load(settings.OpenMailSettings, os.environ)
    reader = MailReader(known.mail_domain, known.bank_address)
    return functools.partial(open_arrived, connections.objects(known), reader)


def open_arrived(objects: Objects, reader: MailReader, message: Message) -> Fields:
    """Open the mail that arrived.

    Raises:
        ConfigurationError: the message names no object.
    """
    if not isinstance(message, ObjectArrived):
        raise ConfigurationError(f"open_mail has objects only, got {type(message).__name__}")
    claims = open_mail(objects, reader, key=message.key)
    if isinstance(claims, BankMailClaims):
        return {"mail": claims.mail_id, "files": len(claims.files)}
    return {"mail": claims.mail_id, "parts": len(claims.parts)}
