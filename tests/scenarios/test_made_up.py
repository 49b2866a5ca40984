"""A made-up history: the same for the same seed, through the engine itself, and never beside real cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from engine.actions import demo, deploy
from engine.records import database, fleeting
from engine.records import tables as t
from engine.records.database import reading, writing
from engine.scenarios import finding, made_up
from tests.scenarios.conftest import TESTLAND

UNTIL = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROOT = TESTLAND.parent


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    """A demonstration of Testland, without any case."""
    address = f"sqlite:///{tmp_path / 'made-up.sqlite3'}"
    database.upgrade(address)
    engine = fleeting.connect_fleeting(address)
    with writing(engine) as tx:
        deploy.put_region(tx, (TESTLAND / "region.toml").read_bytes(), "testland/region.toml")
    list(demo.fill_if_empty(engine, ROOT, now=UNTIL))
    asked = [finding.Asked(TESTLAND / name, ()) for name in ("six_steps", "choices")]
    with writing(engine) as tx:
        for bundle in finding.needed(ROOT, asked):
            deploy.install(tx, bundle, by=None, now=UNTIL)
    yield engine
    engine.dispose()


def told(engine: Engine) -> list[tuple[object, ...]]:
    """What happened, without the random ids."""
    with reading(engine) as tx:
        facts = t.facts.c
        rows = tx.execute(
            select(facts.kind, facts.element_id, facts.actor_id, facts.at).order_by(facts.id)
        ).all()
    return [tuple(row) for row in rows]


def test_the_same_seed_gives_the_same_history_and_no_case_is_joined_by_another(empty: Engine) -> None:
    said = list(made_up.make(empty, ROOT, until=UNTIL, days=30, cases=5, seed=7))
    first = told(empty)
    assert said[-1].startswith("Made 5 cases")
    assert {one[0] for one in first} >= {"case_started", "task_completed", "timer_set"}
    assert all(isinstance(one[3], datetime) and one[3] <= UNTIL for one in first)
    with pytest.raises(made_up.NotMadeUp, match="cases in this database already"):
        list(made_up.make(empty, ROOT, until=UNTIL, days=30, cases=5, seed=7))
    with writing(empty) as tx:
        fleeting.remove_cases(tx)
    list(made_up.make(empty, ROOT, until=UNTIL, days=30, cases=5, seed=7))
    again = told(empty)
    assert again == first


def test_a_database_without_demonstration_accounts_is_left_alone(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'bare.sqlite3'}"
    database.upgrade(address)
    engine = fleeting.connect_fleeting(address)
    with pytest.raises(made_up.NotMadeUp, match="no demonstration accounts"):
        list(made_up.make(engine, ROOT, until=UNTIL))
    engine.dispose()
