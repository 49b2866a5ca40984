"""Facts become rows.

Enters: what `execution.run` says has happened, in order. Leaves: rows of tasks, timers, waiting places, values and facts: at most one
statement a table and kind, however much happened. Decides only who does an opened task, as the diagram says (decision 9); when it
is due is for `due_dates` to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine import facts as f
from engine.actions import due_dates, telling
from engine.actions.ground import Ground
from engine.errors import StepFailed
from engine.library import Loaded
from engine.records import cases, entries, tasks, timers
from engine.records.collation import search_key
from engine.status import CaseStatus, TaskStatus, TimerStatus

SLOTS = ("convener", "coordinator", "chair")
"""Roles of the case rather than of the directory; an empty one falls to the convener, then to the case's unit (S3-049)."""

INTERNAL = "internal"
"""Category of what the routine collects for its own conditions; no person's access ever covers it."""


def record(ground: Ground, instance: cases.Instance, loaded: Loaded, happened: Sequence[f.Fact]) -> None:
    """Write everything that happened. Raises StepFailed where the directory lacks what the diagram asks for."""
    opened = _tasks(ground, instance, loaded, happened)
    _timers(ground, instance, happened)
    _awaited(ground, instance, happened)
    _values(ground, instance, loaded, happened)
    telling.tell_all(ground, instance, happened, opened)


def end(ground: Ground, instance: cases.Instance, happened: Sequence[f.Fact]) -> None:
    """The run is over: with the outcome that it reached, or with none where it was cancelled."""
    reached = next((fact.outcome for fact in happened if isinstance(fact, f.InstanceEnded)), None)
    cases.end_instance(ground.tx, instance.id, outcome=reached, status=CaseStatus.ENDED, now=ground.now)
    if reached is None:
        telling.tell(ground, "instance_cancelled", instance)


def ending(instance: cases.Instance, happened: Sequence[f.Fact], now: datetime) -> dict[str, object]:
    """The case columns that change when its main instance is over."""
    for fact in happened:
        if isinstance(fact, f.InstanceEnded) and instance.kind == "main":
            return {"status": CaseStatus.ENDED, "ended_at": now, "outcome": fact.outcome}
    return {}


# --- tasks ------------------------------------------------------------------------------------------------------------


def _tasks(
    ground: Ground, instance: cases.Instance, loaded: Loaded, happened: Sequence[f.Fact]
) -> list[dict[str, object]]:
    closed = {fact.key: fact.how for fact in happened if isinstance(fact, f.TaskClosed)}
    opened = [fact for fact in happened if isinstance(fact, f.TaskOpened) and fact.key not in closed]
    rows = [_task_row(ground, instance, loaded, fact, happened) for fact in opened]
    tasks.insert(ground.tx, rows)
    tasks.close(ground.tx, closed, who=ground.who, now=ground.now)
    return rows


def _task_row(
    ground: Ground, instance: cases.Instance, loaded: Loaded, fact: f.TaskOpened, happened: Sequence[f.Fact]
) -> dict[str, object]:
    unit_id, person_id = _doer(ground, fact)
    if unit_id != ground.case.unit_id:  # a unit that is closed has handed on the cases that it kept
        unit_id = ground.taking_over(unit_id)
    principal_id, region_id = ground.case.principal_id, ground.case.region_id
    if unit_id != ground.case.unit_id:
        unit = ground.unit(unit_id)
        if unit is None:
            raise StepFailed(
                fact.place.element_id,
                "unknown-unit",
                "the directory has no unit with the id that samordna:unit gives",
            )
        principal_id, region_id = unit.principal_id, unit.region_id
    row: dict[str, object] = {
        **_placed(instance, fact.key, fact.place),
        "process_id": fact.place.process_id,
        "name": fact.place.name or fact.place.element_id,
        "status": TaskStatus.OPEN,
        "role": fact.role,
        "unit_id": unit_id,
        "principal_id": principal_id,
        "region_id": region_id,
        "meant_for_id": person_id,
        "line": fact.subject_text,
        "opened_at": ground.now,
        "search_key": search_key(fact.place.name),
        "told": 0,
        "tell_at": ground.now,
    }
    row["not_by"] = _not_by(ground, instance, loaded, fact, happened)
    return row | due_dates.of_task(ground, instance, loaded, fact, happened)


