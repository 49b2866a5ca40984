"""Timers fire: in due order, one step and one transaction each (decision 6).

Enters: an open transaction and the instant. Leaves: whether anything was due. A timer is looked at again under the lock of its case; a
step that fails steps aside and leaves an incident, so that one broken case stops nobody else's clock.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from engine.actions.advance import Step, advance
from engine.actions.ground import Ground
from engine.deadlines.due import LATE_AFTER, grace
from engine.records import cases, tasks, timers
from engine.records.facts import Who
from engine.status import TimerStatus


def fire_next(tx: Connection, *, now: datetime) -> bool:
    """Fire the earliest timer due at `now`; False where none is. Raises CaseStopped."""
    found = timers.next_due(tx, now=now)
    if found is None:
        return False
    case = cases.lock(tx, found.case_id)
    timer = timers.fetch(
        tx, found.id
    )  # between the search and the lock somebody else may have fired, cleared or moved it
    if timer is None or timer.status != TimerStatus.ARMED or timer.attempts or timer.due_at > now:
        return True
    ground = Ground(tx, case, Who(), now)
    advance(ground, cases.instance(tx, timer.instance_id), Step("fire", timer.id, timer.element_id))
    if now - timer.due_at > LATE_AFTER and timer.host:
        calendar = ground.calendar(tasks.unit_of(tx, timer.host))
        timers.hold_back(tx, case.id, timer.host, until=grace(now, calendar))
    return True
