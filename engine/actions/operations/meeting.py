"""The meeting: when, where, who leads it (S3-049, S3-056)."""

from __future__ import annotations

from engine.actions.operations.documents import BESIDE, issue_beside
from engine.actions.operations.operation import Call, operation
from engine.records import correspondence


def _schedule_meeting(call: Call) -> object:
    ground = call.ground
    starts_at = call.instant("starts_at")
    assert starts_at is not None  # a required input
    made = correspondence.schedule_meeting(
        ground.tx, case_id=ground.case.id, starts_at=starts_at, ends_at=call.instant("ends_at"), place=call.text("place"),
        digital=call.truth("digital"), chair=call.text("chair"), now=ground.now,
    )  # fmt: skip
    issue_beside(call)
    return {"id": made, "starts_at": starts_at}


def _cancel_meeting(call: Call) -> object:
    ground = call.ground
    correspondence.end_meetings(
        ground.tx, ground.case.id, status="cancelled", reason=call.text("reason"), now=ground.now
    )
    return None


OPERATIONS = (
    operation("schedule_meeting", _schedule_meeting, "starts_at", f"ends_at place digital chair {BESIDE}"),
    operation("cancel_meeting", _cancel_meeting, "", "reason"),
)
