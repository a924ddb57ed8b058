"""One suite for the mailer and one for the clock: the twins, SES and SSM on the local cloud."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from bordereau.adapters.clock import SsmClock, SystemClock
from bordereau.adapters.memory_clock import MemoryClock
from bordereau.adapters.memory_mailer import MemoryMailer, SentMail
from bordereau.adapters.ses_mailer import SesMailer
from bordereau.domain.problems import ConfigurationError
from bordereau.ports import AmbiguousSendError, Clock, Mailer, RefusedSendError
from local.cloud.process import LocalCloud

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

SENDER = "affacturage@bordereau.example"
RAW = b"From: affacturage@bordereau.example\r\nSubject: =?utf-8?q?Relev=C3=A9?=\r\n\r\n\xc3\xa9"
AT = dt.datetime(2026, 1, 5, 8, 30, tzinfo=dt.UTC)


@pytest.fixture(params=["twin", pytest.param("ministack", marks=pytest.mark.cloud)])
def mailer(request: pytest.FixtureRequest) -> Mailer:
    """Each of the two."""
    if request.param == "twin":
        return MemoryMailer()
    client: SESV2Client = request.getfixturevalue("sesv2")
    known = client.list_configuration_sets()["ConfigurationSets"]
    if "outbox" not in known:
        client.create_email_identity(EmailIdentity="bordereau.example")
        client.create_configuration_set(ConfigurationSetName="outbox")
    return SesMailer(client, sender=SENDER, configuration_set="outbox")


def test_each_mail_that_is_sent_has_an_id_of_its_own(mailer: Mailer) -> None:
    """Sending twice sends two: nothing makes a second call harmless."""
    ids = {mailer.send(RAW, to=("compta@vendeur.example",), tag="ack#m/1") for _ in range(2)}
    assert len(ids) == 2
    assert all(ids)


def test_the_twin_fails_as_it_is_told() -> None:
    """A lost answer is a mail that went out; a lost request and a refusal are none."""
    lost_answer, lost_request = MemoryMailer(), MemoryMailer(loses_answers=False)
    for twin in (lost_answer, lost_request):
        twin.failures = [AmbiguousSendError(), RefusedSendError()]
        with pytest.raises(AmbiguousSendError):
            twin.send(RAW, to=("a@b.example",), tag="t")
        with pytest.raises(RefusedSendError):
            twin.send(RAW, to=("a@b.example",), tag="t")
    assert lost_answer.sent == [SentMail("mail-000001", RAW, ("a@b.example",), "t")]
    assert lost_request.sent == []


@pytest.fixture(params=["twin", pytest.param("ministack", marks=pytest.mark.cloud)])
def clock(request: pytest.FixtureRequest) -> Clock:
    """Each of the two, set to the same instant."""
    if request.param == "twin":
        return MemoryClock(AT)
    cloud: LocalCloud = request.getfixturevalue("cloud")
    text = "2026-01-05T09:30:00+01:00"
    cloud.client("ssm").put_parameter(Name="/clock", Value=text, Type="String", Overwrite=True)
    return SsmClock(cloud.client("ssm"), "/clock")


def test_a_clock_shows_the_instant_it_was_set_to_in_utc(clock: Clock) -> None:
    """It stands still until somebody moves it."""
    assert clock.now() == clock.now() == AT
    assert clock.now().utcoffset() == dt.timedelta(0)


@pytest.mark.cloud
def test_a_clock_follows_its_parameter_and_refuses_what_is_no_instant(cloud: LocalCloud) -> None:
    """A warm function outlives a local day; an instant needs a time zone."""
    ssm = cloud.client("ssm")
    for text, shown in (("2026-01-05T08:30:00Z", AT), ("2026-01-06T08:30:00Z", AT.replace(day=6))):
        ssm.put_parameter(Name="/moving", Value=text, Type="String", Overwrite=True)
        assert SsmClock(ssm, "/moving").now() == shown
    for text in ("soon", "2026-01-05T08:30:00"):
        ssm.put_parameter(Name="/moving", Value=text, Type="String", Overwrite=True)
        with pytest.raises(ConfigurationError):
            SsmClock(ssm, "/moving").now()
    with pytest.raises(ConfigurationError):
        SsmClock(ssm, "/none").now()


def test_the_clock_of_the_system_goes_forward_and_the_twin_goes_where_it_is_told() -> None:
    """Only the twin may go back."""
    system, twin = SystemClock(), MemoryClock(AT)
    assert AT < system.now() <= system.now()
    twin.advance(dt.timedelta(hours=1))
    assert twin.now() == AT + dt.timedelta(hours=1)
    twin.set(AT.astimezone(dt.timezone(dt.timedelta(hours=5))))
    assert twin.now() == AT
    with pytest.raises(AssertionError):
        twin.set(AT.replace(tzinfo=None))
