"""How many cases stand on which version of a routine, and at which step: numbers, never which cases.

Enters: an open transaction and a routine's process id. Leaves: counts. A case stands at every step that it waits at, so the numbers of the
steps may add up to more than the cases, or to less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, distinct, func, select

from engine.records import tables as t
from engine.status import TaskStatus


@dataclass(frozen=True, slots=True)
class Standing:
    """One version: `running` runs follow it. `steps` are how many of them wait at each task, by process and element id; one
    that waits only for a day or a message stands at none.
    """

    bundle_hash: str
    running: int
    steps: Mapping[tuple[str, str], int]


def of(tx: Connection, process_id: str) -> list[Standing]:
    """Every version that runs follow, the one with most runs first. Runs of the routine itself: what it calls is a part of them."""
    i = t.instances.c
    counted = (
        select(i.bundle_hash, func.count().label("running"))
        .where(i.process_id == process_id, i.ended_at.is_(None))
        .group_by(i.bundle_hash)
    )
    running = {row.bundle_hash: int(row.running) for row in tx.execute(counted)}
    steps: dict[str, dict[tuple[str, str], int]] = {one: {} for one in running}
    task = t.tasks.c
    query = (
        select(i.bundle_hash, task.process_id, task.element_id, func.count(distinct(i.id)).label("cases"))
        .join(t.instances, i.id == task.instance_id)
        .where(
            i.process_id == process_id,
            i.ended_at.is_(None),
            task.status.in_((TaskStatus.OPEN, TaskStatus.CLAIMED)),
        )
        .group_by(i.bundle_hash, task.process_id, task.element_id)
    )
    for row in tx.execute(query):
        steps[row.bundle_hash][row.process_id, row.element_id] = int(row.cases)
    found = [Standing(one, running[one], steps[one]) for one in running]
    return sorted(found, key=lambda one: (-one.running, one.bundle_hash))
