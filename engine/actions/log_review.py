"""The recurring review of the log: an auditor starts it for a unit of theirs, and it draws a sample every month (`shared_log_review`).

Enters: an open transaction and the auditor. Leaves: a case about no person. HSLF-FS 2016:40 4 kap. 9 §: checks are systematic, recurring
and documented.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from engine import asking, library
from engine.access import Act, Actor, SystemObject, may
from engine.access.actor import Role
from engine.actions.advance import begin
from engine.actions.beginning import NewCase
from engine.actions.beginning import case as new_case
from engine.errors import NotAllowed, NotFound
from engine.records import directory

PROCESS = "shared_log_review"


def start(tx: Connection, actor: Actor, unit_id: str, data: Mapping[str, object], *, now: datetime) -> str:
    """A review of the log of that unit's region, from now on for a year; gives the case's id. Raises NotAllowed, InvalidForm."""
    unit = directory.units(tx, [unit_id]).get(unit_id)
    if unit is None:
        raise NotFound
    may(actor, Act.AUDIT_READS, SystemObject(unit.region_id)).required()
    if not any(one.unit_id == unit_id and one.holds(Role.AUDITOR) for one in actor.memberships):
        raise NotAllowed("not-your-unit")
    loaded = library.current(tx, PROCESS)
    pending = new_case(tx, NewCase(loaded, unit, data), who=asking.who(actor, unit_id), now=now)
    begin(pending)
    return pending.ground.case.id
