"""Who sent a mail: only SES's own trace block on top of the object is believed (T1 to T4)."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from bordereau.domain.claims import SenderEvidence
from bordereau.readers.mail import open_mail_bytes
from local.sample_invoices import cii_xml, mail_eml, ses_trace
from tests.unit.readers.documents import INVOICE

KEY = "mail/9k2f0l3h"
SENT = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
RECEIVED = dt.datetime(2026, 11, 2, 8, 1, tzinfo=dt.UTC)
DOMAIN = "metallerie-rhone.example"
SELLER = f"compta@{DOMAIN}"


def raw(sender: str = f"Compta Métallerie <{SELLER}>") -> bytes:
    """Return a mail without attachment, as the sender wrote it."""
    return mail_eml(sender, "Factures d'octobre", [], SENT)


def traced(**verdicts: str) -> bytes:
    """Return the mail as SES stores it."""
    return ses_trace(raw(), KEY, RECEIVED, **verdicts)  # type: ignore[arg-type]


def evidence(data: bytes, key: str = KEY, own: tuple[str, ...] = ()) -> SenderEvidence:
    """Return what is believed of the sender."""
    return open_mail_bytes(key, data, own_domains=own).sender


def test_a_dmarc_pass_aligned_with_the_one_from_proves_the_sender() -> None:
    """The sound case: proven, may be answered, received when SES says so."""
    mail = open_mail_bytes(KEY, traced())
    assert mail.sender.address == SELLER
    assert (mail.sender.is_proven, mail.sender.doubt) == (True, "")
    assert mail.sender.may_be_answered
    assert mail.received_at == RECEIVED
    assert mail.mail_id == "9k2f0l3h"
    assert mail.sender.subject == "Factures d'octobre"


PROOF = {
    "dmarc failed": traced(dmarc="fail"),
    "no dmarc policy": traced(dmarc="none"),
    "spam": traced(spam="FAIL"),
    "spam undecided": traced(spam="GRAY"),
    "virus check failed": traced(virus="PROCESSING_FAILED"),
    "no trace at all": raw(),
    "no virus verdict": traced().replace(b"X-SES-Virus-Verdict: PASS\r\n", b""),
    "no spam verdict": traced().replace(b"X-SES-Spam-Verdict: PASS\r\n", b""),
    "another authority": traced().replace(b"Results: amazonses.com", b"Results: evil.example"),
    "another domain passed": traced().replace(b"header.from=", b"header.from=x."),
    "passed for no domain": traced().replace(b" header.from=metallerie-rhone.example", b""),
    "pass with a tail": traced().replace(b"dmarc=pass", b"dmarc=passe"),
    "received elsewhere": traced().replace(b"by inbound-smtp.", b"by inbound."),
}


@pytest.mark.parametrize("case", PROOF)
def test_less_than_a_pass_is_not_proven_and_not_answered(case: str) -> None:
    """GRAY, FAIL, absent, foreign or not aligned: quarantined and never answered."""
    found = evidence(PROOF[case])
    assert (found.is_proven, found.doubt) == (False, "sender-not-proven")
    assert not found.may_be_answered


def test_the_trace_of_another_object_is_not_believed() -> None:
    """A mail that carries a copied trace names another object's key."""
    assert evidence(traced(), key="mail/other").doubt == "sender-not-proven"
    assert evidence(traced(), key="mail/k2f0l3h").doubt == "sender-not-proven"


def test_a_trace_that_the_sender_wrote_is_his_own() -> None:
    """A forged block with a pass lies below SES's own with a fail, and changes nothing."""
    forged = ses_trace(raw(), KEY, RECEIVED)
    assert evidence(ses_trace(forged, KEY, RECEIVED, dmarc="fail")).doubt == "sender-not-proven"


GAPS = {
    "authentication-results": (
        rb"Authentication-Results: [^\r]*\r\n(?: [^\r]*\r\n)+",
        f"Authentication-Results: amazonses.com; dmarc=pass header.from={DOMAIN}\r\n".encode(),
    ),
    "virus verdict": (rb"X-SES-Virus-Verdict: PASS\r\n", b"X-SES-Virus-Verdict: PASS\r\n"),
}


@pytest.mark.parametrize("case", GAPS)
def test_a_forged_header_does_not_fill_a_gap(case: str) -> None:
    """SES's block lacks a header; the sender's own further down does not replace it."""
    pattern, forged = GAPS[case]
    block = traced().removesuffix(raw())
    without, count = re.subn(pattern, b"", block)
    assert count == 1
    assert evidence(block + forged + raw()).is_proven
    assert evidence(without + forged + raw()).doubt == "sender-not-proven"


