"""The board of what is late: whom a manager's units wait for, how long, what was done, and what happens next by itself (S3-080).

Enters: an actor who answers for units, and a filter. Leaves: counts by unit, counterpart, routine and step, and the rows to look at, the
oldest first. A step stands under the unit that keeps its case, else under the unit that is to do it: once, whoever looks. Costs by what
is open at the units asked for (`ix_cases_running_unit`, `ix_tasks_open_unit`). Never tells of a person, and counts no test case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    select,
    text,
    union_all,
)

from engine import ahead, asking, library
from engine.access import Act, Actor, may
from engine.access.objects import TaskObject
from engine.reads.protection import may_be_told
from engine.records import cases, follow_ups, grounds, timers
from engine.records import tables as t
from engine.records.tasks import Task
from engine.status import CaseStatus

SHOWN = 50  # rows a unit, before everything is asked for
MOST = 1000  # rows a unit, whatever is asked for


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to show. `step` is process and element with a colon between; `state` is `late`, `near`, `open`, or '' for late and near."""

    unit_id: str = ""
    waits_on: str = ""
    process_id: str = ""
    step: str = ""
    state: str = ""
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Load:
    """How many steps are open, and of these how many late and how many due today."""

    open: int = 0
    late: int = 0
    near: int = 0

    def __add__(self, other: Load) -> Load:
        return Load(self.open + other.open, self.late + other.late, self.near + other.near)


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the counts."""

    unit_id: str
    waits_on: str
    process_id: str
    step: str
    name: str
    load: Load


@dataclass(frozen=True, slots=True)
class Row:
    """A step that is open. `next` are the timers that press on it, the nearest first; `fired` what its own have set going, and when;
    `level` the level of an escalation on which its matter lies; `lift` the one that would take it further; `stuck` the name and unit of
    the step of its escalation that everything waits for, where no timer does.
    """

    task: Task
    about: TaskObject
    number: str
    group_id: str
    stopped: bool
    next: tuple[ahead.Next, ...]
    lift: ahead.Next | None
    fired: tuple[tuple[tuple[ahead.Effect, ...], datetime], ...]
    level: str
    done: tuple[follow_ups.FollowUp, ...]
    stuck: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """Counts as the filter leaves them, each list under all filters but its own, and rows by unit."""

    total: Load
    units: Mapping[str, Load] = field(default_factory=dict)
    waits: Mapping[str, Load] = field(default_factory=dict)
    routines: Mapping[str, Load] = field(default_factory=dict)
    steps: Mapping[str, Load] = field(default_factory=dict)
    step_names: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, list[Row]] = field(default_factory=dict)
    hidden: Mapping[str, int] = field(default_factory=dict)
    next_due: tuple[date, int] | None = None


def look(tx: Connection, actor: Actor, wanted: Wanted, *, today: date, now: datetime) -> Board:
    """The board as the filter asks for it. A unit that the actor does not answer for gives an empty one."""
    counted, shown = count(tx, actor, wanted, today=today), _places(tx, actor, wanted, today)
    rows = _rows(tx, actor, [task for task, _, _ in shown], {task.id: group for task, group, _ in shown}, now)
    by_unit: dict[str, list[Row]] = {}
    for row in rows:
        by_unit.setdefault(row.group_id, []).append(row)
    in_all = {group: total for _, group, total in shown}
    hidden = {group: in_all[group] - len(inside) for group, inside in by_unit.items()}
    return replace(
        counted,
        rows=by_unit,
        hidden={one: more for one, more in hidden.items() if more > 0},
        next_due=None if rows else _next_due(tx, actor, wanted, today),
    )


def count(tx: Connection, actor: Actor, wanted: Wanted, *, today: date) -> Board:
    """The counts alone, by unit, role and protection."""
    groups = _groups(tx, actor, wanted, today)
    total = sum((one.load for one in groups if _fits(one, wanted)), Load())
    return Board(
        total,
        units=_listed((one.unit_id, one) for one in groups if _fits(one, replace(wanted, unit_id=""))),
        waits=_listed((one.waits_on, one) for one in groups if _fits(one, replace(wanted, waits_on=""))),
        routines=_listed(
            (one.process_id, one) for one in groups if _fits(one, replace(wanted, process_id="", step=""))
        ),
        steps=_listed((one.step, one) for one in groups if _fits(one, replace(wanted, step=""))),
        step_names={one.step: one.name for one in groups},
    )


def one_of(tx: Connection, actor: Actor, task_ids: Iterable[str], *, now: datetime) -> list[Row]:
    """These steps as the board shows them, as far as they are open and the actor may follow them."""
    kept = case((t.cases.c.unit_id.in_(_led(actor)), t.cases.c.unit_id), else_=t.tasks.c.unit_id)
    query = select(*_COLUMNS, kept.label("grouped")).join(t.cases, t.cases.c.id == t.tasks.c.case_id)
    query = query.where(t.tasks.c.id.in_(sorted(set(task_ids))), _OPEN).order_by(
        t.tasks.c.due_at, t.tasks.c.id
    )
    found = [(Task(*row[:-1]), row.grouped) for row in tx.execute(query)]
    return _rows(tx, actor, [task for task, _ in found], {task.id: group for task, group in found}, now)


_COLUMNS = tuple(t.tasks.c[name] for name in Task.__slots__)
_OPEN = text("tasks.status IN ('open', 'claimed')")
"""As the partial indexes have it, word for word: SQLite uses them for no condition whose values are handed in beside it."""


def _led(actor: Actor) -> list[str]:
    return sorted(actor.leads)


def _listed(groups: Iterable[tuple[str, Group]]) -> dict[str, Load]:
    """The worst first."""
    found: dict[str, Load] = {}
    for key, one in groups:
        found[key] = found.get(key, Load()) + one.load
    return dict(sorted(found.items(), key=_worst))


def _worst(of: tuple[str, Load]) -> tuple[int, int, int, str]:
    key, load = of
    return -load.late, -load.near, -load.open, key


def _fits(one: Group, wanted: Wanted) -> bool:
    asked = (
        (wanted.unit_id, one.unit_id),
        (wanted.waits_on, one.waits_on),
        (wanted.process_id, one.process_id),
        (wanted.step, one.step),
    )
    return all(value in ("", given) for value, given in asked)


def _open_at(actor: Actor, unit_id: str, *columns: ColumnElement[Any]) -> tuple[Select[Any], Select[Any]]:
    """Two selections that share no row: of cases that the units keep, and of what else lies with the units. Each is walked from an
    index on its unit; one condition with `or` would walk all that is open.
    """
    led = _led(actor)
    units = [unit_id] if unit_id in led else ([] if unit_id else led)
    shared = and_(_OPEN, t.cases.c.is_test.is_(False), may_be_told(actor))
    of = t.cases.join(t.tasks, t.tasks.c.case_id == t.cases.c.id)
    kept = select(t.cases.c.unit_id.label("grouped"), t.cases.c.process_id.label("routine"), *columns)
    kept = kept.select_from(of).where(t.cases.c.unit_id.in_(units), t.cases.c.ended_at.is_(None), shared)
    lent = select(t.tasks.c.unit_id.label("grouped"), t.cases.c.process_id.label("routine"), *columns)
    lent = lent.select_from(of).where(t.tasks.c.unit_id.in_(units), t.cases.c.unit_id.not_in(led), shared)
    return kept, lent


def _groups(tx: Connection, actor: Actor, wanted: Wanted, today: date) -> list[Group]:
    c = t.tasks.c
    late, near = case((c.due_on < today, 1), else_=0), case((c.due_on == today, 1), else_=0)
    columns = (c.unit_id, c.process_id, c.element_id, c.name, late.label("late"), near.label("near"))
    both = union_all(*_open_at(actor, wanted.unit_id, *columns)).subquery()
    of = (both.c.grouped, both.c.unit_id, both.c.routine, both.c.process_id, both.c.element_id)
    query = select(
        *of, func.min(both.c.name), func.count(), func.sum(both.c.late), func.sum(both.c.near)
    ).group_by(*of)
    return [
        Group(unit, waits, routine, f"{process}:{element}", name, Load(total, int(late_), int(near_)))
        for unit, waits, routine, process, element, name, total, late_, near_ in tx.execute(query)
    ]


def _places(tx: Connection, actor: Actor, wanted: Wanted, today: date) -> list[tuple[Task, str, int]]:
    """The steps to show, the oldest of each unit first, and how many there are at the unit in all."""
    both = union_all(
        *(one.where(_asked(wanted, today)) for one in _open_at(actor, wanted.unit_id, *_COLUMNS))
    ).subquery()
    order = (both.c.due_at.is_(None), both.c.due_at, both.c.opened_at, both.c.id)
    placed = select(
        both,
        func.row_number().over(partition_by=both.c.grouped, order_by=order).label("place"),
        func.count().over(partition_by=both.c.grouped).label("in_all"),
    ).subquery()
    query = select(*(placed.c[name] for name in Task.__slots__), placed.c.grouped, placed.c.in_all)
    query = query.where(placed.c.place <= (MOST if wanted.everything else SHOWN))
    return [
        (Task(*row[:-2]), row.grouped, row.in_all)
        for row in tx.execute(query.order_by(placed.c.grouped, placed.c.place))
    ]


def _asked(wanted: Wanted, today: date) -> ColumnElement[bool]:
    c = t.tasks.c
    states = {"late": c.due_on < today, "near": c.due_on == today, "open": c.id.is_not(None)}
    asked = [states.get(wanted.state, c.due_on <= today)]
    if wanted.waits_on:
        asked.append(c.unit_id == wanted.waits_on)
    if wanted.process_id:
        asked.append(t.cases.c.process_id == wanted.process_id)
    if wanted.step:
        process_id, _, element_id = wanted.step.partition(":")
        asked += [c.process_id == process_id, c.element_id == element_id]
    return and_(*asked)


def _next_due(tx: Connection, actor: Actor, wanted: Wanted, today: date) -> tuple[date, int] | None:
    """The next day on which something is due, and how much."""
    asked = and_(_asked(replace(wanted, state="open"), today), t.tasks.c.due_on > today)
    both = union_all(
        *(one.where(asked) for one in _open_at(actor, wanted.unit_id, t.tasks.c.due_on))
    ).subquery()
    query = select(both.c.due_on, func.count()).group_by(both.c.due_on).order_by(both.c.due_on).limit(1)
    row = tx.execute(query).one_or_none()
    return (row[0], row[1]) if row else None


def _rows(
    tx: Connection, actor: Actor, tasks: list[Task], groups: Mapping[str, str], now: datetime
) -> list[Row]:
    """What access lets the actor follow, with all that stands beside it; a number of statements that does not grow."""
    ids = {task.case_id for task in tasks}
    if not ids:
        return []
    found, standings = cases.fetch_many(tx, ids), grounds.standings(tx, ids)
    objects = {key: asking.case_object(found[key], standings[key], now=now) for key in ids}
    armed, fired = timers.armed_of(tx, ids), timers.fired_of(tx, [task.id for task in tasks])
    lifted = timers.lifted_units(tx, ids, ahead.LIFTED_UNIT)
    done, bundles = follow_ups.of_tasks(tx, [task.id for task in tasks]), _bundles(tx, tasks)
    rows = []
    for task in tasks:
        about = asking.task_object(tx, objects[task.case_id], task, ())
        if not may(actor, Act.TASK_FOLLOW, about):
            continue
        routine, own = library.loaded(tx, bundles[task.instance_id]).routine, fired.get(task.id, [])
        over = [one.element_id for one in own]
        nexts = ahead.pressing(routine, task, armed.get(task.case_id, []), over, lifted)
        rows.append(
            Row(
                task,
                about,
                number=found[task.case_id].number,
                group_id=groups[task.id],
                stopped=found[task.case_id].status == CaseStatus.STOPPED,
                next=tuple(nexts),
                lift=ahead.lifting(nexts),
                fired=tuple((ahead.effect_of(routine, one.element_id), one.at) for one in own),
                level=ahead.level_of(routine, task, nexts),
                done=tuple(done.get(task.id, ())),
            )
        )
    return _with_stuck(tx, rows, lifted)


def _with_stuck(tx: Connection, rows: list[Row], lifted: Mapping[str, str]) -> list[Row]:
    """Where an escalation waits for somebody and for no timer, that says so; asks only where there is one."""
    begun = {one.task.case_id for one in rows if not one.next and _escalated(one)}
    if not begun:
        return rows
    c = t.tasks.c
    query = select(c.case_id, c.scope, c.name, c.unit_id).where(c.case_id.in_(sorted(begun)), _OPEN)
    query = query.where(c.process_id.endswith(ahead.ESCALATION, autoescape=True))
    open_ = {(row.case_id, lifted.get(row.scope)): (row.name, row.unit_id) for row in tx.execute(query)}
    return [
        replace(one, stuck=open_.get((one.task.case_id, one.task.unit_id)))
        if not one.next and _escalated(one)
        else one
        for one in rows
    ]


def _escalated(row: Row) -> bool:
    return any(one.kind == "escalates" for effects, _ in row.fired for one in effects)


def _bundles(tx: Connection, tasks: Iterable[Task]) -> dict[str, str]:
    c = t.instances.c
    query = select(c.id, c.bundle_hash).where(c.id.in_(sorted({one.instance_id for one in tasks})))
    return {row.id: row.bundle_hash for row in tx.execute(query)}
