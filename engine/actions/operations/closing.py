"""Closing a case: its reason, and the day from which it may be disposed of (S3-067, S3-075)."""

from __future__ import annotations

from engine.actions.operations.documents import BESIDE, issue_beside
from engine.actions.operations.operation import Call, operation
from engine.records import cases, correspondence


def _close_case(call: Call) -> object:
    ground = call.ground
    issue_beside(call)
    reason = call.needed("reason")
    correspondence.end_meetings(ground.tx, ground.case.id, status="cancelled", reason=reason, now=ground.now)
    cases.change(ground.tx, ground.case.id, close_reason=reason, retention_from=ground.today)
    return {"reason": reason, "closed_on": ground.today}


OPERATIONS = (operation("close_case", _close_case, "reason", f"note {BESIDE}"),)
