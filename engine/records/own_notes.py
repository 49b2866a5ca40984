"""What the one whose case it is has written for themselves: one sealed text for each author and case.

Enters: an open transaction, a keyed hash of who writes, a text that is encrypted already. Leaves: the same. Nothing here tells that
somebody has written: no fact, no row in the log, and the case does not change by it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from engine.records import tables as t
from engine.records.upsert import upsert


def fetch(tx: Connection, author: str) -> tuple[str, datetime] | None:
    """The sealed text and when it was saved."""
    n = t.own_notes.c
    row = tx.execute(select(n.sealed, n.saved_at).where(n.author == author)).one_or_none()
    return (row.sealed, row.saved_at) if row else None


def save(tx: Connection, author: str, case_id: str, sealed: str, *, now: datetime) -> None:
    """In place of what was there."""
    row = {"author": author, "case_id": case_id, "sealed": sealed, "saved_at": now}
    upsert(tx, t.own_notes, [row], key=["author"])


def drop(tx: Connection, author: str) -> None:
    """Gone without a trace."""
    tx.execute(delete(t.own_notes).where(t.own_notes.c.author == author))
