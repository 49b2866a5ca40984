"""Those who have asked a unit to be rung about a plan, without saying who they are to anybody else.

Enters: an open transaction; a name and a way to reach somebody, encrypted already. Leaves: frozen values. Belongs to no case.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, or_, select, update

from engine.errors import NotFound
from engine.records import ids
from engine.records import tables as t

NOTICE = "contact_request"
"""The kind of notice that its unit gets."""


@dataclass(frozen=True, slots=True)
class Request:
    """`asked_as` is a word for who asks; `sealed` is none once it was forgotten."""

    id: str
    unit_id: str
    asked_as: str
    sealed: str | None
    asked_at: datetime
    taken_at: datetime | None
    taken_by: str | None


_ALL = select(*(t.contact_requests.c[name] for name in Request.__slots__))


def insert(tx: Connection, unit_id: str, asked_as: str, sealed: str, *, now: datetime) -> str:
    """It waits from now; gives its id."""
    row = {"id": ids.new(), "unit_id": unit_id, "asked_as": asked_as, "sealed": sealed, "asked_at": now}
    tx.execute(t.contact_requests.insert(), row)
    return str(row["id"])


def of_units(tx: Connection, unit_ids: Collection[str]) -> list[Request]:
    """Those that wait, the oldest first, and after them those dealt with that are not forgotten yet."""
    r = t.contact_requests.c
    query = _ALL.where(r.unit_id.in_(sorted(unit_ids)), r.sealed.is_not(None))
    return [Request(*row) for row in tx.execute(query.order_by(r.taken_at.is_not(None), r.asked_at))]


def waiting(tx: Connection, unit_ids: Collection[str]) -> int:
    """How many wait."""
    r = t.contact_requests.c
    query = select(func.count()).where(r.unit_id.in_(sorted(unit_ids)), r.taken_at.is_(None))
    return int(tx.execute(query).scalar_one())


def told_since(tx: Connection, unit_id: str, since: datetime) -> bool:
    """Whether the unit has got a notice of somebody who asked after that instant."""
    n = t.notices.c
    query = select(n.id).where(n.kind == NOTICE, n.unit_id == unit_id, n.created_at > since)
    return tx.execute(query.limit(1)).first() is not None


def fetch(tx: Connection, request_id: str) -> Request:
    """One. NotFound where there is none."""
    row = tx.execute(_ALL.where(t.contact_requests.c.id == request_id)).one_or_none()
    if row is None:
        raise NotFound
    return Request(*row)


def take(tx: Connection, request_id: str, *, by: str, now: datetime) -> bool:
    """Whether it was still waiting; from now on it is that person's."""
    r = t.contact_requests
    waits = update(r).where(r.c.id == request_id, r.c.taken_at.is_(None))
    return tx.execute(waits.values(taken_at=now, taken_by=by)).rowcount == 1


def staffed(tx: Connection, *, on: date) -> set[str]:
    """The units where somebody works on that day who meets people: staff or coordinators."""
    m = t.memberships.c
    query = select(m.unit_id).where(
        m.role.in_(["staff", "coordinator"]), m.valid_from <= on, or_(m.valid_to.is_(None), m.valid_to >= on)
    )
    return set(tx.execute(query.distinct()).scalars())


def forget(tx: Connection, before: datetime) -> int:
    """Who it was that asked, where it was dealt with before that instant; gives how many."""
    r = t.contact_requests
    old = update(r).where(r.c.taken_at < before, r.c.sealed.is_not(None))
    return tx.execute(old.values(sealed=None)).rowcount


def are_old(tx: Connection, before: datetime) -> bool:
    """Whether there is anything to forget."""
    r = t.contact_requests.c
    return (
        tx.execute(select(r.id).where(r.taken_at < before, r.sealed.is_not(None)).limit(1)).first()
        is not None
    )
