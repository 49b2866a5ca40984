"""Figures equal what somebody else counts straight from the facts, and no small number can be read or worked out of them (S3-080)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, Engine, insert, select

from engine.actions import demo, deploy
from engine.reads import guarded, measures
from engine.reads.guarded import LEAST, Share
from engine.reads.measures import KEPT, Period, Scope
from engine.records import database, fleeting, ids
from engine.records import tables as t
from engine.records.database import reading, writing
from engine.scenarios import finding, made_up
from tests.scenarios.conftest import TESTLAND

ZONE = ZoneInfo("Europe/Stockholm")
UNTIL = datetime(2026, 11, 20, 12, tzinfo=UTC)
PERIOD = Period(date(2026, 9, 1), date(2026, 11, 30), ZONE)


@pytest.fixture(scope="module")
def one_case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A case that the engine played, to be had many times over."""
    address = f"sqlite:///{tmp_path_factory.mktemp('measures') / 'm.sqlite3'}"
    database.upgrade(address)
    engine = fleeting.connect_fleeting(address)
    with writing(engine) as tx:
        deploy.put_region(tx, (TESTLAND / "region.toml").read_bytes(), "testland/region.toml")
    list(demo.fill_if_empty(engine, Path(TESTLAND.parent), now=UNTIL))
    with writing(engine) as tx:
        for bundle in finding.needed(TESTLAND.parent, [finding.Asked(TESTLAND / "six_steps", ())]):
            deploy.install(tx, bundle, by=None, now=UNTIL)
    list(made_up.make(engine, TESTLAND.parent, until=UNTIL, days=20, cases=1, seed=3))
    yield engine
    engine.dispose()


def history(tx: Connection, rng: Random) -> None:
    """Steps that have a last day: opened, and completed in time or late, taken back, or left open; as rows and as facts."""
    like = dict(tx.execute(select(t.tasks).limit(1)).one()._mapping)
    case = dict(tx.execute(select(t.cases).limit(1)).one()._mapping)
    units = list(tx.execute(select(t.units.c.id).order_by(t.units.c.id)).scalars())
    kept = []
    for index in range(12):
        more = {
            "id": ids.new(),
            "number": f"H-{index}",
            "unit_id": rng.choice(units),
            "is_test": index % 6 == 0,
        }
        kept.append(case | more)
    tx.execute(insert(t.cases), kept)
    tasks, facts = [], []
    for _ in range(150):
        opened = datetime(2026, 8, 20, 9, tzinfo=UTC) + timedelta(hours=rng.randrange(2400))
        due = opened + timedelta(days=2)
        status = rng.choice(("completed", "completed", "completed", "cancelled", "open"))
        closed = None if status == "open" else opened + timedelta(hours=rng.randrange(1, 96))
        one = like | {
            "id": ids.new(), "case_id": rng.choice(kept)["id"],
            "element_id": rng.choice([*KEPT["receipts"], *KEPT["plans"], "register_need"]),
            "unit_id": rng.choice(units), "status": status, "opened_at": opened, "due_at": due, "due_on": due.astimezone(ZONE).date(),
            "closed_at": closed, "holder_id": None, "claimed_at": None,
        }  # fmt: skip
        tasks.append(one)
        fact = dict.fromkeys(column.name for column in t.facts.c if column.name != "id")
        fact |= {"case_id": one["case_id"], "element_id": one["element_id"], "task_id": one["id"]}
        timer = {"deadline": True, "due_at": due.isoformat()}
        facts += [
            fact | {"kind": "task_opened", "at": opened, "data": {"unit": one["unit_id"]}},
            fact | {"kind": "timer_set", "at": opened, "data": timer},
        ]
        facts += [fact | {"kind": f"task_{status}", "at": closed, "data": {}}] if closed else []
    tx.execute(insert(t.tasks), tasks)
    tx.execute(insert(t.facts), facts)


def from_facts(tx: Connection, measure: str, region: str) -> dict[str, tuple[int, int]]:
    """In time and all, by unit, from nothing but facts and whether a case is a test."""
    real = set(
        tx.execute(
            select(t.cases.c.id).where(t.cases.c.is_test.is_(False), t.cases.c.region_id == region)
        ).scalars()
    )
    opened: dict[str, str] = {}
    due: dict[str, datetime] = {}
    ended: dict[str, tuple[str, datetime]] = {}
    for fact in tx.execute(
        select(t.facts).where(t.facts.c.element_id.in_(KEPT[measure])).order_by(t.facts.c.id)
    ):
        if fact.case_id not in real:
            continue
        if fact.kind == "task_opened":
            opened[fact.task_id] = fact.data["unit"]
        elif fact.kind == "timer_set":
            due[fact.task_id] = datetime.fromisoformat(fact.data["due_at"])
        elif fact.kind in ("task_completed", "task_cancelled"):
            ended[fact.task_id] = (fact.kind, fact.at)
    found: dict[str, tuple[int, int]] = {}
    for task_id, unit in opened.items():
        last = due[task_id]
        how, at = ended.get(task_id, ("", UNTIL))
        if (
            not PERIOD.since <= last.astimezone(ZONE).date() <= PERIOD.until
            or how == "task_cancelled"
            or (not how and last >= UNTIL)
        ):
            continue
        hits, total = found.get(unit, (0, 0))
        found[unit] = (hits + (how == "task_completed" and at <= last), total + 1)
    return found


@pytest.mark.parametrize("seed", range(10))
def test_figures_equal_an_independent_calculation_from_the_facts(one_case: Engine, seed: int) -> None:
    with reading(one_case) as tx:
        region = tx.execute(select(t.cases.c.region_id).limit(1)).scalar_one()
    with one_case.connect() as connection:
        history(connection, Random(seed))
        for measure in ("receipts", "plans"):
            rows = measures.kept(connection, measure, Scope(region), PERIOD, now=UNTIL)
            expected = from_facts(connection, measure, region)
            assert measures.by_unit(rows) == expected
            assert sum(one[1] for one in expected.values()) > LEAST
            units = tuple(sorted(expected))[:2]
            only = measures.kept(
                connection, measure, replace(Scope(region), unit_ids=units), PERIOD, now=UNTIL
            )
            assert measures.by_unit(only) == {unit: expected[unit] for unit in units}
        connection.rollback()


@pytest.mark.parametrize("seed", range(10))
def test_no_small_number_is_told_nor_what_is_left_of_a_total(seed: int) -> None:
    rng = Random(seed)
    rows = [
        Share((f"u{index}",), hits := rng.randrange(12), hits + rng.randrange(12))
        for index in range(rng.randrange(1, 14))
    ]
    for told in (guarded.by_group(rows), guarded.in_order(rows)):
        assert all(min(one.hits, one.total - one.hits) >= LEAST for one in told)
        if told:
            assert sum(one.total for one in told) == sum(one.total for one in rows)
            assert sum(one.hits for one in told) == sum(one.hits for one in rows)
    counted = {one.keys[0]: one.total for one in rows}
    hidden = [key for key, number in guarded.counts(counted) if number is None]
    assert all(number is None or number >= LEAST for _, number in guarded.counts(counted))
    assert len(hidden) != 1 or len(counted) == 1
