"""What every test has: databases to ask for, no network beyond this machine, no warning overlooked.

`database_url` runs a test once on SQLite and once on PostgreSQL, each time with a migrated database of its
own; `database` is the same as a SQLAlchemy engine. `empty_database_url` has no tables. `sqlite_url` and
`postgresql_url` are for what only one of them can do.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy
from argon2 import PasswordHasher

from tests import databases

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("localhost", "::1", "127.", "0.0.0.0")
RUN = pytest.StashKey[Path]()
KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]

# The same examples on every machine, so that a red build can be repeated; `--hypothesis-profile=explore`
# looks further.
hypothesis.settings.register_profile(
    "repeatable", derandomize=True, max_examples=60, deadline=None, database=None
)
hypothesis.settings.register_profile("explore", max_examples=2000, deadline=None)
hypothesis.settings.load_profile("repeatable")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.stash[RUN] = databases.create_run_directory()
        compile_once(config.stash[RUN])


def compile_once(run: Path) -> None:
    """Where Python leaves no compiled modules beside their source, keep them for this run: the workers, and the many processes that
    tests start, would each compile the whole product and its packages, which takes longer than most of what they do.
    """
    if sys.dont_write_bytecode and os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = str(run / "compiled")


def pytest_unconfigure(config: pytest.Config) -> None:
    if (directory := config.stash.get(RUN, None)) is not None:
        databases.remove_run_directory(directory)


@pytest.fixture(autouse=True, scope="session")
def hasher() -> Iterator[PasswordHasher]:
    """The one of the product, which a test may ask for; all others hash passwords alike with next to no work."""
    from engine.actions import passwords

    real = passwords.HASHER
    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield real
    passwords.HASHER = real


@pytest.fixture
def room() -> Iterator[Path]:
    """A directory of this test's own for database files."""
    with databases.room() as found:
        yield found


@pytest.fixture
def sqlite_url(room: Path) -> str:
    return databases.copy_of_sqlite(room)


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    with databases.copy_of_postgresql() as url:
        yield url


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database, one after the other."""
    return str(request.param)


@pytest.fixture
def database_url(kind: str) -> Iterator[str]:
    """URL of a migrated database of this test's own."""
    with databases.copied(kind) as url:
        yield url


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, room: Path) -> Iterator[str]:
    """URL of a database without tables."""
    if request.param == "sqlite":
        yield databases.new_sqlite(room)
    else:
        with databases.new_postgresql() as url:
            yield url


@pytest.fixture
def database(database_url: str) -> Iterator[sqlalchemy.Engine]:
    """A migrated database of this test's own, closed at the end."""
    from tests.engines import connect

    bound = connect(database_url)
    yield bound
    bound.dispose()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser; tests that ask for it carry the mark `browser`."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.fail("no Chromium: apt-get install chromium, or leave these tests out with -m 'not browser'")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Fail the test if it tries to reach another machine, also where the code under test swallows the error.

    The value is the list of attempts so far.
    """
    attempts: list[str] = []

    def guarded(name: str) -> Any:
        original = getattr(socket.socket, name)

        def call(self: socket.socket, *args: Any) -> Any:
            address = args[-1]
            if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
                attempts.append(f"{name} {address!r}")
                raise ConnectionRefusedError(f"tests may not reach {address!r}")
            return original(self, *args)

        return call

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guarded(name))
    original_lookup = socket.getaddrinfo

    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host is not None and not str(host).startswith(LOOPBACK):
            attempts.append(f"look up {host!r}")
            raise socket.gaierror(f"tests may not look up {host!r}")
        return original_lookup(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield attempts
    assert not attempts, f"the test tried to reach the network: {attempts}"
