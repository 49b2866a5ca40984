"""Papers that people add to a case: rows that say what each is, and the content apart.

Enters: an open transaction that holds the case. Leaves: frozen values. Content is read only where somebody downloads it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from engine.errors import NotFound
from engine.records import ids
from engine.records import tables as t
from engine.records.who import Who


@dataclass(frozen=True, slots=True)
class Attachment:
    """`kind` is a key of `actions.attaching.KINDS`; `hash` is SHA-256 of the content. Where `removed_at` is set the content is gone."""

    id: str
    case_id: str
    category: str
    name: str
    kind: str
    size: int
    hash: str
    note: str | None
    actor_id: str | None
    acting_for_id: str | None
    unit_id: str | None
    at: datetime
    removed_at: datetime | None
    removed_by: str | None
    removed_for_id: str | None
    removed_because: str | None


_ATTACHMENT = select(*(t.attachments.c[name] for name in Attachment.__slots__))


def insert(
    tx: Connection, case_id: str, *, category: str, name: str, kind: str, content: bytes, note: str | None, who: Who, now: datetime
) -> Attachment:  # fmt: skip
    """A new paper."""
    about = {
        "id": ids.new(),
        "case_id": case_id,
        "category": category,
        "name": name,
        "kind": kind,
        "size": len(content),
    }
    row = about | {"hash": hashlib.sha256(content).hexdigest(), "note": note, "at": now} | who.columns()
    tx.execute(t.attachments.insert(), row)
    tx.execute(t.attachment_contents.insert(), {"attachment_id": about["id"], "content": content})
    return fetch(tx, str(about["id"]))


def put_with_draft(tx: Connection, attachment_id: str, task_id: str, person_id: str) -> None:
    """The paper is nobody else's to see until that person hands the task in."""
    row = {"attachment_id": attachment_id, "task_id": task_id, "person_id": person_id}
    tx.execute(t.task_attachments.insert(), row)


def with_draft(tx: Connection, task_id: str, person_id: str) -> list[Attachment]:
    """The papers that go with that person's draft, the oldest first."""
    d = t.task_attachments.c
    query = _ATTACHMENT.join(t.task_attachments, d.attachment_id == t.attachments.c.id)
    query = query.where(d.task_id == task_id, d.person_id == person_id).order_by(
        t.attachments.c.at, t.attachments.c.id
    )
    return [Attachment(*row) for row in tx.execute(query)]


def draft_of(tx: Connection, attachment_id: str) -> tuple[str, str] | None:
    """(task, person) whose draft the paper goes with; None where it is the case's."""
    d = t.task_attachments.c
    row = tx.execute(select(d.task_id, d.person_id).where(d.attachment_id == attachment_id)).one_or_none()
    return (row.task_id, row.person_id) if row else None


def hand_in(tx: Connection, task_id: str, person_id: str) -> None:
    """The task is handed in: that person's papers are the case's."""
    d = t.task_attachments.c
    tx.execute(delete(t.task_attachments).where(d.task_id == task_id, d.person_id == person_id))


def drop(tx: Connection, attachment_ids: Collection[str]) -> None:
    """Papers of drafts go without a trace, as the drafts do."""
    for table, column in (
        (t.task_attachments, "attachment_id"),
        (t.attachment_contents, "attachment_id"),
        (t.attachments, "id"),
    ):
        tx.execute(delete(table).where(table.c[column].in_(sorted(attachment_ids))))


def drafts_of_closed(tx: Connection, before: datetime) -> list[str]:
    """Papers of drafts whose task closed before that instant."""
    d = t.task_attachments.c
    query = select(d.attachment_id).join(t.tasks, t.tasks.c.id == d.task_id)
    return list(tx.execute(query.where(t.tasks.c.closed_at <= before)).scalars())


def fetch(tx: Connection, attachment_id: str) -> Attachment:
    """NotFound where there is none."""
    row = tx.execute(_ATTACHMENT.where(t.attachments.c.id == attachment_id)).one_or_none()
    if row is None:
        raise NotFound
    return Attachment(*row)


def of_case(tx: Connection, case_id: str) -> list[Attachment]:
    """The newest first, the removed too; not those that go with somebody's draft."""
    a = t.attachments.c
    query = _ATTACHMENT.where(a.case_id == case_id, ~_drafted()).order_by(a.at.desc(), a.id)
    return [Attachment(*row) for row in tx.execute(query)]


def there(tx: Connection, case_id: str) -> tuple[int, int]:
    """How many papers the case holds, and how many bytes they are together."""
    a = t.attachments.c
    query = select(func.count(), func.coalesce(func.sum(a.size), 0)).where(
        a.case_id == case_id, a.removed_at.is_(None)
    )
    number, size = tx.execute(query).one()
    return int(number), int(size)


def same(tx: Connection, case_id: str, category: str, digest: str) -> Attachment | None:
    """The paper of that category with the same content, if the case holds it; not those that go with somebody's draft."""
    a = t.attachments.c
    query = _ATTACHMENT.where(
        a.case_id == case_id, a.category == category, a.hash == digest, a.removed_at.is_(None), ~_drafted()
    )
    row = tx.execute(query).first()
    return Attachment(*row) if row else None


def content(tx: Connection, attachment_id: str) -> bytes:
    """NotFound where it was removed."""
    c = t.attachment_contents.c
    found = tx.execute(select(c.content).where(c.attachment_id == attachment_id)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return bytes(found)


def remove(tx: Connection, attachment_id: str, because: str, *, who: Who, now: datetime) -> None:
    """The content and the note go; that the paper was there, its name, and from when until when, stays."""
    tx.execute(delete(t.attachment_contents).where(t.attachment_contents.c.attachment_id == attachment_id))
    row = {"removed_at": now, "removed_by": who.actor_id, "removed_for_id": who.acting_for_id}
    gone = row | {"removed_because": because, "note": None}
    tx.execute(update(t.attachments).where(t.attachments.c.id == attachment_id).values(**gone))


def _drafted() -> ColumnElement[bool]:
    return (
        select(t.task_attachments.c.attachment_id)
        .where(t.task_attachments.c.attachment_id == t.attachments.c.id)
        .exists()
    )
