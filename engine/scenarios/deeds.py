"""What the people of a scenario do: the same actions that a page calls, one transaction each.

Enters: the database, the instant, a step and the case it acts on. Leaves: committed rows, or the engine's own error. A step that the
routine cannot take leaves an incident, as it does on a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine

from engine import asking
from engine.access import Actor
from engine.actions import actors, cases, disposal_lists, incidents, log_review, tasks
from engine.errors import CaseStopped
from engine.records import directory
from engine.records import tasks as task_rows
from engine.records.database import reading, writing
from engine.scenarios import removals, sight
from engine.scenarios.removals import Missing
from engine.scenarios.script import Begin, Step
from engine.status import Protection, TaskStatus

KEY = "scenarios keep no identity number longer than they run"
GONE = "already-closed"
"""`refused` of a step on a task that is open no longer."""


def start(engine: Engine, begin: Begin, process_id: str, *, now: datetime) -> str:
    """Start the scenario's case; gives its id."""
    who = actor(engine, begin.actor, now=now)
    person = begin.person
    if person is None and process_id == disposal_lists.PROCESS:
        return removals.begin(engine, begin, now=now)
    if person is None:
        with writing(engine) as tx:
            return log_review.start(tx, who, begin.unit, begin.data, now=now)
    level = Protection(person.protection or Protection.NONE)
    subject = cases.Subject(person.name, person.identity_number or None, person.born_on, level)
    with writing(engine) as tx:
        return cases.start(tx, who, process_id, begin.unit, subject, begin.data, KEY, now=now)


def act(engine: Engine, step: Step, case_id: str, *, now: datetime) -> None:
    """Do what the step says. Raises Missing, and whatever the action raises."""
    who = actor(engine, step.actor, now=now)
    {"do": _do, "start": _start, "correct": _correct, "removal": removals.act}[step.deed](
        engine, who, step, case_id, now
    )


def actor(engine: Engine, name: str, *, now: datetime) -> Actor:
    """Who that user is now."""
    with reading(engine) as tx:
        found = actors.actor(tx, name, on=now.date())
    if found is None:
        raise Missing(f"nobody has the user name {name}")
    return found


def _do(engine: Engine, who: Actor, step: Step, case_id: str, now: datetime) -> None:
    task, given, options = _task(engine, step, case_id, now), step.data, _options(engine)
    if step.said is not None:
        said = tasks.OnBehalf(step.said.who, step.said.how, now)
        with _remembering(engine, who, task.unit_id, given, now) as tx:
            tasks.complete_on_behalf(tx, who, task.id, given, said, options=options, now=now)
        return
    with writing(engine) as tx:
        tasks.claim(tx, who, task.id, now=now)
    with _remembering(engine, who, task.unit_id, given, now) as tx:
        tasks.complete(tx, who, task.id, given, options=options, now=now)


def _start(engine: Engine, who: Actor, step: Step, case_id: str, now: datetime) -> None:
    with reading(engine) as tx:
        waiting = [one for one in task_rows.awaited_of(tx, case_id) if one.element_id == step.target]
        meant = [one for one in waiting if not step.unit or sight.concerns(tx, one, step.unit)]
    if meant:
        awaited, options = meant[0], _options(engine)
        with _remembering(engine, who, awaited.unit_id, step.data, now) as tx:
            cases.receive(tx, who, awaited.id, step.data, options=options, now=now)
        return
    if waiting:
        raise Missing(f"{step.target} waits, but not for {step.unit}")
    with _remembering(engine, who, None, step.data, now) as tx:
        cases.start_linked(tx, who, case_id, step.target, step.data, now=now)


def _correct(engine: Engine, who: Actor, step: Step, case_id: str, now: datetime) -> None:
    with reading(engine) as tx:
        found = [
            one for one in sight.situation(tx, case_id, now=now).tasks if one.status == TaskStatus.COMPLETED
        ]
    done = [one for one in _picked(found, step) if one.closed_at is not None]
    if not done:
        raise Missing(f"nobody has completed {step.target}{f' for {step.unit}' if step.unit else ''}")
    task = max(enumerate(done), key=lambda one: (one[1].closed_at, one[0]))[1]
    with writing(engine) as tx:
        cases.correct(tx, who, task.id, step.data, step.reason, now=now)


@contextmanager
def _remembering(
    engine: Engine, who: Actor, unit_id: str | None, given: object, now: datetime
) -> Iterator[Connection]:
    """One transaction; where the routine cannot go on, an incident in another, as the web does it."""
    try:
        with writing(engine) as tx:
            yield tx
    except CaseStopped as stopped:
        acting_for = asking.acting(who, *filter(None, [unit_id]))
        with writing(engine) as tx:
            incidents.record(tx, stopped, who=acting_for, typed=given, now=now)
        raise


def _task(engine: Engine, step: Step, case_id: str, now: datetime) -> task_rows.Task:
    """The task that the step means: the first opened where several fit."""
    with reading(engine) as tx:
        seen = sight.situation(tx, case_id, now=now)
    found = _picked(seen.open, step)
    if not found and step.expect.refused == GONE:
        found = _picked(list(seen.tasks), step)[-1:]
    if not found:
        others = [one for one in seen.open if one.element_id == step.target]
        units = f"; it is open at {', '.join(one.unit_id for one in others)}" if others else ""
        raise Missing(f"{step.target} is not open{f' at {step.unit}' if step.unit else ''}{units}")
    return found[0]


def _picked(found: list[task_rows.Task], step: Step) -> list[task_rows.Task]:
    return [
        one
        for one in found
        if one.element_id == step.target and step.unit in ("", one.unit_id) and step.item in (one.line or "")
    ]


def _options(engine: Engine) -> Mapping[str, frozenset[str]]:
    """What a page offers where a form asks for units."""
    with reading(engine) as tx:
        return {"units": frozenset(unit.id for unit in directory.all_units(tx))}
