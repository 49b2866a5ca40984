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

from tests.races.worker import BEFORE_COMMIT, STAND

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

    def stands_before_commit(self) -> bool:
        """Ask it to stop between flush and commit of its next step; False where it takes none for long."""
        self.wire.sendall(f"{STAND}\n".encode())
        with contextlib.suppress(queue.Empty):
            return self.words.get(timeout=PATIENCE) == BEFORE_COMMIT
        return False

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
