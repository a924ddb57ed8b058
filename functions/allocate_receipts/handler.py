"""A receipt from the FIFO queue -> applied, or proposed to staff.  Effects: one commit each."""

from bordereau.entry import events, observability
from bordereau.entry.types import JsonObject, LambdaContext
from bordereau.entry.wiring import allocate_receipts

logger = observability.logger("allocate_receipts")


@observability.entry(logger)
def lambda_handler(event: JsonObject, context: LambdaContext) -> JsonObject:  # noqa: ARG001 Lambda
    """Apply the receipts named in ``event``; safe to run twice on the same event."""
    outcomes = events.each_message(event, allocate_receipts.wired())
    observability.record(logger, outcomes)
    return outcomes.failed_messages()
