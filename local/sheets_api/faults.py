"""Trouble on demand: what a test asks the server to do wrong with its next requests."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Literal

from local.sheets_api.errors import ApiError

if TYPE_CHECKING:
    from local.sheets_api.errors import Json

Cut = Literal["", "before", "after"]
_SENTENCES = {
    403: "The caller does not have permission",
    429: "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per "
    "user' of service 'sheets.googleapis.com' for consumer 'project_number:0'.",
    500: "Internal error encountered.",
    503: "The service is currently unavailable.",
}


class Faults:
    """A queue; each request to the API takes one.

    A fault is an object with one of: `status` (403, 429, 500 or 503: refused, nothing done),
    `cut` ("before": no answer, nothing done; "after": done, but the answer is lost),
    `delay_seconds` (then answered as usual); an empty object lets one request through.
    """

    def __init__(self) -> None:
        self._queue: deque[Json] = deque()

    def plan(self, faults: list[Json]) -> None:
        """Put faults at the end of the queue; an empty list forgets all of them."""
        if not faults:
            self._queue.clear()
        self._queue.extend(faults)

    def take(self) -> Cut:
        """Suffer the next fault.

        Returns:
            Where the connection is to be cut; empty for not at all.

        Raises:
            ApiError: the refusal that was asked for.
        """
        fault = self._queue.popleft() if self._queue else {}
        time.sleep(fault.get("delay_seconds", 0))
        if "status" in fault:
            raise ApiError(fault["status"], _SENTENCES[fault["status"]])
        cut: Cut = fault.get("cut", "")
        return cut
