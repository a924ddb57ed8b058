"""What a function logs: one line for each message, done or not, and nothing personal."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeAlias

from aws_lambda_powertools import Logger

from bordereau.entry.events import Outcomes
from bordereau.entry.types import JsonObject, LambdaContext

Handler: TypeAlias = Callable[[JsonObject, LambdaContext], JsonObject]


def logger(function: str) -> Logger:
    """Return the logger of a function; its lines are JSON and name the function as ``service``."""
    return Logger(service=function, utc=True)


def entry(log: Logger) -> Callable[[Handler], Handler]:
    """Wrap a handler: its lines name the invocation, and what leaves it unhandled is logged.

    The event itself is never logged: it may hold what a person wrote.
    """

    def wrap(handler: Handler) -> Handler:
        @functools.wraps(handler)
        def wrapped(event: JsonObject, context: LambdaContext) -> JsonObject:
            log.append_keys(request_id=context.aws_request_id)
            try:
                return handler(event, context)
            except Exception:
                log.exception("not done")
                raise

        return wrapped

    return wrap


def record(log: Logger, outcomes: Outcomes) -> None:
    """Log what became of each message: its fields, or the error with its trace."""
    for fields in outcomes.done:
        log.info("done", extra=dict(fields))
    for message_id, error in outcomes.failed:
        log.error("not done", exc_info=error, extra={"message_id": message_id})
