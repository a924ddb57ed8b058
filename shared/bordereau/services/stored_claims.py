"""The claims of a mail as an object: ``open_mail`` writes it, ``register_invoices`` reads it."""

from __future__ import annotations

import json
from typing import Final, TypeVar

from bordereau.domain.claims import ClaimPart, MailClaims
from bordereau.domain.plain import from_plain, to_plain
from bordereau.domain.problems import InvariantError, SourceUnavailableError
from bordereau.ports import Objects

T = TypeVar("T")

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
    return write_plain(objects, claims_key(mail.mail_id), mail)


def read_claims(objects: Objects, key: str) -> MailClaims:
    """Return the claims that lie under ``key``, checked again.

    Raises ``SourceUnavailableError`` when the object is gone, ``InvariantError`` when it is not
    what ``write_claims`` writes: another type or shape, another mail's, a part twice.
    """
    mail = read_plain(objects, key, MailClaims, what="claims of a mail")
    names = [part.part for part in mail.parts]
    if key != claims_key(mail.mail_id) or len(set(names)) != len(names) or WHOLE_MAIL in names:
        raise InvariantError(f"{key} holds the claims of another mail, or a part twice")
    return mail


def write_plain(objects: Objects, key: str, value: object) -> str:
    """Store a value under a key: the same value gives the same bytes. Return the key."""
    objects.put(key, json.dumps(to_plain(value), ensure_ascii=False, sort_keys=True).encode())
    return key


def read_plain(objects: Objects, key: str, kind: type[T], *, what: str) -> T:
    """Return the value of a kind that lies under a key, checked again.

    Raises ``SourceUnavailableError`` when the object is gone, ``InvariantError`` when it holds
    anything else than ``what``.
    """
    data = objects.get(key)
    if data is None:
        raise SourceUnavailableError(f"no object {key}")
    try:
        return from_plain(kind, json.loads(data))
    except ValueError as error:  # JSON, UTF-8 and NotPlainError alike
        raise InvariantError(f"{key} holds no {what}: {error}") from error


def parts_of(mail: MailClaims) -> tuple[ClaimPart, ...]:
    """Return the parts of a mail; one in which nothing was found is a part itself."""
    return mail.parts or (ClaimPart(WHOLE_MAIL, "", "", problems=mail.problems),)
