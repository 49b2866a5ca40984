"""The cases a person may see: those their units keep or take part in, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from engine import asking
from engine.access import Act, Actor, may, visible_categories
from engine.reads.protection import may_be_told
from engine.records import cases, grounds
from engine.records import tables as t
from engine.records.collation import search_key

PAGE = 25


@dataclass(frozen=True, slots=True)
class Row:
    """A case; `person` only where the identity is open to the actor, other units' tasks only where its course is."""

    case: cases.Case
    person: str | None
    open_tasks: tuple[str, ...]
    due_on: date | None
    sees_course: bool


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
        verdict = may(actor, Act.CASE_SEE_EXISTENCE, about)
        if not verdict:
            continue
        person = found.subject_name if "identity" in visible_categories(actor, about) else None
        if words and search_key(words) not in search_key(person or "", found.number):
            continue
        course = bool(may(actor, Act.CASE_SEE_COURSE, about))
        tasks = [one for one in opened.get(case_id, []) if course or actor.at(one.unit_id)]
        dues = [one.due_on for one in tasks if one.due_on is not None]
        names = tuple(dict.fromkeys(one.name for one in tasks))
        rows.append(Row(found, person, names, min(dues, default=None), course))
    return rows


def _open(tx: Connection, ids: list[str]) -> dict[str, list[Any]]:
    tasks = t.tasks.c
    query = select(tasks.case_id, tasks.name, tasks.due_on, tasks.unit_id).where(
        tasks.case_id.in_(ids), tasks.status.in_(["open", "claimed"])
    )
    found: dict[str, list[Any]] = {}
    for row in tx.execute(query.order_by(tasks.due_at.is_(None), tasks.due_at, tasks.opened_at)):
        found.setdefault(row.case_id, []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class Load:
    """How much is open at a unit: late, due by the day that counts as near, later or without a date, and taken by nobody."""

    unit_id: str
    late: int
    near: int
    later: int
    free: int


def per_unit(tx: Connection, actor: Actor, *, today: date, near_until: date) -> list[Load]:
    """Every unit the actor leads, also those with nothing open; the latest first."""
    tasks, led = t.tasks.c, sorted(actor.leads)
    late, near = tasks.due_on < today, and_(tasks.due_on >= today, tasks.due_on <= near_until)
    query = select(
        tasks.unit_id, _number(late), _number(near), func.count(), _number(tasks.holder_id.is_(None))
    ).where(tasks.unit_id.in_(led), tasks.status.in_(["open", "claimed"]), may_be_told(actor))
    found = {
        unit_id: Load(unit_id, late, near, total - late - near, free)
        for unit_id, late, near, total, free in tx.execute(query.group_by(tasks.unit_id))
    }
    loads = [found.get(unit_id, Load(unit_id, 0, 0, 0, 0)) for unit_id in led]
    return sorted(loads, key=lambda one: (-one.late, -one.near, -one.later, one.unit_id))


def _number(holds: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((holds, 1), else_=0))
