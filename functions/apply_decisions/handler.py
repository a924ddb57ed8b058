"""A decision of staff -> posted.  Effects: one commit; wakes what was held for want of it."""

from bordereau.entry import events, observability
from bordereau.entry.types import JsonObject, LambdaContext
from bordereau.entry.wiring import apply_decisions

logger = observability.logger("apply_decisions")


@observability.entry(logger)
def lambda_handler(event: JsonObject, context: LambdaContext) -> JsonObject:  # noqa: ARG001 Lambda
    """Post the decisions in ``event``; safe to run twice on the same event."""
    outcomes = events.each_message(event, apply_decisions.wired())
    observability.record(logger, outcomes)
    return outcomes.failed_messages()