def _not_by(
    ground: Ground, instance: cases.Instance, loaded: Loaded, fact: f.TaskOpened, happened: Sequence[f.Fact]
) -> list[str] | None:
    """Who did the steps that this one looks at a second time, in this very step too; None where the diagram names none."""
    element = loaded.routine.element(fact.place.process_id, fact.place.element_id)
    if element is None or not element.second_person:
        return None
    found = set(tasks.doers(ground.tx, instance.id, element.second_person))
    now_done = (
        one.place.element_id for one in happened if isinstance(one, f.TaskClosed) and one.how == "completed"
    )
    if set(now_done) & set(element.second_person):
        found |= {one for one in (ground.who.actor_id, ground.who.acting_for_id) if one}
    return sorted(found)


def _placed(instance: cases.Instance, key: str, place: f.Place) -> dict[str, object]:
    """The columns of whatever waits somewhere in a case."""
    return {
        "id": key,
        "case_id": instance.case_id,
        "instance_id": instance.id,
        "element_id": place.element_id,
        "name": place.name,
        "scope": place.scope,
    }


def _doer(ground: Ground, fact: f.TaskOpened) -> tuple[str, str | None]:
    if fact.unit is not None:
        return fact.unit, fact.person
    slot = ground.slots.get(fact.role) or (ground.slots.get("convener") if fact.role in SLOTS else None)
    if slot is not None:
        return slot.unit_id, fact.person or slot.person_id
    return ground.case.unit_id, fact.person


# --- timers and waiting places ----------------------------------------------------------------------------------------


def _timers(ground: Ground, instance: cases.Instance, happened: Sequence[f.Fact]) -> None:
    state: dict[str, f.TimerSet | str] = {}
    for fact in happened:
        match fact:
            case f.TimerSet():
                state[fact.key] = fact
            case f.TimerFired():
                state[fact.key] = TimerStatus.FIRED
            case f.TimerCleared():
                state[fact.key] = TimerStatus.CLEARED
            case _:
                pass
    armed = [fact for fact in state.values() if isinstance(fact, f.TimerSet)]
    timers.arm(ground.tx, [_timer_row(ground, instance, fact) for fact in armed])
    timers.end(
        ground.tx, {key: value for key, value in state.items() if isinstance(value, str)}, now=ground.now
    )


def _timer_row(ground: Ground, instance: cases.Instance, fact: f.TimerSet) -> dict[str, object]:
    return _placed(instance, fact.key, fact.place) | {
        "status": TimerStatus.ARMED,
        "host": fact.host,
        "watches": fact.watches,
        "due_at": fact.due_at,
        "deadline": fact.deadline,
        "calendar": fact.calendar or None,
        "explanation": dict(fact.explanation),
        "set_at": ground.now,
        "ended_at": None,
        "attempts": 0,
    }


def _awaited(ground: Ground, instance: cases.Instance, happened: Sequence[f.Fact]) -> None:
    gone = [fact.key for fact in happened if isinstance(fact, f.MessageUnawaited)]
    waiting = [fact for fact in happened if isinstance(fact, f.MessageAwaited) and fact.key not in gone]
    rows = [
        _placed(instance, fact.key, fact.place)
        | {
            "process_id": fact.place.process_id,
            "message": fact.message,
            "role": fact.role,
            "unit_id": fact.unit,
            "opened_at": ground.now,
            "closed_at": None,
        }
        for fact in waiting
    ]
    tasks.insert_awaited(ground.tx, rows)
    tasks.close_awaited(ground.tx, gone, now=ground.now)


# --- values and facts -------------------------------------------------------------------------------------------------


def _values(ground: Ground, instance: cases.Instance, loaded: Loaded, happened: Sequence[f.Fact]) -> None:
    """What the engine wrote itself. The run has put it into the values already; here it becomes rows."""
    closed = [fact.scope for fact in happened if isinstance(fact, f.ScopeClosed)]
    writings, rows = [], []
    for fact in happened:
        if not isinstance(fact, f.ValuesSet):
            continue
        category = _category(loaded, fact.place)
        written = entries.Writing(
            "result", fact.place.element_id, category, fact.values, fact.place.scope, instance.id
        )
        writings.append(written)
        rows += [
            (fact.place.scope, name, category, value)
            for name, value in fact.values.items()
            if fact.place.scope not in closed
        ]
    entries.insert(ground.tx, ground.case.id, writings, who=ground.who, now=ground.now)
    cases.write_values(ground.tx, ground.case.id, rows)
    cases.drop_scopes(ground.tx, ground.case.id, closed)


def _category(loaded: Loaded, place: f.Place) -> str:
    """What a whole item or call collects may hold any category, so nobody is shown it; single results say their own."""
    element = loaded.routine.element(place.process_id, place.element_id)
    collects = element is None or element.kind == "callActivity" or element.multi_instance
    return INTERNAL if collects or element is None else element.category
