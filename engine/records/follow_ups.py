"""What managers did about tasks that are late, and the filters that they keep.

Enters: an open transaction. Leaves: frozen values. Decides nothing; who may is asked before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from engine.errors import NotFound
from engine.records import ids
from engine.records import tables as t
from engine.records.who import Who


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What was done about one task; `before` is what an undoing needs."""

    id: str
    batch_id: str
    kind: str
    case_id: str
    task_id: str
    actor_id: str | None
    reason: str
    before: Mapping[str, Any]
    at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter by name; with `unit_id` every manager who answers for that unit may use it."""

    id: str
    person_id: str
    name: str
    address: str
    unit_id: str | None


_FOLLOW_UP = select(*(t.follow_ups.c[name] for name in FollowUp.__slots__))
_FILTER = select(*(t.saved_filters.c[name] for name in SavedFilter.__slots__))


def insert(
    tx: Connection, *, batch_id: str, kind: str, case_id: str, task_id: str, reason: str, before: Mapping[str, object], who: Who,
    now: datetime,
) -> None:  # fmt: skip
    """One row for one task."""
    row: dict[str, object] = {"id": ids.new(), "batch_id": batch_id, "kind": kind, "case_id": case_id}
    row |= {"task_id": task_id, "reason": reason, "before": dict(before), "at": now}
    tx.execute(t.follow_ups.insert(), row | who.columns())


def of_tasks(tx: Connection, task_ids: Collection[str]) -> dict[str, list[FollowUp]]:
    """task -> what was done about it and not undone, the oldest first."""
    c = t.follow_ups.c
    query = _FOLLOW_UP.where(c.task_id.in_(sorted(task_ids)), c.undone_at.is_(None)).order_by(c.at, c.id)
    found: dict[str, list[FollowUp]] = {}
    for row in tx.execute(query):
        found.setdefault(row.task_id, []).append(FollowUp(*row))
    return found


def of_batch(tx: Connection, batch_id: str) -> list[FollowUp]:
    """Those of one choice, in the order in which their cases must be held."""
    c = t.follow_ups.c
    return [
        FollowUp(*row)
        for row in tx.execute(_FOLLOW_UP.where(c.batch_id == batch_id).order_by(c.case_id, c.id))
    ]


def undo(tx: Connection, follow_up_id: str, *, now: datetime) -> None:
    """It no longer counts; that it was done and undone stands in the facts."""
    tx.execute(update(t.follow_ups).where(t.follow_ups.c.id == follow_up_id).values(undone_at=now))


def put_reminders(
    tx: Connection, *, case_id: str, task_id: str, element_id: str, unit_id: str, roles: Sequence[str], people: Sequence[str],
    now: datetime,
) -> list[str]:  # fmt: skip
    """One notice per role of the unit, and per person of it, about that task; gives their ids."""
    to: list[dict[str, object]] = [{"role": role, "person_id": None} for role in roles]
    to += [{"role": None, "person_id": person_id} for person_id in people]
    shared: dict[str, object] = {
        "kind": "reminder",
        "case_id": case_id,
        "task_id": task_id,
        "unit_id": unit_id,
    }
    shared |= {"element_id": element_id, "created_at": now, "attempts": 0}
    rows = [{"id": ids.new()} | shared | one for one in to]
    if rows:
        tx.execute(t.notices.insert().values(rows))
    return [str(row["id"]) for row in rows]


def notices_of(one: FollowUp) -> list[str]:
    """The notices that a reminder put in the outbox."""
    return [str(key) for key in one.before.get("notices", ())]


def reminders_have_gone(tx: Connection, notice_ids: Sequence[str]) -> bool:
    """Whether any of them stands in a letter to somebody, sent or about to be."""
    return any(letter_id is not None for _, letter_id in _tellings_of(tx, notice_ids))


def take_back_reminders(tx: Connection, notice_ids: Sequence[str]) -> bool:
    """Remove notices that stand in nobody's letter yet, and what was to be told of them; False, and nothing is removed, where one does."""
    n = t.notices.c
    found = list(tx.execute(select(n.id).where(n.id.in_(list(notice_ids))).with_for_update()).scalars())
    told = _tellings_of(tx, found)
    if not found or len(found) < len(notice_ids) or any(letter_id is not None for _, letter_id in told):
        return False
    tx.execute(delete(t.tellings).where(t.tellings.c.id.in_([key for key, _ in told])))
    tx.execute(delete(t.notices).where(n.id.in_(found)))
    return True


def _tellings_of(tx: Connection, notice_ids: Sequence[str]) -> list[tuple[str, str | None]]:
    c = t.tellings.c
    events = [f"put:{one}" for one in notice_ids]  # as `notifying` names what the outbox holds
    query = select(c.id, c.letter_id).where(c.event.in_(events)).with_for_update()
    return [(row.id, row.letter_id) for row in tx.execute(query)]


def filters(tx: Connection, person_id: str, led: Collection[str]) -> list[SavedFilter]:
    """One's own, and those shared with everybody who answers for a unit that one answers for."""
    c = t.saved_filters.c
    query = _FILTER.where(or_(c.person_id == person_id, c.unit_id.in_(sorted(led))))
    return [SavedFilter(*row) for row in tx.execute(query.order_by(c.name, c.id))]


def save_filter(
    tx: Connection, *, person_id: str, name: str, address: str, unit_id: str | None, now: datetime
) -> None:
    """In place of one's own of the same name."""
    c = t.saved_filters.c
    tx.execute(delete(t.saved_filters).where(c.person_id == person_id, c.name == name))
    row = {"id": ids.new(), "person_id": person_id, "name": name, "address": address, "unit_id": unit_id}
    tx.execute(t.saved_filters.insert(), row | {"saved_at": now})


def remove_filter(tx: Connection, filter_id: str, person_id: str) -> None:
    """NotFound where it is not that person's."""
    c = t.saved_filters.c
    if not tx.execute(delete(t.saved_filters).where(c.id == filter_id, c.person_id == person_id)).rowcount:
        raise NotFound
