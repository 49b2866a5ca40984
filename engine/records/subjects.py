"""The persons whom cases are about, found again by a keyed hash of the identity number.

Enters: an open transaction. Leaves: rows and ids. The same person may stand here twice with different spellings; nothing is merged.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from engine.records import ids
from engine.records import tables as t
from engine.records.collation import search_key
from engine.status import Protection


def insert(
    tx: Connection, *, region_id: str, name: str, identity_number: str | None, identity_hash: str | None, born_on: date | None,
    protection: str, now: datetime,
) -> str:  # fmt: skip
    """A new person with whom cases deal; gives the id."""
    subject_id = ids.new()
    row: dict[str, object] = {
        "id": subject_id,
        "region_id": region_id,
        "name": name,
        "search_key": search_key(name),
        "identity_number": identity_number,
    }
    row |= {"identity_hash": identity_hash, "born_on": born_on, "protection": protection, "created_at": now}
    tx.execute(t.subjects.insert(), row)
    return subject_id


def fetch(tx: Connection, subject_id: str) -> Row[*tuple[Any, ...]] | None:
    """The person as they were written down."""
    return tx.execute(select(t.subjects).where(t.subjects.c.id == subject_id)).one_or_none()


def hold(tx: Connection, identity_hash: str) -> None:
    """Until the transaction ends, whoever else is about to look for that person or write them down waits.

    SQLite has one writer at a time. On PostgreSQL there may be no row yet to lock, so the hash itself is held.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(int(identity_hash[:15], 16))))


def hashes(tx: Connection, subject_ids: Collection[str]) -> list[str]:
    """The keyed hashes of these persons in order, so that all who hold several of them do so in the same order."""
    query = select(t.subjects.c.identity_hash).where(
        t.subjects.c.id.in_(sorted(subject_ids)), t.subjects.c.identity_hash.is_not(None)
    )
    return sorted(set(tx.execute(query).scalars()))


def protect(tx: Connection, identity_hash: str, level: Protection) -> None:
    """Everybody who was written down with that keyed hash, in whatever region and with whatever spelling, is the same person."""
    s = t.subjects
    tx.execute(
        update(s).where(s.c.identity_hash == identity_hash, s.c.protection != level).values(protection=level)
    )


def by_hash(tx: Connection, identity_hash: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """Everybody who was written down with that keyed hash of the identity number, the first first."""
    query = select(t.subjects).where(t.subjects.c.identity_hash == identity_hash)
    return tx.execute(query.order_by(t.subjects.c.created_at, t.subjects.c.id)).all()


def running_of(tx: Connection, identity_hash: str) -> list[str]:
    """Ids of the running cases of whoever has that keyed hash, the oldest first; test cases are none.

    Cases of protected persons are none either: nothing may be told of them, so not even the time it takes to find them.
    """
    query = select(t.cases.c.id).join(t.subjects, t.subjects.c.id == t.cases.c.subject_id)
    query = query.where(
        t.subjects.c.identity_hash == identity_hash,
        t.cases.c.ended_at.is_(None),
        t.cases.c.is_test.is_(False),
        t.subjects.c.protection == Protection.NONE,
    )
    return list(tx.execute(query.order_by(t.cases.c.started_at)).scalars())


def cases_of(tx: Connection, identity_hash: str) -> list[str]:
    """Ids of all cases of whoever has that keyed hash, the newest first; test cases are none."""
    query = select(t.cases.c.id).join(t.subjects, t.subjects.c.id == t.cases.c.subject_id)
    query = query.where(t.subjects.c.identity_hash == identity_hash, t.cases.c.is_test.is_(False))
    return list(tx.execute(query.order_by(t.cases.c.started_at.desc())).scalars())
