"""The schedule, then a message per contract -> advance statement, pay-out.  Effects: one commit."""

from bordereau.entry import events, observability
from bordereau.entry.types import JsonObject, LambdaContext
from bordereau.entry.wiring import issue_advances

logger = observability.logger("issue_advances")


@observability.entry(logger)
def lambda_handler(event: JsonObject, context: LambdaContext) -> JsonObject:  # noqa: ARG001 Lambda
    """Issue the advances that ``event`` asks for; safe to run twice on the same event."""
    outcomes = events.each_message(event, issue_advances.wired())
    observability.record(logger, outcomes)
    return outcomes.failed_messages()
