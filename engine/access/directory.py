"""Rules on the directory and on who may say that somebody is away.

Enters: an actor and a part of the directory, or a person. Leaves: a `Verdict`. The administrators of a principal keep what is the
principal's and touch nothing of another's; a region's administrators keep the region's directory as a whole.
"""

from __future__ import annotations

from engine.access.actor import Actor, Role
from engine.access.objects import DirectoryObject, PersonObject, SystemObject
from engine.access.verdict import Reason, Verdict, no, yes

CENTRE, EXPERT_TEAM, REFERENCE_NETWORK = "rare_diseases", "expert_team", "reference_network"
"""Kinds of units of the care for rare diseases: a region's centre (CSD), its expert teams, and the European networks (ERN)."""

FOR_INFORMATION = frozenset({REFERENCE_NETWORK})
"""Kinds that stand in the directory to be read about, and for nothing else."""


def take_part(unit_kind: str) -> Verdict:
    """Whether a unit of that kind may be called to a case, be named in a consent, get a task, a message or a paper, or start anything.

    An expert team may, like any unit of its region (S0-30). A European reference network may not, whoever asks and whatever anybody has
    consented to: nothing is shared with it from here (S0-31).
    """
    return no(Reason.FOR_INFORMATION) if unit_kind in FOR_INFORMATION else yes(Reason.YOUR_ROLE)


def see(actor: Actor, system: SystemObject) -> Verdict:
    """Look into the directory of a region: those who keep any part of it."""
    for role in (Role.REGION_ADMINISTRATOR, Role.ADMINISTRATOR):
        if actor.holds(role, system.region_id):
            return yes(Reason.YOUR_ROLE, role)
    elsewhere = actor.holds(Role.ADMINISTRATOR, None) or actor.holds(Role.REGION_ADMINISTRATOR, None)
    return no(Reason.OTHER_REGION if elsewhere else Reason.MISSING_ROLE)


def manage(actor: Actor, part: DirectoryObject) -> Verdict:
    """Change what the directory says."""
    seen = see(actor, SystemObject(part.region_id))
    if not seen or actor.holds(Role.REGION_ADMINISTRATOR, part.region_id):
        return seen
    kept = {m.principal_id for m in actor.memberships if Role.ADMINISTRATOR in m.roles}
    if part.principal_ids and part.principal_ids <= kept:
        return yes(Reason.YOUR_ROLE, Role.ADMINISTRATOR)
    return no(Reason.ANOTHER_PRINCIPAL)


def register_absence(actor: Actor, person: PersonObject) -> Verdict:
    """One's own; as manager, that of people at the units one answers for; else the principal's administrators.

    A substitute does not register the absence of the one they substitute: a substitution does not pass on.
    """
    if actor.acting_for is None and actor.id == person.person_id:
        return yes(Reason.YOUR_ROLE)
    if person.person_id == actor.acting_for:
        return no(Reason.ANOTHER_PERSON)
    if person.unit_ids and person.unit_ids <= actor.leads:
        return yes(Reason.MANAGER_ABOVE, min(person.unit_ids))
    kept = all(manage(actor, DirectoryObject(one, person.principal_ids)) for one in person.region_ids)
    if person.region_ids and person.principal_ids and kept:
        return yes(Reason.YOUR_ROLE, Role.ADMINISTRATOR)
    return no(Reason.NOT_A_MANAGER)
