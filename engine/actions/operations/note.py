"""A case note by the routine itself."""

from __future__ import annotations

from engine.actions.operations.operation import Call, operation
from engine.records import entries


def _note(call: Call) -> object:
    ground = call.ground
    writing = entries.Writing(
        "note", call.element_id, "coordination", {"note": call.needed("text")}, instance_id=call.instance.id
    )
    entries.insert(ground.tx, ground.case.id, [writing], who=ground.who, now=ground.now)
    return None


OPERATIONS = (operation("note", _note, "text"),)
