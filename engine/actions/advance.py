"""The heart: a locked case takes one step, and everything that follows from it becomes rows.

Enters: the ground of an action (its case locked), an instance and a step. Leaves: rows for engine, tasks, timers, facts and values,
in the same transaction. In order: (1) what was handed in becomes entries and values; (2) the engine runs to rest; (3) its facts
become rows; (4) changed engine rows are written; (5) the case gets a new stamp; (6) what had to wait happens. Never commits, never
retries: on any failure the live object is dropped and CaseStopped says how to take the step again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from engine import facts as f
from engine import library
from engine.actions import live, recording
from engine.actions.beginning import Pending
from engine.actions.ground import Ground
from engine.actions.operations import perform
from engine.deadlines.due import due
from engine.errors import CaseStopped, StepFailed
from engine.execution import run, snapshot
from engine.records import cases, entries


@dataclass(frozen=True, slots=True)
class Step:
    """`start`, `complete`, `fire`, `receive` or `cancel`; `key` is the task, timer or waiting place (for `start` the start event)."""

    kind: str
    key: str | None = None


def advance(
    ground: Ground, instance: cases.Instance, step: Step, writings: Sequence[entries.Writing] = ()
) -> list[f.Fact]:
    """Take one step. Raises CaseStopped where the routine cannot, AlreadyClosed or NotFound where the step is not there."""
    loaded = library.loaded(ground.tx, instance.bundle_hash)
    current = None if step.kind == "start" else _wake(ground, instance, loaded)
    values = current.values if current else ground.values
    surroundings = _surroundings(ground, instance, loaded, values)
    try:
        _write_down(ground, writings, values)
        moved, happened = _move(loaded, current.instance if current else None, step, surroundings)
        recording.record(ground, instance, loaded, happened)
        changes = snapshot.changes(moved)
    except StepFailed as failure:
        raise CaseStopped(ground.case.id, instance.id, asdict(step), failure) from failure
    cases.write_engine_rows(ground.tx, instance.id, changes.written, changes.removed)
    stamp = cases.change(ground.tx, ground.case.id, **recording.ending(instance, happened, ground.now))
    live.put(instance.id, live.Live(stamp, moved, values))
    while ground.later:
        begin(ground.later.pop(0))
    return happened


def begin(pending: Pending) -> list[f.Fact]:
    """The first step of a new instance."""
    return advance(pending.ground, pending.instance, Step("start", pending.start_event), pending.writings)


def scope_of(ground: Ground, instance: cases.Instance, key: str) -> str:
    """The data scope in which the task or waiting place with that key writes."""
    current = _wake(ground, instance, library.loaded(ground.tx, instance.bundle_hash))
    live.put(instance.id, current)
    return run.scope_of(current.instance, key)


def _wake(ground: Ground, instance: cases.Instance, loaded: library.Loaded) -> live.Live:
    kept = live.take(instance.id, ground.case.stamp)
    if kept is not None:
        return kept
    rows = cases.engine_rows(ground.tx, instance.id)
    return live.Live(ground.case.stamp, snapshot.load(loaded.specification, rows), ground.values)


def _write_down(
    ground: Ground, writings: Sequence[entries.Writing], values: dict[str, dict[str, object]]
) -> None:
    entries.insert(ground.tx, ground.case.id, writings, who=ground.who, now=ground.now)
    rows = []
    for writing in writings:
        values.setdefault(writing.scope, {}).update(writing.data)
        rows += [(writing.scope, name, writing.category, value) for name, value in writing.data.items()]
    cases.write_values(ground.tx, ground.case.id, rows)


def _move(
    loaded: library.Loaded, instance: run.Instance | None, step: Step, surroundings: run.Surroundings
) -> tuple[run.Instance, list[f.Fact]]:
    if instance is None:
        return run.start(loaded.specification, surroundings, start_event=step.key)
    key = step.key or ""
    match step.kind:
        case "complete":
            return instance, run.complete(instance, key, surroundings)
        case "fire":
            return instance, run.fire(instance, key, surroundings)
        case "receive":
            return instance, run.receive(instance, key, surroundings)
        case "cancel":
            return instance, run.cancel(instance, surroundings)
    raise ValueError(f"no such step: {step.kind}")


def _surroundings(
    ground: Ground, instance: cases.Instance, loaded: library.Loaded, values: dict[str, dict[str, object]]
) -> run.Surroundings:
    def timer_due(rule: run.TimerRule, value: object, unit_id: str | None) -> run.Due:
        calendar = ground.calendar(unit_id)
        # A plain date as a deadline is the whole of that day, as people read it.
        whole_day: Literal["begins", "ends"] = "ends" if rule.deadline else "begins"
        armed_at = rule.after or ground.now
        reached = due(
            rule.kind, value, rule.calendar, armed_at=armed_at, calendar=calendar, plain_day=whole_day
        )
        counted = [one for one in ground.counted if one.due_at == reached.due_at]
        told = (
            counted[-1] if counted else reached
        )  # what `working days(...)` in the diagram has counted explains more
        return run.Due(reached.due_at, {**told.explanation, "last_day": told.last_day})

    def operate(request: run.Request) -> object:
        return perform(ground, instance, loaded, request)

    return run.Surroundings(
        now=ground.now, zone=ground.zone, values=values, system=ground.system_names, functions=ground.functions, due=timer_due, perform=operate
    )  # fmt: skip
