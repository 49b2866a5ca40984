"""The heart: a locked case takes one step, and everything that follows from it becomes rows.

Enters: the ground of an action (its case locked), an instance and a step. Leaves: rows for engine, tasks, timers, facts and values,
in the same transaction. In order: (1) what was handed in becomes entries and values; (2) the engine runs to rest; (3) its facts
become rows; (4) changed engine rows are written; (5) the case gets a new stamp; (6) what had to wait happens. Never commits, never
retries: on any failure the live objects are dropped and CaseStopped says how to take the step again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy.exc import DataError, IntegrityError

from engine import facts as f
from engine import library
from engine.actions import live, recording, surroundings, telling
from engine.actions.ground import Ground, Pending
from engine.errors import CaseStopped, EngineError, StepFailed
from engine.execution import run, snapshot
from engine.records import cases, entries
from engine.records import facts as fact_rows
from engine.status import CaseStatus

_OVER = (f.TaskClosed, f.TimerCleared, f.TimerFired, f.MessageUnawaited)
_UNFORESEEN = (
    EngineError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Step:
    """`start`, `complete`, `fire`, `receive` or `cancel`; `key` is the task, timer or waiting place (for `start` the start event).

    `element_id` is where the step begins, for an incident whose cause names no element of its own.
    """

    kind: str
    key: str | None = None
    element_id: str = ""


def advance(
    ground: Ground, instance: cases.Instance, step: Step, writings: Sequence[entries.Writing] = ()
) -> list[f.Fact]:
    """Take one step. Raises CaseStopped where the routine cannot."""
    try:
        happened = _take(ground, instance, step, writings)
        _follow(ground, instance, step, happened)
    except CaseStopped as further:  # something that this step set going: the step as a whole is not taken
        raise _stopped(ground, instance, step, further.failure) from further
    except StepFailed as failure:
        raise _stopped(ground, instance, step, failure) from failure
    except (IntegrityError, DataError) as broken:
        detail = "a rule of the database forbids what the step would write"
        raise _stopped(ground, instance, step, StepFailed(step.element_id, "conflict", detail)) from broken
    except _UNFORESEEN as error:  # says what kind of failure, and nothing of what the data were
        raise _stopped(
            ground, instance, step, StepFailed(step.element_id, "internal", type(error).__name__)
        ) from error
    return happened


def begin(pending: Pending) -> list[f.Fact]:
    """The first step of a new instance."""
    start = Step("start", pending.start_event, pending.start_event)
    return advance(pending.ground, pending.instance, start, pending.writings)


def _take(
    ground: Ground, instance: cases.Instance, step: Step, writings: Sequence[entries.Writing]
) -> list[f.Fact]:
    loaded = library.loaded(ground.tx, instance.bundle_hash)
    memory = live.take(ground.case.id, ground.case.stamp) or live.Live(ground.case.stamp, ground.values)
    # A copy, so that whoever looks at the case without its lock goes on seeing it as it was before this step.
    memory.values = ground.values = {scope: dict(named) for scope, named in memory.values.items()}
    _write_down(ground, writings)
    around = surroundings.of(ground, instance, loaded)
    moved, happened = _move(ground, instance, loaded, step, memory, around)
    memory.instances[instance.id] = moved
    recording.record(ground, instance, loaded, happened)
    changes = snapshot.changes(moved)
    cases.write_engine_rows(ground.tx, instance.id, changes.written, changes.removed)
    if moved.ended:
        recording.end(ground, instance, happened)
        del memory.instances[instance.id]
    memory.stamp = _stamp(ground, **recording.ending(instance, happened, ground.now))
    live.put(ground.case.id, memory)
    return happened


def _follow(ground: Ground, instance: cases.Instance, step: Step, happened: Sequence[f.Fact]) -> None:
    """What a step brings with it: mended incidents, the end of linked runs, and cases of their own that it began."""
    if ground.case.status == CaseStatus.STOPPED:
        _mended(ground, {step.key, *(fact.key for fact in happened if isinstance(fact, _OVER))})
    if instance.kind == "main" and any(isinstance(fact, f.InstanceEnded) for fact in happened):
        fact_rows.resolve_incidents(
            ground.tx,
            [one.id for one in fact_rows.open_incidents(ground.tx, ground.case.id)],
            by=None,
            now=ground.now,
        )
        for linked in cases.running_linked(ground.tx, ground.case.id):
            advance(ground, linked, Step("cancel"))
    while ground.later:
        begin(ground.later.pop(0))


def _mended(ground: Ground, over: Collection[str | None]) -> None:
    """What an incident is about was done after all, or is no longer asked for; the case runs again when none is left."""
    still_open = fact_rows.standing_still(ground.tx, ground.case.id)
    about = [one.id for one in still_open if one.key and one.key in over]
    fact_rows.resolve_incidents(ground.tx, about, by=ground.who.actor_id, now=ground.now)
    if len(about) == len(still_open):
        memory = live.take(ground.case.id, ground.case.stamp)
        stamp = _stamp(ground, status=CaseStatus.RUNNING)
        if memory is not None:
            memory.stamp = stamp
            live.put(ground.case.id, memory)


def _stamp(ground: Ground, **columns: Any) -> str:
    stamp = cases.change(ground.tx, ground.case.id, **columns)
    known = {name: value for name, value in columns.items() if name in cases.Case.__slots__}
    ground.case = replace(ground.case, stamp=stamp, **known)
    return stamp


def _write_down(ground: Ground, writings: Sequence[entries.Writing]) -> None:
    entries.insert(ground.tx, ground.case.id, writings, who=ground.who, now=ground.now)
    rows = []
    for writing in writings:
        ground.values.setdefault(writing.scope, {}).update(writing.data)
        rows += [(writing.scope, name, writing.category, value) for name, value in writing.data.items()]
    cases.write_values(ground.tx, ground.case.id, rows)
    telling.tell_kind(ground, writings)


def _move(
    ground: Ground,
    instance: cases.Instance,
    loaded: library.Loaded,
    step: Step,
    memory: live.Live,
    around: run.Surroundings,
) -> tuple[run.Instance, list[f.Fact]]:
    if step.kind == "start":
        return run.start(loaded.specification, around, start_event=step.key)
    known = memory.instances.get(instance.id)
    if known is None:
        known = snapshot.load(loaded.specification, cases.engine_rows(ground.tx, instance.id))
    match step.kind:
        case "complete":
            return known, run.complete(known, step.key or "", around)
        case "fire":
            return known, run.fire(known, step.key or "", around)
        case "receive":
            return known, run.receive(known, step.key or "", around)
        case "cancel":
            return known, run.cancel(known, around)
    raise ValueError(f"no such step: {step.kind}")


def _stopped(ground: Ground, instance: cases.Instance, step: Step, failure: StepFailed) -> CaseStopped:
    if not failure.element_id:
        failure = StepFailed(step.element_id, failure.cause, failure.detail)
    return CaseStopped(ground.case.id, instance.id, asdict(step), failure)
