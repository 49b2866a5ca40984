"""Databases whose loss costs nothing: those that scenarios run in.

Enters: a database address. Leaves: an engine that does not wait for the disk, and ways to start afresh. Never used for a database that
people work in; whoever asks for one sees to it that nobody is in it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event

from engine.records import tables as t
from engine.records.database import connect

_DIRECTORY = (t.regions, t.principals, t.organisations, t.units, t.persons, t.memberships, t.named_functions)
_ROUTINES = (t.files, t.bundles, t.bundle_files, t.routines)
_LOG = (t.log, t.seals, t.seal_rows)


def connect_fleeting(url: str) -> Engine:
    """Like `database.connect`; on SQLite a commit is not forced to the disk, which is most of what it costs."""
    engine = connect(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _do_not_wait)
    return engine


def remove_cases(tx: Connection) -> None:
    """Take out everything but directory, routines, and the log, which is never taken out."""
    for table in reversed(t.metadata.sorted_tables):
        if table not in (*_DIRECTORY, *_ROUTINES, *_LOG):
            tx.execute(table.delete())


def gather(engine: Engine) -> None:
    """On SQLite, move everything into the one file, so that it can be copied."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _do_not_wait(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
