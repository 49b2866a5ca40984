"""What people and routines wrote: append-only, one row per category (decision 4).

Enters: an open transaction that holds the case. Leaves: entries in the order they were written. A correction is a new entry that
points at the old one; the old one stays readable, without anybody having to keep it by hand (S4-71).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.records import tables as t
from engine.records.facts import Who


@dataclass(frozen=True, slots=True)
class Entry:
    """Names and values of one category, written at one time from one source.

    `task_id` is the task it was handed in with, or the waiting place of a message, or the run that a start began.
    `source` is `form`, `start`, `message`, `decision`, `operation`, `result`, `note` or `correction`.
    """

    id: int
    case_id: str
    instance_id: str | None
    scope: str
    source: str
    element_id: str
    task_id: str | None
    bundle_hash: str | None
    category: str
    data: Mapping[str, object]
    actor_id: str | None
    acting_for_id: str | None
    unit_id: str | None
    at: datetime
    corrects_id: int | None
    reason: str | None
    on_behalf: object


@dataclass(frozen=True, slots=True)
class Writing:
    """An entry about to be made."""

    source: str
    element_id: str
    category: str
    data: Mapping[str, object]
    scope: str = ""
    instance_id: str | None = None
    task_id: str | None = None
    bundle_hash: str | None = None
    corrects_id: int | None = None
    reason: str | None = None
    on_behalf: object = None


_ENTRY = select(*(t.entries.c[name] for name in Entry.__slots__))


def insert(tx: Connection, case_id: str, writings: Sequence[Writing], *, who: Who, now: datetime) -> None:
    """Append; one statement. Entries of the routine itself (decision, operation, result) carry no actor."""
    if not writings:
        return
    rows = []
    for writing in writings:
        row: dict[str, object] = {name: getattr(writing, name) for name in Writing.__slots__}
        by = who.nobody() if writing.source in ("decision", "operation", "result") else who
        rows.append(row | {"case_id": case_id, "at": now} | by.columns())
    tx.execute(t.entries.insert().values(rows))


def of_case(tx: Connection, case_id: str, categories: Collection[str]) -> list[Entry]:
    """The entries of these categories; others are not even read."""
    query = _ENTRY.where(t.entries.c.case_id == case_id, t.entries.c.category.in_(sorted(categories)))
    return [Entry(*row) for row in tx.execute(query.order_by(t.entries.c.id))]


def of_task(tx: Connection, task_id: str) -> list[Entry]:
    """What was handed in with a task, a waiting place or the start of a run, with its corrections; all categories."""
    return [
        Entry(*row)
        for row in tx.execute(_ENTRY.where(t.entries.c.task_id == task_id).order_by(t.entries.c.id))
    ]
