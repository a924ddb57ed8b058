"""Foreign strings made safe to print: a glyph that the font lacks stops a PDF/A build."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from typing import Any

REPLACEMENT = "\u25a1"
"""White square; Inter has no U+FFFD."""

_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"}
)
_LINE_ENDS = str.maketrans({"\n": " ", "\r": " ", "\t": " ", "\u2028": " ", "\u2029": " "})

COVERAGE = (
    "20-7E,A0-148,14A-1C3,1C5-31E,321-377,37A-37F,384-38A,38C,38E-3A1,3A3-3E1,3F0-49D,4A0-4FF,"
    "52F,E3F,1D43,1D47-1D49,1D4D,1D4F-1D50,1D52,1D56-1D58,1D5B,1D62-1D65,1D9C,1DA0,1DBB,"
    "1DBF-1DF5,1DFC-1F15,1F18-1F1D,1F20-1F45,1F48-1F4D,1F50-1F57,1F59,1F5B,1F5D,1F5F-1F7D,"
    "1F80-1FB4,1FB6-1FC4,1FC6-1FD3,1FD6-1FDB,1FDD-1FEF,1FF2-1FF4,1FF6-1FFE,2000-200B,2010-2027,"
    "202F-205F,2070-2071,2074-208E,2090-209C,20A0-20BF,20DB-20DE,20E8,20F0,2100-2101,2103,"
    "2105-2106,2109,2113,2116-2117,211E-2123,2126,212A-212B,212E,2132,213B,214D,214F,2153,"
    "215A-2188,2190-2199,21A9-21AA,21B0-21B1,21B3-21B5,21BA-21BB,21D0,21D2,21D4,21DE-21DF,"
    "21E4-21E5,21E7,21EA,2202,2205-2206,220F,2211-2212,221A,221E,222B,2248,2260,2264-2265,2303,"
    "2305,2318,2325-2327,232B,2380,2387,238B,23CE-23CF,2423,2460-2468,24B6-24CF,24EA,25A0-25A2,"
    "25AA,25B2-25B3,25B6-25B7,25BA-25BD,25C0-25C1,25C4-25C7,25CA-25CB,25CF,25E6,25EF,2600,"
    "2605-2606,263C,2661,2665,26A0,2713,2717,2756,2764,2780-2788,27EF,27F5-27FA,2B06,2B12-2B13,"
    "2B1C,2C7C,2C7F,2DFF,2E18,A69F,A7FF,A92E,FE20-FE2D,1F12F-1F149,1F16A-1F16B,1F850,1F852"
)
"""Code points of the four faces in ``fonts/``, without private use; a test reads the faces."""

_EDGES = [
    edge
    for span in COVERAGE.split(",")
    for first, _, last in [span.partition("-")]
    for edge in (int(first, 16), int(last or first, 16) + 1)
]


def plain_text(text: str) -> str:
    r"""Return foreign text in NFC on one line, without control, format and private characters.

    Never NFKC: that would make spaces of U+202F and U+00A0.

    >>> plain_text("Entrepo\u0302t\u202e de\nLyon")
    'Entrepôt de Lyon'
    """
    composed = unicodedata.normalize("NFC", text.translate(_LINE_ENDS))
    return "".join(char for char in composed if unicodedata.category(char)[0] != "C")


def is_printable(char: str) -> bool:
    """Return whether the bundled faces have a glyph for ``char``."""
    return bisect_right(_EDGES, ord(char)) % 2 == 1


def printable(text: str) -> str:
    r"""Return ``plain_text`` with what the bundled faces lack replaced by a white square.

    >>> printable("o\ufb03ce 李 & Co")
    'office □ & Co'
    """
    cleaned = plain_text(text.translate(_LIGATURES))
    return "".join(char if is_printable(char) else REPLACEMENT for char in cleaned)


def printable_values(value: Any) -> Any:  # noqa: ANN401 - any plain value, as json has them
    """Return plain values (dict, list, str …) with every string made printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: printable_values(content) for key, content in value.items()}
    if isinstance(value, list | tuple):
        return [printable_values(content) for content in value]
    return value
