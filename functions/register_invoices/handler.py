"""Claims in S3, or a wake-up -> invoices.  Effects: commits; exactly one outcome per part."""

from bordereau.entry import events, observability
from bordereau.entry.types import JsonObject, LambdaContext
from bordereau.entry.wiring import register_invoices

logger = observability.logger("register_invoices")


@observability.entry(logger)
def lambda_handler(event: JsonObject, context: LambdaContext) -> JsonObject:  # noqa: ARG001 Lambda
    """Register the claims named in ``event``; safe to run twice on the same event."""
    outcomes = events.each_message(event, register_invoices.wired())
    observability.record(logger, outcomes)
    return outcomes.failed_messages()
