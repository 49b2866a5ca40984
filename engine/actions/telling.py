"""What is told of a case: rows of `facts`, append-only, one for each thing that happened.

Enters: the ground of an action and what happened in it. Leaves: rows that say who, for whom, at which unit, principal and region, and
when. They hold ids, names of the diagram and what a decision looked at; never what somebody typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine import facts as f
from engine.access import ParticipationState, Reason
from engine.actions.ground import Ground
from engine.records import cases, entries, tasks
from engine.records import facts as fact_rows


def tell(
    ground: Ground,
    kind: str,
    instance: cases.Instance | None = None,
    place: f.Place | None = None,
    task_id: str | None = None,
    **data: object,
) -> None:
    """One fact about the case, by whoever acts."""
    fact_rows.insert(ground.tx, [_row(ground, kind, instance, place, task_id, data)], ground=right(ground))


def tell_as(ground: Ground, kind: str, reason: str, data: Mapping[str, object]) -> None:
    """The same by somebody who has no part in the case, with the ground on which they acted."""
    fact_rows.insert(ground.tx, [_row(ground, kind, None, None, None, data)], ground=reason)


def tell_all(
    ground: Ground,
    instance: cases.Instance,
    happened: Sequence[f.Fact],
    opened: Sequence[Mapping[str, object]] = (),
) -> None:
    """The facts of a step in the order in which they happened; one statement. `opened` are the rows of the tasks that it left open."""
    given = {row["id"]: {"given_to": row["unit_id"], **_last(row)} for row in opened}
    rows = []
    for fact in happened:
        told = _told(fact)
        if told is not None:
            kind, task_id, data = told
            if kind == "task_opened":
                data = {**data, **given.get(task_id, {})}
            rows.append(_row(ground, kind, instance, _place(instance, fact), task_id, data))
    fact_rows.insert(ground.tx, rows, ground=right(ground))


def tell_moved(ground: Ground, task_ids: Sequence[str], to_unit: str) -> None:
    """These open tasks are another unit's to do from now on."""
    if task_ids:
        tell(ground, "tasks_moved", tasks=sorted(task_ids), to=to_unit)


def tell_kind(ground: Ground, writings: Sequence[entries.Writing]) -> None:
    """What a case that is about no person is about, such as the kind of a deviation, where these say it."""
    said = [one.data["kind"] for one in writings if not one.scope and "kind" in one.data]
    if said and ground.case.subject_id is None:
        tell(ground, "kind_chosen", chosen=said[-1])


def _last(row: Mapping[str, object]) -> dict[str, object]:
    return {name: row[name] for name in ("due_at", "due_on") if row[name] is not None}


def place_of(task: tasks.Task) -> f.Place:
    """Where in its routine a task stands."""
    return f.Place(task.process_id, task.element_id, task.name, (), task.scope)


def right(ground: Ground) -> str | None:
    """On what ground whoever acts takes part in the case, a reason of `access`; `task` where only a task is theirs. None: the routine."""
    if ground.who.actor_id is None:
        return None
    unit_id, about = ground.who.unit_id, ground.about
    if unit_id == about.unit_id:
        return Reason.OWN_UNIT
    held = [name for name, slot in about.slots.items() if slot.unit_id == unit_id]
    if held:
        return next((name for name in held if name in tuple(Reason)), "task")
    part = about.participants.get(unit_id or "")
    states = {ParticipationState.CALLED: Reason.CONSENT, ParticipationState.SUMMONED: Reason.SUMMONED}
    return states.get(part.state, "task") if part else "task"


Told = tuple[str, str | None, Mapping[str, object]]
"""Kind, task and data."""


def _told(fact: f.Fact) -> Told | None:
    match fact:
        case f.TaskOpened() | f.TaskClosed() | f.TimerSet() | f.TimerFired():
            return _of_waiting(fact)
        case f.ElementPassed(_, kind, flows):
            return "element_passed", None, {"element": kind, "flows": list(flows)}
        case f.MessageUnawaited(key, _, received):
            return ("message_received", key, {}) if received else None
        case f.DecisionMade() | f.OperationPerformed() | f.InstanceEnded():
            return _of_deciding(fact)
    return None


def _of_waiting(fact: f.TaskOpened | f.TaskClosed | f.TimerSet | f.TimerFired) -> Told:
    match fact:
        case f.TaskOpened(key):
            return "task_opened", key, {"role": fact.role, "unit": fact.unit}
        case f.TaskClosed(key, _, how):
            return f"task_{how}", key, {}
        case f.TimerSet(key):
            told = {"timer": key, "due_at": fact.due_at, "watches": fact.watches, "deadline": fact.deadline}
            return "timer_set", fact.host or None, told
        case f.TimerFired(key):
            return "timer_fired", None, {"timer": key}


def _of_deciding(fact: f.DecisionMade | f.OperationPerformed | f.InstanceEnded) -> Told:
    match fact:
        case f.DecisionMade(_, decision, inputs, value, matched):
            rules = [dict(rule) for rule in matched]
            return (
                "decision_made",
                None,
                {"decision": decision, "inputs": dict(inputs), "value": value, "matched": rules},
            )
        case f.OperationPerformed(_, operation, inputs, value):
            return "operation_performed", None, {"operation": operation, **_counted(operation, inputs, value)}
        case f.InstanceEnded():
            return "instance_ended", None, {"outcome": fact.outcome}


def _counted(operation: str, inputs: Mapping[str, object], value: object) -> dict[str, object]:
    """What figures count of it: the kind of message, when people meet, why a case was closed, which paper was issued."""
    said = value if isinstance(value, Mapping) else {}
    found: dict[str, object] = {}
    match operation:
        case "send_message_to_unit":
            found = {"message": said.get("kind")}
        case "schedule_meeting":
            found = {"starts_at": said.get("starts_at")}
        case "close_case":
            found = {"reason": said.get("reason")}
        case "issue_document":
            return {"issued": inputs.get("kind")}
    if inputs.get("paper") and inputs.get("content"):
        found["issued"] = inputs["paper"]
    return found


def _place(instance: cases.Instance, fact: f.Fact) -> f.Place | None:
    if isinstance(fact, f.InstanceEnded):
        return f.Place(instance.process_id, fact.outcome, fact.name)
    return getattr(fact, "place", None)


def _row(
    ground: Ground,
    kind: str,
    instance: cases.Instance | None,
    place: f.Place | None,
    task_id: str | None,
    data: Mapping[str, object],
) -> dict[str, object]:
    where: dict[str, object] = {}
    if place is not None:
        where = {
            "process": place.process_id,
            "name": place.name,
            "scope": place.scope,
            "calls": list(place.calls),
        }
    row: dict[str, object] = {
        "case_id": ground.case.id,
        "instance_id": instance.id if instance else None,
        "kind": kind,
    }
    row |= {"element_id": place.element_id if place else None, "task_id": task_id, "at": ground.now}
    return row | {"data": {**where, **data}} | ground.who.columns()
