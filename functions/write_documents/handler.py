"""A message naming frozen figures -> a PDF in S3, an intent in the outbox.  Effects: both, once."""

from bordereau.entry import events, observability
from bordereau.entry.types import JsonObject, LambdaContext
from bordereau.entry.wiring import write_documents

logger = observability.logger("write_documents")


@observability.entry(logger)
def lambda_handler(event: JsonObject, context: LambdaContext) -> JsonObject:  # noqa: ARG001 Lambda
    """Write the documents that ``event`` asks for; safe to run twice on the same event."""
    outcomes = events.each_message(event, write_documents.wired())
    observability.record(logger, outcomes)
    return outcomes.failed_messages()
