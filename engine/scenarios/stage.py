"""The database that a scenario runs in, thrown away afterwards.

Enters: the routines to put in force. Leaves: a migrated database with the regions, their directories and those routines, for each run
one that no other run has touched: a copy of one SQLite template, or the given database with all cases taken out again.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from engine import library
from engine.actions import deploy, filling, live
from engine.definitions import files
from engine.errors import EngineError
from engine.records import database, directory, fleeting
from engine.records.database import reading, writing
from engine.scenarios.reading import Known

LONG_AGO = date(1970, 1, 1)
"""From when everybody in the directory has worked there; scenarios begin when they like."""

IN_FORCE_AT = datetime(1970, 1, 1, tzinfo=UTC)


TEMPLATE, SCENE = "template.sqlite3", "scenario.sqlite3"


class NotEmpty(EngineError):
    """The database has people in it: scenarios run only in a database of their own."""


@dataclass(frozen=True)
class Stage:
    """Where scenarios of these routines can run. `template` is a database file that each run begins as a copy of, None where the
    database is somebody else's; `engine` stays the same for all runs, since what SQLAlchemy compiles is kept with it.
    """

    engine: Engine
    template: Path | None
    known: dict[str, Known]  # by process id

    @contextmanager
    def database(self) -> Iterator[Engine]:
        """The engine, on a database without any case."""
        live.forget()
        if self.template is None:
            with writing(self.engine) as tx:
                fleeting.remove_cases(tx)
        else:
            self.engine.dispose()
            copy = self.template.with_name(SCENE)
            for beside in ("-wal", "-shm"):
                copy.with_name(SCENE + beside).unlink(missing_ok=True)
            shutil.copyfile(self.template, copy)
        yield self.engine
        live.forget()


@contextmanager
def stage(root: Path, bundles: Sequence[files.Bundle], url: str | None = None) -> Iterator[Stage]:
    """Set up once for many scenarios. Raises BrokenDefinition where a routine may not run, NotEmpty for a database in use."""
    with tempfile.TemporaryDirectory(prefix="samordna-scenarios-") as made:
        scene = Path(made) / SCENE
        address = url or f"sqlite:///{scene}"
        database.upgrade(address)
        engine = fleeting.connect_fleeting(address)
        try:
            known = _fill(engine, root, bundles)
            fleeting.gather(engine)
            yield Stage(engine, None if url else _template(engine, scene), known)
        finally:
            engine.dispose()


def _template(engine: Engine, scene: Path) -> Path:
    engine.dispose()
    return Path(shutil.copyfile(scene, scene.with_name(TEMPLATE)))


def _fill(engine: Engine, root: Path, bundles: Sequence[files.Bundle]) -> dict[str, Known]:
    with writing(engine) as tx:
        if not directory.is_empty(tx):
            raise NotEmpty
        for path in sorted(root.glob("*/region.toml")):
            deploy.put_region(tx, path.read_bytes(), f"{path.parent.name}/{path.name}")
        people = [
            path for path in sorted(root.glob("*/directory.toml")) if (path.parent / "region.toml").is_file()
        ]
        for path in people:
            filling.fill(
                tx, path.read_text(encoding="utf-8"), path.parent.name, demo_password=None, since=LONG_AGO
            )
        for bundle in bundles:
            deploy.install(tx, bundle, by=None, now=IN_FORCE_AT)
    return known_by(engine, bundles)


def known_by(engine: Engine, bundles: Sequence[files.Bundle]) -> dict[str, Known]:
    """What a scenario of each routine may name."""
    with reading(engine) as tx:
        units = frozenset(unit.id for unit in directory.all_units(tx))
        people = frozenset(membership.person_id for membership in directory.memberships(tx, on=date.max))
        regions = {one.region: directory.region(tx, one.region) for one in bundles if one.region}
        routines = [library.loaded(tx, one.hash).routine for one in bundles]
    elements = frozenset(
        element for one in routines for inside in one.elements.values() for element in inside
    )
    processes = frozenset(one.process_id for one in routines)
    known = {}
    for bundle in bundles:
        about = regions.get(bundle.region) if bundle.region else next(iter(regions.values()), None)
        zone = ZoneInfo(str(about["zone"]) if about else "Europe/Stockholm")
        known[bundle.process_id] = Known(elements, processes, units, people, zone)
    return known
