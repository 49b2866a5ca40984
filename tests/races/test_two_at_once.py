"""Two connections want the same thing at the same instant: one gets it, the other is told, and nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine, event

from engine import heartbeat
from engine.actions import cases, live, tasks
from engine.errors import AlreadyClaimed, AlreadyClosed, EngineError
from engine.records import cases as case_rows
from engine.records import log
from engine.records import tables as t
from engine.records.database import connect, reading, writing
from engine.records.who import Who
from tests.world import KEY, World

DUE = datetime(2026, 11, 17, 23, 0, tzinfo=UTC)
PATIENCE = 30.0


@pytest.fixture
def other(world: World) -> Iterator[Engine]:
    """The database as another process has it."""
    engine = connect(world.engine.url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """What each of these gave, or the engine error it raised, when all began together."""
    found: list[object] = [None] * len(deeds)
    gate = threading.Barrier(len(deeds))

    def run(place: int) -> None:
        gate.wait(PATIENCE)
        try:
            found[place] = deeds[place]()
        except EngineError as error:
            found[place] = error

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "somebody waits for ever"
    return found


def deed(engine: Engine, action: Callable[[Connection], object]) -> Callable[[], object]:
    def run() -> object:
        with writing(engine) as tx:
            return action(tx)

    return run


def test_of_two_who_complete_one_is_told_of_the_other(world: World, other: Engine) -> None:
    case = world.summoned("bistand")
    task, maria = world.task(case, "acknowledge"), world.actor("maria")

    def complete(tx: Connection) -> None:
        tasks.complete(tx, maria, task.id, {"answer": "acknowledged"}, now=world.now)

    found = at_once(deed(world.engine, complete), deed(other, complete))
    (told,) = [one for one in found if one is not None]
    assert isinstance(told, AlreadyClosed)
    assert (told.closed_by, told.closed_at) == ("maria", world.now)
    assert len(world.facts(case, "task_completed")) == 2  # register and acknowledge, once each
    assert world.elements(case) == ["conclude"]


def test_of_two_who_claim_one_is_told_of_the_other(world: World, other: Engine) -> None:
    task = world.task(world.start(), "register")
    names = ("sara", "petra")
    actors = [world.actor(name) for name in names]
    engines = (world.engine, other)
    deeds = [
        deed(engine, lambda tx, actor=actor: tasks.claim(tx, actor, task.id, now=world.now))  # type: ignore[misc]
        for engine, actor in zip(engines, actors, strict=True)
    ]
    found = at_once(*deeds)
    (told,) = [one for one in found if one is not None]
    winner = names[found.index(None)]
    assert isinstance(told, AlreadyClaimed)
    assert told.holder_id == winner == world.task(task.case_id, "register").holder_id


def test_a_completion_and_a_timer_of_the_same_task_never_both_win(world: World, other: Engine) -> None:
    case = world.summoned("bistand")
    task, maria = world.task(case, "acknowledge"), world.actor("maria")

    def complete(tx: Connection) -> None:
        tasks.complete(tx, maria, task.id, {"answer": "acknowledged"}, now=DUE)

    at_once(deed(world.engine, complete), lambda: heartbeat.beat(other, now=DUE))
    assert world.elements(case) == ["conclude"]
    fired = world.facts(case, "timer_fired")
    (reminder,) = [row for row in world.rows(t.timers, case_id=case) if row.element_id == "one_working_day"]
    assert reminder.status == ("fired" if fired else "cleared")
    assert len(world.rows(t.notices)) == 2 * len(fired)


def test_two_heartbeats_share_the_work_and_fire_each_timer_once(world: World, other: Engine) -> None:
    found = [world.summoned("bistand", "rehab") for _ in range(6)]
    live.forget()
    fired = at_once(lambda: heartbeat.beat(world.engine, now=DUE), lambda: heartbeat.beat(other, now=DUE))
    heartbeat.beat(world.engine, now=DUE)
    assert all(isinstance(one, int) for one in fired)
    for case in found:
        timers = [row.data["timer"] for row in world.facts(case, "timer_fired")]
        assert len(timers) == len(set(timers)) == 2


def test_case_numbers_have_neither_gaps_nor_doubles(world: World, other: Engine) -> None:
    sara = world.actor("sara")
    subject = cases.Subject("Birgitta Holm", "19430515-2383")

    def start(tx: Connection) -> str:
        return cases.start(tx, sara, "testland_six_steps", "vc", subject, {}, KEY, now=world.now)

    at_once(*(deed(engine, start) for engine in (world.engine, other) * 4))
    numbers = sorted(row.number for row in world.rows(t.cases))
    assert numbers == [f"T-2026-{number:04}" for number in range(1, 9)]


def test_nobody_waits_for_ever_when_steps_in_two_cases_begin_cases_of_their_own(
    world: World, other: Engine
) -> None:
    """Each holds its case and then wants the next number: the order is the same for all, so it is a queue and no deadlock."""
    found = [world.start(process="testland_fragile") for _ in range(6)]
    sara = world.actor("sara")
    given = {"way": "report", "amount": 1, "agreed": "a", "happened": "b"}
    chosen = [world.task(case, "choose").id for case in found]

    def complete(task_id: str) -> Callable[[Connection], object]:
        return lambda tx: tasks.complete(tx, sara, task_id, given, now=world.now)

    done = at_once(
        *(deed((world.engine, other)[place % 2], complete(task)) for place, task in enumerate(chosen))
    )
    assert done == [None] * 6
    assert len(world.rows(t.cases)) == 12


def test_people_and_heartbeats_on_one_case_never_lock_each_other_out(world: World, other: Engine) -> None:
    case = world.summoned("bistand", "rehab", "vc")
    people = {"bistand": "maria", "rehab": "johanna", "vc": "petra"}
    open_tasks = world.open(case, "acknowledge")

    def complete(task_id: str, name: str) -> Callable[[Connection], object]:
        actor = world.actor(name)
        return lambda tx: tasks.complete(tx, actor, task_id, {"answer": "acknowledged"}, now=DUE)

    deeds: list[Callable[[], object]] = [
        deed(other, complete(task.id, people[task.unit_id])) for task in open_tasks
    ]
    deeds += [lambda: heartbeat.beat(world.engine, now=DUE), lambda: heartbeat.beat(other, now=DUE)]
    found = at_once(*deeds)
    assert not [one for one in found if isinstance(one, Exception)]
    assert world.elements(case) == ["conclude"]


def test_whoever_reads_a_case_waits_for_nobody_who_works_in_it(world: World, other: Engine) -> None:
    """The log of readings refers to the case; the lock must not keep it out. SQLite has one writer, so there it waits its turn."""
    if world.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    case = world.start()
    with writing(world.engine) as tx:
        case_rows.lock(tx, case)
        with writing(other) as reader:
            reader.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
            log.note(
                reader, log.READ, who=Who("petra", None, "vc"), now=world.now, case_id=case, page="case", categories=["plan"],
                ground="own-unit",
            )  # fmt: skip
    assert len(world.rows(t.log, act="read")) == 1


def test_what_was_read_under_the_lock_is_what_was_committed_before_it(world: World, other: Engine) -> None:
    """The second step waits for the first and then goes on from what that has written, although its own process knew an older case."""
    case = world.summoned("bistand", "rehab")
    live.forget()
    waiting = threading.Event()

    def said(_tx: object, _cursor: object, text: str, *_: object) -> None:
        if "tasks.id = " in text:
            waiting.set()

    event.listen(other, "before_cursor_execute", said)
    maria, johanna = world.actor("maria"), world.actor("johanna")
    first, second = world.task(case, "acknowledge", "bistand"), world.task(case, "acknowledge", "rehab")
    later = threading.Thread(
        target=deed(
            other,
            lambda tx: tasks.complete(tx, johanna, second.id, {"answer": "acknowledged"}, now=world.now),
        )
    )
    with writing(world.engine) as tx:
        tasks.complete(tx, maria, first.id, {"answer": "acknowledged"}, now=world.now)
        later.start()
        if world.engine.dialect.name == "postgresql":
            assert waiting.wait(PATIENCE)
    later.join(PATIENCE)
    assert world.elements(case) == ["conclude"]
    with reading(world.engine) as tx:
        assert len(case_rows.values(tx, case)[""]["answers"]) == 2  # type: ignore[arg-type]
