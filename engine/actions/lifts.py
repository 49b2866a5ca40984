"""The timer that would take a late step (further) up the line of management: which it is, and how it is held when somebody acts.

Enters: a locked case and a task of it. Leaves: the armed timer, or one that was moved. Whoever answers for the unit and gives a late
step to somebody else has acted: the escalation stands still until that person has had one whole working day, and goes on by itself if
nothing is done. A timer is held once, so that giving a step round and round holds nothing up; the step's own due date is never moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine import ahead
from engine.actions import telling
from engine.actions.ground import Ground
from engine.deadlines.counted import after_working_days
from engine.definitions.routine import Routine
from engine.records import cases, timers
from engine.records.tasks import Task
from engine.status import CaseStatus


@dataclass(frozen=True, slots=True)
class Held:
    """An escalation that stands still: `until` is the new holder's, at `due_at`, the end of `last_day`, it goes on."""

    timer_id: str
    until: datetime
    due_at: datetime
    last_day: date


def armed(ground: Ground, routine: Routine, task: Task) -> timers.Timer | None:
    """The armed timer that would lift the task's matter; None where nothing is drawn, or where it cannot be told whose it is."""
    tx = ground.tx
    fired = timers.fired_of(tx, [task.id]).get(task.id, [])
    lifted = timers.lifted_units(tx, [task.case_id], ahead.LIFTED_UNIT)
    nexts = ahead.pressing(
        routine, task, timers.of_case(tx, task.case_id), [one.element_id for one in fired], lifted
    )
    found = ahead.lifting(nexts)
    return found.timer if found else None


def hold(ground: Ground, instance: cases.Instance, routine: Routine, task: Task) -> Held | None:
    """The escalation of a late task stands still for one whole working day of the unit that is to do it; None where it goes on as it was:
    the task is not late, nothing is armed, or it stood still once already.
    """
    if task.due_at is None or task.due_at > ground.now or ground.case.status != CaseStatus.RUNNING:
        return None
    timer = armed(ground, routine, task)
    if timer is None or ahead.held_until(timer) is not None:
        return None
    found = _held(ground, task, timer)
    timers.hold(ground.tx, timer, until=found.until, due_at=found.due_at, last_day=found.last_day)
    told = {"timer": timer.id, "until": found.until, "due_at": found.due_at, "before": timer.due_at}
    telling.tell(ground, "escalation_held", instance, telling.place_of(task), task.id, **told)
    return found


def let_go(ground: Ground, timer_id: str) -> None:
    """What was held goes on as if it never had been; nothing where it has fired or is over since."""
    timer = timers.fetch(ground.tx, timer_id)
    if timer is not None:
        timers.let_go(ground.tx, timer)


def _held(ground: Ground, task: Task, timer: timers.Timer) -> Held:
    """The clock of the escalation stops for that day: what was left of its time is left after it."""
    calendar = ground.calendar(task.unit_id)
    fresh = after_working_days(ground.now, 1, calendar)
    last_day = (timer.due_at - timedelta(microseconds=1)).astimezone(calendar.zone).date()
    moved = after_working_days(last_day, 1, calendar)
    later = max(fresh, moved, key=lambda one: one.due_at)
    return Held(timer.id, fresh.due_at, later.due_at, later.last_day)
