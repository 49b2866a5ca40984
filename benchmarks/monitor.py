"""What does a unit's board cost when everybody's work is ten times as much?

Makes open steps directly in the database: each unit has as many as before, there are only more units. Prints, for 10,000 and 100,000
open steps on SQLite and on PostgreSQL, the database time of the board of one unit (counts, rows and all that stands beside them; median
of 15) and the ratio. Exit status 1 unless the ratio is at most 1.5 and the time under 100 ms. With `--plans` also how each database looks
the steps up. Run: `python -m benchmarks.monitor [--plans] [--sqlite | --postgresql]`.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, event, insert, select, text

from engine.access import Actor
from engine.access.actor import Membership
from engine.reads import board
from engine.records import tables as t
from engine.records.database import connect, reading, writing
from tests import databases, world

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SMALL, LARGE = 10_000, 100_000
STEPS = 140  # open a unit, as in a health centre with many plans
FACTS = 10  # of each step, so that the tables beside it are large as well
MOST_RATIO, MOST_TIME = 1.5, 0.100  # seconds
ROUNDS, BATCH = 15, 5_000


def main(arguments: list[str]) -> int:
    """Measure each kind of database that was asked for."""
    kinds = [kind for kind in ("sqlite", "postgresql") if f"--{kind}" in arguments] or [
        "sqlite",
        "postgresql",
    ]
    return max(measure(kind, plans="--plans" in arguments) for kind in kinds)


def measure(kind: str, *, plans: bool) -> int:
    """Both sizes on one kind of database; 1 where it is too slow or grows with everybody's work."""
    times = []
    for steps in (SMALL, LARGE):
        with filled(kind, steps) as engine:
            actor, unit_id = chief(engine), "bench-0003"
            times.append(database_time(engine, lambda tx, a=actor, u=unit_id: look(tx, a, u)))
            tell(f"{kind}: {steps} open steps, the board of one unit: {times[-1] * 1000:.1f} ms")
            if plans and steps == LARGE:
                show_plans(engine, lambda tx, a=actor, u=unit_id: look(tx, a, u))
    ratio = times[1] / times[0]
    tell(f"{kind}: ratio for ten times the data: {ratio:.2f}")
    return int(ratio > MOST_RATIO or times[1] > MOST_TIME)


def look(tx: Connection, actor: Actor, unit_id: str) -> board.Board:
    """What the page asks of the database."""
    found = board.look(tx, actor, board.Wanted(unit_id=unit_id), today=TODAY, now=NOW)
    assert found.total.open == STEPS, found.total
    return found


@contextmanager
def filled(kind: str, steps: int) -> Iterator[Engine]:
    """A database with that many open steps."""
    run = databases.create_run_directory()
    try:
        with databases.copied(kind) as url:
            engine = connect(url)
            try:
                fill(world.build(engine), steps)
                yield engine
            finally:
                engine.dispose()
    finally:
        databases.remove_run_directory(run)


def chief(engine: Engine) -> Actor:
    """Somebody who answers for every unit."""
    with reading(engine) as tx:
        units = frozenset(tx.execute(select(t.units.c.id)).scalars())
    member = Membership("bench-0003", "region", "testland", frozenset({"manager"}))
    return Actor("petra", "Petra", (member,), leads=units)


