"""What one step of the engine is handed: the instant, the case's data, and functions of the other rooms.

Enters: the ground of an action. Leaves: the surroundings that `execution.run` asks for. Here the deadlines meet the engine: when a timer
is due, by whose calendar, and how that came about.
"""

from __future__ import annotations

from typing import Literal

from engine.actions.ground import Ground
from engine.actions.operations import perform
from engine.deadlines.cycle import next_cycle
from engine.deadlines.due import due
from engine.deadlines.moments import Due
from engine.execution import run
from engine.library import Loaded
from engine.records.cases import Instance


def of(ground: Ground, instance: Instance, loaded: Loaded) -> run.Surroundings:
    """The surroundings of one step of that instance."""

    def timer_due(rule: run.TimerRule, value: object, unit_id: str | None) -> run.Due:
        return _due(ground, rule, value, unit_id)

    def operate(request: run.Request) -> object:
        return perform(ground, instance, loaded, request)

    return run.Surroundings(
        now=ground.now,
        zone=ground.zone,
        values=ground.values,
        system=ground.system_names,
        functions=ground.functions,
        due=timer_due,
        perform=operate,
    )


def _due(ground: Ground, rule: run.TimerRule, value: object, unit_id: str | None) -> run.Due:
    calendar = ground.calendar(unit_id)
    if rule.after is not None:
        # A further turn of a cycle. Those missed while nothing fired are passed over: nobody is helped by 240 reminders at once.
        missed = max(rule.after, ground.now)
        turn = next_cycle(f"R/{value}", armed_at=rule.after, after=missed, calendar=calendar)
        if turn is None:
            raise ValueError("the cycle has no further turn")
        return _told(turn)
    # A plain date as a deadline is the whole of that day, as people read it.
    whole_day: Literal["begins", "ends"] = "ends" if rule.deadline else "begins"
    reached = due(
        rule.kind, value, rule.calendar, armed_at=ground.now, calendar=calendar, plain_day=whole_day
    )
    # What `working days(...)` in the diagram has counted explains more than the date that came of it.
    counted = [one for one in ground.counted if one.due_at == reached.due_at]
    return _told(counted[-1] if counted else reached)


def _told(reached: Due) -> run.Due:
    return run.Due(reached.due_at, {**reached.explanation, "last_day": reached.last_day.isoformat()})
