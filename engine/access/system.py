"""Rules on units, routines, and the running of the system. None of them opens anything of a case.

Enters: an actor and a unit, a routine or the system of a region. Leaves: a `Verdict`.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.access.actor import Actor, Role
from engine.access.objects import RoutineObject, SystemObject, UnitObject
from engine.access.verdict import Reason, Verdict, no, yes


def see_worklist(actor: Actor, unit: UnitObject) -> Verdict:
    """The tasks of one's own unit, or of one that one answers for."""
    if any(membership.unit_id == unit.unit_id for membership in actor.memberships):
        return yes(Reason.OWN_UNIT, unit.unit_id)
    return (
        yes(Reason.MANAGER_ABOVE, unit.unit_id) if unit.unit_id in actor.leads else no(Reason.NOT_YOUR_UNIT)
    )


def start_case(actor: Actor, unit: UnitObject) -> Verdict:
    """Start a case for a unit one works at."""
    return no(Reason.NOT_YOUR_UNIT) if actor.at(unit.unit_id) is None else yes(Reason.OWN_UNIT, unit.unit_id)


def see_below(actor: Actor, unit: UnitObject) -> Verdict:
    """The monitor of a unit that one answers for, sub-units included."""
    return (
        yes(Reason.MANAGER_ABOVE, unit.unit_id) if unit.unit_id in actor.leads else no(Reason.NOT_A_MANAGER)
    )


def see_routine(actor: Actor, routine: RoutineObject) -> Verdict:
    """Routines are no secret to those who work by them."""
    if not actor.memberships:
        return no(Reason.MISSING_ROLE)
    if routine.region_id is None or any(m.region_id == routine.region_id for m in actor.memberships):
        return yes(Reason.YOUR_ROLE)
    return no(Reason.OTHER_REGION)


def upload_version(actor: Actor, routine: RoutineObject) -> Verdict:
    """The region's process owner or administrator.

    A shared routine changes every region and is the administrator's.
    """
    if actor.holds(Role.ADMINISTRATOR, routine.region_id):
        return yes(Reason.YOUR_ROLE, Role.ADMINISTRATOR)
    if routine.region_id is None and actor.holds(Role.PROCESS_OWNER, None):
        return no(Reason.SHARED_ROUTINE)
    return _with_role(actor, Role.PROCESS_OWNER, routine.region_id)


def approve(actor: Actor, system: SystemObject) -> Verdict:
    """The second pair of eyes, and those of somebody whom no administrator of one principal can appoint.

    Neither the one who asked, nor a substitute on either side, nor whoever now substitutes for the one who asked.
    """
    allowed = _with_role(actor, Role.REGION_ADMINISTRATOR, system.region_id)
    if not allowed:
        allowed = _with_role(actor, Role.PROCESS_OWNER, system.region_id)
    if allowed and system.requested_by & {actor.id, actor.acting_for, *actor.stands_in_for}:
        return no(Reason.FOUR_EYES)
    return allowed


def needs(role: Role) -> Callable[[Actor, SystemObject], Verdict]:
    """The rule that a directory role in the object's region is all it takes."""

    def rule(actor: Actor, system: SystemObject) -> Verdict:
        return _with_role(actor, role, system.region_id)

    return rule


def _with_role(actor: Actor, role: Role, region_id: str | None) -> Verdict:
    if actor.holds(role, region_id):
        return yes(Reason.YOUR_ROLE, role)
    return no(Reason.OTHER_REGION if actor.holds(role, None) else Reason.MISSING_ROLE)
