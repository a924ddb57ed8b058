"""The workbook as data: tabs, columns, drop-downs, help; what creates, reads and documents it.

``sheets/`` draws it, the services read and fill it, ``docs/sheets.md`` is printed from it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Final

from bordereau.domain.plain import to_plain
from bordereau.domain.workbook.case_tabs import CASES
from bordereau.domain.workbook.columns import Tab
from bordereau.domain.workbook.operation_tabs import OPERATIONS
from bordereau.domain.workbook.payout_tab import PAYOUTS
from bordereau.domain.workbook.quarantine_tab import QUARANTINE
from bordereau.domain.workbook.register_tabs import DEBTORS, SELLERS, SENDERS, TERMS
from bordereau.domain.workbook.staff_tabs import (
    LINES,
    MANUAL_RECEIPTS,
    RECEIPTS,
    SETTINGS,
    STAFF_TABS,
    TO_COMPLETE,
)
from bordereau.domain.workbook.system_tabs import (
    ADVANCES,
    ALERTS,
    ANALYSIS,
    FUNDS,
    HIDDEN_TABS,
    HOME,
    INVOICES,
)
from bordereau.domain.workbook.take_on_tab import TAKE_ON

VERSION: Final = 1
"""Of the definition: an older program refuses a newer workbook."""

TABS: Final[tuple[Tab, ...]] = (
    HOME,
    RECEIPTS,
    MANUAL_RECEIPTS,
    TO_COMPLETE,
    PAYOUTS,
    LINES,
    ANALYSIS,
    CASES,
    OPERATIONS,
    QUARANTINE,
    ALERTS,
    SELLERS,
    SENDERS,
    TERMS,
    DEBTORS,
    INVOICES,
    ADVANCES,
    FUNDS,
    SETTINGS,
    TAKE_ON,
    *HIDDEN_TABS,
)
"""Every tab, in the order in which they stand."""

STAFF: Final = {tab.key: tab for tab in STAFF_TABS}


def definition_sha() -> str:
    """Return the hash of the whole definition, kept in ``_schema``."""
    text = json.dumps(to_plain(TABS), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
