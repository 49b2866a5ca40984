"""The log cannot be changed by the product, and whoever changes it behind the product's back is found out.

The attacker of these tests owns the database: takes the triggers away and writes with SQL. What an attacker may do besides that, and what
nobody can see without the heads kept outside, is said in SECURITY.md.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from engine.actions import sealing as actions
from engine.records import backup, database, heads, log, sealing, verifying
from engine.records import tables as t
from engine.records.database import connect
from engine.records.who import Who

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
SARA = Who("sara", None, "vc", "region", "testland")


def write(engine: Engine, rows: int = 1, now: datetime = NOW) -> None:
    with database.writing(engine) as tx:
        row = {
            "act": "read",
            "at": now,
            "case_id": "c",
            "categories": ["plan"],
            "ground": "own-unit",
            **SARA.columns(),
        }
        log.note_all(tx, [row] * rows)


def sealed(engine: Engine, batches: int = 3, rows: int = 4) -> None:
    for batch in range(batches):
        now = NOW + timedelta(minutes=batch)
        write(engine, rows, now)
        assert sealing.seal(engine, now=now) == rows


def found(engine: Engine, kept: dict[int, str] | None = None) -> list[tuple[str, str]]:
    told = verifying.verify(engine, kept, now=NOW + timedelta(days=1))
    return [(one.kind, one.where) for one in told.findings]


def behind_its_back(tx: Connection) -> None:
    """What the database's owner can do."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for name in tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
        tx.exec_driver_sql(f"DROP TRIGGER {name}")


def attack(engine: Engine, *statements: str) -> None:
    with database.writing(engine) as tx:
        behind_its_back(tx)
        for statement in statements:
            tx.exec_driver_sql(statement)


def recompute(engine: Engine) -> None:
    """Seal anew whatever the log says now, as the product would have."""
    attack(engine, "DELETE FROM seals", "DELETE FROM seal_rows")
    sealing.seal(engine, now=NOW + timedelta(hours=1))


# --- the product itself changes nothing -----------------------------------------------------------------------------------

REFUSED = (
    "UPDATE log SET actor_id = 'nobody'", "UPDATE log SET at = at", "DELETE FROM log WHERE id = 2", "DELETE FROM log",
    "UPDATE seals SET rows = 1", "DELETE FROM seals", "UPDATE seal_rows SET hashes = ''", "DELETE FROM seal_rows",
)  # fmt: skip


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses_to_change_the_log(database: Engine, statement: str) -> None:
    sealed(database)
    with pytest.raises(DBAPIError, match="append-only"), database.begin() as tx:
        tx.exec_driver_sql(statement)
    assert found(database) == []


@pytest.mark.postgresql
def test_postgresql_refuses_to_empty_the_log_too(postgresql_url: str) -> None:
    engine = connect(postgresql_url)
    sealed(engine)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as tx:
        tx.exec_driver_sql("TRUNCATE log")
    engine.dispose()


def test_an_untouched_log_is_as_it_was_sealed(database: Engine) -> None:
    assert found(database) == []
    sealed(database)
    write(database, 2)
    told = verifying.verify(database, now=NOW)
    assert (told.rows, told.seals, told.unsealed, told.findings) == (14, 3, 2, [])


def test_nothing_new_means_no_new_seal(database: Engine) -> None:
    sealed(database, 1)
    assert sealing.seal(database, now=NOW) == 0


# --- who changes it is found out ------------------------------------------------------------------------------------------


def put_in(row_id: int) -> str:
    return f"INSERT INTO log (id, at, act) SELECT {row_id}, at, act FROM log WHERE id = 1"


