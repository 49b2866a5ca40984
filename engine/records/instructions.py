"""Each unit's own instruction: one in force, the earlier ones kept.

Enters: an open transaction. Leaves: frozen values. Content is read only where somebody downloads it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select, update

from engine.errors import NotFound
from engine.records import ids
from engine.records import tables as t


@dataclass(frozen=True, slots=True)
class Instruction:
    """Either an `address`, or a file of `kind` (a key of `actions.attaching.KINDS`); `dated_on` is the day that stands on it."""

    id: str
    unit_id: str
    name: str
    dated_on: date
    address: str | None
    kind: str | None
    size: int | None
    actor_id: str | None
    acting_for_id: str | None
    at: datetime
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True)
class File:
    """What was sent: its kind and its bytes."""

    kind: str
    content: bytes


_ROW = select(*(t.instructions.c[name] for name in Instruction.__slots__))


def put(
    tx: Connection, unit_id: str, name: str, dated_on: date, given: str | File, *, by: tuple[str, str | None], now: datetime
) -> str:  # fmt: skip
    """In force from now on, in place of the one before. `given` is an address or a file, `by` who and for whom."""
    c = t.instructions.c
    tx.execute(
        update(t.instructions).where(c.unit_id == unit_id, c.replaced_at.is_(None)).values(replaced_at=now)
    )
    row: dict[str, object] = {"id": ids.new(), "unit_id": unit_id, "name": name, "dated_on": dated_on}
    row |= {"actor_id": by[0], "acting_for_id": by[1], "at": now}
    if isinstance(given, str):
        tx.execute(t.instructions.insert(), row | {"address": given})
    else:
        digest = hashlib.sha256(given.content).hexdigest()
        about = {"kind": given.kind, "size": len(given.content), "hash": digest}
        tx.execute(t.instructions.insert(), row | about)
        tx.execute(t.instruction_contents.insert(), {"instruction_id": row["id"], "content": given.content})
    return str(row["id"])


def of_units(tx: Connection, unit_ids: Collection[str]) -> dict[str, Instruction]:
    """Unit -> its instruction in force, where it has one."""
    c = t.instructions.c
    query = _ROW.where(c.unit_id.in_(sorted(unit_ids)), c.replaced_at.is_(None))
    return {row.unit_id: Instruction(*row) for row in tx.execute(query)}


def earlier(tx: Connection, unit_id: str) -> list[Instruction]:
    """Those that were in force before, the newest first."""
    c = t.instructions.c
    query = _ROW.where(c.unit_id == unit_id, c.replaced_at.is_not(None))
    return [Instruction(*row) for row in tx.execute(query.order_by(c.at.desc(), c.id))]


def fetch(tx: Connection, instruction_id: str) -> Instruction:
    """NotFound where there is none."""
    row = tx.execute(_ROW.where(t.instructions.c.id == instruction_id)).one_or_none()
    if row is None:
        raise NotFound
    return Instruction(*row)


def content(tx: Connection, instruction_id: str) -> bytes:
    """NotFound where it is an address."""
    c = t.instruction_contents.c
    found = tx.execute(select(c.content).where(c.instruction_id == instruction_id)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return bytes(found)
