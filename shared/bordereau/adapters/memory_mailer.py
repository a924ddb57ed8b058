"""The in-memory twin of the mailer: what was sent lies in a list."""

from __future__ import annotations

from dataclasses import dataclass

from bordereau.ports import AmbiguousSendError


@dataclass(frozen=True, slots=True)
class SentMail:
    """One e-mail that went out."""

    id: str
    data: bytes
    to: tuple[str, ...]
    tag: str


class MemoryMailer:
    """Sends into ``sent``. ``failures`` are raised by the next calls, one each, in order.

    An ``AmbiguousSendError`` among them is raised *after* the mail went out where ``loses_answers``
    is set (the answer was lost), before it otherwise (the request was lost).
    """

    def __init__(self, *, loses_answers: bool = True) -> None:
        self.sent: list[SentMail] = []
        self.failures: list[Exception] = []
        self._loses_answers = loses_answers

    def send(self, data: bytes, *, to: tuple[str, ...], tag: str) -> str:
        """Send one raw message; return its id, ``mail-000001`` and so on."""
        failure = self.failures.pop(0) if self.failures else None
        if isinstance(failure, AmbiguousSendError) and self._loses_answers:
            self._deliver(data, to, tag)
        if failure is not None:
            raise failure
        return self._deliver(data, to, tag)

    def _deliver(self, data: bytes, to: tuple[str, ...], tag: str) -> str:
        mail = SentMail(f"mail-{len(self.sent) + 1:06d}", data, to, tag)
        self.sent.append(mail)
        return mail.id
