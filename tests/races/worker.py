"""Processes of the product as a test starts and kills them: `python -m tests.races.worker URL PORT`.

Loads everything once, then forks a process for each line `ROLE SEED` on its standard input: `web` answers requests, one thread a client,
`heartbeat` fires timers, `both` does both. Each tells the test on PORT who it is, and now and then that it stands between flush and
commit, where it waits a moment: everything has been written and nothing is saved. The product itself knows nothing of this.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import socketserver
import sys
import threading
import time
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, event

from engine import asking, clock, heartbeat, library
from engine.actions import accounts, incidents, tasks
from engine.errors import CaseStopped, EngineError
from engine.records import database
from engine.records import tasks as task_rows

PAUSE, HOW_OFTEN = 0.15, 0.04
Answer = dict[str, object]


class Line:
    """The line to the test; when it breaks, so does the process."""

    def __init__(self, port: int) -> None:
        self.wire = socket.create_connection(("127.0.0.1", port))
        threading.Thread(target=self._listen, daemon=True).start()

    def say(self, word: str) -> None:
        self.wire.sendall(f"{word}\n".encode())

    def _listen(self) -> None:
        self.wire.recv(1)
        os._exit(0)


def dawdle_before_commit(engine: Engine, line: Line, seed: int) -> None:
    """Give whoever kills a chance to do it between flush and commit."""
    chance = random.Random(seed)

    @event.listens_for(engine, "commit")
    def commit(tx: Any) -> None:
        if tx.get_execution_options().get("writing") and chance.random() < HOW_OFTEN:
            line.say("before commit")
            time.sleep(PAUSE)


def answer(engine: Engine, asked: dict[str, Any]) -> Answer:
    """One request, as a page would put it."""
    now = clock.now()
    if asked["do"] == "look":
        with database.reading(engine) as tx:
            found = task_rows.of_case(tx, asked["case"], open_only=True)
        return {"tasks": [one.id for one in found if one.element_id == "tick"]}
    with database.reading(engine) as tx:
        actor = accounts.actor(tx, asked["actor"], on=now.date())
    assert actor is not None
    given = {"token": asked["token"], "lane_finished": False}
    try:
        with database.writing(engine) as tx:
            tasks.complete(tx, actor, asked["task"], given, now=now)
    except CaseStopped as stopped:
        with database.writing(engine) as tx:
            incidents.record(tx, stopped, who=asking.who(actor, None), typed=given, now=now)
        return {"failed": str(stopped)}
    except EngineError as error:
        return {"refused": type(error).__name__}
    return {"done": asked["token"]}


def serve(engine: Engine) -> socketserver.ThreadingTCPServer:
    """Answer requests, a line of JSON each, on a port of this machine that the system chooses."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in self.rfile:
                self.wfile.write(json.dumps(answer(engine, json.loads(line))).encode() + b"\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 32

    return Server(("127.0.0.1", 0), Handler)


def work(role: str, url: str, port: int, seed: int) -> None:
    line = Line(port)
    heartbeat.AT_LEAST_EVERY = timedelta(seconds=0.2)

    def connect(address: str) -> Engine:
        engine = database.connect(address)
        dawdle_before_commit(engine, line, seed)
        return engine

    vars(heartbeat)["connect"] = connect
    if role == "heartbeat":
        line.say(f"{os.getpid()} 0")
        heartbeat.run(url)
        return
    server = serve(connect(url))
    if role == "both":
        threading.Thread(target=heartbeat.run, args=[url], daemon=True).start()
    line.say(f"{os.getpid()} {server.server_address[1]}")
    server.serve_forever()


def main(url: str, port: int) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    engine = database.connect(url)
    with database.reading(engine) as tx:
        _ = library.current(tx, "testland_ticking").specification
    engine.dispose()
    for line in sys.stdin:
        role, seed = line.split()
        if os.fork() == 0:
            try:
                work(role, url, port, int(seed))
            finally:
                os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
