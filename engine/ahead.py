"""What happens next by itself: which armed timers press on a task, and what each of them sets going.

Enters: a routine, a task and the timers of its case. Leaves: small values, read off the drawing alone (decision 7: there is no second,
hidden course). Fires nothing, reads no rows, and knows no words for people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.definitions.routine import Element, Routine
from engine.records.tasks import Task
from engine.records.timers import Timer

ESCALATION = "shared_escalation"
"""The routine in which managers agree level by level (decision 8)."""
ACTIVITIES = frozenset({"userTask", "subProcess", "callActivity", "manualTask", "receiveTask"})


@dataclass(frozen=True, slots=True)
class Effect:
    """What a timer sets going: `reminds`, `reminds-manager`, `reports`, `escalates`, or `goes-to` a step that is called `name`."""

    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Next:
    """A timer that presses on the task, with what it sets going in order. `lifts`: it takes the matter (further) up the line of
    management. `certain`: it is this task's own; else another item of the same list may own it.
    """

    timer: Timer
    effects: tuple[Effect, ...]
    lifts: bool
    certain: bool


class _Place(Protocol):
    @property
    def process_id(self) -> str: ...
    @property
    def element_id(self) -> str: ...
    @property
    def scope(self) -> str: ...


def pressing(routine: Routine, task: Task, timers: Sequence[Timer], fired: Collection[str]) -> list[Next]:
    """The armed timers of the task's case that press on it, the nearest first; `fired` are the elements of its own that have fired.

    Its own; those on the parts around it; and those of what its own timers have begun, such as the next level of an escalation.
    """
    around = list(_around(routine, task))
    begun = {
        called
        for element_id in fired
        for called in _called(routine, task.process_id, element_id)
    }  # fmt: skip
    found = []
    for timer in timers:
        if timer.attempts or timer.instance_id != task.instance_id:
            continue
        element = _element(routine, timer.element_id)
        if element is None or not _presses(timer, element, task, around, begun):
            continue
        effects = effects_of(routine, element)
        lifts = element.process_id == ESCALATION or any(one.kind == "escalates" for one in effects)
        found.append(Next(timer, effects, lifts, timer.host == task.id or timer.scope == task.scope))
    owned = any(one.certain and not one.timer.host for one in found)
    found = [one for one in found if one.certain or not owned]
    return sorted(found, key=lambda one: (one.timer.due_at, one.timer.id))


def lifting(nexts: Iterable[Next]) -> Next | None:
    """The timer that would lift the matter; None where nothing is drawn, or where it cannot be told whose it is."""
    up = [one for one in nexts if one.lifts]
    certain = [one for one in up if one.certain]
    if certain:
        return certain[0]
    return up[0] if len(up) == 1 else None


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


def level_of(routine: Routine, task: Task) -> str:
    """The name of the part of an escalation in which the task stands, such as its level; '' elsewhere."""
    if task.process_id != ESCALATION:
        return ""
    element = routine.element(task.process_id, task.element_id)
    part = routine.element(task.process_id, element.parent_id) if element and element.parent_id else None
    return part.name if part else ""


def _effect(routine: Routine, element: Element) -> Effect | None:
    if element.operation == "remind":
        told = routine.inputs(element.process_id, element.id).get("manager", "")
        return Effect("reminds-manager" if "true" in told else "reminds")
    if element.operation == "report_deviation":
        return Effect("reports")
    if element.called == ESCALATION:
        return Effect("escalates")
    return Effect("goes-to", element.name) if element.kind in ACTIVITIES else None


def _presses(
    timer: Timer, element: Element, task: Task, around: Collection[tuple[str, str]], begun: Collection[str]
) -> bool:
    if timer.host:
        return timer.host == task.id
    if element.process_id in begun and timer.scope == task.scope:
        return True
    return (element.process_id, timer.watches) in around


def _around(routine: Routine, place: _Place) -> Iterator[tuple[str, str]]:
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


def _called(routine: Routine, process_id: str, element_id: str) -> Iterator[str]:
    element = routine.element(process_id, element_id)
    if element and any(one.kind == "escalates" for one in effects_of(routine, element)):
        yield ESCALATION


def _element(routine: Routine, element_id: str) -> Element | None:
    """The element of that id; ids of timers and parts are unique over a bundle."""
    return next((inside[element_id] for inside in routine.elements.values() if element_id in inside), None)
