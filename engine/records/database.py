"""Opening the database so that a confirmed step survives a power cut, on SQLite and on PostgreSQL (decision 16).

Enters: a database address. Leaves: an SQLAlchemy engine, and transactions that either read or write. Nothing here knows a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

from engine.errors import EngineError

WAIT_FOR_LOCK_SECONDS = 20
_turns: dict[str, Lock] = {}
_turns_lock = Lock()


def connect(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://...`; creates a SQLite file's folder."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database and address.database != ":memory:":
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            address,
            hide_parameters=True,
            connect_args={"timeout": WAIT_FOR_LOCK_SECONDS, "check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    # What lies on flash or in memory is read row by row as cheaply as in order: else figures walk whole tables.
    options = f"-c timezone=UTC -c lock_timeout={WAIT_FOR_LOCK_SECONDS}s -c random_page_cost=1.1 -c jit=off"
    return create_engine(address, hide_parameters=True, connect_args={"options": options}, pool_pre_ping=True)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that may write; commits at the end, rolls back on any exception.

    On SQLite it begins with BEGIN IMMEDIATE, since a transaction that reads first and writes later fails at once when somebody
    else has written in between; and the threads of a process wait for one another here, since SQLite itself lets them ask again and
    again, each at longer intervals, until somebody is unlucky.
    """
    with _turn(engine), engine.connect().execution_options(writing=True) as tx, tx.begin():
        yield tx


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    if engine.dialect.name != "sqlite" or engine.url.database in (None, "", ":memory:"):
        yield
        return
    with _turns_lock:
        turn = _turns.setdefault(str(engine.url.database), Lock())
    mine = turn.acquire(timeout=WAIT_FOR_LOCK_SECONDS)  # else SQLite says that the database is locked
    try:
        yield
    finally:
        if mine:
            turn.release()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads: a consistent view that locks nobody out."""
    with engine.connect() as tx, tx.begin():
        yield tx


def snapshot(engine: Engine) -> AbstractContextManager[Connection]:
    """A transaction that sees one instant of the database however long it reads, and locks nobody out."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return reading(engine)


def upgrade(url: str) -> None:
    """Bring the schema to the newest revision, in one transaction.

    SQLite changes a table by making it anew, so there references are looked at when all is done, and not row by row on the way.
    """
    engine = connect(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _leave_references)
    try:
        with writing(engine) as tx:
            command.upgrade(_alembic(tx), "head")
            _see_to_references(tx)
    finally:
        engine.dispose()


def is_current(tx: Connection) -> bool:
    """Whether the schema is the one this code was written for."""
    return (
        MigrationContext.configure(tx).get_current_revision()
        == ScriptDirectory.from_config(_alembic(tx)).get_current_head()
    )


def _alembic(tx: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = tx
    return config


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say so, see _begin_sqlite
    for setting in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is removed is overwritten with zeros, in the same write
        f"busy_timeout={WAIT_FOR_LOCK_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {setting}")


def _leave_references(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=OFF")


def _see_to_references(tx: Connection) -> None:
    if tx.dialect.name == "sqlite" and (broken := tx.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise EngineError(
            f"the upgrade would leave rows of {broken[0]} that refer to nothing; nothing was changed"
        )


def _begin_sqlite(tx: Connection) -> None:
    tx.exec_driver_sql("BEGIN IMMEDIATE" if tx.get_execution_options().get("writing") else "BEGIN")
