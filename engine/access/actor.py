"""Who asks.

Enters: what the directory says about a signed-in person. Leaves: an `Actor`, valid for one request. Knows
no sign-in and no session.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum


class Role(StrEnum):
    """Directory roles that the rules of access know.

    A unit may have others (`mas`), which only tasks ask for.
    """

    STAFF = "staff"  # everybody who works at the unit; need not be listed in a membership
    COORDINATOR = "coordinator"  # may be appointed coordinator of a plan
    MANAGER = "manager"  # answers for the unit
    PROCESS_OWNER = "process_owner"  # answers for routines; never sees a case
    ADMINISTRATOR = (
        "administrator"  # keeps the directory and the system running; sees incidents without content
    )
    REGION_ADMINISTRATOR = "region_administrator"  # keeps the directory of every principal in the region
    AUDITOR = "auditor"  # reads the log
    GOVERNANCE = "governance"  # sees figures for many cases, never one of them


NOT_CARE = frozenset(
    {Role.PROCESS_OWNER, Role.ADMINISTRATOR, Role.REGION_ADMINISTRATOR, Role.AUDITOR, Role.GOVERNANCE}
)
"""Roles that are no part in care: a membership with only these does not make its holder staff of the unit."""

REGION_WIDE = frozenset({Role.PROCESS_OWNER, Role.REGION_ADMINISTRATOR, Role.AUDITOR, Role.GOVERNANCE})
"""Roles that reach over the whole region, whichever unit they stand at: who keeps one principal neither gives them nor touches the account
of somebody who has one.
"""


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's place at one unit, in force now.

    `roles` are directory roles; an empty set is plain staff.
    """

    unit_id: str
    principal_id: str
    region_id: str
    roles: frozenset[str] = frozenset()
    lent: bool = False  # by a substitution: the roles that it names, and no other
    provider: str | None = None  # the contracted provider to whom the unit belongs; None: the principal's own

    @property
    def in_care(self) -> bool:
        """Whether the holder works with people's cases here, and so holds the role `staff`."""
        return not self.roles or bool(self.roles - NOT_CARE)

    def holds(self, role: str) -> bool:
        """Whether a task for `role` at this unit may be this person's."""
        if role == Role.STAFF and not self.lent:
            return self.in_care
        return role in self.roles


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks. `leads` are all units they manage, sub-units included.

    Whoever substitutes for somebody has several faces: their own, and one for each person they substitute,
    with exactly the memberships of that substitution and that person in `acting_for`. `together` makes the
    one who asks of them: it holds what all faces hold, so that lists show everything, while `may` judges
    each face by itself, so that nothing of one widens another. `stands_in_for` is the same on every face:
    everybody whom the person substitutes now.
    """

    id: str
    name: str
    memberships: tuple[Membership, ...] = ()
    leads: frozenset[str] = frozenset()
    acting_for: str | None = None
    acting_for_name: str = ""
    stands_in_for: frozenset[str] = frozenset()
    faces: tuple[Actor, ...] = ()

    def each_face(self) -> tuple[Actor, ...]:
        """As whom the person may act: always themself first."""
        return self.faces or (self,)

    def as_substitute_of(self, person_id: str | None) -> Actor | None:
        """The face that acts for that person, if there is one."""
        return next((one for one in self.each_face() if person_id and one.acting_for == person_id), None)

    def at(self, unit_id: str | None) -> Membership | None:
        """The membership in care at `unit_id`, if any."""
        return next((m for m in self.in_care() if m.unit_id == unit_id), None)

    def in_care(self) -> Iterator[Membership]:
        """The memberships that give a part in care."""
        return (membership for membership in self.memberships if membership.in_care)

    def holds(self, role: Role, region_id: str | None) -> bool:
        """Whether a membership in this region carries `role`; with None, in any region."""
        return any(role in m.roles and region_id in (None, m.region_id) for m in self.memberships)

    def is_person(self, person_id: str | None) -> bool:
        """Whether `person_id` is this person, or the one they substitute."""
        return person_id is not None and person_id in (self.id, self.acting_for)


def together(own: Actor, *for_others: Actor) -> Actor:
    """The one who asks, with a face of their own and one for each person they substitute."""
    if not for_others:
        return own
    absent = frozenset(one.acting_for for one in for_others if one.acting_for)
    faces = tuple(replace(one, stands_in_for=absent) for one in (own, *for_others))
    return replace(
        own,
        memberships=tuple(m for face in faces for m in face.memberships),
        leads=frozenset().union(*(face.leads for face in faces)),
        stands_in_for=absent,
        faces=faces,
    )
