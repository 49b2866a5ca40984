"""What a form that was corrected had influenced: nothing of it is taken back by itself, so people must be told where to look.

Enters: a case and a task that was handed in. Leaves: what happened since that looked at the names it wrote, or at what came of them:
decisions, ways taken, timers, tasks given to a unit, operations. Told from facts and expressions alone; no values are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine import library
from engine.execution import uses
from engine.execution.specification import Specification
from engine.records import cases, entries, tasks
from engine.records import tables as t

_KINDS = {
    "decision_made": "decision",
    "element_passed": "way",
    "timer_set": "timer",
    "task_opened": "task",
    "operation_performed": "operation",
}
_GATEWAYS = ("exclusiveGateway", "inclusiveGateway")


@dataclass(frozen=True, slots=True)
class Influenced:
    """`kind` is `decision`, `way` (a gateway, with the `flows` taken), `timer`, `task` or `operation`; `names` are those it looked at."""

    kind: str
    process_id: str
    element_id: str
    name: str
    at: datetime
    names: tuple[str, ...]
    flows: tuple[str, ...] = ()
    task_id: str | None = None


def of_task(tx: Connection, task_id: str, names: Collection[str] = ()) -> list[Influenced]:
    """What the task's answer influenced since it was handed in, in order; with `names` only through these."""
    task, instance = tasks.fetch_with_instance(tx, task_id)
    written = [one for one in entries.of_task(tx, task_id) if one.source != "correction"]
    if not written:
        return []
    wanted = set(names) or {name for one in written for name in one.data}
    spec = library.loaded(tx, instance.bundle_hash).specification
    return list(_found(tx, spec, task, instance, _closing_fact(tx, task), wanted))


def _found(
    tx: Connection,
    spec: Specification,
    task: tasks.Task,
    instance: cases.Instance,
    since: int,
    wanted: set[str],
) -> Iterator[Influenced]:
    inside = set(wanted)  # seen in the task's own scope
    outside = set() if task.scope else inside  # seen everywhere else
    outside |= uses.collected(spec, task.process_id, task.element_id) if task.scope else set()
    query = select(t.facts).where(
        t.facts.c.case_id == task.case_id, t.facts.c.instance_id == instance.id, t.facts.c.id > since
    )
    for row in tx.execute(query.where(t.facts.c.kind.in_(sorted(_KINDS))).order_by(t.facts.c.id)):
        data = row.data
        if row.kind == "element_passed" and data.get("element") not in _GATEWAYS:
            continue
        known = inside | outside if task.scope and data.get("scope") == task.scope else outside
        process_id = str(data.get("process"))
        looked_at = uses.read(spec, process_id, row.element_id) & known
        if not looked_at:
            continue
        (inside if data.get("scope") == task.scope else outside).update(
            uses.written(spec, process_id, row.element_id)
        )
        flows = tuple(data.get("flows") or ())
        yield Influenced(
            _KINDS[row.kind],
            process_id,
            row.element_id,
            str(data.get("name")),
            row.at,
            tuple(sorted(looked_at)),
            flows,
            row.task_id,
        )


def _closing_fact(tx: Connection, task: tasks.Task) -> int:
    """The task's completion is told among the facts of its own step; what that step did comes after it."""
    query = select(t.facts.c.id).where(t.facts.c.case_id == task.case_id, t.facts.c.task_id == task.id)
    return int(tx.execute(query.where(t.facts.c.kind == "task_completed")).scalar() or 0)
