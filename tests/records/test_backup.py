"""Backups: the same rows on either database, refused where they would mix with others or are damaged."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import Engine

from engine.records import backup, database, tables

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def filled(database: Engine) -> Engine:
    """A directory in which a unit's id sorts before that of the unit above it, and one fact."""
    with database.begin() as tx:
        tx.execute(
            tables.regions.insert(),
            {
                "id": "r",
                "name": "Västmanland",
                "country": "SE",
                "zone": "Europe/Stockholm",
                "settings": {"å": 1},
            },
        )
        tx.execute(
            tables.principals.insert(), {"id": "p", "region_id": "r", "name": "Ö", "kind": "municipality"}
        )
        common = {"principal_id": "p", "region_id": "r", "kind": "unit", "sort_key": "x"}
        tx.execute(tables.units.insert(), {"id": "z", "parent_id": None, "name": "Over", **common})
        tx.execute(tables.units.insert(), {"id": "a", "parent_id": "z", "name": "Under\n", **common})
        tx.execute(tables.files.insert(), {"hash": "h", "content": bytes(range(256))})
        tx.execute(
            tables.facts.insert(), [{"kind": "CaseStarted", "at": NOW, "data": {"n": n}} for n in range(1200)]
        )
    return database


@pytest.fixture
def target(empty_database_url: str) -> Iterator[Engine]:
    bound = database.connect(empty_database_url)
    yield bound
    bound.dispose()


def everything(bound: Engine) -> dict[str, list[tuple[object, ...]]]:
    with bound.connect() as tx:
        return {
            table.name: sorted((tuple(row) for row in tx.execute(sqlalchemy.select(table))), key=repr)
            for table in tables.metadata.sorted_tables
        }


def test_a_backup_restores_on_either_database(filled: Engine, target: Engine, tmp_path: Path) -> None:
    written = backup.write(filled, tmp_path / "copy.zip", now=NOW)
    restored = backup.restore(target, tmp_path / "copy.zip")
    assert written == restored
    assert written.rows["facts"] == 1200
    assert everything(target) == everything(filled)


def test_numbering_goes_on_after_the_restored_rows(filled: Engine, target: Engine, tmp_path: Path) -> None:
    backup.write(filled, tmp_path / "copy.zip", now=NOW)
    backup.restore(target, tmp_path / "copy.zip")
    with target.begin() as tx:
        key = tx.execute(
            tables.facts.insert(), {"kind": "CaseEnded", "at": NOW, "data": {}}
        ).inserted_primary_key
    assert key == (1201,)


def test_a_backup_is_readable_by_its_owner_only_and_leaves_no_other_file(
    filled: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    backup.write(filled, folder / "copy.zip", now=NOW)
    assert [each.name for each in folder.iterdir()] == ["copy.zip"]
    assert (folder / "copy.zip").stat().st_mode & 0o777 == 0o600


def test_an_older_backup_is_never_overwritten(filled: Engine, tmp_path: Path) -> None:
    (tmp_path / "copy.zip").write_text("older")
    with pytest.raises(FileExistsError):
        backup.write(filled, tmp_path / "copy.zip", now=NOW)
    assert (tmp_path / "copy.zip").read_text() == "older"


def test_a_database_that_holds_anything_is_left_alone(filled: Engine, tmp_path: Path) -> None:
    backup.write(filled, tmp_path / "copy.zip", now=NOW)
    before = everything(filled)
    with pytest.raises(backup.DatabaseNotEmpty):
        backup.restore(filled, tmp_path / "copy.zip")
    assert everything(filled) == before


def test_a_database_without_our_tables_cannot_be_backed_up(target: Engine, tmp_path: Path) -> None:
    with pytest.raises(backup.SchemaNotCurrent):
        backup.write(target, tmp_path / "copy.zip", now=NOW)
    assert not (tmp_path / "copy.zip").exists()
    assert not (tmp_path / "copy.zip.unfinished").exists()


def test_a_changed_row_in_the_backup_is_noticed_and_nothing_kept(
    filled: Engine, target: Engine, tmp_path: Path
) -> None:
    backup.write(filled, tmp_path / "copy.zip", now=NOW)
    rewrite(
        tmp_path / "copy.zip",
        "tables/facts.jsonl",
        lambda content: content.replace(b"CaseStarted", b"CaseStopped", 1),
    )
    with pytest.raises(backup.UnusableBackup, match="facts is damaged"):
        backup.restore(target, tmp_path / "copy.zip")
    assert not any(everything(target).values())


@pytest.mark.parametrize(
    "damage", [b"", b'["x"]\n', b"{", b'[1,"x","x","x","x","x","x","x","x","x","x","notime","{}"]\n']
)
def test_a_damaged_table_is_a_clear_error(
    filled: Engine, target: Engine, tmp_path: Path, damage: bytes
) -> None:
    backup.write(filled, tmp_path / "copy.zip", now=NOW)
    rewrite(tmp_path / "copy.zip", "tables/facts.jsonl", lambda _: damage)
    with pytest.raises(backup.UnusableBackup, match="facts"):
        backup.restore(target, tmp_path / "copy.zip")


@pytest.mark.parametrize("change", [{"format": 2}, {"revision": "9999"}, {"tables": {}}, {"tables": None}])
def test_a_backup_of_another_version_is_refused(
    filled: Engine, target: Engine, tmp_path: Path, change: dict[str, object]
) -> None:
    backup.write(filled, tmp_path / "copy.zip", now=NOW)
    rewrite(
        tmp_path / "copy.zip",
        "manifest.json",
        lambda content: json.dumps(json.loads(content) | change).encode(),
    )
    with pytest.raises(backup.UnusableBackup):
        backup.restore(target, tmp_path / "copy.zip")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"text"])
