"""A routine's drawing with what happens at its steps: who waits now, how long it took, what came too late, which way was taken.

Enters: a routine (process id), a scope and a period. Leaves: numbers by process and element, and ways by the id of the sequence flow; never
a case. Test cases count nowhere. What is told outside a unit's own work goes through `protected` first.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, Connection, and_, func, select, text

from engine.reads.guarded import LEAST
from engine.reads.measures import Period, Scope
from engine.records import tables as t
from engine.status import TO_DO, TaskStatus

Place = tuple[str, str]
"""Process id and element id."""
_OPEN = text("tasks.status IN ('open', 'claimed')")
"""Word for word as the indexes of open tasks say it, which SQLite compares so."""


@dataclass(frozen=True, slots=True)
class Heat:
    """One step: how many wait now; of those done in the period the median and nine of ten (days); how many came too late, of how many
    with a last day. None is a number too small to be told.
    """

    waiting: int | None = 0
    done: int | None = 0
    median_days: float | None = None
    ninth_days: float | None = None
    late: int | None = 0
    due: int | None = 0


def steps(
    tx: Connection, process_id: str, scope: Scope, period: Period, *, now: datetime, version: str = ""
) -> dict[Place, Heat]:
    """Every step of the routine's cases at which something waits, or was done in the period; `version` (a bundle's hash) leaves those
    that run by it.
    """
    found: dict[Place, Heat] = defaultdict(Heat)
    by = _by(t.tasks.c.instance_id, version)
    waiting = _open(tx, process_id, scope, *by)
    for place, number in waiting.items():
        found[place] = replace(found[place], waiting=number)
    took, late, due = _done(tx, process_id, scope, period, *by)
    ends = (t.tasks.c.due_at < min(now, period.ends_at), t.tasks.c.due_at >= period.begins_at)
    over = _open(tx, process_id, scope, *ends, *by)
    late, due = late + over, due + over
    for place in {*took, *due}:
        days = sorted(took.get(place, ()))
        middle, ninth = (median(days), days[math.ceil(len(days) * 0.9) - 1]) if days else (None, None)
        found[place] = replace(
            found[place],
            done=len(days),
            median_days=middle,
            ninth_days=ninth,
            late=late[place],
            due=due[place],
        )
    return dict(found)


def _by(instance_id: ColumnElement[str], version: str) -> list[ColumnElement[bool]]:
    """That a version drives what runs there; nothing where none is asked for."""
    of = t.instances.c
    found = select(of.id).where(of.id == instance_id, of.bundle_hash == version)
    return [found.exists()] if version else []


def _open(tx: Connection, process_id: str, scope: Scope, *more: ColumnElement[bool]) -> Counter[Place]:
    """How many open tasks each step has. The units' own tasks are gone through, and the routine is chosen among them afterwards: so the
    cost follows the units and not all that runs by the routine.
    """
    tasks, c = t.tasks.c, t.cases.c
    query = (
        select(c.process_id, tasks.process_id, tasks.element_id, func.count())
        .join(t.cases, c.id == tasks.case_id)
        .where(_OPEN, _at(scope), c.is_test.is_(False), *more)
        .group_by(c.process_id, tasks.process_id, tasks.element_id)
    )
    return Counter({(row[1], row[2]): row[3] for row in tx.execute(query) if row[0] == process_id})


def _done(
    tx: Connection, process_id: str, scope: Scope, period: Period, *more: ColumnElement[bool]
) -> tuple[dict[Place, list[float]], Counter[Place], Counter[Place]]:
    """How many days each completed task took, how many came too late, and how many had a last day; chosen as in `_open`."""
    tasks, c = t.tasks.c, t.cases.c
    query = (
        select(c.process_id, tasks.process_id, tasks.element_id, tasks.opened_at, tasks.closed_at, tasks.due_at)
        .join(t.cases, c.id == tasks.case_id)
        .where(
            _at(scope), tasks.status == TaskStatus.COMPLETED, c.is_test.is_(False), tasks.closed_at >= period.begins_at,
            tasks.closed_at < period.ends_at, *more,
        )
    )  # fmt: skip
    took: dict[Place, list[float]] = defaultdict(list)
    late: Counter[Place] = Counter()
    due: Counter[Place] = Counter()
    for root, process, element, opened_at, closed_at, due_at in tx.execute(query):
        if root == process_id:
            took[process, element].append((closed_at - opened_at) / timedelta(days=1))
            due[process, element] += due_at is not None
            late[process, element] += due_at is not None and closed_at > due_at
    return took, late, due


def _at(scope: Scope) -> ColumnElement[bool]:
    """The tasks of the units; of a region those of all its units."""
    whole = select(t.units.c.id).where(t.units.c.region_id == scope.region_id)
    return t.tasks.c.unit_id.in_(scope.unit_ids or whole)


def ways(
    tx: Connection, process_id: str, scope: Scope, period: Period, elements: Iterable[str], version: str = ""
) -> dict[str, int]:
    """How often each sequence flow out of these elements was taken by cases that began in the period, by the flow's id; `version` as in
    `steps`.
    """
    facts, c = t.facts.c, t.cases.c
    query = select(facts.data).join(t.cases, c.id == facts.case_id)
    query = query.where(
        _cases(process_id, scope), c.started_at >= period.begins_at, c.started_at < period.ends_at, facts.kind == "element_passed",
        facts.element_id.in_(sorted(elements)), *_by(facts.instance_id, version),
    )  # fmt: skip
    found: Counter[str] = Counter()
    for data in tx.execute(query).scalars():
        flows = data.get("flows") if isinstance(data, Mapping) else None
        found.update(str(one) for one in flows) if isinstance(flows, Sequence) else None
    return dict(found)


def tasks_at(
    tx: Connection,
    process_id: str,
    element_id: str,
    scope: Scope,
    *,
    late: bool,
    now: datetime,
    version: str = "",
    most: int = 200,
) -> list[str]:
    """Ids of what waits at a step, the oldest first; with `late` only what is past its last instant; `version` as in `steps`."""
    tasks = t.tasks.c
    query = select(tasks.id).where(tasks.status.in_(TO_DO), tasks.element_id == element_id)
    query = query.where(*_by(tasks.instance_id, version))
    if late:
        query = query.where(tasks.due_at < now)
    return list(
        tx.execute(
            _within(query, process_id, scope).order_by(tasks.opened_at, tasks.id).limit(most)
        ).scalars()
    )


def together(found: Iterable[Heat]) -> Heat:
    """What a call shows of all steps inside it: who waits, and what came too late; the times are of the steps themselves."""
    rows = list(found)
    return Heat(
        sum(one.waiting or 0 for one in rows), sum(one.done or 0 for one in rows), None, None,
        sum(one.late or 0 for one in rows), sum(one.due or 0 for one in rows),
    )  # fmt: skip


def together_protected(found: Iterable[Heat]) -> Heat:
    """The same for those who see no case: no sum that is told where a step inside it is kept back, which the sum would give away."""
    rows = list(found)
    told, whole = [protected(one) for one in rows], protected(together(rows))
    waits = any(one.waiting and shown.waiting is None for one, shown in zip(rows, told, strict=True))
    missed = any(one.due and shown.due is None for one, shown in zip(rows, told, strict=True))
    return replace(
        whole, waiting=None if waits else whole.waiting, late=None if missed else whole.late, due=None if missed else whole.due,
    )  # fmt: skip


def protected(one: Heat) -> Heat:
    """The same for those who see many cases and none of them: no number below `LEAST`, nor what one could be worked out from."""
    few = one.done is None or one.done < LEAST
    late, due = one.late or 0, one.due or 0
    hidden = late < LEAST or due - late < LEAST
    return Heat(
        one.waiting if (one.waiting or 0) >= LEAST else None, None if few else one.done, None if few else one.median_days,
        None if (one.done or 0) < 2 * LEAST else one.ninth_days, None if hidden else late, None if hidden else due,
    )  # fmt: skip


def begun(tx: Connection, region_id: str) -> list[str]:
    """The routines that cases of the region go by, the one with most cases first."""
    c = t.cases.c
    query = select(c.process_id).where(c.region_id == region_id, c.is_test.is_(False)).group_by(c.process_id)
    return list(tx.execute(query.order_by(func.count().desc(), c.process_id)).scalars())


def versions(tx: Connection, process_id: str) -> list[str]:
    """Hashes of the routine's versions, the oldest first."""
    c = t.bundles.c
    query = select(c.hash).where(c.process_id == process_id).order_by(c.deployed_at, c.hash)
    return list(tx.execute(query).scalars())


def first_case(tx: Connection, process_id: str, scope: Scope, version: str = "") -> datetime | None:
    """When the first case of the routine began; `version` as in `steps`."""
    of = t.instances.c
    query = select(func.min(t.cases.c.started_at)).where(_cases(process_id, scope))
    if version:
        query = query.where(
            select(of.id).where(of.case_id == t.cases.c.id, of.bundle_hash == version).exists()
        )
    found: datetime | None = tx.execute(query).scalar_one()
    return found


def _within(query, process_id: str, scope: Scope):  # type: ignore[no-untyped-def]  # a Select of any columns
    query = query.join(t.cases, t.cases.c.id == t.tasks.c.case_id).where(
        t.cases.c.process_id == process_id,
        t.cases.c.is_test.is_(False),
        t.cases.c.region_id == scope.region_id,
    )
    return query.where(t.tasks.c.unit_id.in_(scope.unit_ids)) if scope.unit_ids else query


def _cases(process_id: str, scope: Scope) -> ColumnElement[bool]:
    c = t.cases.c
    own = c.unit_id.in_(scope.unit_ids) if scope.unit_ids else c.region_id == scope.region_id
    return and_(c.process_id == process_id, c.region_id == scope.region_id, c.is_test.is_(False), own)
