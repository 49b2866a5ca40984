"""Tasks, drafts and awaited messages: what people can do now.

Enters: an open transaction that holds the case. Leaves: frozen values. Nothing here knows when a task is due or who may do it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, or_, select, update

from engine.errors import NotFound
from engine.records import tables as t
from engine.records.cases import Instance
from engine.records.upsert import upsert
from engine.records.who import Who
from engine.status import TO_DO, TaskStatus


@dataclass(frozen=True, slots=True)
class Task:
    """Something somebody is to do; `due_on` is the last day people are shown, `due_at` the instant after it."""

    id: str
    case_id: str
    instance_id: str
    process_id: str
    element_id: str
    name: str
    scope: str
    role: str
    unit_id: str
    principal_id: str
    region_id: str
    meant_for_id: str | None
    holder_id: str | None
    claimed_at: datetime | None
    status: str
    line: str | None
    opened_at: datetime
    due_at: datetime | None
    due_on: date | None
    due_explanation: object
    closed_at: datetime | None
    closed_by: str | None
    closed_for_id: str | None
    not_by: object


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message event that waits, and who may set it going."""

    id: str
    case_id: str
    instance_id: str
    process_id: str
    element_id: str
    name: str
    message: str
    scope: str
    role: str
    unit_id: str | None
    opened_at: datetime
    closed_at: datetime | None


_NEW: dict[str, object] = {"told": 0, "tell_at": t.tasks.c.opened_at}
"""To those whose task it becomes it is a new one."""

_TASK = select(*(t.tasks.c[name] for name in Task.__slots__))
_AWAITED = select(*(t.awaited.c[name] for name in Awaited.__slots__))


def fetch(tx: Connection, task_id: str) -> Task:
    """NotFound where there is none."""
    row = tx.execute(_TASK.where(t.tasks.c.id == task_id)).one_or_none()
    if row is None:
        raise NotFound
    return Task(*row)


