"""A deviation is a case of its own that bears a reference to this one and nothing of its content (decision 8, S3-077).

What was agreed and what happened comes from the diagram; the times of a missed deadline are filled in from the step that it stood at.
"""

from __future__ import annotations

from engine import library
from engine.actions import beginning
from engine.actions.operations import breach
from engine.actions.operations.operation import Call, operation


def _report_deviation(call: Call) -> object:
    ground = call.ground
    routine = call.loaded.routine.settings.deviation
    if not routine:
        raise call.failed("kind", "cannot be reported: routine.toml names no routine for deviations")
    said: dict[str, object] = {
        "kind": call.needed("kind"),
        "agreed": call.needed("agreed"),
        "happened": "\n".join(filter(None, (call.needed("happened"), breach.told(call)))),
    }
    said |= {
        "about_unit": call.text("about_unit"),
        "since": call.request.inputs.get("since"),
        "drafted": True,
    }
    unit = ground.unit(ground.who.unit_id or ground.case.unit_id) or ground.unit(ground.case.unit_id)
    assert unit is not None  # the case's own unit is a foreign key
    new = beginning.NewCase(
        library.current(ground.tx, routine),
        unit,
        said,
        about_case_id=ground.case.id,
        is_test=ground.case.is_test,
    )
    pending = beginning.case(ground.tx, new, who=ground.who, now=ground.now)
    ground.later.append(pending)
    return {"number": pending.ground.case.number}


OPERATIONS = (operation("report_deviation", _report_deviation, "kind agreed happened", "about_unit since"),)
