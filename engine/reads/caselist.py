"""The cases a person may see: those their units keep or take part in, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, case, func, or_, select

from engine import asking
from engine.access import Act, Actor, may, visible_categories
from engine.records import cases, grounds
from engine.records import tables as t
from engine.records.collation import search_key

PAGE = 25


@dataclass(frozen=True, slots=True)
class Row:
    """A case; `person` only where the identity is open to the actor."""

    case: cases.Case
    person: str | None
    open_tasks: tuple[str, ...]
    due_on: date | None


def seen_by(
    tx: Connection, actor: Actor, *, words: str, ended: bool, now: datetime, after: int = 0
) -> tuple[list[Row], bool]:
    """One page, and whether there are more."""
    units = sorted({one.unit_id for one in actor.in_care()})
    part = select(t.participants.c.case_id).where(t.participants.c.unit_id.in_(units))
    slot = select(t.slots.c.case_id).where(t.slots.c.unit_id.in_(units), t.slots.c.until_at.is_(None))
    mine = or_(t.cases.c.unit_id.in_(units), t.cases.c.id.in_(part), t.cases.c.id.in_(slot))
    query = select(t.cases.c.id).where(
        mine, t.cases.c.ended_at.is_not(None) if ended else t.cases.c.ended_at.is_(None)
    )
    ids = list(tx.execute(query.order_by(t.cases.c.started_at.desc(), t.cases.c.id)).scalars())
    found: list[Row] = []
    for start in range(0, len(ids), 100):
        found += _rows(tx, actor, ids[start : start + 100], words, now)
        if len(found) > after + PAGE:
            break
    return found[after : after + PAGE], len(found) > after + PAGE


def _rows(tx: Connection, actor: Actor, ids: list[str], words: str, now: datetime) -> list[Row]:
    known, standings, opened = cases.fetch_many(tx, ids), grounds.standings(tx, ids), _open(tx, ids)
    rows = []
    for case_id in ids:
        found = known[case_id]
        about = asking.case_object(found, standings[case_id], now=now)
        if not may(actor, Act.CASE_SEE_EXISTENCE, about):
            continue
        person = found.subject_name if "identity" in visible_categories(actor, about) else None
        if words and search_key(words) not in search_key(person or "", found.number):
            continue
        tasks = opened.get(case_id, [])
        dues = [due for _, due in tasks if due is not None]
        rows.append(
            Row(found, person, tuple(dict.fromkeys(name for name, _ in tasks)), min(dues, default=None))
        )
    return rows


def _open(tx: Connection, ids: list[str]) -> dict[str, list[tuple[str, date | None]]]:
    query = select(t.tasks.c.case_id, t.tasks.c.name, t.tasks.c.due_on).where(
        t.tasks.c.case_id.in_(ids), t.tasks.c.status.in_(["open", "claimed"])
    )
    found: dict[str, list[tuple[str, date | None]]] = {}
    for row in tx.execute(query.order_by(t.tasks.c.due_at.is_(None), t.tasks.c.due_at, t.tasks.c.opened_at)):
        found.setdefault(row.case_id, []).append((row.name, row.due_on))
    return found


def per_unit(tx: Connection, actor: Actor, *, today: date) -> list[tuple[str, int, int]]:
    """(unit, open, late) for every unit the actor leads, the latest first."""
    late = func.sum(case((t.tasks.c.due_on < today, 1), else_=0))
    query = select(t.tasks.c.unit_id, func.count(), late).where(
        t.tasks.c.unit_id.in_(sorted(actor.leads)), t.tasks.c.status.in_(["open", "claimed"])
    )
    rows = [(row[0], int(row[1]), int(row[2] or 0)) for row in tx.execute(query.group_by(t.tasks.c.unit_id))]
    return sorted(rows, key=lambda row: (-row[2], -row[1], row[0]))