def test_a_file_that_is_no_backup_is_refused(target: Engine, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "copy.zip").write_bytes(content)
    with pytest.raises(backup.UnusableBackup, match=r"copy.zip is not a backup"):
        backup.restore(target, tmp_path / "copy.zip")


def test_what_has_no_end_or_is_no_file_is_refused_at_once(target: Engine, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (Path("/dev/zero"), tmp_path / "pipe", tmp_path):
        with pytest.raises(backup.UnusableBackup, match="is no file"):
            backup.restore(target, path)


def test_a_backup_is_one_instant_although_people_go_on_working(filled: Engine, tmp_path: Path) -> None:
    """Rows written while the copy is being made are in none of its tables."""
    written_meanwhile = 0

    def write_meanwhile(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal written_meanwhile
        if "FROM regions" in statement and not written_meanwhile:
            written_meanwhile += 1
            other = database.connect(filled.url.render_as_string(hide_password=False))
            with database.writing(other) as tx:
                tx.execute(tables.facts.insert(), {"kind": "CaseEnded", "at": NOW, "data": {}})
            other.dispose()

    sqlalchemy.event.listen(filled, "after_cursor_execute", write_meanwhile)
    written = backup.write(filled, tmp_path / "copy.zip", now=NOW)
    assert written_meanwhile == 1
    assert written.rows["facts"] == 1200
    assert len(everything(filled)["facts"]) == 1201


def rewrite(path: Path, name: str, change) -> None:
    """The same zip with one file changed."""
    with zipfile.ZipFile(path) as source:
        contents = {each: source.read(each) for each in source.namelist()}
    contents[name] = change(contents[name])
    path.unlink()
    with zipfile.ZipFile(path, "w") as target:
        for each, content in contents.items():
            target.writestr(each, content)


def with_ways_in(bound: Engine) -> None:
    """Somebody is signed in, and has sent a form too late; two letters with codes are out, one with an identity besides."""
    person = {"id": "s", "username": "s", "name": "S", "active": True, "is_demo": False, "sort_key": "s"}
    session = {
        "id": "5" * 64,
        "person_id": "s",
        "method": "password",
        "began_at": NOW,
        "seen_at": NOW,
        "browser": "",
        "data": {},
    }
    form = {"id": "f", "person_id": "s", "endpoint": "x", "address": "/x", "fields": {}, "kept_at": NOW}
    letter = {
        "case_id": "c",
        "capacity": "person",
        "name": "B",
        "expires_at": NOW + timedelta(days=30),
        "created_by": "s",
        "created_at": NOW,
    }
    with bound.begin() as tx:
        tx.execute(tables.persons.insert(), person)
        tx.execute(tables.sessions.insert(), session)
        tx.execute(tables.kept_forms.insert(), form)
        tx.execute(tables.pressed.insert(), {"person_id": "s", "key": "k", "digest": "1" * 64, "at": NOW})
        case = {
            "id": "c",
            "number": "1",
            "region_id": "r",
            "principal_id": "p",
            "unit_id": "z",
            "process_id": "x",
            "status": "running",
        }
        tx.execute(tables.cases.insert(), case | {"stamp": "0", "is_test": False, "started_at": NOW})
        tx.execute(tables.invitations.insert(), [
            letter | {"id": "by code", "code_hash": "2" * 64, "identity_hash": None},
            letter | {"id": "by both", "code_hash": "3" * 64, "identity_hash": "4" * 64},
        ])  # fmt: skip


def test_a_copy_signs_nobody_in_and_carries_no_code(filled: Engine, target: Engine, tmp_path: Path) -> None:
    with_ways_in(filled)
    written = backup.write(filled, tmp_path / "copy.zip", now=NOW)
    with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
        told = b"".join(archive.read(name) for name in archive.namelist())
    assert not any(each * 64 in told for each in (b"5", b"1", b"2", b"3"))
    assert backup.restore(target, tmp_path / "copy.zip") == written
    found = everything(target)
    assert (found["sessions"], found["kept_forms"], found["pressed"]) == ([], [], [])
    with target.connect() as tx:
        i = tables.invitations.c
        rows = tx.execute(
            sqlalchemy.select(i.id, i.code_hash, i.identity_hash, i.expires_at).order_by(i.id)
        ).all()
    assert [tuple(row) for row in rows] == [
        ("by both", None, "4" * 64, NOW + timedelta(days=30)),
        ("by code", None, None, NOW),
    ]
