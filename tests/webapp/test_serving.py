"""The server as an operator meets it: a process of its own, asked over HTTP, stopped with a signal."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from engine.records import heartbeats
from engine.records.database import connect, reading

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def started(url: str, *command: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """A `samordna` process that has said that it is up."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SAMORDNA_")}
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "webapp.cli", *command],
        cwd=ROOT,
        env=clean | {"SAMORDNA_DATABASE_URL": url} | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("options", [[], ["--with-heartbeat"]])
def test_a_server_answers_at_the_address_it_prints_and_ends_well(
    database_url: str, options: list[str]
) -> None:
    port = free_port()
    with started(database_url, "serve", *options, SAMORDNA_PORT=port) as process:
        line = first_line(process)
        assert f"http://127.0.0.1:{port}" in line
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
                status = answer.status
        except urllib.error.HTTPError as refusal:
            status = refusal.code
            refusal.close()
        assert status < 500
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "Traceback" not in said


def test_a_heartbeat_says_when_it_looked_and_ends_well(database_url: str) -> None:
    with started(database_url, "heartbeat") as process:
        assert "Firing timers" in first_line(process)
        engine = connect(database_url)
        looked = []
        for _ in range(200):
            with reading(engine) as tx:
                looked = heartbeats.all_of(tx)
            if looked or process.poll() is not None:
                break
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
        engine.dispose()
        assert looked
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 0, said
        assert "Traceback" not in said


def test_a_server_that_finds_its_port_taken_says_which(sqlite_url: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        with started(sqlite_url, "serve", SAMORDNA_PORT=port) as process:
            _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said == (
        f"Error: 127.0.0.1:{port} is taken by another program: stop it, or choose another port with SAMORDNA_PORT\n"
    )
