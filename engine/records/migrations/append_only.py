"""Triggers that let nobody change the log, whatever the code does.

Enters: the connection of a migration. Leaves: triggers on `log`, `seals` and `seal_rows`. Nothing is ever updated. A row of `log` or
`seal_rows` may be deleted when it is more than five years old by the database's own clock (HSLF-FS 2016:40 4 kap. 9 §), a row of `seals`
never. SQLite drops the triggers of a table that a later revision makes anew: such a revision calls `guard` again (a test looks).
"""

from __future__ import annotations

from sqlalchemy import Connection

AGES = {"log": "at", "seal_rows": "sealed_at", "seals": None}
"""Table -> the column by which a row is old enough to go; None is never."""
YEARS = 5


def guard(tx: Connection) -> None:
    """Put the triggers in place."""
    for table, column in AGES.items():
        for statement in (_postgresql if tx.dialect.name == "postgresql" else _sqlite)(table, column):
            tx.exec_driver_sql(statement)


def _sqlite(table: str, column: str | None) -> list[str]:
    young = f"WHEN OLD.{column} > strftime('%Y-%m-%dT%H:%M:%f', 'now', '-{YEARS} years')" if column else ""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f"CREATE TRIGGER {table}_is_never_changed BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table} {young} {refuse}",
    ]


def _postgresql(table: str, column: str | None) -> list[str]:
    function = f"{table}_is_append_only"
    body = f"BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation'; END"
    young = f"WHEN (OLD.{column} > now() - interval '{YEARS} years')" if column else ""
    refuse = f"EXECUTE FUNCTION {function}()"
    return [
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER {table}_is_never_changed BEFORE UPDATE ON {table} FOR EACH ROW {refuse}",
        f"CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table} FOR EACH ROW {young} {refuse}",
        f"CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
    ]


def unguard(tx: Connection) -> None:
    """Take away what a dropped table leaves behind on PostgreSQL."""
    if tx.dialect.name == "postgresql":
        for table in AGES:
            tx.exec_driver_sql(f"DROP FUNCTION IF EXISTS {table}_is_append_only() CASCADE")
