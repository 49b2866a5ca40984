"""What happened in cases, append-only: facts and incidents. The acts among the facts go to the log too.

Enters: an open transaction. Leaves: rows in the order they happened. Nothing is ever changed here but an incident's being resolved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from engine.records import ids, log
from engine.records import tables as t
from engine.records.who import Who

__all__ = [
    "Incident",
    "Who",
    "count_attempt",
    "incident",
    "insert",
    "open_incident",
    "open_incidents",
    "resolve_incidents",
]


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


def insert(tx: Connection, rows: Sequence[Mapping[str, object]], *, ground: str | None = None) -> None:
    """Facts of one step; one statement, and one more for what of it the log keeps. Rows name the columns of `tables.facts` but `id`;
    `ground` is on what ground somebody acted.
    """
    if rows:
        tx.execute(t.facts.insert().values(list(rows)))
        log.note_facts(tx, rows, ground=ground)


def asked_first(tx: Connection, case_id: str, task_id: str) -> str | None:
    """The unit to which the task was given when it opened; it may lie with another one since."""
    f = t.facts.c
    query = select(f.data).where(f.case_id == case_id, f.task_id == task_id, f.kind == "task_opened")
    data = tx.execute(query.limit(1)).scalar_one_or_none()
    unit = data.get("unit") if isinstance(data, dict) else None
    return str(unit) if unit else None


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


PAPER = "template"
"""The cause of an incident about a paper that cannot be set: it waits for whoever mends the template, and the case goes on."""


def standing_still(tx: Connection, case_id: str) -> list[Incident]:
    """The open incidents for which a case stands still."""
    return [one for one in open_incidents(tx, case_id) if one.cause != PAPER]


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
