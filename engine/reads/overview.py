"""Small overviews that several pages share: routines in force, health, whom a summons came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.access.objects import CONVENER, CaseObject
from engine.records import heartbeats
from engine.records import tables as t


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a routine; `is_current` is the one new cases get, `running` how many cases are on it."""

    process_id: str
    title: str
    region_id: str | None
    hash: str
    deployed_at: datetime
    deployed_by: str | None
    is_current: bool
    running: int


@dataclass(frozen=True, slots=True)
class Health:
    """How the clock is being kept: the earliest timer that should have fired, and the heartbeats seen."""

    overdue: int
    oldest_due_at: datetime | None
    beats: tuple[heartbeats.Beat, ...]
    stopped_cases: int


def routines(tx: Connection) -> list[tuple[str, str]]:
    """(process id, title) of every routine in force, by title."""
    query = select(t.routines.c.process_id, t.bundles.c.title).join(
        t.bundles, t.bundles.c.hash == t.routines.c.bundle_hash
    )
    return sorted(
        ((row.process_id, row.title) for row in tx.execute(query)), key=lambda row: row[1].casefold()
    )


def versions(tx: Connection) -> list[Version]:
    """Every version ever deployed, the newest first within its routine."""
    running = (
        select(t.instances.c.bundle_hash, func.count().label("running"))
        .where(t.instances.c.ended_at.is_(None))
        .group_by(t.instances.c.bundle_hash)
    ).subquery()
    query = (
        select(
            t.bundles,
            t.routines.c.bundle_hash.label("current"),
            func.coalesce(running.c.running, 0).label("running"),
        )
        .join(t.routines, t.routines.c.process_id == t.bundles.c.process_id, isouter=True)
        .join(running, running.c.bundle_hash == t.bundles.c.hash, isouter=True)
        .order_by(t.bundles.c.title, t.bundles.c.process_id, t.bundles.c.deployed_at.desc())
    )
    return [
        Version(
            row.process_id,
            row.title,
            row.region_id,
            row.hash,
            row.deployed_at,
            row.deployed_by,
            row.current == row.hash,
            row.running,
        )
        for row in tx.execute(query)
    ]


def health(tx: Connection, *, now: datetime) -> Health:
    """Whether timers fire in time."""
    armed = (t.timers.c.status == "armed") & (t.timers.c.attempts == 0) & (t.timers.c.due_at <= now)
    overdue, oldest = tx.execute(select(func.count(), func.min(t.timers.c.due_at)).where(armed)).one()
    stopped = tx.execute(
        select(func.count()).select_from(t.cases).where(t.cases.c.status == "stopped")
    ).scalar_one()
    return Health(int(overdue), oldest, tuple(heartbeats.all_of(tx)), int(stopped))


def summoned_by(case: CaseObject) -> str:
    """The unit that convenes the case: what a called unit is told before consent."""
    slot = case.slots.get(CONVENER)
    return slot.unit_id if slot else case.unit_id
