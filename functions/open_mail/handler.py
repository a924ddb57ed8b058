"""A mail in S3 'mail/' -> its claims.  Effects: one object in S3 'claims/' per mail; no table."""

from bordereau.entry import events, observability
from bordereau.entry.types import JsonObject, LambdaContext
from bordereau.entry.wiring import open_mail

logger = observability.logger("open_mail")


@observability.entry(logger)
def lambda_handler(event: JsonObject, context: LambdaContext) -> JsonObject:  # noqa: ARG001 Lambda
    """Open the mails named in ``event``; safe to run twice on the same event."""
    outcomes = events.each_message(event, open_mail.wired())
    observability.record(logger, outcomes)
    return outcomes.failed_messages()
