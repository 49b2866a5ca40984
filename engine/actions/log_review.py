"""The recurring review of the log: an auditor starts it for a unit of theirs, and it draws a sample every month (`shared_log_review`,
or the region's own where it has one in its own language).

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

PROCESS, OWN = "shared_log_review", "_log_review"


def is_review(process_id: str) -> bool:
    """Whether a case of that routine is a review of the log."""
    return process_id.endswith(OWN)


def routine_of(tx: Connection, region_id: str) -> library.Loaded:
    """The routine by which the log of that region is reviewed: the region's own, else the shared one. NotFound where there is none."""
    try:
        return library.current(tx, region_id + OWN)
    except NotFound:
        return library.current(tx, PROCESS)


def start(tx: Connection, actor: Actor, unit_id: str, data: Mapping[str, object], *, now: datetime) -> str:
    """A review of the log of that unit's region, from now on for a year; gives the case's id. Raises NotAllowed, InvalidForm."""
    unit = directory.units(tx, [unit_id]).get(unit_id)
    if unit is None:
        raise NotFound
    may(actor, Act.AUDIT_READS, SystemObject(unit.region_id)).required()
    if not any(one.unit_id == unit_id and one.holds(Role.AUDITOR) for one in actor.memberships):
        raise NotAllowed("not-your-unit")
    loaded = routine_of(tx, unit.region_id)
    pending = new_case(tx, NewCase(loaded, unit, data), who=asking.who(actor, unit_id), now=now)
    begin(pending)
    return pending.ground.case.id