def test_a_second_dmarc_result_smuggled_through_helo_spoils_the_proof() -> None:
    """HELO is the sender's text inside SES's header: two results are one too many."""
    helo = b"helo=mail.metallerie-rhone.example;"
    forged = b'helo=x; dmarc=pass header.from=metallerie-rhone.example; y="'
    data = ses_trace(raw(), KEY, RECEIVED, dmarc="fail").replace(helo, forged)
    assert evidence(data).doubt == "sender-not-proven"


FROM = {
    "two lines": (b"From: a@x.example\r\nFrom: b@x.example\r\n", "from-doubled"),
    "space before the colon": (b"X: y\r\nFrom : a@x.example\r\n", "from-missing"),
    "a second one with a space": (
        b"From: a@x.example\r\nFrom : b@x.example\r\n",
        "from-unclear",
    ),
    "raw bytes in the name": ('From: "Rhône" <a@x.example>\r\n'.encode(), "from-unclear"),
    "no line": (b"", "from-missing"),
    "two addresses": (b"From: A <a@x.example>, B <b@x.example>\r\n", "from-doubled"),
    "an address as display name": (b"From: a@x.example <b@x.example>\r\n", "from-unclear"),
    "quoted local part": (b'From: "a@good.example"@x.example\r\n', "from-unclear"),
    "nul": (b"From: a@x.example\x00<b@x.example>\r\n", "from-unclear"),
    "no address": (b"From: Compta\r\n", "from-unclear"),
    "comment with an address": (b"From: a@x.example (b@y.example)\r\n", "from-unclear"),
    "encoded address": (b"From: =?utf-8?q?a=40x=2Eexample?=\r\n", "from-unclear"),
    "route": (b"From: <@y.example:a@x.example>\r\n", "from-unclear"),
    "empty": (b"From: <>\r\n", "from-unclear"),
    "group": (b"From: all: a@x.example, b@x.example;\r\n", "from-doubled"),
    "unicode domain": ("From: a@éxample.example\r\n".encode(), "from-unclear"),
}


@pytest.mark.parametrize("case", FROM)
def test_a_from_that_parsers_read_differently_is_not_believed(case: str) -> None:
    """Exactly one From, exactly one plain address, no defect: else the mail is quarantined."""
    line, doubt = FROM[case]
    message = line + b"To: x@y.example\r\nSubject: s\r\n\r\nBonjour\r\n"
    data = ses_trace(message, KEY, RECEIVED)
    found = evidence(data)
    assert (found.is_proven, found.doubt) == (False, doubt)


def test_comments_too_deep_for_the_library_are_not_believed() -> None:
    """CPython's parser runs out of stack: the mail is opened, its sender is nobody."""
    line = f"From: Compta <{SELLER}>\r\n".encode()
    data = ses_trace(line + b"Subject: s\r\n\r\nBonjour\r\n", KEY, RECEIVED)
    deep = b"From: " + b"(" * 2000 + b")" * 2000 + f" <{SELLER}>\r\n".encode()
    found = evidence(data.replace(line, deep))
    assert (found.address, found.doubt) == ("", "from-unclear")


@pytest.mark.parametrize(
    "sender",
    [
        SELLER,
        f"<{SELLER}>",
        f"Compta <{SELLER}>",
        f'"Compta, Lyon" <{SELLER}>',
        f'"b@other.example" <{SELLER}>',
        "=?utf-8?q?M=C3=A9tallerie?= <Compta@Metallerie-Rhone.Example>",
    ],
)
def test_ordinary_ways_to_write_the_sender_are_read(sender: str) -> None:
    """A display name is only a name; the address is compared in lower case."""
    message = f"From: {sender}\r\nTo: x@y.example\r\n\r\nBonjour\r\n".encode()
    data = ses_trace(message, KEY, RECEIVED).replace(
        b"header.from=Metallerie-Rhone.Example", b"header.from=metallerie-rhone.example"
    )
    found = evidence(data)
    assert (found.address, found.is_proven) == (SELLER, True)


