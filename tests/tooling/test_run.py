"""`run.py`: says what is missing, trusts no set-up that broke off, and does nothing twice."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import run

ROOT = Path(__file__).resolve().parents[2]
SOURCE = (ROOT / "run.py").read_text(encoding="utf-8")


def start(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "run.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environ, capture_output=True, text=True, timeout=60, check=False
    )


def test_an_old_python_can_read_it() -> None:
    """No syntax that Python 2.7 or 3.4 would stumble over before it could say that it is too old."""
    younger = (
        ast.JoinedStr,
        ast.AnnAssign,
        ast.NamedExpr,
        ast.Match,
        ast.AsyncFunctionDef,
        ast.Nonlocal,
        ast.Starred,
    )
    for node in ast.walk(ast.parse(SOURCE)):
        assert not isinstance(node, younger) or is_argument(node), ast.unparse(node)
        assert not (isinstance(node, ast.Raise) and node.cause), ast.unparse(node)
        assert not (isinstance(node, ast.FunctionDef) and (node.returns or node.args.kwonlyargs)), node.name
        assert not (isinstance(node, ast.arg) and node.annotation), node.arg


def is_argument(node: ast.AST) -> bool:
    """`f(*args)` is as old as Python; `[*a, *b]` is not."""
    calls = (each for each in ast.walk(ast.parse(SOURCE)) if isinstance(each, ast.Call))
    return any(ast.dump(node) == ast.dump(argument) for call in calls for argument in call.args)


@pytest.mark.parametrize("version", [(2, 7), (3, 10), (3, 14)])
def test_a_python_that_does_not_fit_is_told_which_one_does(version: tuple[int, int]) -> None:
    pretend = f"import sys; sys.version_info = {(*version, 0)}; exec(open('run.py').read())"
    done = subprocess.run(
        [sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"Samordna needs Python 3.11, 3.12 or 3.13, and this is {version[0]}.{version[1]}."
    )
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_said_before_anything_is_set_up() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = start(SAMORDNA_PORT=port)
    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in done.stdout
    assert done.stderr == ""


def test_a_port_that_is_no_number_is_refused() -> None:
    done = start(SAMORDNA_PORT="eighty")
    assert (done.returncode, done.stderr) == (1, "")
    assert "SAMORDNA_PORT must be a whole number" in done.stdout


def test_a_word_it_does_not_know_is_answered_with_how_to_call_it() -> None:
    assert start("tset").returncode == 2
    shown = start("--help")
    assert shown.returncode == 0
    assert "python3 run.py test" in shown.stdout


def test_a_stamp_holds_only_what_was_written_whole(tmp_path: Path) -> None:
    stamp = run.Stamp(tmp_path / "stamp.json")
    assert not stamp.holds({})
    stamp.path.write_text('{"a": "1"')
    assert not stamp.holds({})
    stamp.write({"a": "1", "b": "2"})
    assert stamp.holds({"a": "1"})
    assert not stamp.holds({"a": "2"})


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """run.py at work in a folder with an empty lock file and a project that installs a `samordna` without the network."""
    for name, value in {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "PROGRAMS": tmp_path / ".venv" / "bin",
        "PYTHON": tmp_path / ".venv" / "bin" / "python",
        "SAMORDNA": tmp_path / ".venv" / "bin" / "samordna",
        "LOG": tmp_path / "var" / "setup.log",
    }.items():
        monkeypatch.setattr(run, name, value)
    monkeypatch.setenv("PATH", os.defpath)
    (tmp_path / "requirements.lock").write_text("")
    (tmp_path / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "samordna"\nversion = "1"\n'
    )
    (tmp_path / "backend.py").write_text(BACKEND)
    return tmp_path


BACKEND = """
import zipfile


def build_editable(directory, config_settings=None, metadata_directory=None):
    name, info = "samordna-1-py3-none-any.whl", "samordna-1.dist-info/"
    with zipfile.ZipFile(directory + "/" + name, "w") as wheel:
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: samordna\\nVersion: 1\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "entry_points.txt", "[console_scripts]\\nsamordna = backend:main\\n")
        wheel.writestr(info + "RECORD", "")
    return name
"""


def test_a_set_up_that_broke_off_is_begun_anew_and_a_finished_one_left_alone(
    elsewhere: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    torn = elsewhere / ".venv" / "torn"
    torn.mkdir(parents=True)
    (elsewhere / ".venv" / "samordna-setup.json").write_text('{"state": "installing"}')
    run.prepare_packages("requirements.lock")
    assert "broke off" in capfd.readouterr().out
    assert not torn.exists()
    assert run.SAMORDNA.exists()

    mark = elsewhere / ".venv" / "mark"
    mark.touch()
    run.prepare_packages("requirements.lock")
    assert capfd.readouterr().out == ""
    assert mark.exists()

    (elsewhere / "requirements.lock").write_text("# changed\n")
    run.prepare_packages("requirements.lock")
    assert "Installing" in capfd.readouterr().out
    assert mark.exists()


def test_a_set_up_that_must_be_laid_anew_is_not_pulled_from_under_its_own_python(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere / ".venv").mkdir()
    monkeypatch.setattr(sys, "prefix", str(elsewhere / ".venv"))
    with pytest.raises(run.SetUpFailed, match="with another one"):
        run.prepare_packages("requirements.lock")
    assert (elsewhere / ".venv").exists()


def test_an_index_that_does_not_answer_is_named_in_a_sentence(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        index = f"http://127.0.0.1:{closed.getsockname()[1]}/simple"
    for name, value in {"PIP_INDEX_URL": index, "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0"}.items():
        monkeypatch.setenv(name, value)
    (elsewhere / "requirements.lock").write_text(f"unheard-of==1 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(run.SetUpFailed, match=r"Cannot reach the Python package index \(PyPI\)"):
        run.prepare_packages("requirements.lock")


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        ("v18.20.0", False),
        ("v20.18.9", False),
        ("v20.19.0", True),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("v24.1.0", True),
    ],
)
def test_only_a_node_that_vite_runs_on_is_taken(tmp_path: Path, version: str, fits: bool) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)
    assert run.is_new_enough(str(node)) is fits
