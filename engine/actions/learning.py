"""What people say of themselves: that they have read and understood a version of a routine, or gone through a course (S3-020, S0-17).

Enters: an open transaction and the actor. Leaves: a row about the actor alone, never about the one they substitute for, and a fact.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from engine import asking, library
from engine.access import Act, Actor, RoutineObject, may
from engine.errors import FieldError, InvalidForm, NotFound, StaleCase
from engine.records import facts as fact_rows
from engine.records import learned


def acknowledge(
    tx: Connection, actor: Actor, process_id: str, version: str, today: date, *, now: datetime
) -> None:
    """The actor has read and understood that version of the routine.

    Raises NotFound, NotAllowed, and StaleCase where another version has come into force meanwhile: that is the one to read.
    """
    current = library.current(tx, process_id)
    may(actor, Act.ROUTINE_SEE, RoutineObject(current.routine.region)).required()
    if current.bundle.hash != version:
        raise StaleCase("another version has come into force")
    learned.note(tx, actor.id, learned.ROUTINE, process_id, version, today, now=now)
    _tell(tx, actor, "routine_acknowledged", process_id, now)


def complete(
    tx: Connection, actor: Actor, course_id: str, on_day: date, today: date, *, now: datetime
) -> None:
    """The actor has gone through the course on that day; said again, it is the day said last. Raises NotFound, InvalidForm."""
    regions = {one.region_id for one in actor.memberships}
    if course_id not in {one.id for one in learned.courses_in(tx, regions)}:
        raise NotFound
    if on_day > today or (today - on_day).days > 50 * 366:
        raise InvalidForm((FieldError("on_day", "not-ahead" if on_day > today else "too-early"),))
    learned.note(tx, actor.id, learned.COURSE, course_id, "", on_day, now=now)
    _tell(tx, actor, "course_completed", course_id, now)


def take_back(tx: Connection, actor: Actor, course_id: str, *, now: datetime) -> None:
    """It was a mistake: the actor has not gone through the course."""
    if learned.forget(tx, actor.id, learned.COURSE, course_id):
        _tell(tx, actor, "course_taken_back", course_id, now)


def _tell(tx: Connection, actor: Actor, kind: str, what: str, now: datetime) -> None:
    row = {"case_id": None, "instance_id": None, "kind": kind, "element_id": what, "task_id": None, "at": now}
    fact_rows.insert(tx, [row | {"data": {}} | asking.acting(actor).columns()])
