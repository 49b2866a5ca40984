"""A made-up database to measure the monitor with: open steps with their facts, and a year of cases that are over.

Enters: a kind of database and how many steps are open. Leaves: an engine, while a `with` lasts. Each unit has as many open steps whatever
the whole is, so that more steps are more units. Rows are put in directly, many at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, literal, select, text, true

from engine.access import Actor
from engine.access.actor import Membership
from engine.reads import measures
from engine.records import tables as t
from engine.records.database import connect, reading, writing
from tests import databases, world

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
UNIT, STEPS = "bench-0003", 140  # open a unit, as in a health centre with many plans
LED = 20  # units that the manager answers for
FACTS = 10  # of each step
PAST, DONE = (
    15,
    15,
)  # one case that is over for so many open steps, and so many steps in it: of what a million facts tell
BATCH = 5_000
SERVER = {
    "shared_buffers": "1GB",
    "work_mem": "16MB",
    "max_wal_size": "4GB",
}  # PostgreSQL's, as on a machine of its own
ELEMENTS = {
    "register_need": 72, **dict.fromkeys(measures.KEPT["receipts"], 2), "draw_up_plan": 4, "follow_up": 2, "evaluate_plan": 1,
    "answer_deviation": 2, **dict.fromkeys(measures.LEVELS, 1),
}  # fmt: skip
"""Step -> how many of a hundred are it, as in the made-up history of `samordna demo --history`; most are of no kind that figures count."""
DEVIATION = "shared_deviation"


@contextmanager
def filled(kind: str, steps: int) -> Iterator[Engine]:
    """A database with that many open steps."""
    databases.SERVER_SETTINGS |= SERVER
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


def region(engine: Engine) -> str:
    """The region of all cases."""
    with reading(engine) as tx:
        return str(tx.execute(select(t.cases.c.region_id).limit(1)).scalar_one())


def chief(engine: Engine) -> Actor:
    """Somebody who answers for `LED` units, as the head of an area does."""
    with reading(engine) as tx:
        units = frozenset(tx.execute(select(t.units.c.id).order_by(t.units.c.id).limit(LED)).scalars())
    member = Membership(UNIT, "region", "testland", frozenset({"manager"}))
    return Actor("petra", "Petra", (member,), leads=units)


def fill(made: world.World, steps: int) -> None:
    """Copies of one case that the engine has made, each with a step that waits and its two timers, and cases of a year that are over."""
    case_id = made.summoned("rehab")
    like: Like = {}
    with reading(made.engine) as tx:
        for table, column in (
            (t.cases, "id"),
            (t.instances, "case_id"),
            (t.tasks, "case_id"),
            (t.timers, "case_id"),
        ):
            row = tx.execute(select(table).where(table.c[column] == case_id).limit(1)).mappings().one()
            like[table.name] = dict(row)
        unit = dict(tx.execute(select(t.units).limit(1)).mappings().one())
    units = [f"bench-{number:04}" for number in range(steps // STEPS + 1)]
    with writing(made.engine) as tx:
        tx.execute(insert(t.units), [unit | {"id": one, "name": one, "parent_id": None} for one in units])
    rng = Random(1)  # noqa: S311  made-up data
    for start in range(0, steps, BATCH):
        numbers = range(start, min(start + BATCH, steps))
        with writing(made.engine) as tx:
            for table, rows in (
                *waiting(like, numbers, units, rng),
                *over(like, numbers[::PAST], units, rng),
            ):
                tx.execute(insert(table), rows)
    with writing(made.engine) as tx:
        put_facts(tx)
    with made.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tx:
        tx.execute(text("ANALYZE"))


def element(rng: Random) -> str:
    """A step, as often as it comes."""
    return rng.choices(list(ELEMENTS), list(ELEMENTS.values()))[0]


Rows = tuple[Table, list[dict[str, Any]]]
Like = dict[str, dict[str, Any]]


def put_facts(tx: Connection) -> None:
    """So many of each run, all alike, made by the database itself."""
    f, runs = t.facts.c, t.instances.c
    each = select(t.units.c.id).limit(FACTS).subquery()
    row = (literal("element_passed"), literal("register"), literal(NOW, f.at.type), literal({}, f.data.type))
    of = select(runs.case_id, runs.id, *row).join(each, true())
    tx.execute(
        insert(t.facts).from_select(["case_id", "instance_id", "kind", "element_id", "at", "data"], of)
    )


def waiting(like: Like, numbers: range, units: list[str], rng: Random) -> Iterator[Rows]:
    """Running cases of one open step each, a tenth late, a tenth due today, some with another unit than the one that keeps the case."""
    tasks, timers = [], []
    places = {f"{number:032x}": units[number // STEPS] for number in numbers}
    for number, key in zip(numbers, places, strict=True):
        of = {"case_id": key, "instance_id": key}
        due = TODAY + timedelta(days=number % 20 - 2)
        due_at = datetime(due.year, due.month, due.day, 23, tzinfo=UTC)
        held = units[(number // STEPS + number % 3) % len(units)]
        tasks.append(
            like["tasks"] | OPEN | of
            | {"id": key, "element_id": element(rng), "unit_id": held, "due_on": due, "due_at": due_at}
        )  # fmt: skip
        for state, ended in (("armed", None), ("fired", NOW)):
            more = {
                "id": f"{state}{key}",
                "host": key,
                "status": state,
                "due_at": NOW + timedelta(days=2),
                "ended_at": ended,
            }
            timers.append(like["timers"] | of | more)
    yield t.cases, [
        like["cases"] | {"id": key, "number": f"B-{key}", "unit_id": place, "stamp": key} for key, place in places.items()
    ]  # fmt: skip
    yield t.instances, [like["instances"] | {"id": key, "case_id": key} for key in places]
    yield t.tasks, tasks
    yield t.timers, timers


NOBODYS: dict[str, Any] = dict.fromkeys(
    ("closed_at", "closed_by", "closed_for_id", "holder_id", "claimed_at")
)
OPEN = NOBODYS | {"status": "open", "opened_at": NOW - timedelta(days=9)}
SENT = {"kind": "initiative", "element_id": "write", "scope": "", "after_the_fact": False}
MET = {"digital": False, "status": "held", "cancelled_for": []}
ISSUED = {"version": 1, "title": "p", "hash": "x"}


def over(like: Like, numbers: range, units: list[str], rng: Random) -> Iterator[Rows]:
    """Cases that began and ended within a year: their steps, an initiative, a meeting, a plan, a follow-up; one in five a deviation."""
    rows: dict[Table, list[dict[str, Any]]] = {
        one: [] for one in (t.cases, t.instances, t.case_values, t.tasks, t.messages, t.meetings, t.documents)
    }
    for number in numbers:
        key, unit, began = f"p{number:031x}", units[number // STEPS], NOW - timedelta(days=rng.random() * 365)
        of, slip = {"case_id": key}, rng.random() < 1 / 5
        own = {
            "id": key,
            "number": f"P-{number}",
            "unit_id": unit,
            "stamp": key,
            "started_at": began,
            "status": "ended",
        }
        own |= {
            "process_id": DEVIATION if slip else "testland_six_steps",
            "ended_at": began + timedelta(days=60),
        }
        rows[t.cases].append(
            like["cases"] | own | {"close_reason": rng.choice(("goals_met", "person_declined", "moved"))}
        )
        rows[t.instances].append(like["instances"] | {"id": key, "case_id": key})
        if slip:
            said = {
                "scope": "",
                "name": "kind",
                "category": "coordination",
                "value": rng.choice(("late", "wrong_unit")),
            }
            rows[t.case_values].append(of | said)
        for step in range(DONE):
            opened = began + timedelta(days=rng.random() * 20)
            closed, due = opened + timedelta(days=rng.random() * 3), opened + timedelta(days=2)
            more = {
                "id": f"{chr(97 + step)}{key[1:]}",
                "element_id": element(rng),
                "unit_id": unit,
                "instance_id": key,
                "status": "completed",
            }
            dates = {
                "opened_at": opened,
                "due_at": due,
                "due_on": due.date(),
                "closed_at": closed,
                "closed_by": "sara",
            }
            rows[t.tasks].append(like["tasks"] | OPEN | of | more | dates)
        at = began + timedelta(days=10)
        rows[t.messages].append(
            SENT | of | {"id": key, "from_unit_id": unit, "to_unit_id": unit, "sent_at": began}
        )
        rows[t.meetings].append(MET | of | {"id": key, "starts_at": at, "set_at": began})
        for kind, goals in (("plan", []), ("follow_up_note", [{"goal": "x" * 200, "state": "reached"}] * 4)):
            rows[t.documents].append(
                ISSUED
                | of
                | {"id": f"{kind[0]}{key[1:]}", "kind": kind, "content": {"goals": goals}, "issued_at": at}
            )
    yield from rows.items()
