"""Processes are killed while ten people work: nothing that was confirmed is lost, nothing happens twice, no timer is forgotten."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from engine import clock, heartbeat
from engine.actions import live, passwords
from engine.execution import run, snapshot
from engine.library import loaded
from engine.records import cases as case_rows
from engine.records import directory
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.races.client import Client
from tests.races.house import House, until
from tests.world import World

CLIENTS, KILLS, BETWEEN_KILLS = 10, 20, 1
COMMANDS = {
    "sqlite": ["serve --with-heartbeat"],
    "postgresql": ["serve", "serve", "heartbeat", "heartbeat"],
}
PASSWORD = "åtta hästar i dimman"


@contextmanager
def working(clients: list[Client]) -> Iterator[None]:
    for client in clients:
        client.start()
    try:
        yield
    finally:
        for client in clients:
            client.stopping = True
        for client in clients:
            client.join()


def work_and_kill(house: House, clients: list[Client], seed: int) -> None:
    """Kill twenty times at a random instant, every third time when one of them next stands between flush and commit of a step.

    Before each kill people have worked again, also with the process that was started last.
    """
    chance = random.Random(seed)
    answered_to(clients, CLIENTS, least_each=1)
    for number in range(KILLS):
        place = chance.randrange(len(house.running))
        answered_to(clients, done_by(clients) + BETWEEN_KILLS)
        time.sleep(chance.uniform(0.0, 0.2))
        if number % 3 == 0:
            standing = house.standing_like(place, number)
            assert standing is not None, "nobody took a step there"
            place = standing
        idle = [client.number for client in clients if not client.browser.is_busy()]
        house.replace(place)
        assert not idle, f"clients idle at kill {number}"


def done_by(clients: list[Client]) -> int:
    return sum(len(client.done) for client in clients)


def answered_to(clients: list[Client], together: int, *, least_each: int = 0) -> None:
    """Wait until so many hand-ins have been answered with success, and everybody has a request under way."""
    assert until(
        lambda: (
            done_by(clients) >= together
            and all(len(client.done) >= least_each and client.browser.is_busy() for client in clients)
        )
    ), [(len(client.done), client.browser.is_busy(), client.odd) for client in clients]


def test_nothing_is_lost_doubled_or_forgotten_when_processes_are_killed(world: World, tmp_path: Path) -> None:
    world.now = clock.now()
    lanes = ["vc", "rehab", "bistand"]
    shared = [world.start(process="testland_ticking", lanes=lanes) for _ in range(3)]
    own = [world.start(process="testland_ticking", lanes=lanes[:1]) for _ in range(CLIENTS)]
    names = employ(world)
    live.forget()
    url = world.engine.url.render_as_string(hide_password=False)
    house = House(COMMANDS[world.engine.dialect.name], url, tmp_path / "log.txt")
    try:
        clients = [
            Client(number, house.addresses, [own[number], *shared], names[number], PASSWORD)
            for number in range(CLIENTS)
        ]
        with working(clients):
            work_and_kill(house, clients, seed=11)
    finally:
        house.end()
    assert house.left_over() == []
    assert " ERROR " not in house.log.read_text()
    beaten_at = clock.now()
    heartbeat.beat(world.engine, now=beaten_at)
    answers_are_there_once(world, clients)
    timers_fired_once(world, beaten_at)
    for case in (*shared, *own):
        rows_agree_with_the_engine(world, case)


def employ(world: World) -> list[str]:
    """Ten colleagues at the unit that does the work, with one password, which takes long to hash."""
    names = [f"colleague{number}" for number in range(CLIENTS)]
    password_hash = passwords.hashed(PASSWORD)
    with writing(world.engine) as tx:
        for name in names:
            directory.put_person(
                tx, id=name, username=name, name=name, password_hash=password_hash, is_demo=False
            )
            on = world.now.date()
            directory.put_membership(tx, id=name, person_id=name, unit_id="vc", role="staff", valid_from=on)
    return names


def answers_are_there_once(world: World, clients: list[Client]) -> None:
    assert not [client.odd for client in clients if client.odd]
    assert all(client.done for client in clients), [len(client.done) for client in clients]
    found = Counter(row.data["token"] for row in world.rows(t.entries, element_id="tick", source="form"))
    assert set(found.values()) == {1}
    done = {token for client in clients for token in client.done}
    unsure = {token for client in clients for token in client.unsure}
    assert any(client.again for client in clients), "no kill cut off a hand-in"
    assert done <= found.keys()
    assert found.keys() <= done | unsure
    completed = Counter(row.task_id for row in world.rows(t.facts, kind="task_completed"))
    assert set(completed.values()) == {1}
    assert len(completed) == len(found) == len(world.rows(t.tasks, status="completed"))


def timers_fired_once(world: World, beaten_at: datetime) -> None:
    fired = Counter(str(row.data["timer"]) for row in world.rows(t.facts, kind="timer_fired"))
    assert set(fired.values()) == {1}
    assert {row.id for row in world.rows(t.timers, status="fired")} == fired.keys()
    assert len(world.rows(t.notices, kind="reminder")) == len(fired)
    assert not [row for row in world.rows(t.timers, status="armed") if row.due_at <= beaten_at]
    assert world.incidents() == []


def rows_agree_with_the_engine(world: World, case_id: str) -> None:
    with reading(world.engine) as tx:
        instance = case_rows.main_instance(tx, case_id)
        spec = loaded(tx, instance.bundle_hash).specification
        known = run.open_keys(snapshot.load(spec, case_rows.engine_rows(tx, instance.id)))
    assert set(known.tasks) == {task.id for task in world.open(case_id)}
    assert set(known.timers) == {row.id for row in world.rows(t.timers, case_id=case_id, status="armed")}
