"""Rules on how long the cases of a principal are kept. None of them opens anything that stands in a case.

Enters: an actor and a principal that answers for cases. Leaves: a `Verdict`. A principal's own administrators see to its cases, or the
region's; what one asks for another approves.
"""

from __future__ import annotations

from engine.access import directory
from engine.access.actor import Actor, Role
from engine.access.objects import ControllerObject, DirectoryObject
from engine.access.verdict import Reason, Verdict, no, yes


def keep(actor: Actor, controller: ControllerObject) -> Verdict:
    """See what is due, hold a case back, ask that cases be disposed of."""
    return directory.manage(
        actor, DirectoryObject(controller.region_id, frozenset({controller.principal_id}))
    )


def see(actor: Actor, controller: ControllerObject) -> Verdict:
    """The same, and whoever may be the second person."""
    kept = keep(actor, controller)
    return kept or _process_owner(actor, controller, kept)


def approve(actor: Actor, controller: ControllerObject) -> Verdict:
    """The second pair of eyes: neither the one who asked, nor a substitute on either side, nor whoever now
    substitutes for the one who asked.
    """
    seen = see(actor, controller)
    if seen and controller.requested_by & {actor.id, actor.acting_for, *actor.stands_in_for}:
        return no(Reason.FOUR_EYES)
    return seen


def _process_owner(actor: Actor, controller: ControllerObject, otherwise: Verdict) -> Verdict:
    """One of the principal's own."""
    owns = any(
        Role.PROCESS_OWNER in one.roles and one.principal_id == controller.principal_id
        for one in actor.memberships
    )
    return yes(Reason.YOUR_ROLE, Role.PROCESS_OWNER) if owns else otherwise
