"""The schedule -> every invariant checked.  Effects: alerts, anchor of the hashes; no booking."""

from bordereau.entry import events, observability
from bordereau.entry.types import JsonObject, LambdaContext
from bordereau.entry.wiring import control_books

logger = observability.logger("control_books")


@observability.entry(logger)
def lambda_handler(event: JsonObject, context: LambdaContext) -> JsonObject:  # noqa: ARG001 Lambda
    """Check the books as of ``event``; safe to run twice on the same event."""
    outcomes = events.each_message(event, control_books.wired())
    observability.record(logger, outcomes)
    return outcomes.failed_messages()
