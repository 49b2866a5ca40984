"""Papers that are issued: a numbered copy of the data, unchangeable, for print (S3-060, S3-066, S3-069)."""

from __future__ import annotations

from engine.actions.operations.operation import Call, operation
from engine.records import correspondence

KINDS = ("plan", "letter", "delivery_sheet", "follow_up_note", "evaluation", "closing_note", "refusal_note")


def _issue_document(call: Call) -> object:
    ground = call.ground
    kind = call.one_of("kind", KINDS)
    content = call.request.inputs.get("content") or {}
    made, version = correspondence.issue_document(
        ground.tx, case_id=ground.case.id, kind=kind, title=call.text("title") or kind, content=content, by=ground.who.actor_id,
        now=ground.now,
    )  # fmt: skip
    return {"id": made, "version": version, "issued_at": ground.now}


OPERATIONS = (operation("issue_document", _issue_document, "kind", "title content"),)
