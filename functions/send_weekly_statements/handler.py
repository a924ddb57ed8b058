"""The schedule, then a message per contract -> the cut of the week.  Effects: one cut each."""

from bordereau.entry import events, observability
from bordereau.entry.types import JsonObject, LambdaContext
from bordereau.entry.wiring import send_weekly_statements

logger = observability.logger("send_weekly_statements")


@observability.entry(logger)
def lambda_handler(event: JsonObject, context: LambdaContext) -> JsonObject:  # noqa: ARG001 Lambda
    """Cut the statements that ``event`` asks for; safe to run twice on the same event."""
    outcomes = events.each_message(event, send_weekly_statements.wired())
    observability.record(logger, outcomes)
    return outcomes.failed_messages()
