"""Files for the directory that were read and shown, and wait to be applied. What is older than a day is let go when another comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from engine.errors import NotFound
from engine.records import ids
from engine.records import tables as t

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Import:
    """A file as it was read. `fingerprint` stands for it and the directory that it was shown against."""

    id: str
    region_id: str
    content: str
    fingerprint: str
    read_by: str | None
    read_at: datetime
    applied_at: datetime | None


def keep(
    tx: Connection, region_id: str, content: str, fingerprint: str, *, by: str | None, now: datetime
) -> str:
    """Keep the file until it is applied; gives its id."""
    tx.execute(delete(t.directory_imports).where(t.directory_imports.c.read_at < now - KEPT_FOR))
    import_id = ids.new()
    row = {"id": import_id, "region_id": region_id, "content": content, "fingerprint": fingerprint}
    tx.execute(t.directory_imports.insert(), row | {"read_by": by, "read_at": now})
    return import_id


def fetch(tx: Connection, import_id: str) -> Import:
    """NotFound where there is none, or none any more."""
    query = select(*(t.directory_imports.c[name] for name in Import.__slots__))
    row = tx.execute(query.where(t.directory_imports.c.id == import_id)).one_or_none()
    if row is None:
        raise NotFound
    return Import(*row)


def applied(tx: Connection, import_id: str, *, now: datetime) -> None:
    """It was applied; of its text nothing is kept."""
    about = update(t.directory_imports).where(t.directory_imports.c.id == import_id)
    tx.execute(about.values(applied_at=now, content=""))
