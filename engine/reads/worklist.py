"""The worklist: what is open for a person, late first.

Enters: an actor and a filter. Leaves: rows in the order of their due dates, a page at a time (keyset: the page after a row begins where
that row ended, however many came or went meanwhile). A person's name stands in a row only where `access` opens the identity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select
from sqlalchemy import case as sql_case

from engine import asking
from engine.access import Act, Actor, may, visible_categories
from engine.access.objects import CaseObject
from engine.reads.protection import may_be_told
from engine.records import cases, grounds
from engine.records import tables as t
from engine.records.collation import search_key
from engine.records.tasks import Task
from engine.status import TO_DO, TaskStatus

PAGE = 25
IN_CARE = ("staff", "convener", "coordinator", "chair")
"""Roles of tasks that may be those of anybody who works with cases; whoever keeps the system has only what the directory gives them."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show: `whose` is `all`, `mine` or `free`; the rest narrows. `words` is searched in task and person names."""

    whose: str = "all"
    process_id: str = ""
    unit_id: str = ""
    due: str = ""  # late | near | later | none
    words: str = ""
    below: bool = False  # a manager's view: the tasks of all units led
    done: bool = False  # those completed, newest first


@dataclass(frozen=True, slots=True)
class Row:
    """A task as the list shows it. `person` is None where the identity is not open to the actor."""

    task: Task
    case: cases.Case
    about: CaseObject
    person: str | None
    draft_saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next page begins (None at the end)."""

    rows: tuple[Row, ...]
    next_after: str | None


def open_for(
    tx: Connection,
    actor: Actor,
    wanted: Filter,
    *,
    now: datetime,
    today: date,
    after: str = "",
    limit: int = PAGE,
) -> Page:
    """One page of what the actor may do, or answers for."""
    rows: list[Row] = []
    for row in _seen(tx, actor, wanted, now=now, today=today, after=after, step=limit * 2):
        if len(rows) == limit:
            return Page(tuple(rows), rows[-1].task.id)
        rows.append(row)
    return Page(tuple(rows), None)


def one(tx: Connection, actor: Actor, task_id: str, *, now: datetime) -> Row | None:
    """A single task as the list shows it, open or done; None where the actor may not see it."""
    found = tx.execute(
        select(*(t.tasks.c[name] for name in Task.__slots__)).where(t.tasks.c.id == task_id)
    ).one_or_none()
    batch = [Task(*found)] if found else []
    return next(_allowed(tx, actor, Filter(), batch, now), None)


def counts(
    tx: Connection, actor: Actor, *, today: date, near_until: date | None = None, below: bool = False
) -> dict[str, int]:
    """How many are open in all, mine, free, late and near; counted by unit, role and protection alone."""
    of = [_held_by(actor), t.tasks.c.holder_id.is_(None)]
    numbers = [func.count(), *(func.sum(sql_case((one, 1), else_=0)) for one in of)]
    query = select(t.tasks.c.due_on, *numbers).where(_reach(actor, Filter(below=below)), may_be_told(actor))
    found = {"all": 0, "mine": 0, "free": 0, "late": 0, "near": 0}
    near_until = near_until or today
    for due_on, number, mine, free in tx.execute(query.group_by(t.tasks.c.due_on)):
        found["all"] += number
        found["mine"] += int(mine)
        found["free"] += int(free)
        if due_on is not None and due_on <= near_until:
            found["late" if due_on < today else "near"] += number
    return found


def _seen(
    tx: Connection, actor: Actor, wanted: Filter, *, now: datetime, today: date, after: str, step: int
) -> Iterator[Row]:
    """Rows that access lets the actor see, fetched a batch at a time."""
    while True:
        batch = [Task(*row) for row in tx.execute(_query(tx, actor, wanted, today, after).limit(step))]
        yield from _allowed(tx, actor, wanted, batch, now)
        if len(batch) < step:
            return
        after = batch[-1].id


def _allowed(tx: Connection, actor: Actor, wanted: Filter, batch: list[Task], now: datetime) -> Iterator[Row]:
    ids = {task.case_id for task in batch}
    if not ids:
        return
    found, standings = cases.fetch_many(tx, ids), grounds.standings(tx, ids)
    drafts = _drafts(tx, actor, [task.id for task in batch])
    words = search_key(wanted.words)
    objects: dict[str, CaseObject] = {
        key: asking.case_object(found[key], standings[key], now=now) for key in ids
    }
    for task in batch:
        about = objects[task.case_id]
        if not may(actor, Act.TASK_SEE, asking.task_object(tx, about, task, ())):
            continue
        case = found[task.case_id]
        person = case.subject_name if "identity" in visible_categories(actor, about) else None
        if words and words not in search_key(task.name) and words not in search_key(person or ""):
            continue
        yield Row(task, case, about, person, drafts.get(task.id))


def _query(tx: Connection, actor: Actor, wanted: Filter, today: date, after: str) -> Select[Any]:
    tasks = t.tasks.c
    query: Select[Any] = select(*(tasks[name] for name in Task.__slots__)).where(_reach(actor, wanted))
    if wanted.process_id:
        query = query.join(t.cases, t.cases.c.id == tasks.case_id).where(
            t.cases.c.process_id == wanted.process_id
        )
    if wanted.unit_id:
        query = query.where(tasks.unit_id == wanted.unit_id)
    if wanted.due == "late":
        query = query.where(tasks.due_on < today)
    elif wanted.due == "none":
        query = query.where(tasks.due_on.is_(None))
    elif wanted.due == "coming":
        query = query.where(tasks.due_on >= today)
    if after:
        query = query.where(_beyond(tx, after, wanted))
    if wanted.done:
        return query.order_by(tasks.closed_at.desc(), tasks.id)
    return query.order_by(tasks.due_at.is_(None), tasks.due_at, tasks.id)


def _beyond(tx: Connection, after: str, wanted: Filter) -> ColumnElement[bool]:
    """Rows that come after that one in the order of the list; a row that has gone since still marks its place."""
    tasks = t.tasks.c
    last = tx.execute(select(tasks.due_at, tasks.closed_at).where(tasks.id == after)).one_or_none()
    if last is None:
        return false()
    if wanted.done:
        return or_(
            tasks.closed_at < last.closed_at, and_(tasks.closed_at == last.closed_at, tasks.id > after)
        )
    if last.due_at is None:
        return and_(tasks.due_at.is_(None), tasks.id > after)
    later = or_(tasks.due_at > last.due_at, and_(tasks.due_at == last.due_at, tasks.id > after))
    return or_(tasks.due_at.is_(None), later)


def _reach(actor: Actor, wanted: Filter) -> ColumnElement[bool]:
    """By unit and role, on the index; access judges what remains."""
    tasks = t.tasks.c
    status = tasks.status == TaskStatus.COMPLETED if wanted.done else tasks.status.in_(TO_DO)
    if wanted.below:
        return and_(status, tasks.unit_id.in_(sorted(actor.leads)))
    own = [
        and_(
            tasks.unit_id == one.unit_id,
            tasks.role.in_(sorted({*one.roles, *(IN_CARE if one.in_care else ())})),
        )
        for one in actor.memberships
    ]
    reach = and_(status, or_(false(), _held_by(actor), *own))
    if wanted.done:
        return and_(reach, tasks.closed_by == actor.id)
    match wanted.whose:
        case "mine":
            return and_(reach, _held_by(actor))
        case "free":
            return and_(reach, tasks.holder_id.is_(None))
    return reach


def _held_by(actor: Actor) -> ColumnElement[bool]:
    """What the actor holds, and what those hold whom they substitute, where they do."""
    tasks = t.tasks.c
    for_others = [
        and_(tasks.holder_id == face.acting_for, tasks.unit_id.in_([one.unit_id for one in face.memberships]))
        for face in actor.each_face()[1:]
    ]
    return or_(tasks.holder_id == actor.id, *for_others)


def _drafts(tx: Connection, actor: Actor, task_ids: list[str]) -> Mapping[str, datetime]:
    query = select(t.drafts.c.task_id, t.drafts.c.saved_at).where(
        t.drafts.c.person_id == actor.id, t.drafts.c.task_id.in_(task_ids)
    )
    return {row.task_id: row.saved_at for row in tx.execute(query)}
