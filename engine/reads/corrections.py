"""What an administrator needs to know of running cases to correct them: numbers, versions and decisions, never content.

Enters: an open transaction. Leaves: frozen rows. What may be shown to whom is for whoever asks, by the row's region.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, and_, or_, select

from engine.records import moves
from engine.records import tables as t
from engine.records.facts import Incident
from engine.records.moves import Move
from engine.status import TaskStatus

FEW = 50


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one routine in a case; `case_status` is `stopped` where the case stands still."""

    id: str
    case_id: str
    number: str
    region_id: str
    case_status: str
    process_id: str
    bundle_hash: str
    title: str
    kind: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A correction with the case that it is about."""

    move: Move
    number: str
    region_id: str
    title: str


_RUN = (
    select(
        t.instances.c.id, t.instances.c.case_id, t.cases.c.number, t.cases.c.region_id, t.cases.c.status, t.instances.c.process_id,
        t.instances.c.bundle_hash, t.bundles.c.title, t.instances.c.kind, t.instances.c.started_at, t.instances.c.ended_at,
    )
    .join(t.cases, t.cases.c.id == t.instances.c.case_id)
    .join(t.bundles, t.bundles.c.hash == t.instances.c.bundle_hash)
)  # fmt: skip


def run(tx: Connection, instance_id: str) -> Run | None:
    """One run."""
    row = tx.execute(_RUN.where(t.instances.c.id == instance_id)).one_or_none()
    return Run(*row) if row else None


def runs_of(tx: Connection, case_id: str) -> list[Run]:
    """The runs of a case, the main one first, then as they were started."""
    query = _RUN.where(t.instances.c.case_id == case_id)
    return [
        Run(*row) for row in tx.execute(query.order_by(t.instances.c.kind.desc(), t.instances.c.started_at))
    ]


def runs_on(
    tx: Connection, bundle_hash: str, *, at: tuple[str, str] | None = None, after: str = "", most: int = FEW
) -> list[Run]:
    """The running ones on that version by case number, from the one after the run `after` on; `at` is the step that they wait at, by
    process and element id.
    """
    i, number, task = t.instances.c, t.cases.c.number, t.tasks.c
    query = _RUN.where(i.bundle_hash == bundle_hash, i.ended_at.is_(None))
    if at is not None:
        waits = select(task.instance_id).where(
            task.process_id == at[0],
            task.element_id == at[1],
            task.status.in_((TaskStatus.OPEN, TaskStatus.CLAIMED)),
        )
        query = query.where(i.id.in_(waits))
    last = run(tx, after) if after else None
    if last is not None:
        query = query.where(or_(number > last.number, and_(number == last.number, i.id > last.id)))
    return [Run(*row) for row in tx.execute(query.order_by(number, i.id).limit(most))]


def waiting(tx: Connection) -> list[Listed]:
    """Corrections that wait for a second person, the oldest first."""
    m = t.moves.c
    return _listed(tx, select(m.id).where(m.status == "asked").order_by(m.asked_at, m.id))


def decided(tx: Connection, *, most: int = FEW) -> list[Listed]:
    """The corrections decided last, the newest first."""
    m = t.moves.c
    return _listed(
        tx, select(m.id).where(m.status != "asked").order_by(m.decided_at.desc(), m.id).limit(most)
    )


def of_case(tx: Connection, case_id: str) -> list[Listed]:
    """Every correction of a case, the oldest first."""
    m = t.moves.c
    return _listed(tx, select(m.id).where(m.case_id == case_id).order_by(m.asked_at, m.id))


def one(tx: Connection, move_id: str) -> Listed:
    """One correction. NotFound."""
    move = moves.fetch(tx, move_id)
    return _listed(tx, select(t.moves.c.id).where(t.moves.c.id == move.id))[0]


def incidents_of(tx: Connection, instance_id: str, since: datetime) -> list[Incident]:
    """What stands still in a run, and what was mended there since then, the oldest first."""
    i = t.incidents.c
    query = select(*(i[name] for name in Incident.__slots__)).where(
        i.instance_id == instance_id, or_(i.resolved_at.is_(None), i.resolved_at >= since)
    )
    return [Incident(*row) for row in tx.execute(query.order_by(i.at, i.id))]


def _listed(tx: Connection, chosen: Select[tuple[str]]) -> list[Listed]:
    ids = list(tx.execute(chosen).scalars())
    query = (
        select(
            *(t.moves.c[name] for name in Move.__slots__),
            t.cases.c.number,
            t.cases.c.region_id,
            t.bundles.c.title,
        )
        .join(t.cases, t.cases.c.id == t.moves.c.case_id)
        .join(t.bundles, t.bundles.c.hash == t.moves.c.to_hash)
        .where(t.moves.c.id.in_(ids))
    )
    found = {row.id: Listed(Move(*row[: len(Move.__slots__)]), *row[-3:]) for row in tx.execute(query)}
    return [found[one_id] for one_id in ids]
