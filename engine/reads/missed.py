"""Steps that were done too late, for whoever answers for the unit that did them or for the one that keeps the case.

Enters: an actor, a routine's steps, a scope and a period. Leaves: the case's number, the unit and the days, as far as the actor may follow
the step; and how many more there are. Nothing of the person. Test cases stand in no list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from engine import asking
from engine.access import Act, Actor, TaskObject, may
from engine.reads.measures import Period, Scope
from engine.records import cases, grounds
from engine.records import tables as t
from engine.status import TaskStatus

MOST = 200


@dataclass(frozen=True, slots=True)
class Missed:
    """A step done after its last instant; `opens` is whether the actor may open its case."""

    case_id: str
    number: str
    name: str
    unit_id: str
    due_on: date | None
    done_at: datetime
    opens: bool


def done_late(
    tx: Connection,
    actor: Actor,
    process_id: str,
    elements: Sequence[str],
    scope: Scope,
    period: Period,
    *,
    now: datetime,
    version: str = "",
) -> tuple[list[Missed], int]:
    """What was done too late within the period, the newest first, at most `MOST`; and how many of them the actor may not follow. `version`
    (a bundle's hash) leaves what runs by it.
    """
    tasks, c = t.tasks.c, t.cases.c
    query = (
        select(tasks.case_id, tasks.name, tasks.unit_id, tasks.role, tasks.due_on, tasks.closed_at)
        .join(t.cases, c.id == tasks.case_id)
        .where(
            c.process_id == process_id, c.is_test.is_(False), c.region_id == scope.region_id, tasks.element_id.in_(elements),
            tasks.status == TaskStatus.COMPLETED, tasks.closed_at > tasks.due_at, tasks.closed_at >= period.begins_at,
            tasks.closed_at < period.ends_at,
        )
    )  # fmt: skip
    if scope.unit_ids:
        query = query.where(tasks.unit_id.in_(scope.unit_ids))
    if version:
        of = t.instances.c
        query = query.where(
            select(of.id).where(of.id == tasks.instance_id, of.bundle_hash == version).exists()
        )
    found = list(tx.execute(query.order_by(tasks.closed_at.desc(), tasks.id).limit(MOST)))
    ids = sorted({row.case_id for row in found})
    known, standings = cases.fetch_many(tx, ids), grounds.standings(tx, ids)
    objects = {one: asking.case_object(known[one], standings[one], now=now) for one in ids}
    told = [
        Missed(
            row.case_id, known[row.case_id].number, row.name, row.unit_id, row.due_on, row.closed_at,
            bool(may(actor, Act.CASE_SEE_EXISTENCE, objects[row.case_id])),
        )
        for row in found
        if may(actor, Act.TASK_FOLLOW, TaskObject(objects[row.case_id], row.unit_id, row.role))
    ]  # fmt: skip
    return told, len(found) - len(told)
