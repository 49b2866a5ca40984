"""Which routines and courses concern whom, and what of them is still unread.

Enters: an open transaction and places of work. Leaves: small frozen values. A routine concerns whoever may start it or has a task in it
by their role in its region; a course concerns everybody in care in its region or country (S3-020, S0-17). Whoever has read a version knows
every later one that says the same (`compared`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from engine import library
from engine.access import Actor, Membership
from engine.definitions.routine import Routine
from engine.reads import compared
from engine.records import directory, instructions, learned
from engine.records import tables as t


@dataclass(frozen=True, slots=True)
class Version:
    """The version of a routine in force."""

    process_id: str
    hash: str
    title: str
    routine: Routine


@dataclass(frozen=True, slots=True)
class Known:
    """What one person of a unit has read and gone through: `unread` and `read` are routines in force, `courses` (course, day)."""

    person_id: str
    name: str
    unread: tuple[Version, ...]
    read: tuple[Version, ...]
    courses: tuple[tuple[str, date], ...]


@dataclass(frozen=True, slots=True)
class UnitKnows:
    """A unit with its people in care; `instruction` is its own in force, None where it has none."""

    unit_id: str
    people: tuple[Known, ...]
    instruction: instructions.Instruction | None


def in_force(tx: Connection, region_ids: Iterable[str]) -> list[Version]:
    """The routines that people start by hand in these regions, shared ones too, by title."""
    b, within = t.bundles.c, set(region_ids)
    query = select(t.routines.c.process_id, b.hash, b.title, b.region_id).join(
        t.bundles, b.hash == t.routines.c.bundle_hash
    )
    rows = [row for row in tx.execute(query) if row.region_id in (None, "shared", *within)]
    found = (
        Version(row.process_id, row.hash, row.title, library.loaded(tx, row.hash).routine) for row in rows
    )
    started = [one for one in found if one.routine.settings.start_roles]
    return sorted(started, key=lambda one: one.title.casefold())


def routines(tx: Connection, places: Sequence[Membership]) -> list[Version]:
    """Those that concern somebody who works at these places."""
    regions = {one.region_id for one in places}
    countries = _countries(tx, regions)
    return [
        one
        for one in in_force(tx, regions)
        if any(_concerns(one.routine, place, countries) for place in places)
    ]


def unread(tx: Connection, actor: Actor) -> list[Version]:
    """What concerns the actor and they have not said to have read; as themself, not as a substitute."""
    mine = [one for one in actor.memberships if not one.lent]
    found = routines(tx, mine)
    have = learned.of_people(tx, [actor.id]) if found else []
    return [one for one in found if reading_of(tx, one, have) is None]


def reading_of(tx: Connection, version: Version, have: Iterable[learned.Learned]) -> learned.Learned | None:
    """The reading by which somebody knows what the version says, of what that person has learned; of this very one where there is one."""
    of_routine = [one for one in have if (one.kind, one.what) == (learned.ROUTINE, version.process_id)]
    of_routine.sort(key=lambda one: one.version != version.hash)
    for one in of_routine:
        if one.version == version.hash or compared.says_the_same(tx, one.version, version.hash):
            return one
    return None


def per_unit(tx: Connection, unit_ids: Iterable[str], *, today: date) -> list[UnitKnows]:
    """Those of these units where somebody works with people, with what each knows; in the order of the alphabet."""
    wanted = set(unit_ids)
    places: dict[tuple[str, str], Membership] = {}
    for row in directory.memberships(tx, on=today, unit_ids=sorted(wanted)) if wanted else ():
        known = places.get((row.unit_id, row.person_id))
        roles = (known.roles if known else frozenset()) | {row.role}
        places[row.unit_id, row.person_id] = Membership(row.unit_id, row.principal_id, row.region_id, roles)
    in_care = {key: one for key, one in places.items() if one.in_care}
    people = _active(tx, {person for _, person in in_care})
    have: dict[str, list[learned.Learned]] = {}
    for one in learned.of_people(tx, list(people)):
        have.setdefault(one.person_id, []).append(one)
    versions = in_force(tx, {one.region_id for one in in_care.values()})
    countries = _countries(tx, {one.region_id for one in in_care.values()})
    own = instructions.of_units(tx, wanted)
    found = []
    for unit in directory.all_units(tx):
        here = [
            _known(tx, person, people[person], have.get(person, []), [
                one for one in versions if _concerns(one.routine, place, countries)
            ])
            for (unit_id, person), place in in_care.items()
            if unit_id == unit.id and person in people
        ]  # fmt: skip
        if here:
            ordered = sorted(here, key=lambda one: list(people).index(one.person_id))
            found.append(UnitKnows(unit.id, tuple(ordered), own.get(unit.id)))
    return found


def without_instruction(tx: Connection, unit_ids: Iterable[str], *, today: date) -> list[str]:
    """Those of these units where somebody works with people and no local instruction is in force (S3-021)."""
    wanted = sorted(set(unit_ids))
    if not wanted:
        return []
    there = instructions.of_units(tx, wanted)
    rows = directory.memberships(tx, on=today, unit_ids=wanted)
    places = (Membership(one.unit_id, one.principal_id, one.region_id, frozenset({one.role})) for one in rows)
    in_care = {one.unit_id for one in places if one.in_care}
    return [one for one in wanted if one in in_care and one not in there]


def _known(
    tx: Connection, person_id: str, name: str, have: Sequence[learned.Learned], concerning: Sequence[Version]
) -> Known:
    read = {one.hash for one in concerning if reading_of(tx, one, have)}
    return Known(
        person_id, name,
        tuple(one for one in concerning if one.hash not in read),
        tuple(one for one in concerning if one.hash in read),
        tuple((one.what, one.on_day) for one in have if one.kind == learned.COURSE),
    )  # fmt: skip


def _concerns(routine: Routine, place: Membership, countries: dict[str, str]) -> bool:
    settings = routine.settings
    if routine.region not in (None, place.region_id):
        return False
    if settings.countries and countries.get(place.region_id) not in settings.countries:
        return False
    return any(place.holds(role) for role in _roles(routine))


def _roles(routine: Routine) -> frozenset[str]:
    """Whoever starts it, and whoever has a task in it; slots of the case are filled by those."""
    told = (one.role for inside in routine.elements.values() for one in inside.values())
    return frozenset(routine.settings.start_roles) | frozenset(role for role in told if role)


def _countries(tx: Connection, region_ids: Iterable[str]) -> dict[str, str]:
    wanted = sorted(set(region_ids))
    query = select(t.regions.c.id, t.regions.c.country).where(t.regions.c.id.in_(wanted))
    return {row.id: row.country for row in tx.execute(query)}


def _active(tx: Connection, person_ids: Iterable[str]) -> dict[str, str]:
    """id -> name of those who have an account in use, in the order of the alphabet."""
    p: Any = t.persons.c
    query = select(p.id, p.name).where(p.id.in_(sorted(person_ids)), p.active, p.reached_by == "account")
    return {row.id: row.name for row in tx.execute(query.order_by(p.sort_key, p.id))}
