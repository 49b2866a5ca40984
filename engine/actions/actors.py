"""Who somebody is at an instant, as `access` asks about them.

Enters: a person's id. Leaves: the Actor with the roles held at each unit and the units led, and a face for each person whom they
substitute, read anew each time it is asked for, so that a role taken away or a substitution that is over is gone at the next click.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Connection

from engine.access import Actor, Membership
from engine.access.actor import NOT_CARE, Role, together
from engine.records import absences, directory


def actor(tx: Connection, person_id: str, *, on: date, now: datetime | None = None) -> Actor | None:
    """Who that person is on that day: roles per unit, and all units they lead, sub-units included. None where not active,
    or reached by letter.

    With `now` they also have a face for each person whom they substitute at that instant; without it they are only themself.
    """
    person = directory.person(tx, person_id)
    if person is None or not person.active or person.reached_by != "account":
        return None
    own = _held(directory.memberships(tx, on=on, person_id=person_id))
    lent = (
        _lent(tx, person_id, {(one.principal_id, one.provider) for one in own}, on=on, now=now) if now else {}
    )
    below = _Below(tx)
    faces = [
        Actor(person.id, person.name, held, below.led(held), absent_id, name)
        for (absent_id, name), held in lent.items()
    ]
    return together(Actor(person.id, person.name, own, below.led(own)), *faces)


def _lent(
    tx: Connection, substitute_id: str, bodies: Iterable[tuple[str, str | None]], *, on: date, now: datetime
) -> dict[tuple[str, str], tuple[Membership, ...]]:
    """What substitutions in force give, by the person who is away: of what that person holds on that day, what the substitution names,
    and only within a principal, or a provider under contract with it, where the substitute works too. Nothing that the absent
    person is lent is passed on, and no role outside care is lent.
    """
    within, found = set(bodies), {}
    asked: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for one in absences.substituting(tx, substitute_id=substitute_id, now=now):
        if one.role not in NOT_CARE:
            asked[one.absent_id, one.absent_name].add((one.unit_id, one.role))
    for (absent_id, name), named in asked.items():
        holds = [
            one
            for one in directory.memberships(tx, on=on, person_id=absent_id)
            if (one.principal_id, one.provider_id) in within
        ]
        rows = [one for one in _with_plain_staff(holds) if (one.unit_id, one.role) in named]
        if rows:
            found[absent_id, name] = _held(rows, lent=True)
    return found


def _with_plain_staff(rows: list[directory.Membership]) -> list[directory.Membership]:
    """Whoever works in care at a unit is staff there, also where only another role is written down."""
    added = {
        (one.unit_id, Role.STAFF): directory.Membership(
            one.person_id, one.unit_id, one.principal_id, one.region_id, Role.STAFF, one.provider_id
        )
        for one in rows
        if one.role not in NOT_CARE
    }
    return [*(one for one in rows if one.role != Role.STAFF), *added.values()]


def _held(rows: Iterable[directory.Membership], *, lent: bool = False) -> tuple[Membership, ...]:
    held: dict[str, list[directory.Membership]] = defaultdict(list)
    for row in rows:
        held[row.unit_id].append(row)
    return tuple(
        Membership(
            unit_id,
            of[0].principal_id,
            of[0].region_id,
            frozenset(row.role for row in of),
            lent,
            of[0].provider_id,
        )
        for unit_id, of in held.items()
    )


class _Below:
    """The units below others; the tree is read once, and only where somebody leads."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        self._children: dict[str, list[str]] = {}

    def led(self, held: Iterable[Membership]) -> frozenset[str]:
        """The units that these memberships lead, with all below them; also where the tree has a circle."""
        found = {one.unit_id for one in held if Role.MANAGER in one.roles}
        ahead = list(found)
        while ahead:
            new = [child for child in self._tree().get(ahead.pop(), ()) if child not in found]
            found.update(new)
            ahead += new
        return frozenset(found)

    def _tree(self) -> dict[str, list[str]]:
        if not self._children:
            for unit in directory.all_units(self._tx):
                self._children.setdefault(unit.parent_id or "", []).append(unit.id)
        return self._children
