"""Units that leave the case (S3-076; recalled, or another unit was right)."""

from __future__ import annotations

from engine.actions.operations.operation import Call, operation
from engine.records import correspondence, grounds


def _end_participation(call: Call) -> object:
    ground, unit_id = call.ground, call.unit("unit").id
    grounds.leave(ground.tx, ground.case.id, unit_id, reason=call.needed("reason"), now=ground.now)
    call.hand_tasks_to_convener(unit_id)
    correspondence.cancel_for(ground.tx, ground.case.id, [unit_id])
    ground.look_again()
    return None


OPERATIONS = (operation("end_participation", _end_participation, "unit reason"),)
