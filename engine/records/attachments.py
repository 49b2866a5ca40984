"""Papers that people add to a case: rows that say what each is, and the content apart.

Enters: an open transaction that holds the case. Leaves: frozen values. Content is read only where somebody downloads it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

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


def fetch(tx: Connection, attachment_id: str) -> Attachment:
    """NotFound where there is none."""
    row = tx.execute(_ATTACHMENT.where(t.attachments.c.id == attachment_id)).one_or_none()
    if row is None:
        raise NotFound
    return Attachment(*row)


def of_case(tx: Connection, case_id: str) -> list[Attachment]:
    """The newest first, the removed too."""
    a = t.attachments.c
    query = _ATTACHMENT.where(a.case_id == case_id).order_by(a.at.desc(), a.id)
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
    """The paper of that category with the same content, if the case holds it."""
    a = t.attachments.c
    query = _ATTACHMENT.where(
        a.case_id == case_id, a.category == category, a.hash == digest, a.removed_at.is_(None)
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
