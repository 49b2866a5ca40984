"""The database of the settings, open for the length of one command.

Enters: nothing but the environment. Leaves: an engine, or one transaction. It never stays open when the command has ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from webapp.settings import Settings


@contextmanager
def connected() -> Iterator[Engine]:
    """The database of the settings."""
    from engine.records.database import connect

    engine = connect(Settings.from_environment().database_url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def in_transaction() -> Iterator[Connection]:
    """One transaction in the database of the settings; commits at the end, rolls back on any error."""
    from engine.records.database import writing

    with connected() as engine, writing(engine) as tx:
        yield tx
