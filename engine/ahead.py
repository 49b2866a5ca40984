"""What happens next by itself: which armed timers press on a task, and what each of them sets going.

Enters: a routine, a task and the timers of its case. Leaves: small values, read off the drawing alone (decision 7: there is no second,
hidden course). Fires nothing, reads no rows, and knows no words for people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.definitions.routine import Element, Routine
from engine.records.tasks import Task
from engine.records.timers import Timer

ESCALATION = "_escalation"
"""How the routine is called, after its region or `shared`, in which managers agree level by level (decision 8)."""
LIFTED_UNIT = "escalated_unit"
"""The name of its input that says about which unit."""
ACTIVITIES = frozenset({"userTask", "subProcess", "callActivity", "manualTask", "receiveTask"})


@dataclass(frozen=True, slots=True)
class Effect:
    """What a timer sets going: `reminds`, `reminds-manager`, `reports`, `escalates`, or `goes-to` a step that is called `name`."""

    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Next:
    """A timer that presses on the task, with what it sets going in order. `lifts`: it takes the matter (further) up the line of
    management. `certain`: it is this task's own; else another item of the same list may own it. `again`: the line of management was
    through with the matter when it was set, and it begins anew.
    """

    timer: Timer
    effects: tuple[Effect, ...]
    lifts: bool
    certain: bool
    again: bool = False


def pressing(
    routine: Routine, task: Task, timers: Sequence[Timer], fired: Collection[str], lifted: Mapping[str, str]
) -> list[Next]:
    """The armed timers of the task's case that press on it, the nearest first: its own; those on the parts around it; and those of an
    escalation that its own timers have begun. `fired` are the elements of its own that have fired, `lifted` says by data scope which
    unit an escalation is about.
    """
    around = list(_around(routine, task))
    begun = any(one.kind == "escalates" for element_id in fired for one in effect_of(routine, element_id))
    found = []
    for timer in timers:
        element = _element(routine, timer.element_id)
        if element is None or timer.attempts or timer.instance_id != task.instance_id:
            continue
        own = timer.host == task.id
        lifting_it = element.process_id.endswith(ESCALATION) and lifted.get(timer.scope) == task.unit_id
        own = own or (begun and lifting_it)
        inside = not timer.host and (element.process_id, timer.watches) in around
        if own or inside:
            effects = effects_of(routine, element)
            inner = element.process_id.endswith(ESCALATION)
            lifts = inner or any(one.kind == "escalates" for one in effects)
            again = inner and not element.attached_to
            found.append(Next(timer, effects, lifts, own or timer.scope == task.scope, again))
    if any(one.certain and not one.timer.host for one in found):
        found = [one for one in found if one.certain]
    return sorted(found, key=lambda one: (one.timer.due_at, one.timer.id))


def lifting(nexts: Iterable[Next]) -> Next | None:
    """The timer that would lift the matter; None where nothing is drawn, or where it cannot be told whose it is."""
    up = [one for one in nexts if one.lifts]
    certain = [one for one in up if one.certain]
    if certain:
        return certain[0]
    return up[0] if len(up) == 1 else None


def held_until(timer: Timer) -> datetime | None:
    """Until when it stands still because somebody who answers for the step has acted; None where it never was held."""
    told = timer.explanation if isinstance(timer.explanation, Mapping) else {}
    held = told.get("held")
    return datetime.fromisoformat(str(held["until"])) if isinstance(held, Mapping) else None


def effects_of(routine: Routine, event: Element) -> tuple[Effect, ...]:
    """What follows from the event until somebody waits again, in the order of the drawing."""
    elements, flows = routine.elements[event.process_id], routine.flows[event.process_id]
    found: list[Effect] = []
    ahead, seen = list(event.outgoing), set(event.outgoing)
    while ahead:
        element = elements.get(flows[ahead.pop(0)].target)
        if element is None:
            continue
        effect = _effect(routine, element)
        if effect is not None and effect not in found:
            found.append(effect)
        if element.kind not in ACTIVITIES:
            ahead += [one for one in element.outgoing if one not in seen]
            seen.update(element.outgoing)
    return tuple(found)


def effect_of(routine: Routine, element_id: str) -> tuple[Effect, ...]:
    """The same by the id of the timer; nothing where this version has no such element."""
    element = _element(routine, element_id)
    return effects_of(routine, element) if element else ()


def level_of(routine: Routine, task: Task, nexts: Iterable[Next]) -> str:
    """The name of the part of an escalation in which the task, or the matter that it began, stands, such as its level; '' elsewhere."""
    if task.process_id.endswith(ESCALATION):
        inside = routine.element(task.process_id, task.element_id)
        part = routine.element(task.process_id, inside.parent_id) if inside else None
        return part.name if part else ""
    watched = (one.timer.watches for one in nexts if one.certain and not one.timer.host)
    lines = [one for one in routine.elements if one.endswith(ESCALATION)]
    parts = (routine.element(line, one) for one in watched for line in lines)
    return next((one.name for one in parts if one is not None and one.kind == "subProcess"), "")


def _effect(routine: Routine, element: Element) -> Effect | None:
    if element.operation == "remind":
        told = routine.inputs(element.process_id, element.id).get("manager", "")
        return Effect("reminds-manager" if "true" in told else "reminds")
    if element.operation == "report_deviation":
        return Effect("reports")
    if element.called.endswith(ESCALATION):
        return Effect("escalates")
    return Effect("goes-to", element.name) if element.kind in ACTIVITIES else None


def _around(routine: Routine, place: Task) -> Iterator[tuple[str, str]]:
    """The parts around a step, innermost first, with the calls that lead to its process."""
    process_id, element_id, seen = place.process_id, place.element_id, set[str]()
    while process_id not in seen:
        seen.add(process_id)
        element = routine.element(process_id, element_id)
        while element is not None and element.parent_id:
            yield process_id, element.parent_id
            element = routine.element(process_id, element.parent_id)
        callers = [
            one
            for inside in routine.elements.values()
            for one in inside.values()
            if one.called == process_id
        ]  # fmt: skip
        if len(callers) != 1:
            return
        process_id, element_id = callers[0].process_id, callers[0].id
        yield process_id, element_id


def _element(routine: Routine, element_id: str) -> Element | None:
    """The element of that id; ids of timers and parts are unique over a bundle."""
    return next((inside[element_id] for inside in routine.elements.values() if element_id in inside), None)
