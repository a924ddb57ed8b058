"""The claims of a mail as an object: ``open_mail`` writes it, ``register_invoices`` reads it."""

from __future__ import annotations

import json
from typing import Final

from bordereau.domain.claims import ClaimPart, MailClaims
from bordereau.domain.plain import from_plain, to_plain
from bordereau.domain.problems import InvariantError, SourceUnavailableError
from bordereau.ports import Objects

WHOLE_MAIL: Final = "0"
"""The one part of a mail in which nothing was found: the mail itself."""


def claims_key(mail_id: str) -> str:
    """Return where the claims of a mail lie.

    >>> claims_key("0a1b2c")
    'claims/mail/0a1b2c.json'
    """
    return f"claims/mail/{mail_id}.json"


def write_claims(objects: Objects, mail: MailClaims) -> str:
    """Store the claims of a mail; the same claims give the same bytes. Return their key."""
    key = claims_key(mail.mail_id)
    objects.put(key, json.dumps(to_plain(mail), ensure_ascii=False, sort_keys=True).encode())
    return key


def read_claims(objects: Objects, key: str) -> MailClaims:
    """Return the claims that lie under ``key``, checked again.

    Raises ``SourceUnavailableError`` when the object is gone, ``InvariantError`` when it is not
    what ``write_claims`` writes: another type or shape, another mail's, a part twice.
    """
    data = objects.get(key)
    if data is None:
        raise SourceUnavailableError(f"no object {key}")
    try:
        mail = from_plain(MailClaims, json.loads(data))
    except ValueError as error:  # JSON, UTF-8 and NotPlainError alike
        raise InvariantError(f"{key} holds no claims of a mail: {error}") from error
    names = [part.part for part in mail.parts]
    if key != claims_key(mail.mail_id) or len(set(names)) != len(names) or WHOLE_MAIL in names:
        raise InvariantError(f"{key} holds the claims of another mail, or a part twice")
    return mail


def parts_of(mail: MailClaims) -> tuple[ClaimPart, ...]:
    """Return the parts of a mail; one in which nothing was found is a part itself."""
    return mail.parts or (ClaimPart(WHOLE_MAIL, "", "", problems=mail.problems),)
