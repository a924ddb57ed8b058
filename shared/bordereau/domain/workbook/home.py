"""The home page: which fact stands in which row of « Accueil » (rows and columns from zero)."""

from __future__ import annotations

from typing import Final

LABEL_COLUMN: Final = 1
VALUE_COLUMN: Final = 2

TITLE_ROW: Final = 1
FIRM_ROW: Final = 2

STATE_ROWS: Final = {"state": 4, "read_at": 5, "written_at": 6, "four_eyes": 7}

TABS_HEAD_ROW: Final = 10
TABS_ROW: Final = 11
"""The first of the rows that count what is wrong in each of staff's tabs."""

FACTS_HEAD_ROW: Final = 22
FACT_ROWS: Final = {
    "available": 23,
    "outstanding": 24,
    "fund": 25,
    "payouts": 26,
    "overdue": 27,
    "to_allocate": 28,
    "to_complete": 29,
}

DEADLINE_HEAD_ROW: Final = 31
DEADLINE_ROW: Final = 32
DEADLINE_ROWS: Final = 5

STRAY_HEAD_ROW: Final = 38
STRAY_ROW: Final = 39
STRAY_ROWS: Final = 4

GUIDE_HEAD_ROW: Final = 44
GUIDE_ROW: Final = 45
