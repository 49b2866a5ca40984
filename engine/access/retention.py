"""Rules on how long the cases of a principal are kept. None of them opens anything that stands in a case.

Enters: an actor and a principal that answers for cases. Leaves: a `Verdict`. A principal's own administrators see to its cases, or the
region's; what one asks for another approves.
"""

from __future__ import annotations

from engine.access import directory, four_eyes
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
    """The second pair of eyes."""
    seen = see(actor, controller)
    why_not = seen and four_eyes.refusal(
        actor, controller.requested_by, controller.given, lambda other: see(other, controller)
    )
    return no(why_not) if why_not else seen


def _process_owner(actor: Actor, controller: ControllerObject, otherwise: Verdict) -> Verdict:
    """One of the principal's own."""
    owns = any(
        Role.PROCESS_OWNER in one.roles and one.principal_id == controller.principal_id
        for one in actor.memberships
    )
    return yes(Reason.YOUR_ROLE, Role.PROCESS_OWNER) if owns else otherwise
