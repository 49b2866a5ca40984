"""More than one person who answers for the routines of the small region."""

from __future__ import annotations

from engine.records import ids
from engine.records import tables as t
from engine.records.database import writing
from tests.world import World


def another(world: World, name: str) -> None:
    """A second process owner, with what the first one has."""
    (person,) = (row._asdict() for row in world.rows(t.persons, id="owner"))
    (at,) = (row._asdict() for row in world.rows(t.memberships, person_id="owner"))
    with writing(world.engine) as tx:
        tx.execute(t.persons.insert(), person | {"id": name, "username": name, "name": name.title()})
        tx.execute(t.memberships.insert(), at | {"id": ids.new(), "person_id": name})
