"""What do a whole region's figures cost when very much is remembered?

On top of the 100,000 open steps and 1,000,000 facts of `benchmarks.monitor` it makes the steps, messages, meetings and papers of a year.
Prints the database time of the page (one measure large with its groups and regions, and all the others) of three months, median of five,
on SQLite and PostgreSQL. Exit status 1 where it is not under one second.
Run: `python -m benchmarks.monitor_figures [--sqlite | --postgresql]`.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, insert, select

from benchmarks.monitor import LARGE, NOW, filled
from engine.reads import measures
from engine.reads.measures import Period, Scope
from engine.records import ids
from engine.records import tables as t
from engine.records.database import reading, writing

PERIOD = Period(date(2026, 9, 1), date(2026, 11, 23), ZoneInfo("Europe/Stockholm"))
STEPS, EACH, BATCH, ROUNDS, MOST = 60_000, 20_000, 5_000, 5, 1.0


def main(arguments: Sequence[str]) -> int:
    """Measure each kind of database that was asked for."""
    kinds = [kind for kind in ("sqlite", "postgresql") if f"--{kind}" in arguments] or [
        "sqlite",
        "postgresql",
    ]
    return max(measure(kind) for kind in kinds)


def measure(kind: str) -> int:
    """1 where it is too slow."""
    with filled(kind, LARGE) as engine:
        fill(engine)
        with reading(engine) as tx:
            region = tx.execute(select(t.cases.c.region_id).limit(1)).scalar_one()
        took = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            with reading(engine) as tx:
                counted = look(tx, Scope(region))
            took.append(time.perf_counter() - began)
        found = statistics.median(took)
        sys.stdout.write(
            f"{kind}: a region's figures of three months, {counted} rows: {found * 1000:.0f} ms\n"
        )
    return int(found > MOST)


def look(tx: Connection, scope: Scope) -> int:
    """All that the page asks for; how many rows came."""
    rows = 0
    for key in measures.KEPT:
        for period in (PERIOD, PERIOD.before):
            rows += len(measures.kept(tx, key, scope, period, now=NOW))
    for key in measures.LENGTHS:
        for period in (PERIOD, PERIOD.before):
            rows += len(measures.lengths(tx, key, scope, period, now=NOW))
    rows += len(measures.escalations(tx, scope, PERIOD)) + len(measures.refusals(tx, scope, PERIOD))
    return rows + len(measures.deviations(tx, scope, PERIOD, ["shared_deviation"]))


def fill(engine: Engine) -> None:
    """A year's steps, messages, meetings and papers, spread over the cases that there are."""
    rng = Random(1)  # noqa: S311  made-up data
    with writing(engine) as tx:
        cases = list(tx.execute(select(t.cases.c.id).limit(EACH)).scalars())
        step = dict(tx.execute(select(t.tasks).limit(1)).one()._mapping)
        unit, person = step["unit_id"], tx.execute(select(t.persons.c.id).limit(1)).scalar_one()
        elements = [one for kept in measures.KEPT.values() for one in kept] + sorted(measures.LEVELS)
        steps, messages, meetings, papers = [], [], [], []
        for number in range(STEPS):
            opened = NOW - timedelta(days=rng.random() * 365)
            due = opened + timedelta(days=2)
            closed = min(opened + timedelta(days=rng.random() * 3), NOW)
            steps.append(
                step | {"id": ids.new(), "case_id": rng.choice(cases), "element_id": rng.choice(elements), "status": "completed",
                "opened_at": opened, "due_at": due, "due_on": due.date(), "closed_at": closed, "holder_id": None, "claimed_at": None,
                "closed_by": person}
            )  # fmt: skip
            if number < len(cases):
                case_id = cases[number]
                message = dict.fromkeys(c.name for c in t.messages.c) | {
                    "id": ids.new(),
                    "case_id": case_id,
                    "element_id": "write",
                    "scope": "",
                }
                about = {
                    "kind": "initiative",
                    "from_unit_id": unit,
                    "to_unit_id": unit,
                    "after_the_fact": False,
                    "sent_at": opened,
                }
                messages.append(message | about)
                meeting = dict.fromkeys(c.name for c in t.meetings.c) | {
                    "id": ids.new(),
                    "case_id": case_id,
                    "starts_at": opened,
                }
                meetings.append(
                    meeting | {"digital": False, "status": "planned", "set_at": opened, "cancelled_for": []}
                )
                paper = dict.fromkeys(c.name for c in t.documents.c) | {
                    "id": ids.new(),
                    "case_id": case_id,
                    "kind": "plan",
                    "version": 99,
                }
                papers.append(
                    paper
                    | {
                        "version": 1,
                        "title": "p",
                        "content": {},
                        "hash": "x",
                        "issued_at": opened + timedelta(days=1),
                    }
                )
        for table, rows in (
            (t.tasks, steps),
            (t.messages, messages),
            (t.meetings, meetings),
            (t.documents, papers),
        ):
            _put(tx, table, rows)


def _put(tx: Connection, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), BATCH):
        tx.execute(insert(table), list(rows[start : start + BATCH]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
