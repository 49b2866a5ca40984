"""What part someone has in a case, and what that opens.

Enters: an actor and a case. Leaves: their parts, best first, and the categories they may read. The only
grounds are: the unit that keeps the case, a role of the case held within the same principal, and the
person's consent. Between principals the default is no, also for whoever coordinates (S3-110, S4-26, S4-65), and so it is between a
principal and a provider it has a contract with: secrecy binds the private provider by itself (LSS 29 §, S3-112).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.access.actor import Actor, Membership
from engine.access.objects import CATEGORIES, CONVENER, COORDINATOR, CaseObject, ParticipationState
from engine.access.verdict import Reason

_SLOTS = ((CONVENER, Reason.CONVENER), (COORDINATOR, Reason.COORDINATOR))
KEEPS = frozenset({Reason.OWN_UNIT, Reason.CONVENER, Reason.COORDINATOR})
"""Grounds of those who run the case, as against those who take part in it."""


def within(membership: Membership, case: CaseObject) -> bool:
    """Whether the unit belongs to the same body as the one that keeps the case, so that nothing goes over a border of secrecy."""
    return (membership.principal_id, membership.provider) == (case.principal_id, case.provider)


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's part in a case, held by the actor.

    `reason` says what it rests on, `categories` what it opens.
    """

    unit_id: str
    reason: Reason
    categories: frozenset[str]


def best(actor: Actor, case: CaseObject) -> Part | None:
    """The part that opens most, whatever protection says; None without any part."""
    return max(_parts(actor, case), key=lambda part: len(part.categories), default=None)


def of_unit(membership: Membership, case: CaseObject) -> Part | None:
    """The best part that this membership alone gives."""
    return max(_of(membership, case), key=lambda part: len(part.categories), default=None)


def may_read_protected(actor: Actor, case: CaseObject) -> bool:
    """Whether protection lets the actor through: everyone on an open case, only named people on a protected
    one.

    A substitute is not the person named.
    """
    convener = case.slots.get(CONVENER)
    named = case.named_readers | ({convener.person_id} if convener and convener.person_id else set())
    return not case.protected or actor.id in named


def visible_categories(actor: Actor, case: CaseObject) -> frozenset[str]:
    """Every category of the case that the actor may read; what a page shows is never more than this."""
    if not may_read_protected(actor, case):
        return frozenset()
    return frozenset().union(*(part.categories for part in _parts(actor, case)))


def ground(actor: Actor, case: CaseObject, category: str) -> Part | None:
    """The part that opens this category, whatever protection says."""
    return next((part for part in _parts(actor, case) if category in part.categories), None)


def leads_part(actor: Actor, case: CaseObject) -> str | None:
    """A unit with a part in the case that the actor answers for."""
    keeping = {case.unit_id, *(slot.unit_id for slot in case.slots.values())}
    present = {unit for unit, part in case.participants.items() if part.state != ParticipationState.LEFT}
    return min(actor.leads & (keeping | present), default=None)


def _parts(actor: Actor, case: CaseObject) -> Iterator[Part]:
    for membership in actor.in_care():
        yield from _of(membership, case)


def _of(membership: Membership, case: CaseObject) -> Iterator[Part]:
    unit_id = membership.unit_id
    if unit_id == case.unit_id:
        yield Part(unit_id, Reason.OWN_UNIT, CATEGORIES)
    for role, reason in _SLOTS:
        slot = case.slots.get(role)
        if slot is not None and slot.unit_id == unit_id:
            same = slot.principal_id == case.principal_id and within(membership, case)
            yield Part(unit_id, reason, CATEGORIES if same else frozenset())
    taking_part = case.participants.get(unit_id)
    if taking_part is None:
        return
    if taking_part.state == ParticipationState.LEFT:
        yield Part(unit_id, Reason.ENDED_FOR_YOU, frozenset())
    elif taking_part.categories:
        yield Part(unit_id, Reason.CONSENT, taking_part.categories)
    else:
        yield Part(unit_id, Reason.SUMMONED, frozenset())
