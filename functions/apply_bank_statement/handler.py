"""A bank file in S3 -> receipts and our own debits.  Effects: commits; one message per receipt."""

from bordereau.entry import events, observability
from bordereau.entry.types import JsonObject, LambdaContext
from bordereau.entry.wiring import apply_bank_statement

logger = observability.logger("apply_bank_statement")


@observability.entry(logger)
def lambda_handler(event: JsonObject, context: LambdaContext) -> JsonObject:  # noqa: ARG001 Lambda
    """Book the bank files named in ``event``; safe to run twice on the same event."""
    outcomes = events.each_message(event, apply_bank_statement.wired())
    observability.record(logger, outcomes)
    return outcomes.failed_messages()
