"""A person's word for a mail in quarantine: its documents are then read as of a proven sender.

Nobody is answered by itself (``MailHead.may_be_answered`` stays as the mail came), and the seller
in the document must still be the one that the person named (docs/adr/0013).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Final

from bordereau.domain.parties import Sender
from bordereau.domain.work import Alert, MailRelease
from bordereau.ports import Ledger
from bordereau.services.draft import Also, Draft, attempt, finished
from bordereau.services.outcome import Outcome, already, done, refused

MAIL: Final = "mail:"
BANK: Final = "bank:"
STAGES: Final = {MAIL: "quarantined", BANK: "by-mail"}
"""The stage of the alert about a mail that was set aside, by what its object begins with."""

CODES: Final = ("staff-mail-quarantined", "bank-mail-not-listed")
"""The alerts about mails that staff may release."""

VIRUS: Final = "virus"


def released(ledger: Ledger, mail: str) -> MailRelease | None:
    """Return the release of a mail, if a person gave one."""
    return ledger.get(MailRelease, mail=mail)


def release_key(mail: str) -> str:
    """Return what the parts of a mail wait for while nobody released it.

    >>> release_key("0a1b2c")
    'release:0a1b2c'
    """
    return f"release:{mail}"


def sender_of(release: MailRelease, address: str) -> Sender | None:
    """Return for whom a released mail may assign: the seller that the person named."""
    if release.seller is None:
        return None
    return Sender(address, release.seller, "", release.released_on)


def release_mail(
    ledger: Ledger,
    object_: str,
    release: MailRelease,
    *,
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    """Keep the release of a mail, and end its alert; ``object_`` is the alert's.

    Refused: ``no_such_mail`` (none was set aside), ``virus`` (nobody may). A second call answers
    ``already``.
    """

    def decide(draft: Draft) -> Outcome:
        stage = STAGES.get(object_[: len(MAIL)], "")
        alert = draft.read(Alert, object=object_, stage=stage)
        if alert is None or alert.code not in CODES:
            return refused("no_such_mail", object_)
        if draft.read(MailRelease, mail=release.mail) is not None:
            return already("released", object_)
        if alert.facts.get("reason") == VIRUS:
            return refused(VIRUS, object_)
        draft.write(release)
        draft.write(dataclasses.replace(alert, closed_on=alert.closed_on or today))
        return finished(draft, done(object_), also)

    return attempt(ledger, "release-mail", decide)
