"""Role slots of the case: who convenes, who coordinates (S3-049, S3-104 to S3-107)."""

from __future__ import annotations

from engine.actions.operations.operation import Call, operation
from engine.records import grounds, tasks


def _appoint(call: Call) -> object:
    ground, slot, unit_id = call.ground, call.needed("slot"), call.unit("unit")
    unit = ground.unit(unit_id)
    assert unit is not None  # Call.unit has looked
    person_id = call.text("person")
    grounds.appoint(ground.tx, ground.case.id, slot, unit_id=unit_id, person_id=person_id, now=ground.now)
    tasks.follow_slot(
        ground.tx, ground.case.id, slot, unit_id=unit_id, principal_id=unit.principal_id, person_id=person_id
    )
    ground.slots[slot] = grounds.Slot(slot, unit_id, person_id, ground.now)
    return {"slot": slot, "unit": unit_id, "person": person_id}


OPERATIONS = (operation("appoint", _appoint, "slot unit", "person"),)
