"""Decisions on pay-outs: release, keep, cancel, for the facts that stand beside the line."""

from __future__ import annotations

from bordereau.domain.decisions import ReleaseDecision
from bordereau.services.desk.context import Context, Result
from bordereau.services.desk.reading import Line
from bordereau.services.desk.wanted_register import bad


def release(line: Line, context: Context) -> Result:
    """Return what a person says of the pay-out on a line, for the facts that stood beside it."""
    if line.ref not in context.payouts or not context.shown.get(line.ref):
        return bad(line, "action", "line-without-payout")
    action = line.text("action")
    if action != "release" and not line.text("reason"):
        return bad(line, "reason", "cell-missing")
    return ReleaseDecision(
        context.payouts[line.ref],
        action,
        line.text("by"),
        line.text("reason"),
        seen=context.shown[line.ref],
    )
