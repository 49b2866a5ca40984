"""A copy of everything remembered, in one file that either database can be restored from.

Enters: a database, or a file written here. Leaves: a zip with one file of JSON lines per table and a manifest of row counts and
checksums, or a filled database. The copy is one consistent view while people go on working. It never overwrites a file and
never adds to a database that holds anything. No way in is copied that works once or for a while: neither sessions nor the codes of letters,
which could have been used since.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, Table
from sqlalchemy.types import Boolean, Date, Integer, LargeBinary, Text, TypeEngine

from engine.errors import EngineError
from engine.records import database
from engine.records.columns import Instant
from engine.records.tables import invitations, metadata

LEFT_OUT = frozenset({"sessions", "kept_forms", "pressed"})
"""Tables that hold only who is signed in just now and what they are about to send: a copy that is put back signs nobody in."""

FORMAT = 1
BATCH = 500
_BLANK = frozenset({"invitations.code_hash"})
MANIFEST = "manifest.json"


class UnusableBackup(EngineError):
    """The file is not a backup that this version can restore, or it is damaged."""


class DatabaseNotEmpty(EngineError):
    """The database already holds something: a backup is restored into an empty one."""


class SchemaNotCurrent(EngineError):
    """The database has the tables of another version: run `samordna db upgrade` first."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied: rows per table, in the order of the tables."""

    rows: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def write(engine: Engine, path: Path, *, now: datetime) -> Copied:
    """Write a backup to `path`, readable by its owner only; it appears under that name only when it is whole.

    Raises FileExistsError if `path` exists, SchemaNotCurrent if the tables are another version's.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists already")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent}")
    unfinished = path.with_name(f"{path.name}.unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file, database.snapshot(engine) as tx:
            copied = _write_tables(tx, file, now)
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)  # unlike a rename it fails if somebody has made `path` meanwhile
    finally:
        unfinished.unlink()
    return copied


def restore(engine: Engine, path: Path) -> Copied:
    """Fill an empty database, tables included, in one transaction, and compare what it then holds with the backup.

    Raises UnusableBackup, DatabaseNotEmpty; nothing is changed in the rows of the database then.
    """
    with _opened(path) as archive:
        manifest = _manifest(archive)
        with engine.connect() as tx:
            _refuse_rows(tx)
        database.upgrade(engine.url.render_as_string(hide_password=False))
        with database.writing(engine) as tx:
            if manifest["revision"] != _revision(tx):
                raise UnusableBackup(
                    f"{path.name} was made by another version (schema {manifest['revision']}): restore it with that "
                    "version, then upgrade"
                )
            _refuse_rows(tx)
            for table in _copied():
                _fill(tx, table, _lines(archive, table))
                if (found := _digest(_rows(tx, table))) != (expected := _promised(manifest, table)):
                    raise UnusableBackup(
                        f"{path.name}: table {table.name} is damaged: {found} instead of {expected}"
                    )
            _end_codes(tx)
    return Copied({table.name: _promised(manifest, table)[0] for table in _copied()})


def _copied() -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name not in LEFT_OUT]


def _end_codes(tx: Connection) -> None:
    """Codes of letters open nothing any more, also those in a copy that an older version made: a new letter is printed instead."""
    coded = sqlalchemy.update(invitations).where(invitations.c.identity_hash.is_(None))
    tx.execute(coded.values(expires_at=invitations.c.created_at))
    tx.execute(sqlalchemy.update(invitations).values(code_hash=None))


# --- writing ----------------------------------------------------------------------------------------


def _write_tables(tx: Connection, file: Any, now: datetime) -> Copied:
    if not sqlalchemy.inspect(tx).has_table("alembic_version") or not database.is_current(tx):
        raise SchemaNotCurrent
    tables: dict[str, dict[str, object]] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in metadata.sorted_tables:
            with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as target:

                def kept(rows: Iterable[bytes], target: Any = target) -> Iterator[bytes]:
                    for row in rows:
                        target.write(row + b"\n")
                        yield row

                count, digest = _digest(
                    kept(() if table.name in LEFT_OUT else _rows(tx, table, blank=_BLANK))
                )
            tables[table.name] = {"rows": count, "digest": digest}
        made = {"format": FORMAT, "made_at": now.isoformat(), "revision": _revision(tx), "tables": tables}
        archive.writestr(MANIFEST, json.dumps(made, indent=1))
    return Copied({name: int(str(each["rows"])) for name, each in tables.items() if name not in LEFT_OUT})


def _rows(tx: Connection, table: Table, *, blank: Container[str] = ()) -> Iterator[bytes]:
    """Each row as one line of JSON: an array in the order of the columns, null in those named `table.column` in `blank`."""
    plain = _plain(table)
    writers = [_CODECS[_kind(column.type)][0] for column in table.columns]
    result = tx.execute(sqlalchemy.select(*plain.columns), execution_options={"yield_per": BATCH})
    for row in result:
        values = [
            None if value is None or f"{table.name}.{column.name}" in blank else write(value)
            for column, write, value in zip(table.columns, writers, row, strict=True)
        ]
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def _digest(rows: Iterable[bytes]) -> tuple[int, str]:
    """Count and checksum of rows in any order, since the databases sort text differently."""
    count = total = 0
    for row in rows:
        count += 1
        total += int.from_bytes(hashlib.sha256(row).digest())
    return count, f"{total % 2**256:064x}"


# --- restoring --------------------------------------------------------------------------------------


def _opened(path: Path) -> zipfile.ZipFile:
    if not path.is_file():  # a device or a pipe may have no end to look for
        raise UnusableBackup(f"{path} is no file: give the file that `samordna backup` made")
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise UnusableBackup(
            f"{path.name} is not a backup made by samordna, or only a part of one"
        ) from error


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    name = Path(str(archive.filename)).name
    try:
        manifest = json.loads(archive.read(MANIFEST))
        if manifest["format"] != FORMAT:
            raise UnusableBackup(
                f"{name} has format {manifest['format']}; this version reads format {FORMAT}"
            )
        missing = {table.name for table in metadata.sorted_tables} ^ set(manifest["tables"])
        if missing:
            raise UnusableBackup(f"{name} has other tables than this version: {', '.join(sorted(missing))}")
    except (KeyError, TypeError, ValueError) as error:
        raise UnusableBackup(
            f"{name} is not a backup made by samordna: its manifest cannot be read"
        ) from error
    return dict(manifest)


def _promised(manifest: dict[str, Any], table: Table) -> tuple[int, str]:
    promised = manifest["tables"][table.name]
    return promised["rows"], promised["digest"]


def _refuse_rows(tx: Connection) -> None:
    present = set(sqlalchemy.inspect(tx).get_table_names())
    for table in metadata.sorted_tables:
        if (
            table.name in present
            and tx.execute(sqlalchemy.select(sqlalchemy.literal(1)).select_from(table).limit(1)).first()
        ):
            raise DatabaseNotEmpty


def _lines(archive: zipfile.ZipFile, table: Table) -> Iterator[dict[str, Any]]:
    readers = [(column.name, _CODECS[_kind(column.type)][1]) for column in table.columns]
    try:
        with archive.open(f"tables/{table.name}.jsonl") as source:
            for line in source:
                values = json.loads(line)
                yield {
                    name: None if value is None else read(value)
                    for (name, read), value in zip(readers, values, strict=True)
                }
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise UnusableBackup(f"table {table.name} is missing or damaged in the backup") from error


def _fill(tx: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    insert = sqlalchemy.insert(_plain(table))
    for row in _parents_first(table, rows):
        batch.append(row)
        if len(batch) == BATCH:
            tx.execute(insert, batch)
            batch.clear()
    if batch:
        tx.execute(insert, batch)
    _continue_numbering(tx, table)


def _parents_first(table: Table, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows that point at a row of their own table (a unit at the one above) come after it."""
    links = [each.parent.name for each in table.foreign_keys if each.column.table is table]
    if not links:
        yield from rows
        return
    (key,) = table.primary_key.columns
    done: set[object] = {None}
    waiting = list(rows)
    while waiting:
        ready = [
            row for row in waiting if all(row[link] in done or row[link] == row[key.name] for link in links)
        ]
        if not ready:
            raise UnusableBackup(f"table {table.name} is damaged: rows point at each other or at none")
        yield from ready
        done.update(row[key.name] for row in ready)
        waiting = [row for row in waiting if row[key.name] not in done]


