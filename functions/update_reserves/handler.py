"""The schedule or a message -> promotions, fund, de-funding, charges.  Effects: commits."""

from bordereau.entry import events, observability
from bordereau.entry.types import JsonObject, LambdaContext
from bordereau.entry.wiring import update_reserves

logger = observability.logger("update_reserves")


@observability.entry(logger)
def lambda_handler(event: JsonObject, context: LambdaContext) -> JsonObject:  # noqa: ARG001 Lambda
    """Update the reserves that ``event`` asks for; safe to run twice on the same event."""
    outcomes = events.each_message(event, update_reserves.wired())
    observability.record(logger, outcomes)
    return outcomes.failed_messages()
