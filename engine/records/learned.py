"""The catalogue of courses, and what each person has gone through or has read.

Enters: an open transaction. Leaves: frozen values. A course is known by its id, a routine by process and hash of the version.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from engine.records import tables as t
from engine.records.upsert import upsert

COURSE, ROUTINE = "course", "routine"


@dataclass(frozen=True, slots=True)
class Course:
    """A course with the present name of whoever gives it."""

    id: str
    region_id: str | None
    country: str | None
    name: str
    situations: tuple[str, ...]
    summary: str
    address: str | None
    publisher: str
    minutes: int | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Learned:
    """A course gone through on that day, or a version of a routine read."""

    person_id: str
    kind: str
    what: str
    version: str
    on_day: date
    at: datetime


def courses(tx: Connection) -> list[Course]:
    """Every course that was ever in the files, in their order."""
    c = t.courses.c
    query = select(t.courses, t.publishers.c.name.label("publisher"))
    query = query.join(t.publishers, t.publishers.c.id == c.publisher_id).order_by(c.place, c.id)
    return [
        Course(
            row.id, row.region_id, row.country, row.name, tuple(row.situations), row.summary, row.address, row.publisher,
            row.minutes, row.valid_to,
        )
        for row in tx.execute(query)
    ]  # fmt: skip


def courses_in(tx: Connection, region_ids: Collection[str]) -> list[Course]:
    """The catalogue as it is now in these regions: their own courses, and those of all or of their country."""
    query = select(t.regions.c.country).where(t.regions.c.id.in_(sorted(region_ids)))
    countries = set(tx.execute(query).scalars())
    return [
        one
        for one in courses(tx)
        if one.valid_to is None
        and (one.region_id is None or one.region_id in region_ids)
        and (one.country is None or one.country in countries)
    ]


def put_courses(tx: Connection, rows: Sequence[Mapping[str, object]], *, on: date) -> None:
    """The catalogue is these; what is no longer among them has had its last day."""
    upsert(tx, t.courses, [dict(row) for row in rows], key=["id"])
    kept = [str(row["id"]) for row in rows]
    gone = t.courses.c.id.not_in(kept), t.courses.c.valid_to.is_(None)
    tx.execute(update(t.courses).where(*gone).values(valid_to=on))


def note(
    tx: Connection, person_id: str, kind: str, what: str, version: str, on_day: date, *, now: datetime
) -> None:
    """Somebody has learned this; said again, the day is the one said last."""
    row: dict[str, Any] = {"person_id": person_id, "kind": kind, "what": what, "version": version}
    upsert(tx, t.learned, [row | {"on_day": on_day, "at": now}], key=list(row))


def forget(tx: Connection, person_id: str, kind: str, what: str) -> bool:
    """Take it back; whether there was anything."""
    c = t.learned.c
    where = c.person_id == person_id, c.kind == kind, c.what == what
    return bool(tx.execute(delete(t.learned).where(*where)).rowcount)


def of_people(tx: Connection, person_ids: Collection[str], *, version: str | None = None) -> list[Learned]:
    """All that these people have learned; the newest first."""
    c = t.learned.c
    query = select(t.learned).where(c.person_id.in_(sorted(person_ids)))
    if version is not None:
        query = query.where(or_(c.version == version, c.version == ""))
    return [Learned(*row) for row in tx.execute(query.order_by(c.on_day.desc(), c.what))]