ATTACKS: dict[str, tuple[tuple[str, ...], list[tuple[str, str]]]] = {
    "a row changed": (("UPDATE log SET actor_id = 'petra' WHERE id = 6",), [("changed", "row 6")]),
    "an instant changed": (("UPDATE log SET at = (SELECT at FROM log WHERE id = 12) WHERE id = 1",), [("changed", "row 1")]),
    "a list made unreadable": (("UPDATE log SET categories = '[' WHERE id = 3",), [("changed", "row 3")]),
    "a row taken away": (("DELETE FROM log WHERE id = 7",), [("missing", "row 7")]),
    "the last sealed row taken away": (("DELETE FROM log WHERE id = 12",), [("missing", "row 12")]),
    "a row put in before all others": ((put_in(-5),), [("inserted", "row -5")]),
    "a row put in where one was taken away": (
        ("DELETE FROM log WHERE id = 7", put_in(7)), [("changed", "row 7")]),
    "a row exchanged for another number": (
        ("UPDATE log SET id = -1 WHERE id = 2",), [("inserted", "row -1"), ("missing", "row 2")]),
    "a row and its hash changed": (
        ("UPDATE log SET actor_id = 'petra' WHERE id = 6", "UPDATE seal_rows SET hashes = 'x' WHERE number = 2"), [("changed", "seal 2")]),
    "a seal changed": (("UPDATE seals SET rows = 3 WHERE number = 2",), [("seal", "seal 2")]),
    "a seal taken away": (("DELETE FROM seals WHERE number = 2",), [("seal", "seal 2")]),
    "a whole batch taken away": (("DELETE FROM log WHERE id BETWEEN 5 AND 8",), [("missing", f"row {n}") for n in range(5, 9)]),
}  # fmt: skip


@pytest.mark.parametrize("what", ATTACKS)
def test_what_was_done_behind_the_products_back_is_named(database: Engine, what: str, tmp_path: Path) -> None:
    sealed(database)
    statements, expected = ATTACKS[what]
    attack(database, *statements)
    named = found(database)
    assert [one for one in expected if one not in named] == []
    if not what.startswith("a seal"):
        assert named == expected
    assert outsider(database, tmp_path)[0] == 1


def test_a_row_put_into_a_gap_is_named(database: Engine) -> None:
    write(database)
    attack(database, put_in(9))
    sealing.seal(database, now=NOW)
    assert found(database) == []
    attack(database, put_in(5))
    assert found(database) == [("inserted", "row 5")]


def test_a_cut_tail_is_named_by_the_heads_kept_outside(database: Engine, tmp_path: Path) -> None:
    sealed(database)
    kept = tmp_path / "heads"
    assert heads.publish(database, kept) == 3
    cut = (
        "DELETE FROM log WHERE id > 8",
        "DELETE FROM seals WHERE number = 3",
        "DELETE FROM seal_rows WHERE number = 3",
    )
    attack(database, *cut)
    assert found(database) == []
    assert found(database, heads.read(kept)) == [("cut", "seal 3")]
    code, said = outsider(database, tmp_path, kept)
    assert (code, "seal 3: the tail is cut off" in said) == (1, True)


def test_a_chain_computed_anew_is_named_by_the_heads_kept_outside(database: Engine, tmp_path: Path) -> None:
    sealed(database)
    kept = tmp_path / "heads"
    heads.publish(database, kept)
    attack(database, "UPDATE log SET actor_id = 'petra' WHERE id = 6")
    recompute(database)
    assert found(database) == []
    assert ("recomputed", "seal 1") in found(database, heads.read(kept))
    code, said = outsider(database, tmp_path, kept)
    assert (code, "seal 1: recomputed" in said) == (1, True)


