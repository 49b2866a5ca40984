"""`samordna directory` and `samordna unit`: what is printed, what is changed, and that nothing is where anything is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.records import directory
from engine.records.database import connect, reading, writing
from webapp import cli

HEAD = "kind;id;name;type;principal;parent\n"


@pytest.fixture
def engine(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("SAMORDNA_DATABASE_URL", database_url)
    engine = connect(database_url)
    with writing(engine) as tx:
        directory.put_region(tx, id="r", name="R", country="SE", zone="Europe/Stockholm", settings={})
        directory.put_principal(tx, id="p", region_id="r", name="P", kind="municipality")
        directory.put_unit(
            tx,
            id="u",
            principal_id="p",
            region_id="r",
            parent_id=None,
            name="Åby",
            kind="unit",
            phone="+46 21",
        )
    yield engine
    engine.dispose()


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = cli.main(list(words))
    said = capsys.readouterr()
    return code, said.out, said.err


def units(engine: Engine) -> dict[str, str]:
    with reading(engine) as tx:
        return {one.id: one.name for one in directory.all_units(tx) if one.valid_to is None}


def test_what_is_written_out_is_read_in_without_a_change(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "all.csv")
    assert told(capsys, "directory", "export", "--region", "r", "--to", path)[0] == 0
    assert "'+46 21" in Path(path).read_text(encoding="utf-8-sig")
    code, said, _ = told(capsys, "directory", "import", path, "--region", "r", "--dry-run")
    assert (code, said.splitlines()[0]) == (0, "0 added, 0 changed, 0 ended")


def test_a_file_is_applied_only_with_the_digits_of_its_dry_run(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new.csv"
    path.write_text(f"{HEAD}unit;v;Väst;unit;p;u\n", encoding="utf-8")
    read = ("directory", "import", str(path), "--region", "r")
    _, said, _ = told(capsys, *read, "--dry-run")
    assert "line 2: added unit v" in said
    digits = said.split("--apply ")[1].strip()
    assert units(engine) == {"u": "Åby"}
    assert told(capsys, *read, "--apply", "0000")[0] == 1
    told(capsys, "unit", "change", "u", "--region", "r", "--name", "Öby")
    code, _, said = told(capsys, *read, "--apply", digits)
    assert (code, "run --dry-run again" in said) == (1, True)
    digits = told(capsys, *read, "--dry-run")[1].split("--apply ")[1].strip()
    assert told(capsys, *read, "--apply", digits)[0] == 0
    assert units(engine) == {"u": "Öby", "v": "Väst"}


def test_every_wrong_line_is_named_and_nothing_is_changed(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(f"{HEAD}unit;v;Väst;unit;p;u\nunit;w;;unit;p;x\n", encoding="utf-8")
    code, _, said = told(capsys, "directory", "import", str(path), "--region", "r", "--dry-run")
    assert (code, said.splitlines()) == (1, ["line 3: name: missing", "Nothing was changed."])
    path.write_bytes(b"kind;id\nunit;\xe5\n")
    code, _, said = told(capsys, "directory", "import", str(path), "--region", "r", "--dry-run")
    assert (code, "not UTF-8" in said) == (1, True)
    assert units(engine) == {"u": "Åby"}


def test_a_unit_is_added_changed_and_closed(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    add = ("unit", "add", "v", "--region", "r", "--type", "unit", "--principal", "p", "--parent", "u")
    assert told(capsys, *add, "--name", "Väst")[0] == 0
    assert told(capsys, *add, "--name", "Väst")[0] == 1
    assert told(capsys, "unit", "change", "v", "--region", "r", "--phone", "021")[1].splitlines() == [
        "changed unit v: phone",
        "0 added, 1 changed, 0 ended",
    ]
    code, _, said = told(capsys, "unit", "close", "u", "--region", "r")
    assert (code, "has-units (1)" in said) == (1, True)
    assert told(capsys, "unit", "close", "v", "--region", "r")[0] == 0
    assert units(engine) == {"u": "Åby"}


@pytest.mark.parametrize(
    "words",
    [
        ("directory", "export", "--region", "nowhere"),
        ("unit", "close", "u", "--region", "nowhere"),
        ("unit", "close", "nobody", "--region", "r"),
        ("unit", "close", "u", "--region", "r", "--on", "i dag"),
    ],
)
def test_what_is_not_there_is_told_in_a_sentence(
    engine: Engine, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code, _, said = told(capsys, *words)
    assert (code, "Traceback" in said, bool(said)) == (1, False, True)
