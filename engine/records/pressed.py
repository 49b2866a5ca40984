"""A form that makes something new is handed in once, however often its button is pressed or its request is sent again.

Enters: an open transaction, who hands in, the one-time key that was drawn with the form, and a digest of what was written. Leaves: a row
that is unique in the database and commits with what the form made. Of two at once the second waits here for the first, and goes on only
if that one made nothing. Keys are kept for a day, which is longer than a session lasts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from engine.records import tables as t
from engine.records.upsert import insert_or_skip

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was handed in with a key; `made_id` is what came of it, where that has an id of its own."""

    digest: str
    made_id: str | None
    at: datetime


def claim(tx: Connection, person_id: str, key: str, digest: str, *, now: datetime) -> Pressed | None:
    """None for the first, who may go on; for all others what the first handed in.

    Comes before any other lock of the transaction, so that nobody is waited for who waits in turn.
    """
    before = find(tx, person_id, key)
    if before is not None:
        return before
    p = t.pressed
    tx.execute(delete(p).where(p.c.person_id == person_id, p.c.at < now - KEPT_FOR))
    row = {"person_id": person_id, "key": key, "digest": digest, "at": now}
    if insert_or_skip(tx, p, row):
        return None
    return find(tx, person_id, key)


def find(tx: Connection, person_id: str, key: str) -> Pressed | None:
    """What that person handed in with the key, if anything."""
    p = t.pressed
    query = select(p.c.digest, p.c.made_id, p.c.at).where(p.c.person_id == person_id, p.c.key == key)
    row = tx.execute(query).one_or_none()
    return Pressed(*row) if row else None


def drop_old(tx: Connection, *, now: datetime) -> int:
    """Keys that no form comes back with any more, everybody's, also those of people who have left; gives how many there were."""
    return tx.execute(delete(t.pressed).where(t.pressed.c.at < now - KEPT_FOR)).rowcount


def made(tx: Connection, person_id: str, key: str, made_id: str) -> None:
    """Remember what came of it."""
    p = t.pressed
    tx.execute(update(p).where(p.c.person_id == person_id, p.c.key == key).values(made_id=made_id))
