"""Who asks.

Enters: what the directory says about a signed-in person. Leaves: an `Actor`, valid for one request. Knows
no sign-in and no session.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
    AUDITOR = "auditor"  # reads the log
    GOVERNANCE = "governance"  # sees figures for many cases, never one of them


NOT_CARE = frozenset({Role.PROCESS_OWNER, Role.ADMINISTRATOR, Role.AUDITOR, Role.GOVERNANCE})
"""Roles that are no part in care: a membership with only these does not make its holder staff of the unit."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's place at one unit, in force now.

    `roles` are directory roles; an empty set is plain staff.
    """

    unit_id: str
    principal_id: str
    region_id: str
    roles: frozenset[str] = frozenset()

    @property
    def in_care(self) -> bool:
        """Whether the holder works with people's cases here, and so holds the role `staff`."""
        return not self.roles or bool(self.roles - NOT_CARE)

    def holds(self, role: str) -> bool:
        """Whether a task for `role` at this unit may be this person's."""
        return self.in_care if role == Role.STAFF else role in self.roles


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks. `leads` are all units they manage, sub-units included; `acting_for` is the
    person they substitute.

    The directory gives a substitute the memberships of that substitution; nothing here widens them.
    """

    id: str
    name: str
    memberships: tuple[Membership, ...] = ()
    leads: frozenset[str] = frozenset()
    acting_for: str | None = None

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
