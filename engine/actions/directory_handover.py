"""What lies with a unit that is closed goes to the one that takes over; what somebody held who has left is free again.

Enters: an open transaction that holds the region's directory. Leaves: rows of cases, each locked first, and a fact in each. Consent is not
handed on: a unit that takes over from a called one sees of the case what the person has consented to for it, and nothing else.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select, union

from engine.records import cases, directory, grounds, tasks
from engine.records import facts as fact_rows
from engine.records import tables as t
from engine.records.who import Who
from engine.status import TO_DO, TaskStatus


def counted(tx: Connection, unit_id: str) -> int:
    """Open tasks of the unit, and running cases that it keeps or in which it holds a role."""
    tasks_of = t.tasks.c.unit_id == unit_id, t.tasks.c.status.in_(TO_DO)
    left = tx.execute(select(func.count()).select_from(t.tasks).where(*tasks_of)).scalar_one()
    return int(left) + len(_cases_of(tx, unit_id) - _with_tasks(tx, unit_id))


def hand_over(tx: Connection, unit_id: str, to_unit: str | None, *, who: Who, now: datetime) -> None:
    """Everything that lies with the unit goes to `to_unit`; nothing does where it is None."""
    concerned = sorted(_cases_of(tx, unit_id) | _with_tasks(tx, unit_id))
    if to_unit is None or not concerned:
        return
    unit = directory.units(tx, [to_unit])[to_unit]
    for case_id in concerned:
        case = cases.lock(tx, case_id)
        tasks.leave_unit(tx, case_id, unit_id, to_unit=unit.id, principal_id=unit.principal_id)
        for slot in grounds.standing(tx, case_id).slots.values():
            if slot.unit_id == unit_id:
                grounds.appoint(tx, case_id, grounds.Slot(slot.slot, unit.id, unit.principal_id, None, now))
        kept: dict[str, object] = {"unit_id": unit.id} if case.unit_id == unit_id else {}
        cases.change(tx, case_id, **kept)
        _tell(tx, case_id, "unit_taken_over", who, now, {"from": unit_id, "to": unit.id})


def put_back(tx: Connection, person_id: str, *, who: Who, now: datetime) -> None:
    """The open tasks that this person holds are nobody's again."""
    held = select(t.tasks.c.id, t.tasks.c.case_id).where(
        t.tasks.c.holder_id == person_id, t.tasks.c.status.in_(TO_DO)
    )
    for row in tx.execute(held.order_by(t.tasks.c.case_id, t.tasks.c.id)).all():
        cases.lock(tx, row.case_id)
        task = tasks.fetch(tx, row.id)
        if task.holder_id == person_id and task.status in TO_DO:
            tasks.change(tx, task.id, holder_id=None, claimed_at=None, status=TaskStatus.OPEN)
            _tell(
                tx,
                row.case_id,
                "task_released",
                who,
                now,
                {"name": task.name, "process": task.process_id},
                task,
            )


def _cases_of(tx: Connection, unit_id: str) -> set[str]:
    """Running cases that the unit keeps, or in which it holds a role."""
    c, s = t.cases.c, t.slots.c
    keeps = select(c.id).where(c.unit_id == unit_id, c.ended_at.is_(None))
    holds = select(s.case_id).join(t.cases, c.id == s.case_id)
    holds = holds.where(s.unit_id == unit_id, s.until_at.is_(None), c.ended_at.is_(None))
    return {row.id for row in tx.execute(union(keeps, holds))}


def _with_tasks(tx: Connection, unit_id: str) -> set[str]:
    query = select(t.tasks.c.case_id).where(t.tasks.c.unit_id == unit_id, t.tasks.c.status.in_(TO_DO))
    return {row.case_id for row in tx.execute(query.distinct())}


def _tell(
    tx: Connection, case_id: str, kind: str, who: Who, now: datetime, data: dict[str, object], task: tasks.Task | None = None
) -> None:  # fmt: skip
    row = {"case_id": case_id, "instance_id": task.instance_id if task else None, "kind": kind}
    row |= {"element_id": task.element_id if task else None, "task_id": task.id if task else None}
    fact_rows.insert(tx, [row | {"at": now, "data": data} | who.columns()])
