"""A later schema, a copy somewhere else: the running cases go on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect, text

from engine.actions import live
from engine.errors import EngineError
from engine.records import backup, database
from engine.records import tables as t
from engine.status import CaseStatus
from tests.world import World

REVISIONS = Path(__file__).parent / "revisions"
RUNNING = 100


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code knows one revision more."""
    known = database._alembic

    def with_later(tx: Connection) -> Config:
        config = known(tx)
        versions = Path(database.__file__).parent / "migrations" / "versions"
        config.set_main_option("version_locations", f"{versions};{REVISIONS}")
        config.set_main_option("path_separator", ";")
        return config

    monkeypatch.setattr(database, "_alembic", with_later)


@pytest.fixture
def elsewhere(empty_database_url: str) -> Iterator[Engine]:
    engine = database.connect(empty_database_url)
    yield engine
    engine.dispose()


def url(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def everything(world: World) -> dict[str, list[tuple[object, ...]]]:
    return {
        table.name: sorted((tuple(row) for row in world.rows(table)), key=repr)
        for table in t.metadata.sorted_tables
    }


def test_a_schema_upgrade_loses_none_of_a_hundred_running_cases(world: World, later: None) -> None:
    cases = [world.summoned("bistand") if number % 10 == 0 else world.start() for number in range(RUNNING)]
    before = everything(world)
    world.engine.dispose()
    database.upgrade(url(world.engine))
    live.forget()
    assert {column["name"] for column in inspect(world.engine).get_columns("cases")} >= {
        "colour",
        "number",
        "stamp",
    }
    assert everything(world) == before
    for case in cases:
        assert world.case(case).status == CaseStatus.RUNNING
    world.complete("maria", cases[0], "acknowledge", answer="acknowledged")
    world.complete("sara", cases[1], "register", called_units=[], consent=False)
    assert (world.elements(cases[0]), world.case(cases[1]).outcome) == (["conclude"], "not_needed")


def test_references_hold_after_an_upgrade(world: World, later: None) -> None:
    world.start()
    world.engine.dispose()
    database.upgrade(url(world.engine))
    with pytest.raises(Exception, match=r"(?i)foreign key"), world.engine.begin() as tx:
        tx.execute(text("UPDATE cases SET unit_id = 'gone'"))


def test_an_upgrade_that_would_leave_loose_rows_changes_nothing(
    world: World, later: None, sqlite_url: str
) -> None:
    if world.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL never lets such rows in")
    case = world.start()
    world.engine.dispose()
    with (
        closing(sqlite3.connect(str(world.engine.url.database))) as loose,
        loose,
    ):  # does not look at references
        loose.execute("UPDATE tasks SET unit_id = 'gone'")
    with pytest.raises(EngineError, match="refer to nothing"):
        database.upgrade(url(world.engine))
    assert "colour" not in {column["name"] for column in inspect(world.engine).get_columns("cases")}
    assert world.case(case).status == CaseStatus.RUNNING


def test_a_copy_restored_elsewhere_has_the_same_cases_and_they_go_on_there(
    world: World, elsewhere: Engine, tmp_path: Path
) -> None:
    case = world.summoned("bistand", "rehab", consent=True, own_situation="Trött, ängslig – och ”arg”")
    world.complete("maria", case, "acknowledge", "bistand", answer="acknowledged")
    backup.write(world.engine, tmp_path / "copy.zip", now=world.now)
    backup.restore(elsewhere, tmp_path / "copy.zip")
    live.forget()
    there = World(elsewhere, world.now)
    assert everything(there) == everything(world)
    there.pass_time(days=2, hours=15)
    assert there.elements(case) == ["acknowledge", "manager_acts"]
    there.complete("johanna", case, "acknowledge", answer="acknowledged")
    there.complete("sara", case, "conclude", conclusion="Bra")
    assert there.case(case).outcome == "concluded"
    assert there.case(there.start()).number == "T-2026-0002"
    assert world.elements(case) == ["acknowledge"]
