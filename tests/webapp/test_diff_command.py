"""What differs between two versions, on the command line."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from tests.world import ROUTINES
from webapp.cli import main

FOLDER = ROUTINES / "testland" / "six_steps"


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    copy = Path(shutil.copytree(FOLDER, tmp_path / "testland" / "six_steps"))
    drawing = copy / "six_steps.bpmn"
    drawing.write_text(drawing.read_text().replace('name="Avsluta"', 'name="Gör slut"'))
    return copy


SENTENCE = "”Avsluta” heter nu ”Gör slut”. Inget annat ändras.\n"


def test_two_folders(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(FOLDER), str(changed)]) == 1
    assert capsys.readouterr().out == SENTENCE


def test_a_folder_and_a_zip_of_it_do_not_differ_and_another_does(
    changed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path, "testland"))
    assert main(["diff", str(changed), str(packed)]) == 0
    assert capsys.readouterr().out == "Ingenting skiljer.\n"
    assert main(["diff", str(FOLDER), str(packed), "--language", "nb"]) == 1
    assert capsys.readouterr().out == "«Avsluta» heter nå «Gör slut». Ingenting annet endres.\n"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"no zip at all"])
def test_what_is_no_archive_is_told_in_a_sentence(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    assert main(["diff", str(FOLDER), str(tmp_path / "a.zip")]) == 1
    assert "zip archive" in capsys.readouterr().err


def test_what_is_nothing_at_all_is_told_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    assert main(["diff", str(FOLDER), str(tmp_path / "empty.zip")]) == 1
    assert main(["diff", str(FOLDER), "nowhere"]) == 1
    assert "no routine's folder" in capsys.readouterr().err
