"""The bank files of a mail as an object: ``open_mail`` writes it, ``apply_bank_statement`` reads.

Nothing that parses hostile files may write ``bank/``: here the sender decides (decisions 2).
"""

from __future__ import annotations

import re
from typing import Final

from bordereau.domain.claims import BankMailClaims, SenderEvidence
from bordereau.domain.problems import InvariantError
from bordereau.ports import Ledger, Objects
from bordereau.services.register import setting
from bordereau.services.stored_claims import read_plain, write_plain

BY_MAIL: Final = "claims/bank/"
SENDERS: Final = "bank_senders"
"""The setting that lists the exact addresses from which statements are taken."""


def bank_mail_key(mail_id: str) -> str:
    """Return where the bank files of a mail lie.

    >>> bank_mail_key("0a1b2c")
    'claims/bank/0a1b2c.json'
    """
    return f"{BY_MAIL}{mail_id}.json"


def write_bank_mail(objects: Objects, mail: BankMailClaims) -> str:
    """Store the files of a mail; the same mail gives the same bytes. Return their key."""
    return write_plain(objects, bank_mail_key(mail.mail_id), mail)


def read_bank_mail(objects: Objects, key: str) -> BankMailClaims:
    """Return the files that lie under ``key``, checked again.

    Raises ``SourceUnavailableError`` when the object is gone, ``InvariantError`` when it is not
    what ``write_bank_mail`` writes, or another mail's.
    """
    mail = read_plain(objects, key, BankMailClaims, what="bank files of a mail")
    if key != bank_mail_key(mail.mail_id):
        raise InvariantError(f"{key} holds the files of another mail")
    return mail


def is_listed(ledger: Ledger, sender: SenderEvidence) -> bool:
    """Return whether a sender is proven and one of the addresses that staff listed, exactly."""
    listed = re.split(r"[\s;,]+", setting(ledger, SENDERS).lower())
    return sender.is_proven and bool(sender.address) and sender.address.lower() in listed
