"""One suite for the objects: the twin, and two buckets on the local cloud."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest

from bordereau.adapters.memory_objects import MemoryObjects
from bordereau.adapters.s3_objects import S3Objects
from bordereau.domain.problems import ConfigurationError
from bordereau.ports import Objects
from local.cloud.place import REGION
from local.cloud.process import LocalCloud

NUMBERS = itertools.count(1)


def buckets(cloud: LocalCloud) -> S3Objects:
    """Return objects in two fresh buckets."""
    number, client = next(NUMBERS), cloud.client("s3")
    for kind in ("inbox", "work"):
        client.create_bucket(
            Bucket=f"{kind}-{number}", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    return S3Objects(client, inbox=f"inbox-{number}", work=f"work-{number}")


@pytest.fixture(params=["twin", pytest.param("ministack", marks=pytest.mark.cloud)])
def objects(request: pytest.FixtureRequest) -> Objects:
    """Each of the two, empty."""
    if request.param == "twin":
        return MemoryObjects()
    return buckets(request.getfixturevalue("cloud"))


def test_bytes_come_back_and_the_same_key_replaces(objects: Objects) -> None:
    """Any bytes; a key may hold accents, spaces and signs."""
    key = "documents/é a+b&c/x.pdf"
    objects.put(key, bytes(range(256)), content_type="application/pdf")
    assert objects.get(key) == bytes(range(256))
    objects.put(key, b"")
    assert objects.get(key) == b""


def test_what_is_not_there_is_none(objects: Objects) -> None:
    """In the inbox and elsewhere."""
    assert objects.get("mail/none") is None
    assert objects.get("claims/mail/none") is None


def test_keys_are_listed_by_prefix_and_sorted(objects: Objects) -> None:
    """Mail and bank files are found beside what we made ourselves."""
    keys = ["mail/b", "mail/a", "bank/x", "claims/mail/a", "claims/é", "sent/z"]
    for key in keys:
        objects.put(key, key.encode())
    assert list(objects.list("mail/")) == ["mail/a", "mail/b"]
    assert list(objects.list("bank/")) == ["bank/x"]
    assert list(objects.list("claims/")) == ["claims/mail/a", "claims/é"]
    assert list(objects.list("none/")) == []


@pytest.mark.cloud
def test_long_listings_come_whole(cloud: LocalCloud) -> None:
    """More than a page of a thousand keys."""
    stored = buckets(cloud)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: stored.put(f"sent/{number:04d}", b"x"), range(1_010)))
    assert list(stored.list("sent/")) == [f"sent/{number:04d}" for number in range(1_010)]


@pytest.mark.cloud
def test_each_prefix_lies_in_its_bucket(cloud: LocalCloud) -> None:
    """What arrives is kept apart from what we make, with its type."""
    stored, client = buckets(cloud), cloud.client("s3")
    stored.put("mail/1", b"m", content_type="message/rfc822")
    stored.put("mailings/1", b"w")
    assert stored._inbox is not None
    assert stored._work is not None
    found = client.get_object(Bucket=stored._inbox, Key="mail/1")
    assert (found["Body"].read(), found["ContentType"]) == (b"m", "message/rfc822")
    assert client.get_object(Bucket=stored._work, Key="mailings/1")["Body"].read() == b"w"


@pytest.mark.cloud
def test_a_bucket_that_is_not_told_or_not_there_is_a_matter_of_configuration(
    cloud: LocalCloud,
) -> None:
    """It is put right by a person; trying again would not help."""
    client = cloud.client("s3")
    with pytest.raises(ConfigurationError):
        S3Objects(client, inbox=None, work="w").get("mail/1")
    with pytest.raises(ConfigurationError):
        S3Objects(client, inbox=None, work="not-made").put("sent/1", b"")
    with pytest.raises(ConfigurationError):
        list(S3Objects(client, inbox=None, work="not-made").list("sent/"))
