"""Sound files with a few things wrong: what a fuzzer of readers feeds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

WORDS: Final = (
    *(b"<!DOCTYPE x [<!ENTITY e 'v'>]>", b"&e;", b"&#0;", b"&#x10FFFF;", b"<![CDATA[", b"]]>"),
    *(b"<!--", b"<?x", b"/>", b"xmlns=''", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n"),
    *(b"\r\n\r\n", b"\n--", b"=?utf-8?b?", b"?=", b"filename*0*=", b"multipart/mixed; boundary="),
    *(b"message/rfc822\r\n\r\n", b"Content-Transfer-Encoding: base64\r\n", b"PK\x03\x04"),
    *(
        b"PK\x05\x06",
        b"\x78\x9c",
        b"/FlateDecode",
        b"endobj",
        b"stream\n",
        b"<<",
        b">>",
        b"(",
        b")",
    ),
    *(b";", b",", b'"', b"=1+1", b"9" * 30, b"-0.00", b"1E400", b"NaN", b"\xd9\xa1", b"20260230"),
    *(b"00000000", b"\xe2\x80\xae", b":61:", b":62F:", b"07"),
)
"""Pieces that mean something to one of the readers."""
_SPAN_MAX: Final = 400


@st.composite
def mutated(draw: DrawFn, seeds: Sequence[bytes]) -> bytes:
    """Draw one of the seeds with up to six mutations."""
    data = draw(_one_of(seeds))
    for _ in range(draw(st.integers(1, 6))):
        data = draw(_mutation(data, seeds))
    return data


def _mutation(data: bytes, seeds: Sequence[bytes]) -> SearchStrategy[bytes]:
    place = st.integers(0, len(data))
    span = st.integers(1, _SPAN_MAX)
    noise = st.binary(min_size=1, max_size=8)
    return st.one_of(
        st.builds(lambda at, new: data[:at] + new + data[at + len(new) :], place, noise),
        st.builds(lambda at, new: data[:at] + new + data[at:], place, st.sampled_from(WORDS)),
        st.builds(lambda at, new: data[:at] + new + data[at + len(new) :], place,
                  st.sampled_from(WORDS)),
        st.builds(lambda at, size: data[:at] + data[at + size :], place, span),
        st.builds(lambda at, size, to: data[:to] + data[at : at + size] + data[to:], place, span,
                  place),
        st.builds(lambda at, size, times: data[:at] + data[at : at + size] * times + data[at:],
                  place, span, st.integers(2, 50)),
        st.builds(lambda at, size, other: data[:at] + other[at : at + size] + data[at + size :],
                  place, span, _one_of(seeds)),
        st.builds(lambda at: data[:at], place),
    )  # fmt: skip


def _one_of(seeds: Sequence[bytes]) -> SearchStrategy[bytes]:
    """Draw by index: hypothesis would print all seeds otherwise."""
    return st.integers(0, len(seeds) - 1).map(seeds.__getitem__)
