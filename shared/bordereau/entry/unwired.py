"""A function whose service does not exist yet: it reads settings and messages, and refuses."""

from __future__ import annotations

import os
from typing import NoReturn

from bordereau.domain.problems import ConfigurationError
from bordereau.entry import settings
from bordereau.entry.types import Handle, Message


def not_wired(function: str) -> Handle:
    """Return a handle that fails each message with a sentence, so that it is parked and not lost.

    Raises:
        ConfigurationError: the function's environment is not complete.
    """
    settings.load(settings.OF_FUNCTION[function], os.environ)

    def refuse(message: Message) -> NoReturn:
        raise ConfigurationError(f"{function} has no service yet; left: {type(message).__name__}")

    return refuse
