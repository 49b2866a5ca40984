"""What one completion asks of the database, as a list that a reviewer sees change.

`SAMORDNA_WRITE_GOLDEN=1 pytest tests/golden/test_statements.py` writes the lists anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event

from engine.actions import live, tasks
from engine.records import tables as t
from engine.records.database import writing
from tests.world import World

GOLDEN = Path(__file__).parent / "statements"
MOST = 16
STEPS, UNITS = 500, 50


@contextmanager
def watched(world: World) -> Iterator[list[str]]:
    """The statements and commits of what is done meanwhile."""
    seen: list[str] = []

    def statement(_tx: object, _cursor: object, text: str, *_: object) -> None:
        seen.append(normalised(text))

    def commit(_tx: object) -> None:
        seen.append("COMMIT")

    event.listen(world.engine, "before_cursor_execute", statement)
    event.listen(world.engine, "commit", commit)
    try:
        yield seen
    finally:
        event.remove(world.engine, "before_cursor_execute", statement)
        event.remove(world.engine, "commit", commit)


def normalised(text: str) -> str:
    """One line; what depends on the database or on how many rows there are, left out."""
    text = re.sub(r"\s+", " ", text).replace('"key"', "key")
    text = re.sub(r"SELECT .*? FROM ", "SELECT ... FROM ", text)
    text = re.sub(r" ON CONFLICT .*", " ON CONFLICT ...", text)
    text = re.sub(r"(INSERT INTO \w+) \(.*?\) VALUES \(.*\)", r"\1", text)
    text = re.sub(r"%\(\w+\)s(::\w+(\(\d+\))?( WITH TIME ZONE)?)?|\?", ":x", text)
    text = re.sub(r" IN \(.*?\)", " IN (...)", text)
    return re.sub(r" FOR NO KEY UPDATE OF \w+", "", text).strip()


def begin(world: World, units: int) -> str:
    with world.engine.begin() as tx:
        known = {row.id for row in tx.execute(t.units.select())}
        model = dict(tx.execute(t.units.select().where(t.units.c.id == "rehab")).one()._mapping)
        names = [f"unit_{number:02}" for number in range(units)]
        for name in names:
            if name not in known:
                tx.execute(t.units.insert(), model | {"id": name})
    return world.start(process="testland_rounds", asked_units=names)


def completion(world: World, case: str) -> list[str]:
    """What the database is asked from the lock on, and how it ends."""
    task, actor = world.task(case, "work"), world.actor("sara")
    with watched(world) as seen, writing(world.engine) as tx:
        tasks.complete(tx, actor, task.id, {"did": "mer", "finished": False}, now=world.now)
    lock = next(place for place, text in enumerate(seen) if "FROM cases" in text)
    return seen[lock + 1 :]


def compared(name: str, found: list[str]) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("SAMORDNA_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(found) + "\n", encoding="utf-8")
    assert found == path.read_text(encoding="utf-8").splitlines()


def test_a_completion_asks_the_same_however_much_has_happened(world: World) -> None:
    new, old = begin(world, 1), begin(world, UNITS)
    actor = world.actor("sara")
    for _ in range(STEPS):
        task = world.task(old, "work")
        with writing(world.engine) as tx:
            tasks.complete(tx, actor, task.id, {"did": "mer", "finished": False}, now=world.now)
    completion(world, new)
    warm = completion(world, new)
    assert completion(world, old) == warm
    live.forget()
    cold = completion(world, new)
    assert completion(world, old) == cold
    for memory, found in (("warm", warm), ("cold", cold)):
        assert found.count("COMMIT") == 1
        assert found[-1] == "COMMIT"
        assert len(found) - 1 <= MOST
        compared(f"completion_{memory}", found)


def test_no_more_engine_rows_are_written_than_the_step_touches(world: World) -> None:
    case = begin(world, UNITS)
    completion(world, case)
    with watched(world):
        before = {row.key: row.body for row in world.rows(t.engine_rows)}
        completion(world, case)
        after = {row.key: row.body for row in world.rows(t.engine_rows)}
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert len(after) > UNITS
    assert len(changed) <= 6
