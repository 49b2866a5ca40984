"""Processes are killed while ten people work: nothing that was confirmed is lost, nothing happens twice, no timer is forgotten."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine import clock, heartbeat
from engine.actions import live
from engine.execution import run, snapshot
from engine.library import loaded
from engine.records import cases as case_rows
from engine.records import tables as t
from engine.records.database import reading
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
CLIENTS, KILLS, BEFORE_COMMIT = 10, 20, 7
PROCESSES = {"sqlite": ["both"], "postgresql": ["web", "web", "heartbeat", "heartbeat"]}
PATIENCE = 20.0


class Process:
    """One process of the product; `address` is where it answers, None for a heartbeat."""

    def __init__(self, role: str, wire: socket.socket) -> None:
        self.role, self.words = role, queue.Queue[str]()
        self.wire, self.reader = wire, wire.makefile("r")
        pid, port = self.reader.readline().split()
        self.pid = int(pid)
        self.address = ("127.0.0.1", int(port)) if int(port) else None
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            for line in self.reader:
                self.words.put(line.strip())

    def until_before_commit(self, patience: float) -> bool:
        """Wait until the process stands between flush and commit; False where it does not in that time."""
        while not self.words.empty():
            self.words.get_nowait()
        try:
            return self.words.get(timeout=patience) == "before commit"
        except queue.Empty:
            return False

    def kill(self) -> None:
        self.address = None
        os.kill(self.pid, signal.SIGKILL)
        self.listener.join(PATIENCE)  # the line breaks when the process is gone
        self.reader.close()
        self.wire.close()


class House:
    """The processes, and the one that they are forked from."""

    def __init__(self, roles: list[str], url: str, seed: int) -> None:
        self.seeds = random.Random(seed)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.door.settimeout(PATIENCE)
        command = [sys.executable, "-m", "tests.races.worker", url, str(self.door.getsockname()[1])]
        self.mother = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, text=True)
        self.running = [self._new(role) for role in roles]

    def _new(self, role: str) -> Process:
        assert self.mother.stdin is not None
        self.mother.stdin.write(f"{role} {self.seeds.randrange(10**6)}\n")
        self.mother.stdin.flush()
        return Process(role, self.door.accept()[0])

    def replace(self, place: int) -> None:
        """Kill the process and start another in its place."""
        self.running[place].kill()
        self.running[place] = self._new(self.running[place].role)

    def addresses(self) -> list[tuple[str, int]]:
        return [process.address for process in self.running if process.address is not None]

    def end(self) -> None:
        for process in self.running:
            process.kill()
        self.door.close()
        self.mother.kill()
        self.mother.wait(PATIENCE)
        assert self.mother.stdin is not None
        self.mother.stdin.close()


class Client(threading.Thread):
    """Somebody who works without a pause. `asking` is whether a request is on its way."""

    def __init__(self, number: int, house: House, cases: list[str]) -> None:
        super().__init__(daemon=True)
        self.number, self.house, self.cases = number, house, cases
        self.chance = random.Random(number)
        self.asking = threading.Event()
        self.done: list[str] = []
        self.lost: list[str] = []
        self.other: Counter[str] = Counter()
        self.stopping = False
        self.wire: tuple[socket.socket, object] | None = None

    def run(self) -> None:
        while not self.stopping:
            self.asking.set()
            seen = self.ask({"do": "look", "case": self.chance.choice(self.cases)})
            if seen and seen["tasks"]:
                self.complete(self.chance.choice(seen["tasks"]))
            self.asking.clear()
        self.hang_up()

    def complete(self, task: str) -> None:
        token = f"{self.number}-{len(self.done) + len(self.lost) + sum(self.other.values())}"
        said = self.ask(
            {"do": "complete", "actor": "sara" if self.number % 2 else "petra", "task": task, "token": token}
        )
        if said is None:
            self.lost.append(token)
        elif "done" in said:
            self.done.append(token)
        else:
            self.other[str(next(iter(said.values())))] += 1

    def ask(self, request: dict[str, object]) -> dict[str, list[str]] | None:
        """The answer, or None where whoever was asked is no more. Over HTTP this alone would change."""
        try:
            if self.wire is None:
                addresses = self.house.addresses()
                if not addresses:
                    time.sleep(0.01)
                    return None if request["do"] == "complete" else {"tasks": []}
                reached = socket.create_connection(addresses[self.number % len(addresses)], timeout=PATIENCE)
                self.wire = (reached, reached.makefile("r"))
            self.wire[0].sendall(json.dumps(request).encode() + b"\n")
            line = self.wire[1].readline()  # type: ignore[attr-defined]
            if not line:
                raise ConnectionResetError
            return dict(json.loads(line))
        except OSError:
            self.hang_up()
            return None

    def hang_up(self) -> None:
        if self.wire is not None:
            self.wire[1].close()  # type: ignore[attr-defined]
            self.wire[0].close()
            self.wire = None


@contextmanager
def working(house: House, clients: list[Client]) -> Iterator[None]:
    for client in clients:
        client.start()
    try:
        yield
    finally:
        for client in clients:
            client.stopping = True
        for client in clients:
            client.join(PATIENCE)
        house.end()


def until(wanted: Callable[[], bool], patience: float = PATIENCE) -> bool:
    end = time.monotonic() + patience
    while not wanted():
        if time.monotonic() > end:
            return False
        time.sleep(0.001)
    return True


def all_busy(clients: list[Client]) -> bool:
    return all(client.asking.is_set() for client in clients)


def work_and_kill(house: House, clients: list[Client], seed: int) -> int:
    """Kill twenty times; gives how many of them were between flush and commit."""
    chance, caught = random.Random(seed), 0
    for number in range(KILLS):
        place = chance.randrange(len(house.running))
        if number % 3 == 0 and number < 3 * BEFORE_COMMIT:
            caught += house.running[place].until_before_commit(2.0)
        else:
            time.sleep(chance.uniform(0.3, 0.8))
        assert until(lambda: all_busy(clients)), "a client was idle at the kill"
        house.replace(place)
    return caught


def test_nothing_is_lost_doubled_or_forgotten_when_processes_are_killed(world: World) -> None:
    kind = world.engine.dialect.name
    world.now = clock.now()
    lanes = ["vc", "rehab", "bistand"]
    shared = [world.start(process="testland_ticking", lanes=lanes) for _ in range(3)]
    own = [world.start(process="testland_ticking", lanes=lanes[:1]) for _ in range(CLIENTS)]
    live.forget()
    house = House(PROCESSES[kind], world.engine.url.render_as_string(hide_password=False), seed=7)
    clients = [Client(number, house, [own[number], *shared]) for number in range(CLIENTS)]
    with working(house, clients):
        caught = work_and_kill(house, clients, seed=11)
    assert caught >= BEFORE_COMMIT // 2, "too few kills between flush and commit to show anything"
    assert all(client.done for client in clients), [len(client.done) for client in clients]
    assert {word for client in clients for word in client.other} <= {"AlreadyClosed"}
    heartbeat.beat(world.engine, now=clock.now())
    answers_are_there_once(world, clients)
    timers_fired_once(world)
    for case in (*shared, *own):
        rows_agree_with_the_engine(world, case)


def answers_are_there_once(world: World, clients: list[Client]) -> None:
    found = Counter(row.data["token"] for row in world.rows(t.entries, element_id="tick", source="form"))
    assert set(found.values()) == {1}
    done = {token for client in clients for token in client.done}
    lost = {token for client in clients for token in client.lost}
    assert done <= found.keys()
    assert found.keys() <= done | lost
    completed = Counter(row.task_id for row in world.rows(t.facts, kind="task_completed"))
    assert set(completed.values()) == {1}
    assert len(completed) == len(found) == len(world.rows(t.tasks, status="completed"))


def timers_fired_once(world: World) -> None:
    fired = Counter(str(row.data["timer"]) for row in world.rows(t.facts, kind="timer_fired"))
    assert set(fired.values()) == {1}
    by_status = {
        status: {row.id for row in world.rows(t.timers, status=status)}
        for status in ("fired", "cleared", "armed")
    }
    assert by_status["fired"] == fired.keys()
    assert len(world.rows(t.notices, kind="reminder")) == len(fired)
    assert not [
        row
        for row in world.rows(t.timers, status="armed")
        if row.due_at <= clock.now() - heartbeat.AT_LEAST_EVERY
    ]
    assert world.incidents() == []


def rows_agree_with_the_engine(world: World, case_id: str) -> None:
    with reading(world.engine) as tx:
        instance = case_rows.main_instance(tx, case_id)
        spec = loaded(tx, instance.bundle_hash).specification
        known = run.open_keys(snapshot.load(spec, case_rows.engine_rows(tx, instance.id)))
    assert set(known.tasks) == {task.id for task in world.open(case_id)}
    assert set(known.timers) == {row.id for row in world.rows(t.timers, case_id=case_id, status="armed")}
