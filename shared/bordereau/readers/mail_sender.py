"""Who sent a mail: only the trace block that SES wrote on top of the object is believed.

The block is the unbroken run of SES's own headers at the very top, each once and in SES's order;
it counts only if its ``Received`` names the object's own key. A header of the same name further
down is the sender's. Anything short of a DMARC pass aligned with the one exact From address is
"not proven" (handbook: decisions 2, reliability 3.1 T1 to T4).
"""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Final

from bordereau.domain.claims import SenderEvidence

Header = tuple[str, str]

_ORDER: Final = (
    "return-path",
    "received",
    "x-ses-spam-verdict",
    "x-ses-virus-verdict",
    "received-spf",
    "authentication-results",
    "x-ses-receipt",
)
_RECEIVED: Final = re.compile(
    r"\bby inbound-smtp\.[a-z0-9-]+\.amazonaws\.com with SMTP id (\S+)\s.*;\s*([^;]+)$"
)
_FOR: Final = re.compile(r"\sfor <?([^\s<>;]+@[^\s<>;]+)>?;[^;]*$")
_DMARC: Final = re.compile(r"dmarc=([a-z]+)(?:\s+(?:\([^()]*\)\s*)?header\.from=([a-z0-9.-]+))?.*")
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_AUTHORITY: Final = "amazonses.com"
_GOOD: Final = "PASS"
_QUIET: Final = frozenset({"bulk", "junk", "list", "auto_reply"})
_AUTOMATIC_HEADERS: Final = (
    "X-Auto-Response-Suppress",
    "X-Autoreply",
    "X-Autorespond",
    "X-Auto-Reply",
    "X-Loop",
)
_AUTOMATIC_SUBJECT: Final = re.compile(
    r"(?:re ?: ?)?(?:r[ée]ponse automatique|absence(?: du bureau)?\b|message d'absence"
    r"|out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response)|abwesenheit)",
    re.IGNORECASE,
)
_ROBOTS: Final = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|ne-?pas-?repondre|bounces?)(?:[+.-].*)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Trace:
    """SES's own trace block: its headers by lower-case name, and when SES received the mail."""

    headers: dict[str, str] = field(default_factory=dict)
    received_at: dt.datetime | None = None

    def get(self, name: str) -> str:
        """Return the block's header, or an empty text."""
        return self.headers.get(name, "")


def recipient_of(trace: Trace) -> str:
    """Return the address that SES received the mail for, in lower case, or an empty text."""
    match = _FOR.search(trace.get("received"))
    return match.group(1).lower() if match else ""


def read_trace(headers: Sequence[Header], object_key: str) -> Trace:
    """Return the trace block for the object ``object_key``; empty when it is not SES's.

    ``headers`` are the unfolded headers of the stored message in their order.
    """
    block: dict[str, str] = {}
    place = 0
    for name, value in headers:
        lower = name.lower()
        if lower not in _ORDER[place:]:
            break
        place = _ORDER.index(lower) + 1
        block[lower] = value
    match = _RECEIVED.search(block.get("received", ""))
    if match is None or match.group(1) != object_key.rpartition("/")[2]:
        return Trace()
    return Trace(block, _instant(match.group(2)))


def _instant(text: str) -> dt.datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(text.strip())
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return moment.astimezone(dt.UTC)


def sender_of(
    message: EmailMessage, headers: Sequence[Header], trace: Trace, own_domains: Iterable[str] = ()
) -> SenderEvidence:
    """Return the evidence on the sender; ``own_domains`` are never answered.

    ``doubt`` is the first that applies: ``from-missing``, ``from-doubled``, ``from-unclear``,
    ``virus``, ``mail-from-list``, ``sender-not-proven``; empty when the sender is proven.
    """
    address, doubt = _from_address(message, headers)
    if not doubt and has_virus(trace):
        doubt = "virus"
    doubt = doubt or _list_doubt(message) or _verdict_doubt(trace, address)
    is_proven = not doubt
    return SenderEvidence(
        address=address,
        is_proven=is_proven,
        doubt=doubt,
        may_be_answered=is_proven and _may_be_answered(message, trace, address, own_domains),
        message_id=clean(str(message.get("Message-ID", "")))[:250],
        subject=clean(str(message.get("Subject", "")))[:250],
    )


