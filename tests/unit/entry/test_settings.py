"""A function that is told too little says all that is missing, at once, and touches nothing."""

from __future__ import annotations

import pytest

from bordereau.domain.problems import ConfigurationError
from bordereau.entry import settings


def test_every_missing_name_is_in_the_sentence() -> None:
    """All that is missing is named, and what is set is not shown."""
    told = {"STAGE": "local", "WORK_BUCKET": "secret-name"}
    with pytest.raises(ConfigurationError) as raised:
        settings.load(settings.RegisterInvoicesSettings, told)
    sentence = str(raised.value)
    for name in ("JOURNAL_TABLE", "LEDGER_TABLE", "WORK_TABLE", "PARTY_TABLE"):
        assert name in sentence
    assert "secret-name" not in sentence
    assert "WORK_BUCKET" not in sentence


def test_an_empty_name_is_missing() -> None:
    """A variable that is set to nothing is no name."""
    told = {"STAGE": "local", "INBOX_BUCKET": "", "WORK_BUCKET": "work"}
    with pytest.raises(ConfigurationError, match="INBOX_BUCKET"):
        settings.load(settings.OpenMailSettings, told)


def test_a_stage_that_does_not_exist_is_refused() -> None:
    """The stage is one of three."""
    told = {"STAGE": "prod", "INBOX_BUCKET": "in", "WORK_BUCKET": "work"}
    with pytest.raises(ConfigurationError, match="STAGE"):
        settings.load(settings.OpenMailSettings, told)


def test_settings_are_what_the_environment_says() -> None:
    """What is there is read; what is not asked for is not."""
    told = {"STAGE": "test", "INBOX_BUCKET": "in", "WORK_BUCKET": "work", "PATH": "/bin"}
    mail = {"MAIL_DOMAIN": "factor.example", "BANK_ADDRESS": "releves@factor.example"}
    found = settings.load(settings.OpenMailSettings, told | mail)
    assert found.model_dump() == {
        "stage": "test",
        "inbox_bucket": "in",
        "work_bucket": "work",
        "mail_domain": "factor.example",
        "bank_address": "releves@factor.example",
    }
