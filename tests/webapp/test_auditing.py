"""`samordna audit`: what the operator types, what it says and how it exits; and that the heartbeat seals by itself."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from engine import heartbeat
from engine.records import database as databases
from engine.records import heads, log, sealing
from engine.records import tables as t
from engine.records.who import Who
from tests.records.test_sealing import attack, sealed
from webapp.cli import main

ROOT = Path(__file__).resolve().parents[2]
VERIFY = ROOT / "audit" / "verify.py"
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@pytest.fixture
def kept(database: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The heads of a sealed log, in the database of the settings."""
    monkeypatch.setenv("SAMORDNA_DATABASE_URL", database_url)
    sealed(database)
    heads.publish(database, tmp_path / "heads")
    return tmp_path / "heads"


def test_an_untouched_log_exits_with_nought_and_says_what_was_not_looked_at(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "verify", "--head", str(kept)]) == 0
    assert "12 rows, 3 seals" in capsys.readouterr().out
    assert main(["audit", "verify"]) == 0
    assert "Without --head" in capsys.readouterr().out


def test_a_changed_row_is_named_and_exits_with_one(
    kept: Path, database: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    attack(database, "UPDATE log SET actor_id = 'petra' WHERE id = 6")
    assert main(["audit", "verify", "--head", str(kept)]) == 1
    told = capsys.readouterr().out
    assert "changed: row 6:" in told
    assert "petra" not in told


def test_heads_that_cannot_be_read_exit_with_two(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other").write_text("something else\n")
    assert main(["audit", "verify", "--head", str(tmp_path / "other")]) == 2
    assert "no head" in capsys.readouterr().err


def test_an_export_is_verified_by_the_script_and_stands_in_the_log(
    kept: Path, database: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "log.jsonl"
    assert main(["audit", "export", str(path)]) == 0
    assert path.stat().st_mode & 0o077 == 0
    command = [sys.executable, "-I", str(VERIFY), str(path), str(kept)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "13 rows under 3 seals: as they were sealed\n")
    assert b'"act":"log_exported"' in path.read_bytes().splitlines()[-1]
    assert main(["audit", "export", str(path)]) == 1  # never over another file


def test_less_than_five_years_are_not_let_go(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "prune", "--years", "4"]) == 1
    assert "at least 5 years" in capsys.readouterr().err
    assert main(["audit", "prune", "--years", "5"]) == 0
    assert "No row is that old" in capsys.readouterr().out


def test_the_heartbeat_seals_once_a_minute_and_writes_the_heads(database: Engine, tmp_path: Path) -> None:
    pulse = heartbeat.Pulse(heads=tmp_path / "var" / "heads")

    def after(seconds: int) -> int:
        with databases.writing(database) as tx:
            log.note(tx, "read", who=Who("sara"), now=NOW)
        heartbeat.seal(database, pulse, now=NOW + timedelta(seconds=seconds))
        with databases.reading(database) as tx:
            return int(tx.execute(select(func.coalesce(func.sum(t.seals.c.rows), 0))).scalar_one())

    assert [after(seconds) for seconds in (0, 15, 59, 60, 61)] == [1, 1, 1, 4, 4]
    with databases.reading(database) as tx:
        newest = sealing.newest(tx)
    assert newest is not None
    assert heads.read(tmp_path / "var" / "heads") == {1: next(sealing_heads(database)), 2: newest.head}


def sealing_heads(engine: Engine):
    with databases.reading(engine) as tx:
        yield from [one.head for one in sealing.after(tx, 0)]