def test_the_heartbeat_writes_no_head_after_one_that_the_database_does_not_hold(
    database: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sealed(database)
    kept = tmp_path / "heads"
    heads.publish(database, kept)
    before = kept.read_text()
    recompute(database)
    write(database)
    actions.seal(database, kept, now=NOW + timedelta(hours=2))
    assert kept.read_text() == before
    assert "audit verify" in caplog.text


def test_heads_that_a_power_cut_left_half_are_told_and_not_gone_on_from(
    database: Engine, tmp_path: Path
) -> None:
    sealed(database)
    kept = tmp_path / "heads"
    heads.publish(database, kept)
    with kept.open("a") as file:
        file.write("4 2026")
    with pytest.raises(heads.UnreadableHeads, match="middle of a line"):
        heads.publish(database, kept)
    assert sorted(heads.read(kept)) == [1, 2, 3]


# --- an outsider sees the same ----------------------------------------------------------------------------------------------


def outsider(engine: Engine, folder: Path, kept: Path | None = None) -> tuple[int, str]:
    """The stand-alone script, on an export, in a Python of its own that knows nothing of the product."""
    export = folder / "export.jsonl"
    export.write_bytes(b"".join(line + b"\n" for line in sealing.export(engine)))
    command = [
        sys.executable,
        "-I",
        str(ROOT / "audit" / "verify.py"),
        str(export),
        *([str(kept)] if kept else []),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_an_outsider_finds_an_untouched_log_untouched(database: Engine, tmp_path: Path) -> None:
    sealed(database)
    write(database, 2)
    heads.publish(database, tmp_path / "heads")
    assert outsider(database, tmp_path, tmp_path / "heads") == (
        0,
        "14 rows under 3 seals: as they were sealed\n",
    )


def test_a_row_of_the_export_hashes_to_what_was_sealed_with_any_tool(database: Engine) -> None:
    sealed(database, 1, 1)
    row, seal = sealing.export(database)
    assert json.loads(seal)["hashes"] == f"1 {hashlib.sha256(row).hexdigest()}"


def test_what_is_no_export_is_told_and_is_no_success(tmp_path: Path) -> None:
    for content in (b"\xff", b"{", b"[]", b'{"seal":{}}'):
        (tmp_path / "x").write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-I", str(ROOT / "audit" / "verify.py"), str(tmp_path / "x")],
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (2, b"")


# --- numbers that are committed out of order --------------------------------------------------------------------------------


@pytest.mark.postgresql
def test_a_row_that_is_committed_late_is_sealed_once_and_never_before(postgresql_url: str) -> None:
    engine = connect(postgresql_url)
    slow = engine.connect()
    begun = slow.begin()
    log.note(slow, "read", who=SARA, now=NOW)  # has number 1, and is not committed
    write(engine)  # number 2
    began = time.monotonic()
    assert (
        sealing.seal(engine, now=NOW) == 0
    )  # waits no longer than its patience, and seals nothing around the gap
    assert time.monotonic() - began < 10
    begun.commit()
    slow.close()
    assert sealing.seal(engine, now=NOW) == 2
    with database.writing(engine) as tx:
        log.note(tx, "read", who=SARA, now=NOW)
        tx.get_transaction().rollback()  # type: ignore[union-attr]
    write(engine)
    assert sealing.seal(engine, now=NOW) == 1
    told = verifying.verify(engine, now=NOW)
    assert (told.rows, told.unsealed, told.findings) == (3, 0, [])
    engine.dispose()


def test_heartbeats_at_the_same_time_seal_each_row_once_and_never_fork_the_chain(
    database: Engine, tmp_path: Path
) -> None:
    others = [database.execution_options() for _ in range(3)]
    done, wrong, together = Event(), list[BaseException](), Barrier(5)

    def beat(engine: Engine) -> None:
        try:
            together.wait()
            while not done.is_set():
                actions.seal(engine, tmp_path / "heads", now=NOW)
        except BaseException as error:  # noqa: BLE001  told in the test's own thread
            wrong.append(error)

    def work() -> None:
        try:
            together.wait()
            for _ in range(60):
                write(database, 2)
        except BaseException as error:  # noqa: BLE001
            wrong.append(error)

    beats, works = (
        [Thread(target=beat, args=(one,)) for one in others],
        [Thread(target=work) for _ in range(2)],
    )
    for one in beats + works:
        one.start()
    for one in works:
        one.join()
    done.set()
    for one in beats:
        one.join()
    assert wrong == []
    actions.seal(database, tmp_path / "heads", now=NOW)
    told = verifying.verify(database, heads.read(tmp_path / "heads"), now=NOW)
    assert (told.rows, told.unsealed, told.findings) == (240, 0, [])
    with database.begin() as tx:
        assert tx.execute(select(func.sum(t.seals.c.rows))).scalar_one() == 240
    assert len(heads.read(tmp_path / "heads")) == told.seals


# --- what is old, and what is copied ----------------------------------------------------------------------------------------


def years_ago(years: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=366 * years)


def aged(engine: Engine) -> None:
    """A batch of six years, one of four, one of today."""
    for years in (6, 4, 0):
        write(engine, 3, years_ago(years))
        sealing.seal(engine, now=years_ago(years))


def test_what_is_older_than_five_years_may_go_and_the_chain_still_verifies(
    database: Engine, tmp_path: Path
) -> None:
    aged(database)
    heads.publish(database, tmp_path / "heads")
    assert actions.prune(database, 5, now=datetime.now(UTC)) == 1
    told = verifying.verify(database, heads.read(tmp_path / "heads"), now=datetime.now(UTC))
    assert (told.rows, told.seals, told.pruned, told.findings) == (7, 3, 1, [])
    sealing.seal(database, now=datetime.now(UTC))
    assert outsider(database, tmp_path, tmp_path / "heads")[0] == 0
    assert actions.prune(database, 5, now=datetime.now(UTC)) is None


def test_less_than_five_years_is_refused_by_the_product_and_by_the_database(database: Engine) -> None:
    aged(database)
    with pytest.raises(actions.KeptTooShort):
        actions.prune(database, 4, now=datetime.now(UTC))
    with pytest.raises(DBAPIError, match="append-only"), database.begin() as tx:
        sealing.prune(tx, years_ago(3))
    assert verifying.verify(database, now=datetime.now(UTC)).rows == 9


def test_whoever_takes_old_rows_away_without_saying_so_is_found_out(database: Engine) -> None:
    aged(database)
    attack(database, "DELETE FROM log WHERE id <= 3")
    told = verifying.verify(database, now=datetime.now(UTC))
    assert [one.where for one in told.findings] == ["row 1", "row 2", "row 3"]


def test_a_false_word_that_young_rows_were_let_go_helps_nobody(database: Engine) -> None:
    sealed(database)
    with database.begin() as tx:
        log.note(tx, log.PRUNED, who=Who(), now=NOW + timedelta(days=3000), about="seal:2")
    attack(database, "DELETE FROM log WHERE id <= 8")
    assert len(found(database)) == 8


def test_a_restored_copy_verifies_with_the_same_heads(
    database: Engine, empty_database_url: str, tmp_path: Path
) -> None:
    sealed(database)
    heads.publish(database, tmp_path / "heads")
    backup.write(database, tmp_path / "copy.zip", now=NOW)
    there = connect(empty_database_url)
    backup.restore(there, tmp_path / "copy.zip")
    assert found(there, heads.read(tmp_path / "heads")) == []
    write(there)
    assert sealing.seal(there, now=NOW) == 1
    assert heads.publish(there, tmp_path / "heads") == 1
    there.dispose()


# --- how long it takes --------------------------------------------------------------------------------------------------------


def test_a_hundred_thousand_entries_are_verified_in_less_than_ten_seconds(database: Engine) -> None:
    row = {
        "act": "read",
        "case_id": "c" * 32,
        "subject_key": "e" * 64,
        "categories": ["health", "plan"],
        **SARA.columns(),
    }
    names = ", ".join(column.name for column in t.log.columns if column.name != "id")
    with database.begin() as tx:
        tx.execute(t.log.insert(), [row | {"at": NOW + timedelta(seconds=n)} for n in range(3125)])
        for _ in range(5):
            tx.exec_driver_sql(f"INSERT INTO log ({names}) SELECT {names} FROM log ORDER BY id")
        for batch in range(100):
            sealing.seal_next(tx, (batch + 1) * 1000, now=NOW + timedelta(minutes=batch))
    began = time.process_time()  # others may be using the machine
    told = verifying.verify(database, now=NOW)
    took = time.process_time() - began
    assert (told.rows, told.seals, told.findings) == (100_000, 100, [])
    assert took < 10, took


def test_a_file_of_heads_of_another_database_is_told_of_once_and_left_as_it_is(
    database: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = tmp_path / "heads"
    kept.write_text(f"7 2026-03-01T12:00:00Z {'a' * 64}\n")
    before = kept.read_text()
    for minute in range(3):
        actions.seal(database, kept, now=NOW + timedelta(minutes=minute))
    (told,) = [one for one in caplog.records if one.name == "samordna.log"]
    assert "another database's file" in told.getMessage()
    assert kept.read_text() == before
    kept.unlink()
    actions.seal(database, kept, now=NOW + timedelta(minutes=4))
    kept.write_text(before)
    actions.seal(database, kept, now=NOW + timedelta(minutes=5))
    assert len([one for one in caplog.records if one.name == "samordna.log"]) == 2
