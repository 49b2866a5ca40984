"""Timers: the next instant that matters, in an indexed table (decision 6).

Enters: an open transaction. Leaves: the next due timer, and how long nothing is due. The sweep locks the case, never the timer
first: a completion holds the case and clears timers, and two rows locked in opposite order are a deadlock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, func, literal_column, select, update

from engine.records import tables as t
from engine.records.upsert import upsert
from engine.status import TimerStatus


@dataclass(frozen=True, slots=True)
class Timer:
    """An instant at which the routine goes on by itself."""

    id: str
    case_id: str
    instance_id: str
    element_id: str
    name: str
    scope: str
    host: str
    watches: str
    due_at: datetime
    deadline: bool
    calendar: str | None
    explanation: object
    status: str
    set_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Fired:
    """A timer that has fired, and when."""

    element_id: str
    at: datetime


_TIMER = select(*(t.timers.c[name] for name in Timer.__slots__))
_ARMED = t.timers.c.status == TimerStatus.ARMED


def arm(tx: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """New armed timers, or a cycle's next round of a known one; one statement."""
    upsert(tx, t.timers, rows, key=["id"])


def end(tx: Connection, timer_ids: Mapping[str, str], *, now: datetime) -> None:
    """timer id -> `fired` or `cleared`; one statement."""
    if timer_ids:
        statement = (
            update(t.timers)
            .where(t.timers.c.id == bindparam("the_id"))
            .values(status=bindparam("the_status"), ended_at=now)
        )
        tx.execute(
            statement, [{"the_id": key, "the_status": status} for key, status in sorted(timer_ids.items())]
        )


def step_aside(tx: Connection, timer_id: str) -> None:
    """Its step failed: it is not tried again until somebody has mended the cause, so that nobody else waits for it."""
    tx.execute(update(t.timers).where(t.timers.c.id == timer_id).values(attempts=t.timers.c.attempts + 1))


def step_back(tx: Connection, timer_id: str) -> None:
    """Mended: may be tried again."""
    tx.execute(update(t.timers).where(t.timers.c.id == timer_id).values(attempts=0))


def hold_back(tx: Connection, case_id: str, host: str, *, until: datetime) -> None:
    """After downtime: the other timers of the same task wait until people have had a working day to act."""
    later = update(t.timers).where(
        t.timers.c.case_id == case_id, t.timers.c.host == host, t.timers.c.host != "", _ARMED
    )
    tx.execute(later.where(t.timers.c.due_at < until).values(due_at=until))


def hold(tx: Connection, timer: Timer, *, until: datetime, due_at: datetime, last_day: date) -> None:
    """It waits until the end of `last_day`, because of something that stands until `until`; its explanation tells so, and what it said
    before.
    """
    told = dict(timer.explanation) if isinstance(timer.explanation, Mapping) else {}
    before = {"due_at": timer.due_at.isoformat(), "last_day": told.get("last_day")}
    told |= {"held": {"until": until.isoformat(), **before}, "last_day": last_day.isoformat()}
    about = update(t.timers).where(t.timers.c.id == timer.id, _ARMED)
    tx.execute(about.values(due_at=due_at, explanation=told))


def let_go(tx: Connection, timer: Timer) -> None:
    """It is due again when it was; nothing where it is not held, or has fired or is over since."""
    told = dict(timer.explanation) if isinstance(timer.explanation, Mapping) else {}
    before = told.pop("held", None)
    if isinstance(before, Mapping):
        told["last_day"] = before["last_day"]
        about = update(t.timers).where(t.timers.c.id == timer.id, _ARMED)
        due_at = datetime.fromisoformat(str(before["due_at"]))
        tx.execute(about.values(due_at=due_at, explanation={k: v for k, v in told.items() if v is not None}))


def next_due(tx: Connection, *, now: datetime) -> Timer | None:
    """The earliest timer due at `now` of a case that nobody holds; its case is held from here on.

    PostgreSQL skips cases that another process is working on; SQLite has one writer anyway.
    """
    query = _TIMER.join(t.cases, t.cases.c.id == t.timers.c.case_id).where(_ARMED, t.timers.c.due_at <= now)
    query = query.where(t.timers.c.attempts == 0).order_by(t.timers.c.due_at, t.timers.c.id).limit(1)
    row = tx.execute(query.with_for_update(of=t.cases, skip_locked=True)).one_or_none()
    return Timer(*row) if row else None


def next_due_at(tx: Connection) -> datetime | None:
    """When the heartbeat must look again; None where nothing is armed."""
    return tx.execute(select(func.min(t.timers.c.due_at)).where(_ARMED, t.timers.c.attempts == 0)).scalar()


def of_case(tx: Connection, case_id: str) -> list[Timer]:
    """The armed timers of a case, the nearest first."""
    query = _TIMER.where(t.timers.c.case_id == case_id, _ARMED).order_by(t.timers.c.due_at, t.timers.c.id)
    return [Timer(*row) for row in tx.execute(query)]


def armed_of(tx: Connection, case_ids: Collection[str]) -> dict[str, list[Timer]]:
    """case -> its armed timers, the nearest first."""
    query = _TIMER.where(t.timers.c.case_id.in_(sorted(case_ids)), _ARMED)
    found: dict[str, list[Timer]] = {}
    for row in tx.execute(query.order_by(t.timers.c.due_at, t.timers.c.id)):
        found.setdefault(row.case_id, []).append(Timer(*row))
    return found


def fired_of(tx: Connection, hosts: Collection[str]) -> dict[str, list[Fired]]:
    """task -> those of its own timers that have fired, the earliest first."""
    c = t.timers.c
    query = select(c.host, c.element_id, c.ended_at).where(
        c.host.in_(sorted(hosts)), c.host != literal_column("''"), c.status == literal_column("'fired'")
    )
    found: dict[str, list[Fired]] = {}
    for row in tx.execute(query.order_by(c.ended_at, c.id)):
        found.setdefault(row.host, []).append(Fired(row.element_id, row.ended_at))
    return found


def lifted_units(tx: Connection, case_ids: Collection[str], name: str) -> dict[str, str]:
    """Data scope -> the value of that name in it: a unit that an escalation of these cases is about."""
    v = t.case_values.c
    query = select(v.scope, v.value).where(v.case_id.in_(sorted(case_ids)), v.name == name, v.scope != "")
    return {row.scope: str(row.value) for row in tx.execute(query)}


def frames(tx: Connection, case_id: str) -> list[Timer]:
    """Deadlines on sub-processes and calls, those that have passed included: what is inside is due with them all the same."""
    query = _TIMER.where(t.timers.c.case_id == case_id, t.timers.c.deadline, t.timers.c.host == "")
    query = query.where(t.timers.c.status != TimerStatus.CLEARED)
    return [Timer(*row) for row in tx.execute(query.order_by(t.timers.c.set_at, t.timers.c.id))]


def fetch(tx: Connection, timer_id: str) -> Timer | None:
    """One timer."""
    row = tx.execute(_TIMER.where(t.timers.c.id == timer_id)).one_or_none()
    return Timer(*row) if row else None
