"""Corrections of running cases: asked for by one person, decided by another (decision 2).

Enters: an open transaction that holds the case. Leaves: rows. A decided one is never changed again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from engine.errors import NotFound
from engine.records import ids
from engine.records import tables as t
from engine.records.facts import Who


@dataclass(frozen=True, slots=True)
class Move:
    """From which version to which, and why; `status` is `asked`, `approved` or `refused`.

    `decision_reason` is what the second person wrote.
    """

    id: str
    case_id: str
    instance_id: str
    from_hash: str
    to_hash: str
    reason: str
    asked_by: str
    asked_for_id: str | None
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str
    status: str


_MOVE = select(*(t.moves.c[name] for name in Move.__slots__))


def insert(
    tx: Connection,
    *,
    case_id: str,
    instance_id: str,
    from_hash: str,
    to_hash: str,
    reason: str,
    who: Who,
    now: datetime,
) -> str:
    """Asked for; gives its id."""
    move_id = ids.new()
    about = {
        "id": move_id,
        "case_id": case_id,
        "instance_id": instance_id,
        "from_hash": from_hash,
        "to_hash": to_hash,
    }
    asked = {
        "reason": reason,
        "asked_by": who.actor_id,
        "asked_for_id": who.acting_for_id,
        "asked_at": now,
        "decision_reason": "",
        "status": "asked",
    }
    tx.execute(t.moves.insert(), about | asked)
    return move_id


def fetch(tx: Connection, move_id: str) -> Move:
    """NotFound where there is none."""
    row = tx.execute(_MOVE.where(t.moves.c.id == move_id)).one_or_none()
    if row is None:
        raise NotFound
    return Move(*row)


def of_case(tx: Connection, case_id: str) -> list[Move]:
    """Every correction ever asked for, the oldest first."""
    query = _MOVE.where(t.moves.c.case_id == case_id).order_by(t.moves.c.asked_at, t.moves.c.id)
    return [Move(*row) for row in tx.execute(query)]


def asked(tx: Connection) -> list[Move]:
    """Those that wait for a second person, the oldest first."""
    query = _MOVE.where(t.moves.c.status == "asked").order_by(t.moves.c.asked_at, t.moves.c.id)
    return [Move(*row) for row in tx.execute(query)]


def decide(tx: Connection, move_id: str, status: str, reason: str, *, who: Who, now: datetime) -> None:
    """`approved` or `refused`."""
    row = {
        "status": status,
        "decision_reason": reason,
        "decided_by": who.actor_id,
        "decided_for_id": who.acting_for_id,
        "decided_at": now,
    }
    tx.execute(update(t.moves).where(t.moves.c.id == move_id).values(**row))
