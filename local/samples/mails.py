"""Mails of sellers, and the trace that SES writes above a mail it stores."""

from __future__ import annotations

import datetime as dt
import email.policy
import email.utils
import hashlib
import mimetypes
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Final, Literal

Verdict = Literal["pass", "fail", "none"]
_REGION: Final = "eu-west-1"
_TYPES: Final = {
    ".xml": "application/xml",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
}


def mail_eml(
    sender: str,
    subject: str,
    attachments: Sequence[tuple[str, bytes]],
    sent_at: dt.datetime,
    *,
    to: str = "depot@factures.bordereau.example",
    body: str = "Bonjour,\n\nVeuillez trouver nos factures en pièce jointe.\n\nCordialement\n",
) -> bytes:
    """Return a mail with attachments as ``(file name, bytes)``; ``sent_at`` is aware."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = email.utils.format_datetime(sent_at)
    digest = hashlib.sha256(subject.encode() + b"".join(data for _, data in attachments))
    domain = email.utils.parseaddr(sender)[1].rpartition("@")[2]
    message["Message-ID"] = f"<{sent_at:%Y%m%d%H%M%S}.{digest.hexdigest()[:16]}@{domain}>"
    message.set_content(body)
    for name, data in attachments:
        main, _, sub = _type_of(name).partition("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    if attachments:
        message.set_boundary(f"=_bordereau_{digest.hexdigest()[:24]}_=")
    return message.as_bytes()


def _type_of(name: str) -> str:
    ending = name[name.rfind(".") :].lower()
    return _TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def ses_trace(
    raw: bytes,
    object_key: str,
    received_at: dt.datetime,
    *,
    dmarc: Verdict = "pass",
    spam: str = "PASS",
    virus: str = "PASS",
) -> bytes:
    """Return ``raw`` with the trace block on top that SES writes when it stores a mail.

    ``object_key`` is the key it will be stored under; ``received_at`` is aware. The verdicts are
    about the address in the mail's own From header; it was received for the one in To.
    """
    message = email.message_from_bytes(raw, policy=email.policy.default)
    address = email.utils.parseaddr(str(message["From"]))[1]
    domain = address.rpartition("@")[2]
    recipient = email.utils.parseaddr(str(message["To"]))[1]
    when = received_at.astimezone(dt.UTC).strftime("%a, %d %b %Y %H:%M:%S +0000 (UTC)")
    key = object_key.rpartition("/")[2]
    check = "pass" if dmarc == "pass" else "fail"
    lines = (
        f"Return-Path: <{address}>",
        f"Received: from mail.{domain} (mail.{domain} [192.0.2.10])",
        f" by inbound-smtp.{_REGION}.amazonaws.com with SMTP id {key}",
        f" for {recipient}; {when}",
        f"X-SES-Spam-Verdict: {spam}",
        f"X-SES-Virus-Verdict: {virus}",
        f"Received-SPF: {check} (spfCheck: domain of {domain}) client-ip=192.0.2.10;",
        f" envelope-from={address}; helo=mail.{domain};",
        f"Authentication-Results: amazonses.com; spf={check} (spfCheck: domain of {domain})",
        f" client-ip=192.0.2.10; envelope-from={address}; helo=mail.{domain};",
        f" dkim={check} header.i=@{domain}; dmarc={dmarc} header.from={domain};",
        f"X-SES-RECEIPT: {hashlib.sha256(key.encode()).hexdigest()}",
    )
    return "".join(f"{line}\r\n" for line in lines).encode() + raw
