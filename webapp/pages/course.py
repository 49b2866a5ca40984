"""Where a case stands: the same for the picture and in words."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext

from engine.definitions.expected import expected
from engine.definitions.routine import Element, Routine
from engine.errors import NotFound
from engine.reads import timeline
from engine.records import tasks, timers
from webapp import explained, words
from webapp.pages.casehead import Seen, unit_name
from webapp.session import tx

MOST_TIMES = 6
STEPS = ("userTask", "callActivity", "subProcess", "endEvent")


def parts(seen: Seen, opened: list[tasks.Task]) -> list[tuple[str, str]]:
    """(process id, name) of the called routines in which something is open, and of the whole; [] where there is only the whole."""
    whole = seen.ground.case.process_id
    inside = dict.fromkeys(task.process_id for task in opened if task.process_id in seen.routine.elements)
    named = [(one, _called_as(seen.routine, one)) for one in inside if one != whole]
    return [(whole, gettext("The whole routine")), *named] if named else []


def _called_as(routine: Routine, process_id: str) -> str:
    """What the call activity that leads there is named."""
    calling = (
        one.name
        for inside in routine.elements.values()
        for one in inside.values()
        if one.called == process_id
    )
    return next(calling, process_id)


def steps(seen: Seen, process_id: str, opened: list[tasks.Task]) -> list[dict[str, object]]:
    """The diagram in words: what is done in the order it was done, where the case stands, and what is expected to follow."""
    found, elements = places(seen, process_id), seen.routine.elements[process_id]
    told = [
        one
        for one in elements.values()
        if one.kind in STEPS and one.name and not one.parent_id and one.id in found.done_at
    ]
    done = [one for one in sorted(told, key=lambda one: found.done_at[one.id]) if one.id not in found.now]
    here = [
        one
        for one in elements.values()
        if one.id in found.now | found.stopped and one.kind in STEPS and not one.parent_id
    ]
    ahead = [] if seen.ground.case.ended_at else expected(seen.routine, process_id, [one.id for one in here])
    shown = [(one, "done") for one in done] + [
        (one, "stopped" if one.id in found.stopped else "now") for one in here
    ]
    shown += [(elements[one], "ahead") for one in ahead if elements[one].kind in STEPS and elements[one].name]
    return [_step(seen, element, state, found, opened) for element, state in shown]


def _step(
    seen: Seen, element: Element, state: str, found: timeline.Places, opened: list[tasks.Task]
) -> dict[str, object]:
    day, task = seen.ground.today, next((task for task in opened if task.element_id == element.id), None)
    when, urgency = "", ""
    if state == "done":
        when = words.short_day(found.done_at[element.id].astimezone(seen.ground.zone).date(), day)
    elif task is not None and task.due_on:
        when, urgency = gettext("by %(day)s", day=words.short_day(task.due_on, day)), "near"
    by = unit_name(task.unit_id) if task is not None else ""
    return {
        "id": element.id,
        "step": state,
        "name": element.name,
        "by": by,
        "when": when,
        "when_state": urgency,
    }


def times(seen: Seen) -> list[dict[str, str]]:
    """What runs: until when each thing is to be done, and what happens after that."""
    day, found = seen.ground.today, []
    for timer in timers.of_case(tx(), seen.ground.case.id)[:MOST_TIMES]:
        on = explained.day_of(timer, seen.ground.zone)
        name = _element(seen.routine, timer.watches) or _element(seen.routine, timer.element_id) or timer.name
        told = words.due_headline(on, day)
        if not timer.deadline:
            about = timer.name if timer.name != name else ""
            told = ": ".join(part for part in (about, words.long_day(on, day)) if part)
        found.append({"state": _urgency(on, day), "name": name, "text": told})
    return found


def _urgency(on: date, day: date) -> str:
    if on < day:
        return "late"
    return "near" if (on - day).days <= 1 else "later"


def places(seen: Seen, process_id: str) -> timeline.Places:
    """Marks for the diagram of that process. NotFound where it is none of the case's routines."""
    elements = seen.routine.elements.get(process_id)
    if elements is None:
        raise NotFound
    parents = {one.id: one.parent_id for one in elements.values() if one.kind != "boundaryEvent"}
    return timeline.places(tx(), seen.ground.case.id, process_id, parents)


def _element(routine: Routine, element_id: str) -> str:
    for inside in routine.elements.values():
        if element_id in inside:
            return inside[element_id].name
    return ""
