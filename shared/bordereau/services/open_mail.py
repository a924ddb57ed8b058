"""Open a stored mail: hostile bytes in, one claims object out; nothing is decided."""

from __future__ import annotations

from bordereau.domain.claims import BankMailClaims, MailClaims
from bordereau.domain.problems import SourceUnavailableError
from bordereau.ports import ClaimReader, Objects
from bordereau.services.bank_mail import write_bank_mail
from bordereau.services.stored_claims import write_claims


def open_mail(objects: Objects, reader: ClaimReader, *, key: str) -> MailClaims | BankMailClaims:
    """Read the mail object ``key`` and store what it claims under ``claims/mail/``.

    What came to the bank address is stored under ``claims/bank/``, never under ``bank/``. The same
    mail gives the same bytes, so a second call stores the same again. Raises
    ``SourceUnavailableError`` when the object is gone: it was there when the event came.
    """
    data = objects.get(key)
    if data is None:
        raise SourceUnavailableError(f"no object {key}")
    claims = reader.read_mail(key, data)
    if isinstance(claims, BankMailClaims):
        write_bank_mail(objects, claims)
    else:
        write_claims(objects, claims)
    return claims
