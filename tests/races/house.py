"""The processes of the product that a test starts, watches and kills; `worker` is what runs in them."""

from __future__ import annotations

import contextlib
import os
import queue
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.races.worker import BEFORE_COMMIT, GO_ON, STAND

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
THREADS = "4"  # each draws its first pages anew in a process that has just started
PORTS = range(20_000, 32_000)  # below those that the system gives to whoever connects


def until(wanted: Callable[[], bool], patience: float = PATIENCE) -> bool:
    end = time.monotonic() + patience
    while not wanted():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


def free_port() -> int:
    for port in random.SystemRandom().sample(PORTS, 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


class Process:
    """One process of the product, and the line to it."""

    def __init__(self, wire: socket.socket) -> None:
        self.wire, self.reader = wire, wire.makefile("r")
        self.pid = int(self.reader.readline())
        self.words = queue.Queue[str]()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            for line in self.reader:
                self.words.put(line.strip())

    def ask_to_stand(self, number: int) -> None:
        """Ask it to stop between flush and commit of its next step."""
        self.wire.sendall(f"{STAND} {number}\n".encode())

    def stands(self, number: int) -> bool:
        """Whether it has said that it stands where it was asked to with that number."""
        while not self.words.empty():
            if self.words.get() == f"{BEFORE_COMMIT} {number}":
                return True
        return False

    def let_go_on(self) -> None:
        """Ask it no longer, and let it go on if it stands."""
        self.wire.sendall(f"{GO_ON}\n".encode())

    def kill(self) -> bool:
        """End it as nothing can prevent; whether it is gone soon after."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.listener.join(PATIENCE)  # the line breaks when the process is gone
        self.reader.close()
        self.wire.close()
        return until(lambda: is_gone(self.pid))


class House:
    """The processes of these commands, each with its port if it serves the web, and the one they are forked from."""

    def __init__(self, commands: list[str], url: str, log: Path) -> None:
        self.commands = commands
        self.ports = [free_port() if command.startswith("serve") else 0 for command in commands]
        self.addresses = [port for port in self.ports if port]
        self.log = log
        self.door = socket.create_server(("127.0.0.1", 0))
        self.door.settimeout(PATIENCE)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SAMORDNA_")}
        with log.open("w") as heard:
            self.mother = subprocess.Popen(
                [sys.executable, "-m", "tests.races.worker", str(self.door.getsockname()[1])],
                cwd=ROOT,
                env=clean
                | {
                    "SAMORDNA_DATABASE_URL": url,
                    "SAMORDNA_THREADS": THREADS,
                    "SAMORDNA_LOG_HEADS": str(log.with_name("heads.txt")),
                },
                stdin=subprocess.PIPE,
                stdout=heard,
                stderr=heard,
                text=True,
            )
        self.ever = [self.mother.pid]
        self.running = [self._new(place) for place in range(len(commands))]

    def _new(self, place: int) -> Process:
        assert self.mother.stdin is not None
        self.mother.stdin.write(f"{self.ports[place]} {self.commands[place]}\n")
        self.mother.stdin.flush()
        process = Process(self.door.accept()[0])
        self.ever.append(process.pid)
        assert until(lambda: self._answers(place)), self.log.read_text()
        return process

    def _answers(self, place: int) -> bool:
        if not self.ports[place]:
            return True
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.ports[place])):
            return True
        return False

    def standing_like(self, place: int, number: int) -> int | None:
        """The place of the first process of this one's command that stands between flush and commit of a step; None if none does for
        long. Two heartbeats share the timers as it happens, so that either alone may have nothing to do for a while.
        """
        alike = [at for at, command in enumerate(self.commands) if command == self.commands[place]]
        for at in alike:
            self.running[at].ask_to_stand(number)
        standing: list[int] = []

        def somebody_stands() -> bool:
            standing.extend(at for at in alike if self.running[at].stands(number))
            return bool(standing)

        until(somebody_stands)
        for at in alike:
            if at not in standing[:1]:
                self.running[at].let_go_on()
        return standing[0] if standing else None

    def replace(self, place: int) -> None:
        """Kill the process, and start it anew as whoever watches over it does."""
        assert self.running[place].kill()
        self.running[place] = self._new(place)

    def end(self) -> None:
        """Kill them all."""
        for process in self.running:
            process.kill()
        self.door.close()
        self.mother.kill()
        self.mother.wait(PATIENCE)
        assert self.mother.stdin is not None
        self.mother.stdin.close()

    def left_over(self) -> list[int]:
        """The processes that there still are, of all that there ever were."""
        return [pid for pid in self.ever if not is_gone(pid)]
