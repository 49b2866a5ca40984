"""What has happened to a row of the directory, or to a person in it: who changed what, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.records import tables as t

MOST = 50


@dataclass(frozen=True, slots=True)
class Happened:
    """One change. `data` says by names of fields what became otherwise."""

    kind: str
    actor_id: str | None
    acting_for_id: str | None
    at: datetime
    data: Mapping[str, object]


def of(tx: Connection, row_id: str) -> list[Happened]:
    """The changes of that unit, person, principal or region, the newest first; at most fifty."""
    query = select(*(t.facts.c[name] for name in Happened.__slots__))
    query = query.where(t.facts.c.case_id.is_(None), t.facts.c.element_id == row_id)
    return [Happened(*row) for row in tx.execute(query.order_by(t.facts.c.id.desc()).limit(MOST))]
