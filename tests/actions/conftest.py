"""A small region with one routine of six steps, its people, and a clock that only these tests move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from engine import heartbeat
from engine.access import Actor
from engine.actions import accounts, cases, deploy, incidents, live, tasks
from engine.definitions import files
from engine.errors import CaseStopped
from engine.records import tasks as task_rows
from engine.records.database import reading, writing
from engine.records.facts import Who

ROUTINES = Path(__file__).parent.parent / "routines"
KEY = "a key for tests"
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # 10.00 in Stockholm


@dataclass
class World:
    """A database with a region in it, and the instant that it is there."""

    engine: Engine
    now: datetime = MONDAY

    def actor(self, name: str) -> Actor:
        with reading(self.engine) as tx:
            found = accounts.actor(tx, name, on=self.now.date())
        assert found is not None
        return found

    def start(
        self, name: str = "sara", unit: str = "vc", process: str = "testland_six_steps", **data: object
    ) -> str:
        actor = self.actor(name)
        with writing(self.engine) as tx:
            subject = cases.Subject("Birgitta Holm", "19430515-2383")
            return cases.start(tx, actor, process, unit, subject, data, KEY, now=self.now)

    def open(self, case_id: str, element: str | None = None, unit: str | None = None) -> list[task_rows.Task]:
        with reading(self.engine) as tx:
            found = task_rows.of_case(tx, case_id, open_only=True)
        return [one for one in found if element in (None, one.element_id) and unit in (None, one.unit_id)]

    def elements(self, case_id: str) -> list[str]:
        return sorted(task.element_id for task in self.open(case_id))

    def complete(
        self, name: str, case_id: str, element: str, unit: str | None = None, **data: object
    ) -> None:
        task = self.open(case_id, element, unit)[0]
        actor = self.actor(name)
        try:
            with writing(self.engine) as tx:
                tasks.complete(tx, actor, task.id, data, now=self.now)
        except CaseStopped as stopped:
            with writing(self.engine) as tx:
                incidents.record(tx, stopped, who=Who(actor.id, None, task.unit_id), typed=data, now=self.now)
            raise

    def pass_time(self, **length: float) -> int:
        """Travel; whatever becomes due on the way fires at its own instant."""
        return self.travel(self.now + timedelta(**length))

    def travel(self, until: datetime) -> int:
        from engine.records.timers import next_due_at

        fired = 0
        while True:
            with reading(self.engine) as tx:
                due = next_due_at(tx)
            if due is None or due > until:
                break
            fired += heartbeat.beat(self.engine, now=max(due, self.now))
        self.now = until
        return fired


def build(engine: Engine) -> World:
    """Deploy every routine under tests/routines and fill the directory."""
    with writing(engine) as tx:
        for folder in sorted(path.parent for path in ROUTINES.glob("*/region.toml")):
            deploy.put_region(tx, (folder / "region.toml").read_bytes(), f"{folder.name}/region.toml")
            accounts.fill(
                tx,
                (folder / "directory.toml").read_text(),
                folder.name,
                demo_password=None,
                since=MONDAY.date(),
            )
        for folder in sorted({path.parent for path in ROUTINES.glob("*/*/*.bpmn")}):
            deploy.deploy(tx, files.read_bundle(folder, ROUTINES), by=None, now=MONDAY)
    return World(engine)


@pytest.fixture
def world(database: Engine) -> Iterator[World]:
    live.forget()
    yield build(database)
    live.forget()


@pytest.fixture
def tx(world: World) -> Iterator[Connection]:
    with reading(world.engine) as connection:
        yield connection
