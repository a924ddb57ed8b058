"""The schedule, then one message per contract -> alerts, reminders.  Effects: alerts; intents."""

from bordereau.entry import events, observability
from bordereau.entry.types import JsonObject, LambdaContext
from bordereau.entry.wiring import raise_overdue_alerts

logger = observability.logger("raise_overdue_alerts")


@observability.entry(logger)
def lambda_handler(event: JsonObject, context: LambdaContext) -> JsonObject:  # noqa: ARG001 Lambda
    """Raise the alerts that ``event`` asks for; safe to run twice on the same event."""
    outcomes = events.each_message(event, raise_overdue_alerts.wired())
    observability.record(logger, outcomes)
    return outcomes.failed_messages()