def clean(text: str) -> str:
    r"""Return header text on one line, without control characters.

    >>> clean("FA\r\nBcc: x@example.org")
    'FA Bcc: x@example.org'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def has_virus(trace: Trace) -> bool:
    """Return whether SES found a virus, whoever sent it."""
    return trace.get("x-ses-virus-verdict") == "FAIL"


def _from_address(message: EmailMessage, headers: Sequence[Header]) -> tuple[str, str]:
    """Return the one exact address in lower case, and a doubt if it is not plain."""
    found = [(name, value) for name, value in headers if name.strip().lower() == "from"]
    if not found:
        return "", "from-missing"
    if len(found) > 1 or found[0][0] != found[0][0].strip():
        return "", "from-doubled"
    raw = found[0][1]
    header = message["From"]
    addresses: tuple[Address, ...] = getattr(header, "addresses", ())
    if len(addresses) != 1:
        return "", "from-doubled" if len(addresses) > 1 else "from-unclear"
    address = addresses[0].addr_spec
    bare = _QUOTED.sub("", raw)
    is_plain = (
        not header.defects
        and not message.defects
        and not _CONTROL.search(raw)
        and _ADDRESS.fullmatch(address) is not None
        and bare.count("@") == 1
        and address in bare
    )
    return address.lower(), "" if is_plain else "from-unclear"


def _verdict_doubt(trace: Trace, address: str) -> str:
    verdicts = (trace.get("x-ses-virus-verdict"), trace.get("x-ses-spam-verdict"))
    if any(verdict != _GOOD for verdict in verdicts):
        return "sender-not-proven"
    domain = address.rpartition("@")[2]
    return "" if domain and _dmarc_domain(trace) == domain else "sender-not-proven"


def _dmarc_domain(trace: Trace) -> str:
    """Return the domain that DMARC passed for, or an empty text unless there is exactly one."""
    text = trace.get("authentication-results")
    authority, *results = _results(text)
    if authority != _AUTHORITY or text.lower().count("dmarc=") != 1:
        return ""  # a second one would be the sender's, smuggled in through HELO or a comment
    found = [match for item in results if (match := _DMARC.fullmatch(item.lower()))]
    if len(found) != 1 or found[0].group(1) != "pass":
        return ""
    return found[0].group(2) or ""


def _results(text: str) -> list[str]:
    """Split at semicolons outside comments and quoted texts, which may hold the sender's words."""
    parts = [""]
    depth = 0
    is_quoted = False
    for sign in text:
        if sign == '"' and not depth:
            is_quoted = not is_quoted
        elif not is_quoted and sign in "()":
            depth = max(0, depth + (1 if sign == "(" else -1))
        if sign == ";" and not depth and not is_quoted:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def _list_doubt(message: EmailMessage) -> str:
    return "mail-from-list" if message.get("List-Id") else ""


def is_automatic_reply(message: EmailMessage, trace: Trace) -> bool:
    """Return whether the mail is a bounce or an out-of-office reply: not booked, not answered."""
    automatic = str(message.get("Auto-Submitted", "no")).strip().lower()
    return (
        automatic.startswith("auto-replied")
        or message.get_content_type() == "multipart/report"
        or trace.get("return-path").strip() == "<>"
    )


def _may_be_answered(
    message: EmailMessage, trace: Trace, address: str, own_domains: Iterable[str]
) -> bool:
    if is_automatic_reply(message, trace):
        return False
    automatic = str(message.get("Auto-Submitted", "no")).strip().lower()
    quiet = str(message.get("Precedence", "")).strip().lower()
    user, _, domain = address.rpartition("@")
    return (
        automatic in {"", "no"}
        and quiet not in _QUIET
        and trace.get("return-path").strip() not in {"", "<>"}
        and domain not in {own.lower() for own in own_domains}
        and not any(message.get(name) for name in _AUTOMATIC_HEADERS)
        and not _AUTOMATIC_SUBJECT.match(str(message.get("Subject", "")).strip())
        and not _ROBOTS.fullmatch(user)
    )