def _continue_numbering(tx: Connection, table: Table) -> None:
    """PostgreSQL counts on from its sequence, not from the rows; SQLite looks at the rows."""
    column = table.autoincrement_column
    if tx.dialect.name == "postgresql" and column is not None:
        highest = sqlalchemy.select(sqlalchemy.func.max(column)).scalar_subquery()
        sequence = sqlalchemy.func.pg_get_serial_sequence(table.name, column.name)
        tx.execute(sqlalchemy.select(sqlalchemy.func.setval(sequence, highest)).where(highest.is_not(None)))


# --- values -----------------------------------------------------------------------------------------


def _revision(tx: Connection) -> str:
    return str(tx.execute(sqlalchemy.text("SELECT version_num FROM alembic_version")).scalar_one())


def _plain(table: Table) -> sqlalchemy.TableClause:
    """The table with the columns' stored form: FEEL values stay the text they are, byte for byte."""
    columns = [sqlalchemy.column(each.name, _stored(each.type)) for each in table.columns]
    return sqlalchemy.table(table.name, *columns)


def _stored(declared: TypeEngine[Any]) -> TypeEngine[Any]:
    return declared if _kind(declared) != "text" else Text()


def _kind(declared: TypeEngine[Any]) -> str:
    for kind, kinds in _KINDS.items():
        if isinstance(declared, kinds):
            return kind
    return "text"


def _as_is(value: Any) -> Any:
    return value


_KINDS: dict[str, type[TypeEngine[Any]]] = {
    "instant": Instant,
    "day": Date,
    "boolean": Boolean,
    "integer": Integer,
    "bytes": LargeBinary,
}
_CODECS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "instant": (lambda at: at.astimezone(UTC).isoformat(), datetime.fromisoformat),
    "day": (date.isoformat, date.fromisoformat),
    "boolean": (_as_is, _as_is),
    "integer": (_as_is, _as_is),
    "bytes": (lambda content: base64.b64encode(content).decode(), base64.b64decode),
    "text": (_as_is, _as_is),
}
