"""The audit of packages: what cannot be checked is said, and never passes for clean."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

import run
from tests.tooling import advisories


def test_an_audit_without_a_way_to_the_advisories_says_so_and_is_no_clean_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}"
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy", "npm_config_registry"):
        monkeypatch.setenv(name, nowhere)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))  # where answers of earlier days are kept
    verdicts = [advisories.audited(*each) for each in advisories.audits()]
    said = capsys.readouterr().out
    assert verdicts == [advisories.UNKNOWN] * 4
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-node.lock"):
        assert f"{name}: NOT CHECKED: the advisories of PyPI cannot be reached from here" in said
    assert "package-lock.json: NOT CHECKED: the advisories of npm cannot be reached from here" in said


@pytest.mark.parametrize(
    ("found", "code", "told"),
    [
        ([advisories.CLEAN, advisories.CLEAN], 0, "No package has a known weakness"),
        ([advisories.CLEAN, advisories.UNKNOWN], 3, "no clean answer"),
        ([advisories.UNKNOWN, advisories.WEAK], 1, "At least one package has a known weakness"),
    ],
)
def test_an_audit_is_clean_only_where_every_lock_is(
    capsys: pytest.CaptureFixture[str], found: list[int], code: int, told: str
) -> None:
    assert advisories.verdict(found) == code
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("said", "code", "verdict"),
    [
        ("No known vulnerabilities found", 0, advisories.CLEAN),
        ("Found 2 known vulnerabilities in 1 package", 1, advisories.WEAK),
        ("3 vulnerabilities (1 low, 2 high)", 1, advisories.WEAK),
        ("1 high severity vulnerability", 1, advisories.WEAK),
        ("urllib3: Dependency not found on PyPI and could not be audited", 1, advisories.UNKNOWN),
        ("npm error audit endpoint returned an error", 1, advisories.UNKNOWN),
        ("Segmentation fault", 139, advisories.UNKNOWN),
    ],
)
def test_what_a_tool_says_is_clean_weak_or_unknown(said: str, code: int, verdict: int) -> None:
    """The sentences are those of pip-audit 2.10 and npm 10."""
    tool = [
        sys.executable,
        "-c",
        "import sys; print(sys.argv[1]); sys.exit(int(sys.argv[2]))",
        said,
        str(code),
    ]
    assert advisories.audited("a lock", "the advisories", tool, run.ROOT) == verdict
