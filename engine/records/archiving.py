"""What is taken out of a case before its content is removed, and who took it.

Enters: an open transaction. Leaves: everything that people wrote in the case, as rows that JSON can hold, with one hash over it; and rows
that say who took which archive out. The archive itself is never kept here: its place is the archive.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, Table, select

from engine.records import tables as t
from engine.records.upsert import upsert
from engine.records.who import Who

WRITTEN: tuple[Table, ...] = (
    t.entries, t.case_values, t.documents, t.attachments, t.consents, t.withdrawals, t.withheld, t.meetings, t.messages, t.dispatches,
)  # fmt: skip
"""What people wrote; another word in one of these is another archive."""
COURSE: tuple[Table, ...] = (t.cases, t.instances, t.participants, t.slots, t.tasks, t.facts, t.legal_holds)
"""What happened; goes with it."""
OF_NO_USE = frozenset({"stamp", "search_key", "not_by", "due_explanation"})
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Content:
    """Table -> rows, with instants and days as text; `digest` is SHA-256 of what people wrote and of whom the case is about."""

    written: Mapping[str, Rows]
    course: Mapping[str, Rows]
    subject: Mapping[str, Any] | None
    digest: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The newest archive of a case of a proposal."""

    case_id: str
    taken_at: datetime
    taken_by: str
    content_digest: str
    file_digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """Somebody says that the archives have arrived, and by what that can be seen."""

    receipt: str
    confirmed_at: datetime
    confirmed_by: str


def content(tx: Connection, case_id: str) -> Content:
    """All that stands in the case."""
    written = {one.name: _rows(tx, one, case_id) for one in WRITTEN}
    course = {one.name: _rows(tx, one, case_id) for one in COURSE}
    subject = _subject(tx, case_id)
    whole = json.dumps([written, subject], sort_keys=True, separators=(",", ":"))
    return Content(written, course, subject, hashlib.sha256(whole.encode()).hexdigest())


def log_rows(tx: Connection, case_id: str) -> Rows:
    """Who has read and done what in the case, oldest first."""
    found = tx.execute(select(t.log).where(t.log.c.case_id == case_id).order_by(t.log.c.id)).mappings()
    return [_plain(dict(row)) for row in found]


def note_taken(
    tx: Connection,
    disposal_id: str,
    case_id: str,
    *,
    content_digest: str,
    file: bytes,
    who: Who,
    now: datetime,
) -> None:
    """This archive of the case was taken out; the newest counts."""
    row = {"disposal_id": disposal_id, "case_id": case_id, "taken_at": now, "taken_by": who.actor_id}
    row |= {"taken_for_id": who.acting_for_id, "content_digest": content_digest}
    row |= {"file_digest": hashlib.sha256(file).hexdigest(), "size": len(file)}
    upsert(tx, t.case_archives, [row], key=["disposal_id", "case_id"])


def taken(tx: Connection, disposal_id: str) -> dict[str, Taken]:
    """The archives of a proposal by case."""
    a = t.case_archives.c
    query = select(*(a[name] for name in Taken.__slots__)).where(a.disposal_id == disposal_id)
    return {row.case_id: Taken(*row) for row in tx.execute(query)}


def confirm(tx: Connection, disposal_id: str, receipt: str, *, who: Who, now: datetime) -> None:
    """The archives have arrived; a later word replaces an earlier one."""
    row = {"disposal_id": disposal_id, "receipt": receipt, "confirmed_at": now, "confirmed_by": who.actor_id}
    upsert(tx, t.archive_receipts, [row | {"confirmed_for_id": who.acting_for_id}], key=["disposal_id"])


def receipt(tx: Connection, disposal_id: str) -> Receipt | None:
    """What was said of their arrival."""
    a = t.archive_receipts.c
    query = select(*(a[name] for name in Receipt.__slots__)).where(a.disposal_id == disposal_id)
    row = tx.execute(query).one_or_none()
    return Receipt(*row) if row else None


def _rows(tx: Connection, table: Table, case_id: str) -> Rows:
    of_case = table.c.id == case_id if table is t.cases else table.c.case_id == case_id
    columns = [one for one in table.columns if one.name not in OF_NO_USE]
    found = tx.execute(select(*columns).where(of_case).order_by(*table.primary_key.columns)).mappings()
    return [_plain(dict(row)) for row in found]


def _subject(tx: Connection, case_id: str) -> dict[str, Any] | None:
    s = t.subjects.c
    query = select(s.id, s.name, s.identity_number, s.born_on, s.protection)
    row = (
        tx.execute(query.join(t.cases, t.cases.c.subject_id == s.id).where(t.cases.c.id == case_id))
        .mappings()
        .one_or_none()
    )
    return _plain(dict(row)) if row else None


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON holds it."""
    return {str(name): _told(value) for name, value in row.items()}


def _told(value: object) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, list | tuple):
        return [_told(one) for one in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)