def fill(made: world.World, steps: int) -> None:
    """Copies of one case that the engine has made, each with a step that waits and its two timers."""
    case_id = made.summoned("rehab")
    with reading(made.engine) as tx:
        like = {
            name: dict(tx.execute(select(table).where(column == case_id).limit(1)).mappings().one())
            for name, table, column in (
                ("cases", t.cases, t.cases.c.id), ("instances", t.instances, t.instances.c.case_id),
            )
        }  # fmt: skip
        opened = t.tasks.c.status == "open"
        like["tasks"] = dict(
            tx.execute(select(t.tasks).where(t.tasks.c.case_id == case_id, opened).limit(1)).mappings().one()
        )
        unit = dict(tx.execute(select(t.units).limit(1)).mappings().one())
    units = [f"bench-{number:04}" for number in range(steps // STEPS + 1)]
    with writing(made.engine) as tx:
        tx.execute(insert(t.units), [unit | {"id": one, "name": one, "parent_id": None} for one in units])
    for start in range(0, steps, BATCH):
        with writing(made.engine) as tx:
            numbers = range(start, min(start + BATCH, steps))
            for table, rows in copies(like, numbers, units):
                tx.execute(insert(table), rows)
    with made.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tx:
        tx.execute(text("ANALYZE"))


def copies(
    like: dict[str, dict[str, Any]], numbers: range, units: list[str]
) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """The rows of these cases: one step each, a tenth late, a tenth due today."""
    keys = [f"{number:032x}" for number in numbers]
    places = [units[number // STEPS] for number in numbers]
    holders = [units[(number // STEPS + number % 3) % len(units)] for number in numbers]
    dues = [TODAY + timedelta(days=number % 20 - 2) for number in numbers]
    yield t.cases, [
        like["cases"] | {"id": key, "number": f"B-{key}", "unit_id": place, "stamp": key}
        for key, place in zip(keys, places, strict=True)
    ]  # fmt: skip
    yield t.instances, [like["instances"] | {"id": key, "case_id": key} for key in keys]
    yield (
        t.tasks,
        [
            like["tasks"]
            | {"id": key, "case_id": key, "instance_id": key, "due_on": due, "unit_id": held}
            | {
                "due_at": datetime(due.year, due.month, due.day, 23, tzinfo=UTC),
                "opened_at": NOW - timedelta(days=9),
            }
            for key, due, held in zip(keys, dues, holders, strict=True)
        ],
    )
    timer = {
        "element_id": "reminder",
        "name": "1",
        "scope": "",
        "watches": "x",
        "deadline": False,
        "attempts": 0,
    }
    yield t.timers, [
        timer | {"id": f"{state}{key}", "case_id": key, "instance_id": key, "host": key, "status": state}
        | {"due_at": NOW + timedelta(days=2), "set_at": NOW, "ended_at": NOW if state == "fired" else None}
        for key in keys
        for state in ("armed", "fired")
    ]  # fmt: skip
    fact = {"kind": "element_passed", "element_id": "register", "at": NOW, "data": {}}
    yield t.facts, [fact | {"case_id": key, "instance_id": key} for key in keys for _ in range(FACTS)]


def tell(line: str) -> None:
    """At once, since the next takes a while."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def database_time(engine: Engine, ask: Callable[[Connection], object]) -> float:
    """Seconds that the statements took; the median of several rounds, after one that warms up."""
    spent, began = [0.0], [0.0]

    def before(*_: object) -> None:
        began[0] = time.perf_counter()

    def after(*_: object) -> None:
        spent[0] += time.perf_counter() - began[0]

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    found = []
    try:
        for _ in range(ROUNDS + 1):
            spent[0] = 0.0
            with reading(engine) as tx:
                whole = time.perf_counter()
                ask(tx)
                whole = time.perf_counter() - whole
            found.append((spent[0], whole))
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)
    tell(f"  with all that Python does: {statistics.median(whole for _, whole in found[1:]) * 1000:.1f} ms")
    return statistics.median(one for one, _ in found[1:])


def show_plans(engine: Engine, ask: Callable[[Connection], object]) -> None:
    """How the database looks up each statement of the board that touches the steps."""
    seen: list[tuple[str, Any]] = []

    def keep(_c: object, _u: object, statement: str, values: Any, *_: object) -> None:
        if "tasks" in statement and statement not in [one for one, _ in seen]:
            seen.append((statement, values))

    event.listen(engine, "before_cursor_execute", keep)
    with reading(engine) as tx:
        ask(tx)
    event.remove(engine, "before_cursor_execute", keep)
    how = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as tx:
        for statement, values in seen:
            tell(f"-- {statement[:60]}")
            cursor = tx.connection.cursor()
            cursor.execute(how + statement, values)
            tell("\n".join(f"   {row[-1]}" for row in cursor.fetchall()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
