"""What happened, append-only: facts, readings and incidents.

Enters: an open transaction. Leaves: rows in the order they happened. Nothing is ever changed here but an incident's being resolved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from engine.records import ids
from engine.records import tables as t


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts: a person, for whom, and at which unit, with its principal and region. No person: the routine itself."""

    actor_id: str | None = None
    acting_for_id: str | None = None
    unit_id: str | None = None
    principal_id: str | None = None
    region_id: str | None = None

    def columns(self) -> dict[str, object]:
        """As the columns of every table that says who did something."""
        return {name: getattr(self, name) for name in Who.__slots__}

    def nobody(self) -> Who:
        """The routine itself, at the same unit."""
        return replace(self, actor_id=None, acting_for_id=None)


@dataclass(frozen=True, slots=True)
class Incident:
    """A step that could not be taken. `key` is the task, timer or waiting place it is about, `step` says how to take it again."""

    id: str
    case_id: str
    instance_id: str | None
    key: str
    element_id: str
    cause: str
    detail: str
    step: object
    at: datetime
    attempts: int
    resolved_at: datetime | None


def insert(tx: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Facts of one step; one statement. Each row names the columns of `tables.facts` but `id`."""
    if rows:
        tx.execute(t.facts.insert().values(list(rows)))


def note_reading(
    tx: Connection,
    *,
    case_id: str,
    page: str,
    categories: Sequence[str],
    reason: str,
    who: Who,
    now: datetime,
) -> None:
    """Somebody was shown these categories of a case, and on which ground (HSLF-FS 2016:40 4 kap. 9 §)."""
    row = {"case_id": case_id, "page": page, "categories": sorted(categories), "reason": reason, "at": now}
    tx.execute(t.readings.insert(), row | who.columns())


def open_incident(
    tx: Connection,
    *,
    case_id: str,
    instance_id: str | None,
    key: str,
    element_id: str,
    cause: str,
    detail: str,
    step: object,
    now: datetime,
) -> str:
    """The case stands still here."""
    row = {
        "id": ids.new(),
        "case_id": case_id,
        "instance_id": instance_id,
        "key": key,
        "element_id": element_id,
        "cause": cause,
        "detail": detail,
    }
    tx.execute(t.incidents.insert(), row | {"step": step, "at": now, "attempts": 1})
    return row["id"] or ""


def incident(tx: Connection, incident_id: str) -> Incident | None:
    """One incident."""
    query = select(*(t.incidents.c[name] for name in Incident.__slots__)).where(
        t.incidents.c.id == incident_id
    )
    row = tx.execute(query).one_or_none()
    return Incident(*row) if row else None


def open_incidents(tx: Connection, case_id: str | None = None) -> list[Incident]:
    """What stands still, the oldest first; of one case or of all."""
    query = select(*(t.incidents.c[name] for name in Incident.__slots__)).where(
        t.incidents.c.resolved_at.is_(None)
    )
    if case_id is not None:
        query = query.where(t.incidents.c.case_id == case_id)
    return [Incident(*row) for row in tx.execute(query.order_by(t.incidents.c.at, t.incidents.c.id))]


def resolve_incidents(tx: Connection, incident_ids: Sequence[str], *, by: str | None, now: datetime) -> None:
    """Their steps were taken after all, or are no longer asked for."""
    if incident_ids:
        about = update(t.incidents).where(t.incidents.c.id.in_(sorted(incident_ids)))
        tx.execute(about.values(resolved_at=now, resolved_by=by))


def count_attempt(tx: Connection, incident_id: str, *, element_id: str, cause: str, detail: str) -> None:
    """Tried again, failed again: the newest cause is the one to mend."""
    values = {
        "attempts": t.incidents.c.attempts + 1,
        "element_id": element_id,
        "cause": cause,
        "detail": detail,
    }
    tx.execute(update(t.incidents).where(t.incidents.c.id == incident_id).values(**values))
