"""Who is away, and who acts for whom meanwhile.

Enters: an open transaction and an instant. Leaves: rows as small frozen values. A period holds from its first instant until its last,
exclusive, or until it was ended early, so that it ends by itself. Decides nothing: what a substitution gives is for `actions.actors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from engine.errors import NotFound
from engine.records import ids
from engine.records import tables as t
from engine.records.who import Who


@dataclass(frozen=True, slots=True)
class Given:
    """One role at one unit that somebody fills for the one who is away."""

    substitute_id: str
    unit_id: str
    role: str


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away. `over_at` is when it ends or ended: the end of the period, or earlier."""

    id: str
    person_id: str
    from_at: datetime
    until_at: datetime
    registered_by: str | None
    registered_for_id: str | None
    registered_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    given: tuple[Given, ...] = ()

    @property
    def over_at(self) -> datetime:
        """When it ends, or ended."""
        return min(self.until_at, self.ended_at) if self.ended_at else self.until_at


@dataclass(frozen=True, slots=True)
class Substitution:
    """In force now: `substitute_id` fills that role at that unit for `absent_id`."""

    absence_id: str
    absent_id: str
    absent_name: str
    substitute_id: str
    unit_id: str
    role: str


_COLUMNS = [t.absences.c[name] for name in Absence.__slots__ if name in t.absences.c]


def in_force(now: datetime) -> ColumnElement[bool]:
    """The condition that an absence holds at that instant."""
    a = t.absences.c
    return and_(a.from_at <= now, a.until_at > now, or_(a.ended_at.is_(None), a.ended_at > now))


def substituting(
    tx: Connection, *, now: datetime, substitute_id: str | None = None, absent_ids: Iterable[str] = ()
) -> list[Substitution]:
    """What one person fills for others now, or who fills what for these who are away; only among active persons."""
    a, s, p, q = t.absences.c, t.substitutions.c, t.persons.c, t.persons.alias("substitutes")
    columns = (a.id, a.person_id, p.name, s.substitute_id, s.unit_id, s.role)
    query = select(*columns).select_from(
        t.substitutions.join(t.absences, a.id == s.absence_id)
        .join(t.persons, p.id == a.person_id)
        .join(q, q.c.id == s.substitute_id)
    )
    query = query.where(in_force(now), p.active, q.c.active)
    if substitute_id is not None:
        query = query.where(s.substitute_id == substitute_id)
    else:
        query = query.where(a.person_id.in_(sorted(set(absent_ids))))
    return [Substitution(*row) for row in tx.execute(query.order_by(p.sort_key, a.id, s.unit_id, s.role))]


def away(tx: Connection, person_ids: Iterable[str], *, now: datetime) -> frozenset[str]:
    """Those of them who are away now."""
    wanted = sorted(set(person_ids))
    if not wanted:
        return frozenset()
    query = select(t.absences.c.person_id).where(t.absences.c.person_id.in_(wanted), in_force(now))
    return frozenset(row.person_id for row in tx.execute(query))


def fetch(tx: Connection, absence_id: str) -> Absence:
    """One absence with what it gives. NotFound."""
    found = _read(tx, [t.absences.c.id == absence_id])
    if not found:
        raise NotFound
    return found[0]


def of_persons(
    tx: Connection, person_ids: Iterable[str], *, over_after: datetime | None = None
) -> list[Absence]:
    """Absences of these persons, the latest first; with `over_after` only those that last beyond it."""
    where = [t.absences.c.person_id.in_(sorted(set(person_ids)))]
    return [one for one in _read(tx, where) if over_after is None or one.over_at > over_after]


def covered_by(tx: Connection, substitute_id: str, *, over_after: datetime) -> list[Absence]:
    """Absences in which that person fills something for another, and that last beyond the instant."""
    mine = select(t.substitutions.c.absence_id).where(t.substitutions.c.substitute_id == substitute_id)
    return [one for one in _read(tx, [t.absences.c.id.in_(mine)]) if one.over_at > over_after]


def insert(
    tx: Connection, person_id: str, from_at: datetime, until_at: datetime, given: Sequence[Given], *, who: Who,
    now: datetime,
) -> str:  # fmt: skip
    """A new absence; gives its id."""
    absence_id = ids.new()
    row: dict[str, object] = {"id": absence_id, "person_id": person_id, "from_at": from_at}
    row |= {"until_at": until_at, "registered_by": who.actor_id, "registered_for_id": who.acting_for_id}
    tx.execute(t.absences.insert(), row | {"registered_at": now})
    rows = [
        {"id": ids.new(), "absence_id": absence_id, "substitute_id": one.substitute_id}
        | {"unit_id": one.unit_id, "role": one.role}
        for one in given
    ]
    if rows:
        tx.execute(t.substitutions.insert(), rows)
    return absence_id


def end(tx: Connection, absence_id: str, *, who: Who, now: datetime) -> None:
    """Over from this instant."""
    values = {"ended_at": now, "ended_by": who.actor_id, "ended_for_id": who.acting_for_id}
    tx.execute(update(t.absences).where(t.absences.c.id == absence_id).values(**values))


def _read(tx: Connection, where: Sequence[ColumnElement[bool]]) -> list[Absence]:
    query = select(*_COLUMNS).where(*where).order_by(t.absences.c.from_at.desc(), t.absences.c.id)
    rows = [Absence(*row) for row in tx.execute(query)]
    s = t.substitutions.c
    given: dict[str, list[Given]] = {row.id: [] for row in rows}
    if rows:
        wanted = select(s.absence_id, s.substitute_id, s.unit_id, s.role).where(s.absence_id.in_(given))
        for one in tx.execute(wanted.order_by(s.unit_id, s.role, s.id)):
            given[one.absence_id].append(Given(one.substitute_id, one.unit_id, one.role))
    return [replace(row, given=tuple(given[row.id])) for row in rows]
