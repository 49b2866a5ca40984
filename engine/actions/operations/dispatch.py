"""What somebody sent outside the product: who, what, to whom, when and how (S3-044, S3-045, S3-066)."""

from __future__ import annotations

from engine.actions.deliveries import CHANNELS
from engine.actions.operations.operation import Call, operation
from engine.records import correspondence


def _register_dispatch(call: Call) -> object:
    ground = call.ground
    sent_on = call.day("on") or ground.today
    made = correspondence.register_dispatch(
        ground.tx, case_id=ground.case.id, kind=call.needed("kind"), recipient=", ".join(call.texts("to")),
        channel=call.one_of("channel", CHANNELS), sent_on=sent_on, sent_by=call.text("by"), note=call.text("note"), who=ground.who,
        now=ground.now, document_id=call.text("document"),
    )  # fmt: skip
    return {"id": made, "on": sent_on}


OPERATIONS = (operation("register_dispatch", _register_dispatch, "kind to channel on", "by note document"),)
