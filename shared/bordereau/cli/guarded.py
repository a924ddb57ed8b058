"""What a command does when the ledger cannot: one sentence, no traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable

from bordereau.domain.problems import ProductError


def guarded(run: Callable[[], int]) -> int:
    """Run; what the ledger cannot do is one sentence and exit status 2."""
    try:
        return run()
    except ProductError as error:
        print(f"the books cannot be read: {error}", file=sys.stderr)
        return 2
