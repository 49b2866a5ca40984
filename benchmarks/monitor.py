"""What do a unit's board and a whole region's figures cost, and a unit's board when everybody's work is ten times as much?

Makes open steps with their facts, and a year of cases that are over, directly in the database: each unit has as many as before, there are
only more units. Prints, for 10,000 and 100,000 open steps (ten facts each) on SQLite and on PostgreSQL, the database time of the board of
one unit with all that stands beside it and the ratio; then how long all that a region's page of figures asks for takes, rows fetched and
counted. Exit status 1 unless the ratio is at most 1.5, the board under 100 ms and the figures under one second. `--plans`: also how each
database looks the board's steps up. Run: `python -m benchmarks.monitor [--plans] [--sqlite | --postgresql] [--steps=10000]`.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, event

from benchmarks.monitored import DEVIATION, FACTS, NOW, STEPS, TODAY, UNIT, chief, filled, region
from engine.access import Actor
from engine.reads import board, figures, measures
from engine.reads.measures import Period, Scope
from engine.records.database import reading
from tests import databases

LARGE, TIMES = 100_000, 10  # open steps; how many times fewer in the smaller database
MOST_RATIO, MOST_BOARD, MOST_FIGURES = 1.5, 0.100, 1.0  # seconds
ROUNDS, LOOKS, DEAREST = 10, 60, 6
ZONE = ZoneInfo("Europe/Stockholm")
PERIOD, YEAR = Period(date(2026, 9, 1), TODAY, ZONE), date(2025, 11, 1)


def main(arguments: list[str]) -> int:
    """Measure each kind of database that was asked for."""
    kinds = [kind for kind in ("sqlite", "postgresql") if f"--{kind}" in arguments] or [
        "sqlite",
        "postgresql",
    ]
    large = next((int(one.partition("=")[2]) for one in arguments if one.startswith("--steps=")), LARGE)
    return max(measure(kind, large, plans="--plans" in arguments) for kind in kinds)


def measure(kind: str, large: int, *, plans: bool) -> int:
    """Both sizes on one kind of database; 1 where something is too slow or grows with everybody's work."""
    boards = []
    for steps in (large // TIMES, large):
        began = time.perf_counter()
        with filled(kind, steps) as engine:
            tell(
                f"{kind}: {steps} open steps, {steps * FACTS} facts, made in {time.perf_counter() - began:.0f} s"
            )
            actor, region_id = chief(engine), region(engine)
            boards.append(database_time(engine, partial(look, actor=actor)))
            if plans and steps == large:
                show_plans(engine, partial(look, actor=actor))
            asked = region_time(engine, region_id)
    time_ratio, ratio = (boards[1][place] / boards[0][place] for place in (0, 1))
    tell(
        f"{kind}: ratio of the boards for ten times the data: {ratio:.2f} in processor time ({time_ratio:.2f} in time)"
    )
    return int(ratio > MOST_RATIO or boards[1][0] > MOST_BOARD or asked > MOST_FIGURES)


def look(tx: Connection, actor: Actor) -> board.Board:
    """What the page of a unit asks of the database."""
    found = board.look(tx, actor, board.Wanted(unit_id=UNIT), today=TODAY, now=NOW)
    assert found.total.open == STEPS, found.total
    return found


Asked = dict[str, Callable[[Connection], object]]


def asked_of_region(region_id: str) -> Asked:
    """All that the page of a region's figures asks for: each measure of three months and of the three before, and how things stand."""
    scope, since = Scope(region_id), datetime.combine(YEAR, datetime.min.time(), ZONE)
    asked: Asked = {}
    for when, period in (("", PERIOD), (" before", PERIOD.before)):
        for key in measures.KEPT:
            asked[key + when] = partial(measures.kept, measure=key, scope=scope, period=period, now=NOW)
        for key in measures.LENGTHS:
            asked[key + when] = partial(measures.lengths, measure=key, scope=scope, period=period, now=NOW)
    return asked | {
        "another region": partial(
            measures.kept, measure="receipts", scope=Scope("another"), period=PERIOD, now=NOW
        ),
        "escalations": partial(measures.escalations, scope=scope, period=PERIOD),
        "deviations": partial(measures.deviations, scope=scope, period=PERIOD, process_ids=[DEVIATION]),
        "endings": partial(measures.refusals, scope=scope, period=PERIOD),
        "open cases": partial(figures.open_cases, region_id=region_id),
        "waiting": partial(figures.waiting_acknowledgements, region_id=region_id),
        "late": partial(figures.overdue_by_step, region_id=region_id, today=TODAY),
        "plans a month": partial(
            figures.plans_per_month, region_id=region_id, zone=ZONE, since=YEAR, today=TODAY
        ),
        "lead times": partial(figures.lead_times, region_id=region_id, since=since),
        "goals": partial(figures.goals_reached, region_id=region_id, since=since),
        "receipts of a year": partial(figures.receipts, region_id=region_id, since=since, now=NOW),
        "refusals": partial(figures.refusals, region_id=region_id, since=since),
        "deviations of a year": partial(
            figures.deviations_by_kind, region_id=region_id, process_ids=[DEVIATION], since=since
        ),
    }


def region_time(engine: Engine, region_id: str) -> float:
    """Seconds for all that the page asks for, what Python does with it included; the least of several rounds."""
    rounds: list[dict[str, float]] = []
    busy = processor_time()
    for _ in range(ROUNDS):
        took = {}
        with reading(engine) as tx:
            for name, ask in asked_of_region(region_id).items():
                began = time.perf_counter()
                ask(tx)
                took[name] = time.perf_counter() - began
        rounds.append(took)
    busy = (processor_time() - busy) / ROUNDS
    sums = [sum(one.values()) for one in rounds]
    each = {name: min(one[name] for one in rounds) for name in rounds[0]}
    dearest = ", ".join(
        f"{name} {took * 1000:.0f}" for name, took in sorted(each.items(), key=lambda row: -row[1])[:DEAREST]
    )
    told = f"{min(sums) * 1000:.0f} ms (median {statistics.median(sums) * 1000:.0f}, processor {busy * 1000:.0f})"
    tell(f"{engine.dialect.name}:   a region's figures: {told}; the dearest: {dearest}")
    return min(sums)


def processor_time() -> float:
    """Seconds of processor that this process and the PostgreSQL server, where one runs, have had so far: what a busy machine does not
    change.
    """
    return time.process_time() + server_time()


def server_time() -> float:
    """Those of the server alone; nothing on SQLite, or without /proc."""
    started = Path(os.environ[databases.RUN_DIRECTORY]) / "databases" / "postgresql" / "postmaster.pid"
    if not started.exists() or not Path("/proc").exists():
        return 0.0
    server, ticks = started.read_text().split()[0], 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if stat.parent.name == server:
            ticks += sum(map(int, fields[11:15]))  # with those of its children that have ended
        elif fields[1] == server:
            ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def tell(line: str) -> None:
    """At once, since the next takes a while."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def database_time(engine: Engine, ask: Callable[[Connection], object]) -> tuple[float, float]:
    """Seconds that the statements took: the least of several rounds, since whatever else the machine does only adds; and the seconds of
    processor that the database had for them.
    """
    spent, began, own = [0.0], [0.0, 0.0], [0.0]

    def before(*_: object) -> None:
        began[:] = time.perf_counter(), time.process_time()

    def after(*_: object) -> None:
        spent[0] += time.perf_counter() - began[0]
        own[0] += time.process_time() - began[1]

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    found, server = [], server_time()
    try:
        for _ in range(LOOKS):
            spent[0] = 0.0
            with reading(engine) as tx:
                whole = time.perf_counter()
                ask(tx)
                whole = time.perf_counter() - whole
            found.append((spent[0], whole))
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)
    busy = (own[0] + server_time() - server) / LOOKS
    least, median = min(one for one, _ in found), statistics.median(one for one, _ in found)
    told = f"{least * 1000:.1f} ms of database time (median {median * 1000:.1f}, processor {busy * 1000:.1f})"
    whole = min(one for _, one in found) * 1000
    tell(f"{engine.dialect.name}:   the board of one unit: {told}, {whole:.1f} with all that Python does")
    return least, busy


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
