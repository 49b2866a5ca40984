"""A small region with routines of its own, its people, and a clock that only the test moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Row, Table, select

from engine import asking, heartbeat
from engine.access import Actor
from engine.actions import actors, cases, deploy, filling, incidents, tasks
from engine.definitions import files
from engine.errors import CaseStopped
from engine.records import cases as case_rows
from engine.records import facts as fact_rows
from engine.records import tables as t
from engine.records import tasks as task_rows
from engine.records.database import connect, reading, writing
from engine.records.timers import next_due_at
from tests import databases

ROUTINES = Path(__file__).parent / "routines"
KEY = "a key for tests"
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # 10.00 in Stockholm
BIRGITTA = cases.Subject("Birgitta Holm", "19430515-2383")


@dataclass
class World:
    """A database with a region in it, and the instant that it is there."""

    engine: Engine
    now: datetime = MONDAY

    def actor(self, name: str) -> Actor:
        with reading(self.engine) as tx:
            found = actors.actor(tx, name, on=self.now.date(), now=self.now)
        assert found is not None
        return found

    def start(
        self,
        name: str = "sara",
        unit: str = "vc",
        process: str = "testland_six_steps",
        subject: cases.Subject = BIRGITTA,
        **data: object,
    ) -> str:
        actor = self.actor(name)
        with writing(self.engine) as tx:
            return cases.start(tx, actor, process, unit, subject, data, KEY, now=self.now)

    def summoned(self, *units: str, **data: object) -> str:
        """A case of six steps in which these units have been called."""
        case = self.start()
        given: dict[str, object] = {"called_units": list(units), "consent": False, **data}
        self.hand_in("sara", self.task(case, "register"), **given)
        return case

    def open(self, case_id: str, element: str | None = None, unit: str | None = None) -> list[task_rows.Task]:
        with reading(self.engine) as tx:
            found = task_rows.of_case(tx, case_id, open_only=True)
        return [one for one in found if element in (None, one.element_id) and unit in (None, one.unit_id)]

    def task(self, case_id: str, element: str, unit: str | None = None) -> task_rows.Task:
        """The one open task of that element."""
        (found,) = self.open(case_id, element, unit)
        return found

    def elements(self, case_id: str) -> list[str]:
        return sorted(task.element_id for task in self.open(case_id))

    def complete(
        self, name: str, case_id: str, element: str, unit: str | None = None, **data: object
    ) -> None:
        self.hand_in(name, self.open(case_id, element, unit)[0], **data)

    def hand_in(self, name: str, task: task_rows.Task, **data: object) -> None:
        """As a page does it: where the routine cannot go on, an incident is left in a transaction of its own."""
        actor = self.actor(name)
        try:
            with writing(self.engine) as tx:
                tasks.complete(tx, actor, task.id, data, now=self.now)
        except CaseStopped as stopped:
            with writing(self.engine) as tx:
                incidents.record(tx, stopped, who=asking.who(actor, task.unit_id), typed=data, now=self.now)
            raise

    def retry(self, name: str, incident_id: str) -> None:
        actor = self.actor(name)
        try:
            with writing(self.engine) as tx:
                incidents.retry(tx, actor, incident_id, now=self.now)
        except CaseStopped as stopped:
            with writing(self.engine) as tx:
                incidents.failed_again(tx, incident_id, stopped)
            raise

    def do(self, action: Any, name: str, *arguments: object, **more: object) -> Any:
        """One action of that person in a transaction of its own."""
        actor = self.actor(name)
        with writing(self.engine) as tx:
            return action(tx, actor, *arguments, now=self.now, **more)

    def pass_time(self, **length: float) -> int:
        """Travel; whatever becomes due on the way fires at its own instant."""
        return self.travel(self.now + timedelta(**length))

    def travel(self, until: datetime) -> int:
        fired = 0
        while True:
            with reading(self.engine) as tx:
                due = next_due_at(tx)
            if due is None or due > until:
                break
            fired += heartbeat.beat(self.engine, now=max(due, self.now))
        self.now = until
        return fired

    def sleep_through(self, **length: float) -> int:
        """Time passes with nobody watching the clock; then somebody does."""
        self.now += timedelta(**length)
        return heartbeat.beat(self.engine, now=self.now)

    # --- what the rows say ------------------------------------------------------------------------------------------

    def contract(self, unit_id: str) -> None:
        """The unit belongs to a provider that its principal, the region, has a contract with."""
        provider = {
            "id": "omsorg_ab",
            "principal_id": "region",
            "name": "Omsorg AB",
            "kind": "contracted",
            "sort_key": "omsorg",
        }
        with writing(self.engine) as tx:
            tx.execute(t.organisations.insert(), provider | {"valid_from": date(2020, 1, 1)})
            tx.execute(t.units.update().where(t.units.c.id == unit_id).values(organisation_id="omsorg_ab"))

    def case(self, case_id: str) -> case_rows.Case:
        with reading(self.engine) as tx:
            return case_rows.fetch(tx, case_id)

    def rows(self, table: Table, **where: object) -> list[Row[*tuple[Any, ...]]]:
        query = select(table).where(*(table.c[name] == value for name, value in where.items()))
        with reading(self.engine) as tx:
            return list(tx.execute(query.order_by(*table.primary_key.columns)))

    def facts(self, case_id: str, *kinds: str) -> list[Row[*tuple[Any, ...]]]:
        return [row for row in self.rows(t.facts, case_id=case_id) if not kinds or row.kind in kinds]

    def values(self, case_id: str) -> dict[str, dict[str, object]]:
        with reading(self.engine) as tx:
            return case_rows.values(tx, case_id)

    def incidents(self, case_id: str | None = None) -> list[fact_rows.Incident]:
        with reading(self.engine) as tx:
            return fact_rows.open_incidents(tx, case_id)

    def draft(self, name: str, task_id: str) -> object:
        with reading(self.engine) as tx:
            found = task_rows.draft(tx, task_id, name)
        return found[0] if found else None


def build(engine: Engine) -> World:
    """Deploy every routine under tests/routines and fill the directory."""
    with writing(engine) as tx:
        for folder in sorted(path.parent for path in ROUTINES.glob("*/region.toml")):
            deploy.put_region(tx, (folder / "region.toml").read_bytes(), f"{folder.name}/region.toml")
            directory = (folder / "directory.toml").read_text()
            filling.fill(tx, directory, folder.name, demo_password=None, since=MONDAY.date())
        for folder in sorted({path.parent for path in ROUTINES.glob("*/*/*.bpmn")}):
            deploy.install(tx, files.read_bundle(folder, ROUTINES), by=None, now=MONDAY)
    return World(engine)


def _build(url: str) -> None:
    engine = connect(url)
    build(engine)
    engine.dispose()


BUILT = databases.Stage("built", _build, databases.MIGRATED)
"""A database with the region in it, made once in a run and copied for each test."""
