"""The days on which a unit, or a whole region, is closed besides the holidays.

Enters: an open transaction, the actor and the days as they are to be. Leaves: rows and a fact. Deadlines that are counted already stay as
they are; `preview` says which of them would have been others, so that somebody may do something about them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from engine import asking
from engine.access import Act, Actor, DirectoryObject, may
from engine.actions.ground import calendar_of
from engine.deadlines.calendar import Calendar
from engine.deadlines.due import due
from engine.errors import FieldError, InvalidForm, NotFound
from engine.records import directory, directory_book
from engine.records import facts as fact_rows
from engine.records import tables as t
from engine.status import TimerStatus

MOST_DAYS = 200
COUNTED = ("working-days", "rolled-days")


@dataclass(frozen=True, slots=True)
class Otherwise:
    """An open deadline that would have been another: what it is about, its last day, and the one it would have had."""

    case_id: str
    case_number: str
    name: str
    unit_id: str | None
    last_day: date
    would_be: date


def asked_about(tx: Connection, region_id: str, unit_id: str | None) -> DirectoryObject:
    """What the change is asked about: the unit's principal, or the region. NotFound where there is no such unit."""
    if unit_id is None:
        return DirectoryObject(region_id)
    unit = directory.units(tx, [unit_id]).get(unit_id)
    if unit is None or unit.region_id != region_id:
        raise NotFound
    return DirectoryObject(region_id, frozenset({unit.principal_id}))


def known(tx: Connection, region_id: str, unit_id: str | None) -> tuple[date, ...]:
    """The closing days as they are."""
    if unit_id is not None:
        unit = directory.units(tx, [unit_id]).get(unit_id)
        return unit.closing_days if unit else ()
    return _days(_region(tx, region_id)["closing_days"])


def preview(tx: Connection, region_id: str, unit_id: str | None, days: Sequence[date]) -> list[Otherwise]:
    """The open deadlines that would have had another last day with these closing days, the earliest first."""
    units = {one.id: one for one in directory.all_units(tx) if one.region_id == region_id}
    region = _region(tx, region_id)
    region_days = _days(region["closing_days"])
    found = []
    for row in _open(tx, region_id, unit_id):
        own = units[row.unit_id].closing_days if row.unit_id in units else ()
        before = _counted(row.explanation, _calendar(region, (*region_days, *own)))
        new = (*region_days, *days) if unit_id is not None else (*days, *own)
        after = _counted(row.explanation, _calendar(region, new))
        stands = _last_day(row.explanation)
        if stands and after and after not in (before, stands):
            name = row.task or row.name
            found.append(Otherwise(row.case_id, row.number, name, row.unit_id, stands, after))
    return sorted(found, key=lambda one: (one.last_day, one.case_number, one.name, one.unit_id or ""))


def save(
    tx: Connection, actor: Actor, region_id: str, unit_id: str | None, days: Sequence[date], *, now: datetime
) -> None:
    """From now on these are the closing days. Raises NotAllowed, NotFound, InvalidForm."""
    about = asked_about(tx, region_id, unit_id)
    face = asking.face(actor, Act.DIRECTORY_MANAGE, about)
    may(face, Act.DIRECTORY_MANAGE, about).required()
    if len(set(days)) > MOST_DAYS:
        raise InvalidForm((FieldError("days", "too-many", (("most", str(MOST_DAYS)),)),))
    directory_book.hold(tx, region_id)
    before = known(tx, region_id, unit_id)
    after = sorted(set(days))
    if sorted(before) == after:
        return
    directory.set_closing_days(tx, region_id, unit_id, after)
    told = {
        "before": [day.isoformat() for day in sorted(before)],
        "after": [day.isoformat() for day in after],
    }
    row: dict[str, object] = {
        "case_id": None,
        "instance_id": None,
        "kind": "closing_days_changed",
        "task_id": None,
        "at": now,
    }
    row |= {"element_id": unit_id or region_id, "data": told}
    fact_rows.insert(tx, [row | asking.acting(face).columns()])


def _open(tx: Connection, region_id: str, unit_id: str | None) -> list[Any]:
    """Armed deadlines that are counted in days, with the unit by whose calendar they are: the one that is to do the task."""
    timers, tasks, cases = t.timers.c, t.tasks.c, t.cases.c
    query = select(
        timers.case_id, cases.number, timers.name, tasks.name.label("task"), tasks.unit_id, timers.explanation
    )
    query = query.join(t.cases, cases.id == timers.case_id).join(
        t.tasks, tasks.id == timers.host, isouter=True
    )
    query = query.where(timers.status == TimerStatus.ARMED, timers.deadline, cases.region_id == region_id)
    if unit_id is not None:
        query = query.where(tasks.unit_id == unit_id)
    return list(tx.execute(query.order_by(timers.due_at, timers.id)))


def _counted(explanation: object, calendar: Calendar) -> date | None:
    told = explanation if isinstance(explanation, Mapping) else {}
    rule, number, armed_at = told.get("rule"), told.get("n"), told.get("armed_at")
    if rule not in COUNTED or number is None or not isinstance(armed_at, str):
        return None
    reached = due(
        "duration", f"P{number}D", str(rule), armed_at=datetime.fromisoformat(armed_at), calendar=calendar
    )
    return reached.last_day


def _last_day(explanation: object) -> date | None:
    told = explanation.get("last_day") if isinstance(explanation, Mapping) else None
    return date.fromisoformat(told) if isinstance(told, str) else None


def _calendar(region: Mapping[str, Any], days: Sequence[date]) -> Calendar:
    return calendar_of(str(region["country"]), ZoneInfo(str(region["zone"])), region["settings"], days)


def _region(tx: Connection, region_id: str) -> Mapping[str, Any]:
    found = directory.region(tx, region_id)
    if found is None:
        raise NotFound
    return found


def _days(told: object) -> tuple[date, ...]:
    return tuple(told) if isinstance(told, list) else ()
