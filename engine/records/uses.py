"""How often something was done, by whom, so that it has a pace. Keeps hashes, never a name or an address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from engine.records import tables as t


def note(tx: Connection, keys: list[str], *, now: datetime) -> None:
    """Done once, counted under each of the keys."""
    tx.execute(t.uses.insert(), [{"key": key, "at": now} for key in keys])


def earliest_of_last(tx: Connection, key: str, number: int, since: datetime) -> datetime | None:
    """When the first of the last `number` uses since then was; None where there were fewer."""
    u = t.uses.c
    query = select(u.at).where(u.key == key, u.at > since).order_by(u.at.desc()).offset(number - 1).limit(1)
    return tx.execute(query).scalar_one_or_none()


def are_old(tx: Connection, before: datetime) -> bool:
    """Whether there is anything to remove."""
    return tx.execute(select(t.uses.c.id).where(t.uses.c.at < before).limit(1)).first() is not None


def remove(tx: Connection, before: datetime) -> None:
    """Forget what no limit looks at any longer."""
    tx.execute(delete(t.uses).where(t.uses.c.at < before))
