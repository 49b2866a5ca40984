"""The second pair of eyes: whoever approves is somebody else than the one who asked, and owes the right to do it to nobody who asked.

Enters: an actor, those who asked, and what these have given to whom since a month before. Leaves: why the actor may not decide, or None.
Every act that takes two persons asks here: corrections, disposals, and tasks that look at another's step a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from engine.access.actor import Actor, Membership
from engine.access.verdict import Reason, Verdict

BEFORE = timedelta(days=30)
"""What was given less than this before something was asked for may have been given for its sake."""


@dataclass(frozen=True, slots=True)
class Given:
    """What one of those who asked has given `person_id`: a role at a unit, or where `unit_id` is None the account or its password;
    with `absent_id` that they substitute that person.
    """

    person_id: str
    unit_id: str | None = None
    role: str | None = None
    absent_id: str | None = None


def refusal(
    actor: Actor, by: frozenset[str], given: frozenset[Given], rule: Callable[[Actor], Verdict]
) -> Reason | None:
    """Why the actor, whom `rule` allows, may nevertheless not be the second: they asked, or somebody on either side substitutes for the
    other, or `rule` would not allow them without what those who asked have given them.
    """
    if by & {actor.id, actor.acting_for, *actor.stands_in_for}:
        return Reason.FOUR_EYES
    own = frozenset(one for one in given if one.person_id in (actor.id, actor.acting_for))
    return Reason.GIVEN_BY_ASKER if own and not rule(_without(actor, own)) else None


def _without(actor: Actor, given: frozenset[Given]) -> Actor:
    """The actor without what was given; whose account was given has nothing."""
    account = any(one.unit_id is None and one.absent_id is None for one in given)
    substitution = any(one.absent_id is not None and one.absent_id == actor.acting_for for one in given)
    if account or substitution:
        return replace(actor, memberships=(), leads=frozenset())
    roles = {(one.unit_id, one.role) for one in given}
    left = (
        _less(one, frozenset(role for role in one.roles if (one.unit_id, role) in roles))
        for one in actor.memberships
    )
    return replace(actor, memberships=tuple(one for one in left if one is not None))  # fmt: skip


def _less(membership: Membership, gone: frozenset[str]) -> Membership | None:
    """A membership in which no role is left is none: without roles it would be that of plain staff."""
    if not gone:
        return membership
    left = membership.roles - gone
    return replace(membership, roles=left) if left else None
