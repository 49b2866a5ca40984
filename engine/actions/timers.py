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


def fire_next(tx: Connection, *, now: datetime) -> bool:
    """Fire the earliest timer due at `now`; False where none is. Raises CaseStopped."""
    timer = timers.next_due(tx, now=now)
    if timer is None:
        return False
    case = cases.lock(tx, timer.case_id)
    ground = Ground(tx, case, Who(), now)
    advance(ground, cases.instance(tx, timer.instance_id), Step("fire", timer.id))
    if now - timer.due_at > LATE_AFTER and timer.host:
        timers.hold_back(
            tx, case.id, timer.host, until=grace(now, ground.calendar(tasks.unit_of(tx, timer.host)))
        )
    return True
