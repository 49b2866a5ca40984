"""Memberships that an outside provider's claims give: known by their ids, so that they follow the claims and nothing else is touched."""

from __future__ import annotations

import hashlib
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from sqlalchemy import Connection, delete, or_, select, update

from engine.records import directory
from engine.records import tables as t


def follow(
    tx: Connection, person_id: str, source: str, held: AbstractSet[tuple[str, str]], *, on: date
) -> None:
    """The person has these (unit, role) by that source from that day, and no others by it; the days before stay on record."""
    m = t.memberships
    mine = select(m.c.id, m.c.unit_id, m.c.role, m.c.valid_from).where(
        m.c.person_id == person_id,
        m.c.id.startswith(f"claim:{source}:", autoescape=True),
        or_(m.c.valid_to.is_(None), m.c.valid_to >= on),
    )
    kept = set()
    for row in tx.execute(mine).all():
        if (row.unit_id, row.role) in held:
            kept.add((row.unit_id, row.role))
        elif row.valid_from >= on:
            tx.execute(delete(m).where(m.c.id == row.id))
        else:
            tx.execute(update(m).where(m.c.id == row.id).values(valid_to=on - timedelta(days=1)))
    for unit_id, role in sorted(held - kept):
        directory.put_membership(
            tx, id=_id(source, person_id, unit_id, role, on), person_id=person_id, unit_id=unit_id, role=role, valid_from=on
        )  # fmt: skip


def _id(source: str, person_id: str, unit_id: str, role: str, on: date) -> str:
    rest = hashlib.sha256(f"{person_id}:{unit_id}:{role}:{on}".encode()).hexdigest()
    return f"claim:{source}:{rest}"[:64]
