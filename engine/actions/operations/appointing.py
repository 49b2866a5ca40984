"""Role slots of the case: who convenes, who coordinates (S3-049, S3-104 to S3-107)."""

from __future__ import annotations

from engine.actions import telling
from engine.actions.operations.operation import Call, operation
from engine.records import grounds, tasks


def _appoint(call: Call) -> object:
    ground, unit = call.ground, call.unit("unit")
    slot = grounds.Slot(call.needed("slot"), unit.id, unit.principal_id, call.text("person"), ground.now)
    grounds.appoint(ground.tx, ground.case.id, slot)
    moved = tasks.follow_slot(
        ground.tx,
        ground.case.id,
        slot.slot,
        unit_id=unit.id,
        principal_id=unit.principal_id,
        person_id=slot.person_id,
    )
    telling.tell_moved(ground, moved, unit.id)
    ground.slots[slot.slot] = slot
    return {"slot": slot.slot, "unit": unit.id, "person": slot.person_id}


OPERATIONS = (operation("appoint", _appoint, "slot unit", "person"),)
