"""The persons whom cases are about, found again by a keyed hash of the identity number.

Enters: an open transaction. Leaves: rows and ids. The same person may stand here twice with different spellings; nothing is merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.records import ids
from engine.records import tables as t
from engine.records.collation import search_key


def insert(
    tx: Connection, *, region_id: str, name: str, identity_number: str | None, identity_hash: str | None, born_on: date | None,
    protected: bool, now: datetime,
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
    row |= {"identity_hash": identity_hash, "born_on": born_on, "protected": protected, "created_at": now}
    tx.execute(t.subjects.insert(), row)
    return subject_id


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
        t.subjects.c.protected.is_(False),
    )
    return list(tx.execute(query.order_by(t.cases.c.started_at)).scalars())
