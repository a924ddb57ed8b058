"""The home page: which fact stands in which row of « Accueil » (rows and columns from zero)."""

from __future__ import annotations

from typing import Final

LABEL_COLUMN: Final = 1
VALUE_COLUMN: Final = 2

TITLE_ROW: Final = 1
FIRM_ROW: Final = 2

STATE_ROWS: Final = {"state": 4, "read_at": 5, "written_at": 6, "four_eyes": 7, "take_on": 8}

TABS_HEAD_ROW: Final = 10
TABS_ROW: Final = 11
"""The first of the rows that count what is wrong in each of staff's tabs."""

TABS_MAX: Final = 14
"""How many tabs of staff the home page has room for."""

FACTS_HEAD_ROW: Final = TABS_ROW + TABS_MAX + 1
FACT_ROWS: Final = {
    key: FACTS_HEAD_ROW + 1 + place
    for place, key in enumerate(
        (
            "available",
            "outstanding",
            "fund",
            "payouts",
            "overdue",
            "to_allocate",
            "to_complete",
            "disputes",
            "broken",
            "direct",
            "claims",
        )
    )
}

DEADLINE_HEAD_ROW: Final = FACTS_HEAD_ROW + len(FACT_ROWS) + 2
DEADLINE_ROW: Final = DEADLINE_HEAD_ROW + 1
DEADLINE_ROWS: Final = 5

STRAY_HEAD_ROW: Final = DEADLINE_ROW + DEADLINE_ROWS + 1
STRAY_ROW: Final = STRAY_HEAD_ROW + 1
STRAY_ROWS: Final = 4

GUIDE_HEAD_ROW: Final = STRAY_ROW + STRAY_ROWS + 1
GUIDE_ROW: Final = GUIDE_HEAD_ROW + 1
