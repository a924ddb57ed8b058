"""One stored mail to the bank address: who sent it and what its bank files say.

The same caps and the same evidence on the sender hold as for mails of sellers (``readers/mail``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bordereau.domain.claims import BankFileClaim, BankMailClaims, SenderEvidence
from bordereau.domain.problems import Problem
from bordereau.readers import mail
from bordereau.readers.bank import read_bank
from bordereau.readers.mail_sender import read_trace, recipient_of, sender_of
from bordereau.readers.refusal import RefusedError, refused
from bordereau.readers.sniff import Kind, kind_of

_LETTERS: Final = frozenset({Kind.PDF, Kind.IMAGE, Kind.HTML, Kind.EMPTY})
"""What a bank attaches besides its files: never a statement that we read."""


def is_for(object_key: str, data: bytes, address: str) -> bool:
    """Return whether SES received a mail for an address: its own trace says so, no other header."""
    try:
        _, headers = mail.head_of(data)
    except RefusedError:
        return False
    return bool(address) and recipient_of(read_trace(headers, object_key)) == address.lower()


def open_bank_mail(
    object_key: str, data: bytes, *, own_domains: tuple[str, ...] = ()
) -> BankMailClaims:
    """Return the bank files of a stored mail; never raises on content.

    A mail with a virus is not opened. What is no bank file (a signature, a covering letter as PDF)
    is left out. A second call returns the same.
    """
    evidence = SenderEvidence(doubt="mail-malformed")
    received_at = mail.NO_TIME
    files: tuple[BankFileClaim, ...] = ()
    problems: tuple[Problem, ...] = ()
    try:
        head, headers = mail.head_of(data)
        trace = read_trace(headers, object_key)
        received_at = trace.received_at or received_at
        evidence = sender_of(head, headers, trace, own_domains)
        mail.check_openable(head, trace)
        mail.check_size(data)
        files = tuple(_files(data))
        if not files:
            raise refused("mail-without-attachment")
    except RefusedError as error:
        problems = (error.problem,)
    mail_id = object_key.rpartition("/")[2]
    return BankMailClaims(mail_id, received_at, evidence, files, problems)


def _files(data: bytes) -> Iterator[BankFileClaim]:
    for leaf in mail.leaves_of(mail.message_of(data)):
        if kind_of(leaf.data) not in _LETTERS:
            yield read_bank(leaf.name, leaf.data)
