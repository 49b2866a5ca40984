"""Who somebody is on a day, as `access` asks about them.

Enters: a person's id. Leaves: the Actor with the roles held at each unit and the units led, read anew each time it is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import Connection

from engine.access import Actor, Membership
from engine.records import directory


def actor(tx: Connection, person_id: str, *, on: date) -> Actor | None:
    """Who that person is on that day: roles per unit, and all units they lead, sub-units included. None where not active."""
    person = directory.person(tx, person_id)
    if person is None or not person.active:
        return None
    held: dict[str, list[directory.Membership]] = defaultdict(list)
    for membership in directory.memberships(tx, on=on, person_id=person_id):
        held[membership.unit_id].append(membership)
    memberships = tuple(
        Membership(unit_id, rows[0].principal_id, rows[0].region_id, frozenset(row.role for row in rows))
        for unit_id, rows in held.items()
    )
    led = {membership.unit_id for membership in memberships if "manager" in membership.roles}
    return Actor(person.id, person.name, memberships, frozenset(_below(tx, led)) if led else frozenset())


def _below(tx: Connection, roots: set[str]) -> set[str]:
    children: dict[str, list[str]] = defaultdict(list)
    for unit in directory.all_units(tx):
        children[unit.parent_id or ""].append(unit.id)
    found, ahead = set(roots), list(roots)
    while ahead:
        new = [child for child in children[ahead.pop()] if child not in found]
        found.update(new)
        ahead += new
    return found
