"""When a task that opens is due: one date, which worklist, mail and monitor all show (decision 7).

Enters: the task, what else happened in the step, the timers set before. Leaves: `due_at`, the day people are shown, and how it came
about: those of the task's own deadline timer, else of the one on the nearest sub-process or call around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine import facts as f
from engine.actions.ground import Ground
from engine.library import Loaded
from engine.records import cases


@dataclass(frozen=True, slots=True)
class _Deadline:
    watches: str
    scope: str
    set_at: datetime
    due_at: datetime
    explanation: object


def of_task(
    ground: Ground, instance: cases.Instance, loaded: Loaded, fact: f.TaskOpened, happened: Sequence[f.Fact]
) -> dict[str, object]:
    """The columns of a task that say when it is due; all empty where no deadline is drawn."""
    set_now = [timer for timer in happened if isinstance(timer, f.TimerSet) and timer.deadline]
    own = next((timer for timer in set_now if timer.host == fact.key), None)
    if own is not None:
        return _columns(own.due_at, own.explanation)
    watched = list(dict.fromkeys(_watched_around(loaded, fact.place)))
    if not watched:
        return _columns(None, {})
    known = [
        _Deadline(timer.watches, timer.scope, timer.set_at, timer.due_at, timer.explanation)
        for timer in ground.frames
        if timer.instance_id == instance.id
    ]
    known += [
        _Deadline(timer.watches, timer.place.scope, ground.now, timer.due_at, timer.explanation)
        for timer in set_now
        if not timer.host
    ]
    around = [one for one in reversed(known) if one.watches in watched]

    def nearness(one: _Deadline) -> tuple[int, bool, float]:
        """The innermost first; of several items of a list its own; of several rounds the last."""
        return watched.index(one.watches), one.scope != fact.place.scope, -one.set_at.timestamp()

    nearest = min(around, key=nearness, default=None)
    return _columns(nearest.due_at, nearest.explanation) if nearest else _columns(None, {})


def _watched_around(loaded: Loaded, place: f.Place) -> Iterator[str]:
    """The sub-processes and calls around an element that carry a timer, innermost first."""
    routine = loaded.routine
    process_id, inside, calls = place.process_id, place.element_id, list(place.calls)
    while True:
        elements = routine.elements.get(process_id, {})
        timed = {
            one.attached_to
            for one in elements.values()
            if one.kind == "boundaryEvent" and one.event == "timer"
        }
        element = elements.get(inside)
        while element is not None and element.parent_id:
            if element.parent_id in timed:
                yield element.parent_id
            element = elements.get(element.parent_id)
        if not calls:
            return
        inside = calls.pop()
        callers = [
            key
            for key in routine.elements
            if (one := routine.element(key, inside)) and one.called == process_id
        ]
        if not callers:
            return
        process_id = callers[0]
        if any(
            one.attached_to == inside and one.event == "timer"
            for one in routine.elements[process_id].values()
        ):
            yield inside


def _columns(due_at: datetime | None, explanation: object) -> dict[str, object]:
    told = explanation if isinstance(explanation, Mapping) else {}
    last_day = told.get("last_day")
    due_on = date.fromisoformat(last_day) if isinstance(last_day, str) else None
    return {"due_at": due_at, "due_on": due_on, "due_explanation": dict(told)}
