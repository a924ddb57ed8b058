"""The colours of the workbook: calm, few, and each with one meaning."""

from __future__ import annotations

from typing import Any, Final

INK: Final = "1F2933"
MUTED: Final = "6B7785"
FAINT: Final = "A9B4BF"
WHITE: Final = "FFFFFF"
PAPER: Final = "F4F6F8"
NAVY: Final = "243B53"
SLATE: Final = "627D98"
STEEL: Final = "829AB1"
MIST: Final = "E6ECF2"

RED: Final = ("FBE3E4", "9B1C1C")
AMBER: Final = ("FFF3D6", "8A5A00")
GREEN: Final = ("E0F2E7", "1E6B3C")
GREY: Final = ("ECEFF2", "6B7785")
"""Background and text: wrong, something is missing or waits, taken into account, cancelled."""

TABS: Final = {
    "home": NAVY,
    "day": "2F7D6B",
    "register": "3E6FA3",
    "results": "8C7AA9",
    "settings": MUTED,
    "": STEEL,
}
"""The colour of a tab by its group."""


def rgb(text: str) -> dict[str, Any]:
    """Return a colour of the API.

    >>> rgb("FF0000")
    {'red': 1.0, 'green': 0.0, 'blue': 0.0}
    """
    channels = (int(text[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return dict(zip(("red", "green", "blue"), channels, strict=True))
