"""Tries to sign in, so that guessing has to wait. Keeps a hash of the name, never the name or the password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from engine.records import tables as t


def note(tx: Connection, username_key: str, *, succeeded: bool, now: datetime) -> None:
    """One try."""
    tx.execute(t.sign_ins.insert(), {"username_key": username_key, "succeeded": succeeded, "at": now})


def failed_since(tx: Connection, username_key: str, since: datetime) -> list[datetime]:
    """When the tries since then failed, after the last that succeeded."""
    s = t.sign_ins.c
    rows = tx.execute(
        select(s.at, s.succeeded).where(s.username_key == username_key, s.at > since).order_by(s.id)
    ).all()
    last = max((number for number, row in enumerate(rows) if row.succeeded), default=-1)
    return [row.at for row in rows[last + 1 :]]
