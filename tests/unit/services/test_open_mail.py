"""A stored mail becomes one claims object, the same bytes for the same mail."""

from __future__ import annotations

import pytest

from bordereau.adapters.memory_objects import MemoryObjects
from bordereau.domain.claims import MailClaims
from bordereau.domain.problems import SourceUnavailableError
from bordereau.services.open_mail import open_mail
from bordereau.services.stored_claims import read_claims
from tests.unit.services.mail_world import claim, mail


class Reader:
    """A reader that remembers what it was given."""

    def __init__(self) -> None:
        self.read: list[tuple[str, bytes]] = []

    def read_mail(self, key: str, data: bytes) -> MailClaims:
        """Return a mail with one invoice."""
        self.read.append((key, data))
        return mail(key.rpartition("/")[2], claim())


def test_the_same_mail_gives_the_same_claims() -> None:
    """The second event of a mail stores the same bytes under the same key."""
    objects, reader = MemoryObjects(), Reader()
    objects.put("mail/été a+b", b"raw")
    claims = open_mail(objects, reader, key="mail/été a+b")
    first = dict(objects.stored)
    assert open_mail(objects, reader, key="mail/été a+b") == claims
    assert objects.stored == first
    assert read_claims(objects, "claims/mail/été a+b.json") == claims
    assert reader.read[0] == ("mail/été a+b", b"raw")


def test_a_mail_that_vanished_stops_the_message() -> None:
    """The object was there when the event came: that it is gone is no empty mail."""
    with pytest.raises(SourceUnavailableError, match="mail/m1"):
        open_mail(MemoryObjects(), Reader(), key="mail/m1")
