"""A new intent, or the schedule -> e-mail sent.  Effects: one e-mail, its bytes in S3 'sent/'."""

from bordereau.entry import events, observability
from bordereau.entry.types import JsonObject, LambdaContext
from bordereau.entry.wiring import deliver_outbox

logger = observability.logger("deliver_outbox")


@observability.entry(logger)
def lambda_handler(event: JsonObject, context: LambdaContext) -> JsonObject:  # noqa: ARG001 Lambda
    """Deliver the intents named in ``event``; safe to run twice on the same event."""
    outcomes = events.each_message(event, deliver_outbox.wired())
    observability.record(logger, outcomes)
    return outcomes.failed_messages()
