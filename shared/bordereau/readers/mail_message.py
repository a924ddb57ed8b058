"""The standard library's e-mail message, made to survive headers that crash its own parser."""

from __future__ import annotations

from email.errors import MessageError
from email.message import EmailMessage
from typing import Any, Final

HEADER_ERRORS: Final = (
    IndexError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    MessageError,
)


class TolerantMessage(EmailMessage):
    """An ``EmailMessage`` in which a header that cannot be parsed counts as absent.

    CPython's parser of structured headers raises ``IndexError`` for some crafted values (found by
    our fuzzing) and ``RecursionError`` for deep comments. All access, its own included, goes
    through ``get``.
    """

    def get(self, name: str, failobj: Any = None) -> Any:  # noqa: ANN401
        """Return the parsed header, or ``failobj`` if it is absent or cannot be parsed."""
        try:
            return super().get(name, failobj)
        except HEADER_ERRORS:
            return failobj
