"""Other people's files, made to do harm: each is refused, stopped or run safely to its end, within two seconds.

The files lie beside the repository (SAMORDNA_SHARED, else ../shared); without them these tests are skipped.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from engine import xml
from engine.errors import BrokenDefinition, StepFailed
from engine.execution import parse
from tests.execution.drawn import Played

_SHARED = Path(os.environ.get("SAMORDNA_SHARED") or Path(__file__).resolve().parents[3] / "shared")
_FILES = _SHARED / "examples" / "adversarial"
_INDEX = _FILES / "index.json"


def _drawings() -> list[Any]:
    if not _INDEX.is_file():
        skip = pytest.mark.skip(reason=f"no example files at {_FILES}; set SAMORDNA_SHARED")
        return [pytest.param({}, marks=skip, id="no-files")]
    index = json.loads(_INDEX.read_text(encoding="utf-8"))
    return [pytest.param(entry, id=entry["id"]) for entry in index if entry["kind"] == "bpmn"]


def _played(data: bytes, name: str) -> tuple[str, list[Any]]:
    """How it went: `refused` with the findings, `stopped` with the failure, `ended`, or `open`."""
    try:
        processes = [str(node.get("id")) for node in xml.read(data, path=name).iter(xml.bpmn("process"))]
        for process_id in processes or ["none"]:
            case = Played(parse.specification({name: data}, process_id)).start()
            for _ in range(50):
                if case.open():
                    case.do(case.open()[0])
                elif case.armed():
                    case.fire(case.armed()[0])
    except BrokenDefinition as broken:
        return "refused", list(broken.findings)
    except StepFailed as failure:
        return "stopped", [failure]
    return ("ended" if case.ended else "open"), []


@pytest.mark.parametrize("entry", _drawings())
def test_a_hostile_file_does_no_harm(
    entry: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    canaries = set(Path("/var/tmp").glob("adv_canary*"))
    began = time.perf_counter()
    how, told = _played((_FILES / entry["file"]).read_bytes(), Path(entry["file"]).name)
    assert time.perf_counter() - began < 2
    assert set(Path("/var/tmp").glob("adv_canary*")) == canaries
    assert list(tmp_path.iterdir()) == []
    assert how in {"reject": {"refused"}, "accept": {"ended"}}.get(
        entry["verdict"], {"refused", "stopped", "ended"}
    )
    if entry["verdict"] == "reject" and entry["element"]:
        assert (entry["element"], entry["line"]) in {(finding.element_id, finding.line) for finding in told}
    elif entry["verdict"] == "reject" and entry["line"]:
        assert entry["line"] in {finding.line for finding in told}


@pytest.mark.skipif(not _INDEX.is_file(), reason=f"no example files at {_FILES}; set SAMORDNA_SHARED")
def test_a_mistyped_variable_is_named_with_its_flow() -> None:
    how, told = _played((_FILES / "structure/B20-condition-unknown-variable.bpmn").read_bytes(), "b20.bpmn")
    assert (how, told[0].element_id) == ("stopped", "Flow_Klein")
    assert "betrag_tippfehler" in told[0].detail


@pytest.mark.skipif(not _INDEX.is_file(), reason=f"no example files at {_FILES}; set SAMORDNA_SHARED")
@pytest.mark.parametrize(
    "path", sorted((_SHARED / "examples" / "soundness").glob("*.bpmn")), ids=lambda path: path.stem
)
def test_a_soundness_example_loads_and_starts(path: Path) -> None:
    how, _ = _played(path.read_bytes(), path.name)
    assert how in {"ended", "stopped", "open"}
