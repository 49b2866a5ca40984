"""What is known of closed cases when it is asked how long they are kept, and what holds them back.

Enters: an open transaction. Leaves: rows as frozen values, with days and ids and nothing of what stands in a case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, or_, select, update

from engine.errors import NotFound
from engine.records import ids
from engine.records import tables as t
from engine.records.who import Who


@dataclass(frozen=True, slots=True)
class Principal:
    """Who answers for what stands in its cases; `kind` is `region`, `municipality` or another word of the directory."""

    id: str
    region_id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Closed:
    """A case whose content is still there. `last_at` is the newest instant at which anything was put into it; `runs` where anything of it
    is still going on. `retention_from` is the day on which the routine closed it.
    """

    id: str
    number: str
    region_id: str
    principal_id: str
    principal_kind: str
    process_id: str
    has_subject: bool
    is_about_another: bool
    started_at: datetime
    ended_at: datetime | None
    retention_from: date | None
    last_at: datetime | None
    born_on: date | None
    runs: bool


@dataclass(frozen=True, slots=True)
class Hold:
    """A case is held back: why, by whom, and until which day, None where somebody must end it."""

    id: str
    case_id: str
    number: str
    reason: str
    placed_at: datetime
    placed_by: str
    placed_for_id: str | None
    until_on: date | None
    ended_at: datetime | None
    ended_by: str | None
    ended_because: str | None

    def holds(self, today: date) -> bool:
        """Whether it holds on that day."""
        return self.ended_at is None and (self.until_on is None or today <= self.until_on)


_PUT_IN = (
    t.entries.c.at, t.documents.c.issued_at, t.dispatches.c.at, t.messages.c.sent_at, t.meetings.c.set_at, t.consents.c.recorded_at,
    t.withdrawals.c.recorded_at, t.attachments.c.at,
)  # fmt: skip
"""When something was put into a case."""


def _closed() -> Select[*tuple[Any, ...]]:
    c = t.cases.c
    newest = [
        select(func.max(one)).where(one.table.c.case_id == c.id).scalar_subquery().label(f"last_{place}")
        for place, one in enumerate(_PUT_IN)
    ]
    runs = or_(
        c.ended_at.is_(None),
        exists().where(t.instances.c.case_id == c.id, t.instances.c.ended_at.is_(None)),
        exists().where(t.tasks.c.case_id == c.id, t.tasks.c.closed_at.is_(None)),
    )
    return (
        select(
            c.id, c.number, c.region_id, c.principal_id, t.principals.c.kind.label("principal_kind"), c.process_id,
            c.subject_id.is_not(None).label("has_subject"), c.about_case_id.is_not(None).label("is_about_another"), c.started_at,
            c.ended_at, c.retention_from, t.subjects.c.born_on, runs.label("runs"), *newest,
        )
        .join(t.principals, t.principals.c.id == c.principal_id)
        .join(t.subjects, t.subjects.c.id == c.subject_id, isouter=True)
        .where(c.purged_at.is_(None))
    )  # fmt: skip


_CLOSED = _closed()


def principals(tx: Connection, region_id: str) -> list[Principal]:
    """Those of a region by name."""
    p = t.principals.c
    query = select(p.id, p.region_id, p.name, p.kind).where(p.region_id == region_id)
    return sorted((Principal(*row) for row in tx.execute(query)), key=lambda one: one.name)


def principal(tx: Connection, principal_id: str) -> Principal:
    """One of them. NotFound."""
    p = t.principals.c
    row = tx.execute(select(p.id, p.region_id, p.name, p.kind).where(p.id == principal_id)).one_or_none()
    if row is None:
        raise NotFound
    return Principal(*row)


def ended(tx: Connection, principal_id: str, before: datetime) -> Iterator[Closed]:
    """The cases of a principal that ended before that instant and whose content is still there, the oldest first."""
    c = t.cases.c
    yield from _read(tx, c.principal_id == principal_id, c.ended_at < before)


def of_cases(tx: Connection, case_ids: Collection[str]) -> dict[str, Closed]:
    """Those of the cases whose content is still there, running ones too."""
    return {one.id: one for one in _read(tx, t.cases.c.id.in_(sorted(case_ids)))}


def _read(tx: Connection, *which: ColumnElement[bool]) -> Iterator[Closed]:
    for row in tx.execute(_CLOSED.where(*which).order_by(t.cases.c.ended_at, t.cases.c.id)).mappings():
        told = {name: row[name] for name in Closed.__slots__ if name != "last_at"}
        times = [row[f"last_{place}"] for place in range(len(_PUT_IN)) if row[f"last_{place}"] is not None]
        yield Closed(**told, last_at=max(times, default=None))


_HOLD = select(
    *(t.legal_holds.c[name] if name != "number" else t.cases.c.number for name in Hold.__slots__)
).join(t.cases, t.cases.c.id == t.legal_holds.c.case_id)


def place(
    tx: Connection, case_id: str, reason: str, until_on: date | None, *, who: Who, now: datetime
) -> str:
    """Hold the case back; gives the hold's id."""
    hold_id = ids.new()
    row = {"id": hold_id, "case_id": case_id, "reason": reason, "until_on": until_on, "placed_at": now}
    tx.execute(t.legal_holds.insert(), row | {"placed_by": who.actor_id, "placed_for_id": who.acting_for_id})
    return hold_id


def hold(tx: Connection, hold_id: str) -> Hold:
    """One hold. NotFound."""
    row = tx.execute(_HOLD.where(t.legal_holds.c.id == hold_id)).one_or_none()
    if row is None:
        raise NotFound
    return Hold(*row)


def end(tx: Connection, hold_id: str, because: str, *, who: Who, now: datetime) -> None:
    """The case is no longer held back by it."""
    row = {
        "ended_at": now,
        "ended_by": who.actor_id,
        "ended_for_id": who.acting_for_id,
        "ended_because": because,
    }
    tx.execute(update(t.legal_holds).where(t.legal_holds.c.id == hold_id).values(**row))


def holds_of(tx: Connection, case_ids: Collection[str]) -> list[Hold]:
    """Every hold that was ever placed on these cases, the newest first."""
    return _holds(tx, _HOLD.where(t.legal_holds.c.case_id.in_(sorted(case_ids))))


def holds_at(tx: Connection, principal_id: str) -> list[Hold]:
    """The holds on cases of a principal that nobody has ended, the newest first."""
    return _holds(tx, _HOLD.where(t.cases.c.principal_id == principal_id, t.legal_holds.c.ended_at.is_(None)))


def _holds(tx: Connection, query: Select[*tuple[Any, ...]]) -> list[Hold]:
    found = tx.execute(query.order_by(t.legal_holds.c.placed_at.desc(), t.legal_holds.c.id))
    return [Hold(*row) for row in found]
