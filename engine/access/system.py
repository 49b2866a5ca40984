"""Rules on units, routines, and the running of the system. None of them opens anything of a case.

Enters: an actor and a unit, a routine or the system of a region. Leaves: a `Verdict`.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.access import four_eyes
from engine.access.actor import Actor, Role
from engine.access.objects import RoutineObject, SystemObject, UnitObject
from engine.access.verdict import Reason, Verdict, no, yes

OVER_ALL = (Role.REGION_ADMINISTRATOR, Role.PROCESS_OWNER)
"""Who decides for every principal of a region: nobody whom the administrator of one can appoint."""

KEEPERS = (Role.ADMINISTRATOR, Role.REGION_ADMINISTRATOR)
"""Who keeps the system running, and sees no content."""


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


def keep_instruction(actor: Actor, unit: UnitObject) -> Verdict:
    """Say which local instruction is the unit's: its manager and those above, else the principal's administrators (S3-021)."""
    led = see_below(actor, unit)
    if led or not any(
        Role.ADMINISTRATOR in m.roles and m.principal_id == unit.principal_id for m in actor.memberships
    ):
        return led
    return yes(Reason.YOUR_ROLE, Role.ADMINISTRATOR)


def keep_links(actor: Actor, system: SystemObject) -> Verdict:
    """Keep the register of links (S0-28): a region's by its administrators, those that all regions share by administrators of a region."""
    if system.region_id is None and not actor.holds(Role.REGION_ADMINISTRATOR, None):
        return no(Reason.SHARED_ROUTINE if actor.holds(Role.ADMINISTRATOR, None) else Reason.MISSING_ROLE)
    return _with_one_of(actor, KEEPERS, system.region_id)


def see_routine(actor: Actor, routine: RoutineObject) -> Verdict:
    """Routines are no secret to those who work by them."""
    if not actor.memberships:
        return no(Reason.MISSING_ROLE)
    if routine.region_id is None or any(m.region_id == routine.region_id for m in actor.memberships):
        return yes(Reason.YOUR_ROLE)
    return no(Reason.OTHER_REGION)


def upload_version(actor: Actor, routine: RoutineObject) -> Verdict:
    """The region's process owner or administrator, since all principals work by it; a shared routine changes every region and takes an
    administrator of one.
    """
    if routine.region_id is None and not actor.holds(Role.REGION_ADMINISTRATOR, None):
        return no(Reason.SHARED_ROUTINE if actor.holds(Role.PROCESS_OWNER, None) else Reason.MISSING_ROLE)
    return _with_one_of(actor, OVER_ALL, routine.region_id)


def approve_version(actor: Actor, routine: RoutineObject) -> Verdict:
    """The second pair of eyes on a change of a routine: whoever may change it, and has not."""
    allowed = upload_version(actor, routine)
    why_not = allowed and four_eyes.refusal(
        actor, routine.requested_by, routine.given, lambda other: upload_version(other, routine)
    )
    return no(why_not) if why_not else allowed


def correct(actor: Actor, system: SystemObject) -> Verdict:
    """Ask that a running case of any principal go on with another version."""
    return _with_one_of(actor, OVER_ALL, system.region_id)


def see_versions(actor: Actor, system: SystemObject) -> Verdict:
    """Which runs go by which version: those who keep the system running, and those who answer for its routines."""
    return _with_one_of(actor, (*KEEPERS, Role.PROCESS_OWNER), system.region_id)


def keep_running(actor: Actor, system: SystemObject) -> Verdict:
    """See that the system works, and what stands still in it."""
    return _with_one_of(actor, KEEPERS, system.region_id)


def approve(actor: Actor, system: SystemObject) -> Verdict:
    """The second pair of eyes."""
    allowed = correct(actor, system)
    why_not = allowed and four_eyes.refusal(
        actor, system.requested_by, system.given, lambda other: correct(other, system)
    )
    return no(why_not) if why_not else allowed


def needs(role: Role) -> Callable[[Actor, SystemObject], Verdict]:
    """The rule that a directory role in the object's region is all it takes."""

    def rule(actor: Actor, system: SystemObject) -> Verdict:
        return _with_role(actor, role, system.region_id)

    return rule


def _with_one_of(actor: Actor, roles: tuple[Role, ...], region_id: str | None) -> Verdict:
    """The first of these roles that the actor has; the refusal is that of the last."""
    verdicts = [_with_role(actor, role, region_id) for role in roles]
    elsewhere = (one for one in verdicts if one.reason == Reason.OTHER_REGION)
    return next((one for one in verdicts if one), next(elsewhere, verdicts[-1]))


def _with_role(actor: Actor, role: Role, region_id: str | None) -> Verdict:
    if actor.holds(role, region_id):
        return yes(Reason.YOUR_ROLE, role)
    return no(Reason.OTHER_REGION if actor.holds(role, None) else Reason.MISSING_ROLE)