def fetch_with_instance(tx: Connection, task_id: str) -> tuple[Task, Instance, bool]:
    """The task, the run it belongs to, and whether papers go with a draft of it, which few have; one statement."""
    run = [t.instances.c[name] for name in Instance.__slots__]
    papers = exists().where(t.task_attachments.c.task_id == t.tasks.c.id)
    query = _TASK.add_columns(*(column.label(f"run_{column.name}") for column in run), papers.label("papers"))
    row = tx.execute(
        query.join(t.instances, t.instances.c.id == t.tasks.c.instance_id).where(t.tasks.c.id == task_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    last = len(Task.__slots__)
    return Task(*row[:last]), Instance(*row[last:-1]), bool(row[-1])


def of_case(tx: Connection, case_id: str, *, open_only: bool = False) -> list[Task]:
    """The tasks of a case in the order they opened."""
    query = _TASK.where(t.tasks.c.case_id == case_id).order_by(t.tasks.c.opened_at, t.tasks.c.id)
    if open_only:
        query = query.where(t.tasks.c.status.in_(TO_DO))
    return [Task(*row) for row in tx.execute(query)]


def doers(tx: Connection, instance_id: str, element_ids: Sequence[str]) -> list[str]:
    """Who has completed tasks of these elements in that run, and for whom."""
    c = t.tasks.c
    query = select(c.closed_by, c.closed_for_id).where(
        c.instance_id == instance_id, c.element_id.in_(element_ids)
    )
    rows = tx.execute(query.where(c.status == TaskStatus.COMPLETED)).all()
    return sorted({one for row in rows for one in row if one})


def unit_of(tx: Connection, task_id: str) -> str | None:
    """The unit that is to do the task."""
    return tx.execute(select(t.tasks.c.unit_id).where(t.tasks.c.id == task_id)).scalar()


def insert(tx: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """New tasks; one statement."""
    if rows:
        tx.execute(t.tasks.insert().values(list(rows)))


def close(tx: Connection, task_ids: Mapping[str, str], *, who: Who, now: datetime) -> None:
    """task id -> `completed` or `cancelled`; one statement."""
    if task_ids:
        statement = (
            update(t.tasks).where(t.tasks.c.id == bindparam("the_id")).values(status=bindparam("the_status"))
        )
        rows = [
            {
                "the_id": task_id,
                "the_status": status,
                "closed_at": now,
                "closed_by": who.actor_id if status == "completed" else None,
                "closed_for_id": who.acting_for_id if status == "completed" else None,
            }
            for task_id, status in sorted(task_ids.items())
        ]
        written: dict[str, Any] = {
            name: bindparam(name) for name in ("closed_at", "closed_by", "closed_for_id")
        }
        tx.execute(statement.values(**written), rows)


def change(tx: Connection, task_id: str, **columns: object) -> None:
    """Write columns of one task."""
    tx.execute(update(t.tasks).where(t.tasks.c.id == task_id).values(**columns))


def follow_slot(
    tx: Connection, case_id: str, slot: str, *, unit_id: str, principal_id: str, person_id: str | None
) -> list[str]:
    """The open tasks of a role slot move to the slot's new unit (S3-106); gives their ids."""
    return _hand_over(tx, case_id, t.tasks.c.role == slot, unit_id, principal_id, person_id)


def leave_unit(tx: Connection, case_id: str, unit_id: str, *, to_unit: str, principal_id: str) -> list[str]:
    """The open tasks of a unit that no longer takes part go to another one; gives their ids."""
    return _hand_over(tx, case_id, t.tasks.c.unit_id == unit_id, to_unit, principal_id, None)


def move(tx: Connection, task_id: str, *, to_unit: str, principal_id: str) -> None:
    """One open task goes to another unit, and nobody there has claimed it yet."""
    to: dict[str, object] = {"unit_id": to_unit, "principal_id": principal_id, "meant_for_id": None, **_NEW}
    change(tx, task_id, **to, holder_id=None, claimed_at=None, status=TaskStatus.OPEN)


def _hand_over(
    tx: Connection,
    case_id: str,
    which: ColumnElement[bool],
    unit_id: str,
    principal_id: str,
    person_id: str | None,
) -> list[str]:
    """Open tasks go to that unit, and nobody there has claimed them yet."""
    moved = update(t.tasks).where(t.tasks.c.case_id == case_id, which, t.tasks.c.status.in_(TO_DO))
    to: dict[str, object] = {
        "unit_id": unit_id,
        "principal_id": principal_id,
        "meant_for_id": person_id,
        **_NEW,
    }
    moved = moved.values(**to, holder_id=None, claimed_at=None, status=TaskStatus.OPEN)
    return list(tx.execute(moved.returning(t.tasks.c.id)).scalars())


def draft(tx: Connection, task_id: str, person_id: str) -> tuple[object, datetime] | None:
    """What that person has typed and not handed in, and when it was saved."""
    d = t.drafts
    row = tx.execute(
        select(d.c.data, d.c.saved_at).where(d.c.task_id == task_id, d.c.person_id == person_id)
    ).one_or_none()
    return (row.data, row.saved_at) if row else None


def save_draft(tx: Connection, task_id: str, person_id: str, data: object, *, now: datetime) -> None:
    """Keep what has been typed; the newest replaces the older."""
    row = {"task_id": task_id, "person_id": person_id, "data": data, "saved_at": now}
    upsert(tx, t.drafts, [row], key=["task_id", "person_id"])


def drop_draft(tx: Connection, task_id: str, person_id: str) -> None:
    """The draft was handed in."""
    tx.execute(delete(t.drafts).where(t.drafts.c.task_id == task_id, t.drafts.c.person_id == person_id))


def drop_drafts_of_closed(tx: Connection, before: datetime) -> int:
    """Drafts of tasks and waiting places that closed before that instant; gives how many there were."""
    closed = [
        select(one.c.id).where(one.c.id == t.drafts.c.task_id, one.c.closed_at <= before).exists()
        for one in (t.tasks, t.awaited)
    ]
    return tx.execute(delete(t.drafts).where(or_(*closed))).rowcount


def drafts_of_closed(tx: Connection, before: datetime) -> bool:
    """Whether there are such drafts; only looks."""
    closed = [
        select(t.drafts.c.task_id)
        .join(one, one.c.id == t.drafts.c.task_id)
        .where(one.c.closed_at <= before)
        .limit(1)
        for one in (t.tasks, t.awaited)
    ]
    return any(tx.execute(query).first() is not None for query in closed)


def insert_awaited(tx: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """New waiting places; one statement."""
    if rows:
        tx.execute(t.awaited.insert().values(list(rows)))


def close_awaited(tx: Connection, ids: Sequence[str], *, now: datetime) -> None:
    """These places wait no longer; one statement."""
    if ids:
        tx.execute(update(t.awaited).where(t.awaited.c.id.in_(sorted(ids))).values(closed_at=now))


def awaited(tx: Connection, awaited_id: str) -> Awaited:
    """One waiting place. NotFound where there is none."""
    row = tx.execute(_AWAITED.where(t.awaited.c.id == awaited_id)).one_or_none()
    if row is None:
        raise NotFound
    return Awaited(*row)


def awaited_of(tx: Connection, case_id: str) -> list[Awaited]:
    """What waits in a case."""
    query = _AWAITED.where(t.awaited.c.case_id == case_id, t.awaited.c.closed_at.is_(None))
    return [Awaited(*row) for row in tx.execute(query.order_by(t.awaited.c.opened_at, t.awaited.c.id))]
