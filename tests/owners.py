"""More than one person who answers for the routines of the small region."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from engine.actions import deploy
from engine.definitions import files
from engine.records import ids, specs
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


def put_in_force(tx: Connection, bundle: files.Bundle, *, conventions: bool = True, now: datetime) -> str:
    """A version as it stands after its publishing, which is not what the test is about; gives its hash."""
    kept = deploy.keep(tx, deploy.check(bundle, conventions=conventions), by=None, now=now)
    specs.make_current(tx, bundle.process_id, kept.hash, by=None, now=now)
    return kept.hash