QUIET = {
    "auto-generated": b"Auto-Submitted: auto-generated\r\n",
    "bulk": b"Precedence: bulk\r\n",
    "list precedence": b"Precedence: list\r\n",
    "auto_reply precedence": b"Precedence: auto_reply\r\n",
    "suppressed": b"X-Auto-Response-Suppress: All\r\n",
    "x-autoreply": b"X-Autoreply: yes\r\n",
    "x-autorespond": b"X-Autorespond: yes\r\n",
    "x-loop": b"X-Loop: compta@metallerie-rhone.example\r\n",
}


@pytest.mark.parametrize("case", QUIET)
def test_automatic_mail_of_a_proven_sender_is_read_but_not_answered(case: str) -> None:
    """Accounting software sends invoices by itself: they count, an answer could loop."""
    data = ses_trace(QUIET[case] + raw(), KEY, RECEIVED)
    found = evidence(data)
    assert (found.is_proven, found.may_be_answered) == (True, False)


SUBJECTS = (
    "Réponse automatique : Factures",
    "Re: Absence du bureau",
    "Out of office: invoices",
    "Automatic reply: Factures",
    "AUTO-REPLY",
)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_of_an_absence_is_not_answered(subject: str) -> None:
    """Some servers reply without any of the headers that say so."""
    message = mail_eml(SELLER, subject, [], SENT)
    found = evidence(ses_trace(message, KEY, RECEIVED))
    assert (found.is_proven, found.may_be_answered) == (True, False)


@pytest.mark.parametrize(
    "line", [b"In-Reply-To: <a@b.example>\r\n", b"References: <a@b.example>\r\n"]
)
def test_a_reply_without_attachment_is_not_answered(line: bytes) -> None:
    """« Merci » needs no answer, and an unmarked robot would reply to ours for ever."""
    bare = ses_trace(line + raw(), KEY, RECEIVED)
    assert not evidence(bare).may_be_answered
    with_file = mail_eml(SELLER, "Re: Factures", [("f.xml", cii_xml(INVOICE))], SENT)
    assert evidence(ses_trace(line + with_file, KEY, RECEIVED)).may_be_answered


def test_our_own_domain_and_robots_are_not_answered() -> None:
    """The loop guard: nothing is sent to ourselves or to an address that nobody reads."""
    assert not evidence(traced(), own=("metallerie-rhone.example",)).may_be_answered
    robot = ses_trace(raw("no-reply@metallerie-rhone.example"), KEY, RECEIVED)
    assert evidence(robot).is_proven
    assert not evidence(robot).may_be_answered


@pytest.mark.parametrize(
    "lines",
    [
        b"Auto-Submitted: auto-replied\r\n",
        b"Content-Type: multipart/report; boundary=x\r\n",
    ],
)
def test_out_of_office_replies_and_bounces_are_put_aside(lines: bytes) -> None:
    """Neither booked nor answered; the outcome says so."""
    message = lines + f"From: {SELLER}\r\nSubject: Absence\r\n\r\nBonjour\r\n".encode()
    mail = open_mail_bytes(KEY, ses_trace(message, KEY, RECEIVED))
    assert [problem.code for problem in mail.problems] == ["mail-automatic"]
    assert mail.parts == ()
    assert not mail.sender.may_be_answered


def test_a_bounce_is_known_by_its_empty_return_path() -> None:
    """A null return path is never answered."""
    data = traced().replace(f"Return-Path: <{SELLER}>".encode(), b"Return-Path: <>")
    mail = open_mail_bytes(KEY, data)
    assert [problem.code for problem in mail.problems] == ["mail-automatic"]


def test_a_list_mail_is_doubted() -> None:
    """A list rewrites and forwards: staff look at it."""
    data = ses_trace(b"List-Id: <x.example>\r\n" + raw(), KEY, RECEIVED)
    assert evidence(data).doubt == "mail-from-list"


def test_a_virus_is_not_opened_whoever_sent_it() -> None:
    """The doubt and the mail's problem say so, and no part is read."""
    mail = open_mail_bytes(KEY, traced(virus="FAIL"))
    assert mail.sender.doubt == "virus"
    assert [problem.code for problem in mail.problems] == ["virus"]


def test_the_subject_comes_on_one_line() -> None:
    """An encoded line break must not reach a header of ours."""
    message = raw().replace(b"Subject: ", b"Subject: =?utf-8?b?RkENCkJjYzogeEB5?= ", 1)
    assert "\n" not in evidence(ses_trace(message, KEY, RECEIVED)).subject
    assert evidence(ses_trace(message, KEY, RECEIVED)).subject.startswith("FA Bcc: x@y")
