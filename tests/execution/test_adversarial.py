"""Other people's files, made to do harm: each is refused, stopped or run safely to its end, in two seconds of computing."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from engine import xml
from engine.errors import BrokenDefinition, StepFailed
from engine.execution import parse
from tests import beside
from tests.execution.drawn import Played

FILES = beside.folder("examples/adversarial") or Path()
SOUND = beside.folder("examples/soundness") or Path()
DRAWINGS = [entry for entry in beside.index("examples/adversarial") if entry["kind"] == "bpmn"]

pytestmark = pytest.mark.skipif(not DRAWINGS, reason=beside.MISSING)


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


@pytest.mark.parametrize("entry", DRAWINGS, ids=lambda entry: entry["id"])
def test_a_hostile_file_does_no_harm(
    entry: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    canaries = set(Path("/var/tmp").glob("adv_canary*"))
    began = time.process_time()
    how, told = _played((FILES / entry["file"]).read_bytes(), Path(entry["file"]).name)
    assert time.process_time() - began < 2
    assert set(Path("/var/tmp").glob("adv_canary*")) == canaries
    assert list(tmp_path.iterdir()) == []
    assert how in {"reject": {"refused"}, "accept": {"ended"}}.get(
        entry["verdict"], {"refused", "stopped", "ended"}
    )
    if entry["verdict"] == "reject" and entry["element"]:
        assert (entry["element"], entry["line"]) in {(finding.element_id, finding.line) for finding in told}
    elif entry["verdict"] == "reject" and entry["line"]:
        assert entry["line"] in {finding.line for finding in told}


def test_a_mistyped_variable_is_named_with_its_flow() -> None:
    how, told = _played((FILES / "structure/B20-condition-unknown-variable.bpmn").read_bytes(), "b20.bpmn")
    assert (how, told[0].element_id) == ("stopped", "Flow_Klein")
    assert "betrag_tippfehler" in told[0].detail


@pytest.mark.parametrize(
    "path", sorted(SOUND.glob("*.bpmn")) if SOUND.name else [], ids=lambda path: path.stem
)
def test_a_soundness_example_loads_and_starts(path: Path) -> None:
    how, _ = _played(path.read_bytes(), path.name)
    assert how in {"ended", "stopped", "open"}
