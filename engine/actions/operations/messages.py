"""Messages and reminders between units; they arrive in the product (S3-038, S3-042, S3-043)."""

from __future__ import annotations

from engine.access import DEMANDS
from engine.actions.operations.documents import BESIDE, issue_beside
from engine.actions.operations.operation import Call, operation
from engine.records import correspondence, directory, grounds

KINDS = (
    "initiative", "summons", "reminder", "recall", "cancellation", "closing", "deviation", "information",
    "admission_notice", "ready_notice",
)  # fmt: skip
CALLING = ("initiative", "summons")
JOINING = (*CALLING, "admission_notice")
"""These make the unit a participant: it then sees that it is summoned, by whom and when to answer. A notice of admission (LUS 2:2)
calls nobody, but whoever gets it plans from then on.
"""


def _send_message_to_unit(call: Call) -> object:
    ground = call.ground
    kind, unit = call.one_of("kind", KINDS), call.unit("unit")
    made = correspondence.send_message(
        ground.tx, case_id=ground.case.id, instance_id=call.instance.id, element_id=call.element_id, scope=call.request.place.scope,
        kind=kind, from_unit=_sender(call), to_unit=unit.id, text=call.text("text"), answer_by=call.instant("answer_by"),
        after_the_fact=call.truth("after_the_fact"), by=ground.who.actor_id, now=ground.now,
    )  # fmt: skip
    if kind in JOINING:
        grounds.summon(ground.tx, ground.case.id, unit.id, unit.principal_id, now=ground.now)
    if kind in CALLING or call.text("paper"):
        issue_beside(call, kind=kind, unit_id=unit.id)
    return {"id": made, "sent_at": ground.now, "unit": unit.id, "kind": kind}


def _remind(call: Call) -> object:
    """Of a protected person only those named in the case are reminded: a notice to the whole unit would tell of it."""
    ground, unit = call.ground, call.unit("unit")
    roles = ["staff", "manager"] if call.truth("manager") else ["staff"]
    people: list[str] = []
    if DEMANDS[ground.case.protection].named_readers_only:
        at_unit = [one for one, _ in directory.colleagues(ground.tx, unit.id, on=ground.today)]
        roles, people = [], [one for one in at_unit if one in ground.about.named_readers]
    return correspondence.put_notices(
        ground.tx, kind="reminder", case_id=ground.case.id, element_id=call.needed("about"), unit_id=unit.id, roles=roles,
        people=people, now=ground.now,
    )  # fmt: skip


def _sender(call: Call) -> str:
    """The unit that convenes; not whoever happened to complete the step before."""
    slots = call.ground.slots
    return slots["convener"].unit_id if "convener" in slots else call.ground.case.unit_id


OPERATIONS = (
    operation(
        "send_message_to_unit",
        _send_message_to_unit,
        "unit kind",
        f"text answer_by after_the_fact {BESIDE}",
    ),
    operation("remind", _remind, "unit about", "manager"),
)
