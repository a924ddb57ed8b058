"""The schedule -> commands of the sheet, results in it.  Effects: commands, snapshot, own tabs."""

from bordereau.entry import events, observability
from bordereau.entry.types import JsonObject, LambdaContext
from bordereau.entry.wiring import refresh_workbook

logger = observability.logger("refresh_workbook")


@observability.entry(logger)
def lambda_handler(event: JsonObject, context: LambdaContext) -> JsonObject:  # noqa: ARG001 Lambda
    """Refresh the workbook as of ``event``; safe to run twice on the same event."""
    outcomes = events.each_message(event, refresh_workbook.wired())
    observability.record(logger, outcomes)
    return outcomes.failed_messages()
