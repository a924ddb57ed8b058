"""Mails that parsers disagree on, or that take long to take apart."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Final

from tests.corpus.hostile_own.broken_xml import CII
from tests.corpus.hostile_own.model import Hostile

_FROM: Final = b"From: compta@vendeur.example\r\nTo: factures@firme.example\r\nSubject: F\r\n"
_CODED: Final = base64.encodebytes(CII).replace(b"\n", b"\r\n")
_XML: Final = b"Content-Type: application/xml\r\n"


def files() -> Iterator[Hostile]:
    """Yield them all."""
    yield from _heads()
    yield from _bodies()
    yield from _names()


def part(head: bytes = b'Content-Disposition: attachment; filename="f.xml"\r\n') -> bytes:
    """Return one attachment: the invoice in base64."""
    return _XML + head + b"Content-Transfer-Encoding: base64\r\n\r\n" + _CODED


def mail(*parts: bytes, head: bytes = _FROM, mark: bytes = b"b", end: bytes = b"--\r\n") -> bytes:
    """Return a mixed mail of these parts."""
    body = b"".join(b"--" + mark + b"\r\n" + one + b"\r\n" for one in parts)
    kind = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n"
    return head + kind + body + b"--" + mark + end


def _heads() -> Iterator[Hostile]:
    for name, head, expect, what in (
        ("lf_only", _FROM.replace(b"\r\n", b"\n"), "accept-1", "bare line feeds in the head"),
        (
            "mbox",
            b"From x@y.example Mon Nov  2 09:00:00 2026\r\n" + _FROM,
            "accept-1-or-reject",
            "an mbox line before the head",
        ),
        (
            "long_header",
            _FROM + b"X-A: " + b"a" * 200_000 + b"\r\n",
            "accept-1-or-reject",
            "200 kB",
        ),
        ("many_headers", _FROM + b"X-A: a\r\n" * 9000, "accept-1-or-reject", "9,000 headers"),
        (
            "folded",
            _FROM + b"X-A: a\r\n" + b" b\r\n" * 20_000,
            "accept-1-or-reject",
            "folded 20,000 times",
        ),
        ("nul_name", _FROM + b"X\x00A: a\r\n", "accept-1-or-reject", "a NUL in a header's name"),
        ("nul_subject", _FROM.replace(b": F", b": F\x00F"), "accept-1", "a NUL in the subject"),
        ("no_colon", _FROM + b"no colon here\r\n", "accept-1-or-reject", "a line without colon"),
        (
            "coded_words",
            _FROM.replace(b": F", b": " + b"=?utf-8?q?=41?= " * 3000),
            "accept-1",
            "3,000 encoded words",
        ),
        (
            "coded_open",
            _FROM.replace(b": F", b": =?utf-8?b?" + b"QUFB" * 9000),
            "accept-1",
            "an encoded word that never ends",
        ),
        (
            "coded_charset",
            _FROM.replace(b": F", b": =?x-none?q?a?="),
            "accept-1",
            "no such charset",
        ),
        (
            "comments",
            _FROM.replace(b"compta@", b"(" * 900 + b")" * 900 + b" compta@"),
            "accept-1-or-reject",
            "900 nested comments in From",
        ),
        (
            "angles",
            _FROM.replace(b"compta@vendeur.example", b"<" * 3000),
            "accept-1-or-reject",
            "3,000 angle brackets in From",
        ),
        (
            "three_from",
            _FROM + b"From: a@b.example\r\nfrom: c@d.example\r\n",
            "review-or-reject",
            "three From lines",
        ),
        (
            "list_from",
            _FROM.replace(b"example\r", b"example, a@b.example\r", 1),
            "review-or-reject",
            "two addresses in From",
        ),
        (
            "auto_replied",
            _FROM + b"Auto-Submitted: auto-replied (vacation)\r\n",
            "ignore",
            "an out-of-office reply with the invoice attached",
        ),
        ("list_id", _FROM + b"List-Id: <l.example>\r\n", "ignore-or-review", "from a list"),
    ):
        yield Hostile(f"mail/{name}.eml", mail(part(), head=head), expect, what)


def _bodies() -> Iterator[Hostile]:
    long = b"b" * 4000
    inner = b"Content-Type: message/rfc822\r\n\r\n" + mail(part())
    deep = part()
    for level in range(40):
        mark = b"m%d" % level
        kind = b"Content-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n"
        deep = kind + b"--" + mark + b"\r\n" + deep + b"\r\n--" + mark + b"--\r\n"
    quoted = (
        _XML + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + CII.replace(b"=", b"=3D")
    )
    for name, data, expect, what in (
        (
            "long_boundary",
            mail(part(), mark=long),
            "accept-1-or-reject",
            "a boundary of 4,000 signs",
        ),
        ("same_boundary", mail(mail(part(), head=b"")), "accept-1-or-reject", "one in another"),
        ("prefix_boundary", mail(part(), b"\r\n--bb\r\nx"), "accept-1-or-reject", "b and bb"),
        ("no_end", mail(part(), end=b""), "accept-1", "the last boundary is cut"),
        (
            "after_end",
            mail(part()) + b"--b\r\n" + part(),
            "accept-1-or-reject",
            "a part after the end",
        ),
        ("deep_40", mail(deep), "reject", "40 multiparts in each other"),
        (
            "twenty",
            mail(*([b"Content-Type: text/plain\r\n\r\nx"] * 19), part()),
            "accept-1",
            "19 texts and an invoice",
        ),
        ("empty_parts", mail(*([b"\r\n"] * 200)), "reject", "200 empty parts"),
        ("forward_inline", mail(inner), "accept-1", "a forwarded mail inline"),
        (
            "forward_coded",
            mail(inner.replace(b"822\r\n", b"822\r\nContent-Transfer-Encoding: base64\r\n", 1)),
            "accept-1-or-reject",
            "a forwarded mail that says base64",
        ),
        (
            "forward_two",
            mail(inner, inner.replace(b"FA", b"FB")),
            "accept-1-or-reject",
            "two forwarded mails",
        ),
        ("quoted", mail(quoted), "accept-1", "the invoice in quoted-printable"),
        (
            "base64_noise",
            mail(part().replace(b"=\r\n", b"=\r\n!!!!" * 50)),
            "accept-1-or-reject",
            "signs that are no base64",
        ),
        ("base64_cut", mail(part()[:-900]), "reject", "base64 cut short"),
        (
            "binary",
            mail(_XML + b"Content-Transfer-Encoding: binary\r\n\r\n" + CII),
            "accept-1",
            "unencoded",
        ),
        ("encoding_odd", mail(part().replace(b"base64\r", b"x-yenc\r")), "reject", "x-yenc"),
        ("type_odd", mail(part().replace(b"application/xml", b"; ; /")), "accept-1", "no type"),
        ("type_text", mail(part().replace(b"application/xml", b"text/plain")), "accept-1", "text"),
        (
            "external",
            mail(
                b"Content-Type: message/external-body; access-type=url; "
                b'url="http://127.0.0.1/f.xml"\r\n\r\n' + _XML + b"\r\n"
            ),
            "reject",
            "not fetched",
        ),
        (
            "partial",
            mail(b"Content-Type: message/partial; number=1; total=9\r\n\r\nx"),
            "reject",
            "one of nine pieces",
        ),
        (
            "alternative",
            _FROM + mail(part(), head=b"").replace(b"mixed", b"alternative"),
            "accept-1",
            "the invoice as an alternative",
        ),
        (
            "calendar",
            mail(part().replace(b"application/xml", b"text/calendar")),
            "accept-1",
            "an invoice that calls itself a date",
        ),
        ("only_body", _FROM + part(b"")[:-1], "accept-1-or-reject", "the mail is the invoice"),
    ):
        yield Hostile(f"mail/{name}.eml", data, expect, what)


def _names() -> Iterator[Hostile]:
    pieces = b"".join(b" filename*%d=a;\r\n" % n for n in range(2000))
    for name, disposition, what in (
        ("continued", b"attachment;\r\n" + pieces + b" filename*2000=.xml", "2,000 pieces"),
        ("gap", b"attachment; filename*0=a; filename*2=.xml", "a piece is missing"),
        ("percent", b"attachment; filename*=utf-8''%FF%FE%00.xml", "bytes that are no UTF-8"),
        ("charset", b"attachment; filename*=x-none''a.xml", "no such charset"),
        ("quote", b'attachment; filename="f.xml', "a quote that never closes"),
        ("newline", b"attachment; filename*=utf-8''a%0D%0ABcc%3A%20x.xml", "a line break inside"),
        ("path", b'attachment; filename="../../../etc/cron.d/f.xml"', "a path"),
        ("two_names", b'attachment; filename="a.xml"; filename="b.exe"', "two names"),
        ("long", b'attachment; filename="' + b"a" * 100_000 + b'.xml"', "100 kB of name"),
        ("rtl", 'attachment; filename="\u202elmx.f"'.encode(), "turned letters"),
    ):
        head = b"Content-Disposition: " + disposition + b"\r\n"
        yield Hostile(f"mail/name_{name}.eml", mail(part(head)), "accept-1", what)
