"""Starts the product's processes for a test that kills them: `python -m tests.races.worker PORT`.

Imports the product and reads what never changes (pages, messages, routines) once, then forks a process for each line on its standard
input, `WEB_PORT COMMAND ...`: it runs that command of `samordna` with the settings of the environment, as it would anywhere. Each process
tells the test on PORT its number; when the test answers `stand N`, the process says so as soon as it stands between flush and commit of a
step, where everything has been written and nothing is saved, and waits there to be killed, or for `go on`. The product itself knows
nothing of this.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import sys
import threading
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event

from engine import library
from engine.definitions import files
from tests.world import ROUTINES
from webapp import catalogues, cli

STANDING, STAND, GO_ON, BEFORE_COMMIT = 5.0, "stand", "go on", "before commit"
STEP = "INSERT INTO facts "


class Line:
    """The line to the test; when it breaks, so does the process."""

    def __init__(self, port: int) -> None:
        self.wire = socket.create_connection(("127.0.0.1", port))
        self.wanted, self.go_on = threading.Semaphore(0), threading.Event()
        self.asked = ""
        self.wire.sendall(f"{os.getpid()}\n".encode())
        threading.Thread(target=self._listen, daemon=True).start()

    def stand(self) -> None:
        """Where the test asked for it, say that this is the moment, and wait; only the first thread that gets here does."""
        if self.wanted.acquire(blocking=False):
            self.wire.sendall(f"{BEFORE_COMMIT} {self.asked}\n".encode())
            self.go_on.wait(STANDING)

    def _listen(self) -> None:
        for line in self.wire.makefile("r"):
            if line.startswith(STAND):
                self.asked = line.removeprefix(STAND).strip()
                self.go_on.clear()
                self.wanted.release()
            else:
                self.wanted.acquire(blocking=False)
                self.go_on.set()
        os._exit(1)


def stand_before_commit(line: Line) -> None:
    """Let any engine of this process stand still when it is about to commit a transaction that wrote down what happened in a case."""
    steps: set[int] = set()

    @event.listens_for(Engine, "after_cursor_execute")
    def executed(tx: Any, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(STEP):
            steps.add(id(tx))

    @event.listens_for(Engine, "commit")
    def commit(tx: Any) -> None:
        if id(tx) in steps:
            line.stand()

    @event.listens_for(Engine, "begin")
    def begin(tx: Any) -> None:
        steps.discard(id(tx))


def work(port: int, web_port: str, command: list[str]) -> int:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if command[0] == "serve":
        os.environ["SAMORDNA_PORT"] = web_port
    stand_before_commit(Line(port))
    return cli.main(command)


def read_once() -> None:
    """What each process would read or draw anew for a second before its first answer; none of it changes, and no database is asked."""
    for name in ("webapp.serving", "webapp.logs"):  # what the commands import
        importlib.import_module(name)
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": FileSystemBytecodeCache()}
    catalogues.translations("sv")
    for folder in sorted({path.parent for path in ROUTINES.glob("*/*/*.bpmn")}):
        bundle = files.read_bundle(folder, ROUTINES)
        _ = library.keep(bundle.files, bundle.process_id).specification
    gc.freeze()  # else each process goes through all of it again and again, looking for what nobody uses


def main(port: int) -> None:
    read_once()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the killed
    for line in sys.stdin:
        web_port, *command = line.split()
        if os.fork() == 0:
            code = 1
            try:
                code = work(port, web_port, command)
            finally:
                os._exit(code)


if __name__ == "__main__":
    main(int(sys.argv[1]))
