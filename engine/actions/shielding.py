"""Shielding a person: the level of protection, who may read, and what is kept from a guardian (OSL 12:3, 21:3, 22:1).

Enters: an open transaction, the actor, the case's id and the decision with its reason. Leaves: rows and a fact without the reason's words.
Raises NotAllowed, NotFound, InvalidForm. What is decided is in force from this transaction on.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from engine import asking
from engine.access import CATEGORIES, LEVELS, Act, Actor, may
from engine.access.objects import CaseObject, ParticipationState
from engine.actions import actors, telling
from engine.actions.ground import Ground
from engine.errors import FieldError, InvalidForm, NotFound
from engine.records import cases, directory, grounds, shields
from engine.status import Protection

MOST_LETTERS = 2_000
WANTED_FOR = timedelta(days=90)
"""How long it counts that somebody wants a milder level."""


def protect(
    tx: Connection, actor: Actor, case_id: str, level: Protection, reason: str, *, now: datetime
) -> bool:
    """Set the level for the person in all cases; gives whether it holds now. Whoever sets it stays a named reader, so that the case is
    not lost to everybody.

    A milder level opens all of the person's cases, and so takes somebody who decides in each: where the actor does not, what they want is
    written down, and holds as soon as the others have wanted the same within `WANTED_FOR`.
    """
    ground = _ground(tx, actor, case_id, Act.CASE_PROTECT, now)
    if level not in LEVELS.get(ground.case.country, LEVELS["SE"]):
        raise InvalidForm((FieldError("level", "unknown-choice"),))
    if ground.case.subject_id is None:
        raise NotFound
    if level in shared_levels(tx, actor, ground) and not _all_want(tx, actor, ground, level):
        telling.tell(ground, "milder_level_wanted", level=str(level))
        return False
    if level != Protection.NONE and actor.id not in ground.about.named_readers:
        shields.name_reader(tx, case_id, actor.id, reason=reason_of(reason), by=actor.id, now=now)
    shields.protect(tx, ground.case.subject_id, level)
    telling.tell(ground, "protection_set", level=str(level))
    cases.change(tx, case_id)
    return True


def shared_levels(tx: Connection, actor: Actor, ground: Ground) -> frozenset[Protection]:
    """Levels that the actor does not set alone: those below what holds now, where the person has a case in which they do not decide."""
    others = _others(tx, ground)
    if all(may(actor, Act.CASE_PROTECT_LESS, one) for one in others):
        return frozenset()
    order = list(Protection)
    present = max(order.index(one.protection) for one in (ground.about, *others))
    return frozenset(order[:present])


def wanted_by_others(tx: Connection, ground: Ground) -> frozenset[Protection]:
    """Milder levels that those who decide in the person's other cases want, and that still count."""
    return frozenset(level for one in _others(tx, ground) for level in _wanted(tx, ground, one))


def _all_want(tx: Connection, actor: Actor, ground: Ground, level: Protection) -> bool:
    return all(
        may(actor, Act.CASE_PROTECT_LESS, one) or level in _wanted(tx, ground, one)
        for one in _others(tx, ground)
    )


def _wanted(tx: Connection, ground: Ground, other: CaseObject) -> frozenset[Protection]:
    """What was wanted in that case by somebody who still decides in it, since the level was last set."""
    person = [ground.case.id, *(one.case_id for one in _others(tx, ground))]
    found = shields.wanted(tx, other.case_id, person, since=ground.now - WANTED_FOR)
    people = {by: actors.actor(tx, by, on=ground.today) for by, _ in found}
    return frozenset(
        Protection(level)
        for by, level in found
        if (who := people[by]) is not None and may(who, Act.CASE_PROTECT_LESS, other)
    )


def _others(tx: Connection, ground: Ground) -> tuple[CaseObject, ...]:
    """The person's other cases, under every spelling."""
    if ground.case.subject_id is None:
        return ()
    others = [one for one in shields.cases_of(tx, ground.case.subject_id) if one != ground.case.id]
    found = cases.fetch_many(tx, others)
    standing = grounds.standings(tx, others) if others else {}
    return tuple(asking.case_object(found[one], standing[one], now=ground.now) for one in others)


def may_be_named(tx: Connection, ground: Ground) -> list[tuple[str, str, str]]:
    """(person id, name, unit id) of those at the units with a part in the case, who are not named yet."""
    about = ground.about
    present = {unit for unit, part in about.participants.items() if part.state != ParticipationState.LEFT}
    units = sorted(present | {about.unit_id} | {slot.unit_id for slot in about.slots.values()})
    found = [
        (person_id, name, unit_id)
        for unit_id in units
        for person_id, name in directory.colleagues(tx, unit_id, on=ground.today)
    ]
    return [one for one in found if one[0] not in about.named_readers]


def name_reader(
    tx: Connection, actor: Actor, case_id: str, person_id: str, reason: str, *, now: datetime
) -> None:
    """That person may read, as far as their unit's part in the case goes."""
    ground = _ground(tx, actor, case_id, Act.CASE_NAME_READERS, now)
    if person_id not in {one[0] for one in may_be_named(tx, ground)}:
        raise InvalidForm((FieldError("person", "unknown-choice"),))
    shields.name_reader(tx, case_id, person_id, reason=reason_of(reason), by=actor.id, now=now)
    telling.tell(ground, "reader_named", person=person_id)
    cases.change(tx, case_id)


def end_reader(tx: Connection, actor: Actor, case_id: str, person_id: str, *, now: datetime) -> None:
    """That person may read no longer by being named; whoever holds a role of the case still may."""
    ground = _ground(tx, actor, case_id, Act.CASE_NAME_READERS, now)
    shields.end_reader(tx, case_id, person_id, by=actor.id, now=now)
    telling.tell(ground, "reader_ended", person=person_id)
    cases.change(tx, case_id)


def withhold(
    tx: Connection, actor: Actor, case_id: str, category: str, guardian: str, reason: str, *, now: datetime
) -> None:
    """Keep the category from that guardian, or with '' from every guardian."""
    ground = _ground(tx, actor, case_id, Act.CASE_WITHHOLD, now)
    if category not in CATEGORIES:
        raise InvalidForm((FieldError("category", "unknown-choice"),))
    shields.withhold(
        tx, case_id, category, guardian=guardian.strip()[:200] or None, reason=reason_of(reason), by=actor.id, now=now
    )  # fmt: skip
    telling.tell(ground, "withheld_from_guardian", category=category)
    cases.change(tx, case_id)


def lift(
    tx: Connection, actor: Actor, case_id: str, withheld_id: str, because: str, *, now: datetime
) -> None:
    """It is kept from the guardian no longer."""
    ground = _ground(tx, actor, case_id, Act.CASE_WITHHOLD, now)
    if not shields.lift(tx, case_id, withheld_id, because=reason_of(because), by=actor.id, now=now):
        raise NotFound
    telling.tell(ground, "withholding_lifted")
    cases.change(tx, case_id)


def _ground(tx: Connection, actor: Actor, case_id: str, act: Act, now: datetime) -> Ground:
    case = cases.lock(tx, case_id)
    ground = Ground(tx, case, asking.acting(actor, case.unit_id), now)
    may(actor, act, ground.about).required()
    return ground


def reason_of(text: str) -> str:
    """A reason as it is kept. Raises InvalidForm where there is none."""
    if not text.strip():
        raise InvalidForm((FieldError("reason", "required"),))
    return text.strip()[:MOST_LETTERS]
