"""Tries to sign in, so that guessing has to wait. Keeps hashes of the name and the address, never these or the password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from engine.records import tables as t


def note(tx: Connection, username_key: str, address_key: str, *, now: datetime) -> int:
    """A try begins, and counts as failed until it is said to have succeeded; gives its number."""
    row = {"username_key": username_key, "address_key": address_key, "succeeded": False, "at": now}
    made = tx.execute(t.sign_ins.insert(), row).inserted_primary_key
    return int(made[0]) if made else 0


def succeeded(tx: Connection, number: int) -> None:
    """That try was right."""
    tx.execute(update(t.sign_ins).where(t.sign_ins.c.id == number).values(succeeded=True))


def failed_since(tx: Connection, username_key: str, since: datetime) -> list[datetime]:
    """When the tries since then failed, after the last that succeeded."""
    s = t.sign_ins.c
    rows = tx.execute(
        select(s.at, s.succeeded).where(s.username_key == username_key, s.at > since).order_by(s.id)
    ).all()
    last = max((number for number, row in enumerate(rows) if row.succeeded), default=-1)
    return [row.at for row in rows[last + 1 :]]


def failed_from(tx: Connection, address_key: str, since: datetime) -> int:
    """How many tries from that address failed since then, whatever the name."""
    s = t.sign_ins.c
    query = select(func.count()).where(s.address_key == address_key, s.at > since, s.succeeded.is_(False))
    return int(tx.execute(query).scalar_one())


def forgive(tx: Connection, username_key: str) -> None:
    """An administrator lets the account try anew at once."""
    tx.execute(delete(t.sign_ins).where(t.sign_ins.c.username_key == username_key))


def remove(tx: Connection, before: datetime) -> None:
    """Forget tries that no rule looks at any longer."""
    tx.execute(delete(t.sign_ins).where(t.sign_ins.c.at < before))
