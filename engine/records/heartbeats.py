"""That the clock is being watched: one row per heartbeat process, for the health page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from engine.records import tables as t
from engine.records.upsert import upsert


@dataclass(frozen=True, slots=True)
class Beat:
    """When a heartbeat last looked, how late the first timer then was, and how many it fired."""

    id: str
    beat_at: datetime
    lag_seconds: int
    fired: int


def note(tx: Connection, name: str, *, at: datetime, lag: timedelta, fired: int) -> None:
    """The newest look of that process."""
    row = {"id": name, "beat_at": at, "lag_seconds": int(lag.total_seconds()), "fired": fired}
    upsert(tx, t.heartbeats, [row], key=["id"])


def all_of(tx: Connection) -> list[Beat]:
    """Every process that ever beat, the newest first."""
    query = select(*(t.heartbeats.c[name] for name in Beat.__slots__)).order_by(t.heartbeats.c.beat_at.desc())
    return [Beat(*row) for row in tx.execute(query)]
