"""One statement that inserts or replaces, worded for either database.

Enters: a table, rows, and the columns that make a row the same row. Leaves: nothing. SQLite and PostgreSQL share the syntax;
SQLAlchemy asks for the dialect's own `insert`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(tx: Connection, table: Table, rows: Sequence[Mapping[str, object]], *, key: Sequence[str]) -> None:
    """Insert `rows`; where `key` exists already, replace the other columns. Nothing happens without rows."""
    if not rows:
        return
    insert = (postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert)(table).values(
        list(rows)
    )
    others = {name: insert.excluded[name] for name in rows[0] if name not in key}
    statement = (
        insert.on_conflict_do_update(index_elements=list(key), set_=others)
        if others
        else insert.on_conflict_do_nothing()
    )
    tx.execute(statement)


def insert_or_skip(tx: Connection, table: Table, row: Mapping[str, object]) -> bool:
    """Insert the row unless its key exists already; whether it was inserted."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(dict(row)).on_conflict_do_nothing()
    return (
        tx.execute(statement.returning(*table.primary_key)).first() is not None
    )  # a count is not told by all
