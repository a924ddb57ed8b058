"""Decisions on mails that were set aside."""

from __future__ import annotations

from bordereau.domain.decisions import MailReleaseDecision
from bordereau.services.desk.context import Context, Result
from bordereau.services.desk.reading import Line
from bordereau.services.desk.wanted_cash import party_named
from bordereau.services.desk.wanted_register import bad
from bordereau.services.mail_release import MAIL


def mail_release(line: Line, context: Context) -> Result:
    """Return what a person says of the mail on a line; a seller's mail needs its seller."""
    object_ = context.mails.get(line.ref, "")
    if not object_:
        return bad(line, "action", "line-without-mail")
    seller = party_named(line, context, "seller")
    if isinstance(seller, tuple):
        return seller
    if seller is None and object_.startswith(MAIL) and line.text("action") == "release":
        return bad(line, "seller", "cell-missing")
    return MailReleaseDecision(
        object=object_,
        action=line.text("action"),
        by=line.text("by"),
        reason=line.text("reason"),
        seller=seller,
    )
