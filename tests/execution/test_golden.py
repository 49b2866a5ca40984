"""Rows that earlier versions of the product have saved can still be loaded, and the cases go on to their end.

To add a file after the format has changed: `python -m tests.execution.test_golden NUMBER`; a file once committed is never changed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.execution import parse, run, snapshot
from engine.facts import InstanceEnded
from tests.execution.drawn import Played, each, flows, message, nodes, process, sub, tasks, timer

_FOLDER = Path(__file__).resolve().parents[1] / "golden" / "execution"


def files() -> dict[str, bytes]:
    """A diagram in which everything that can wait does: never changed either."""
    item = nodes("startEvent", "is") + tasks("answer") + nodes("endEvent", "ie")
    item += timer("reminder", "R3/PT1H", kind="Cycle", on="answer", interrupting=False)
    units = sub(
        "units", item + each("units", item="unit", result="answers") + flows("is answer ie", "reminder ie")
    )
    call = (
        '<callActivity id="c" calledElement="q" samordna:result="outcome"><extensionElements>'
        '<samordna:input name="who" value="= units[1].id"/></extensionElements></callActivity>'
    )
    start = '<startEvent id="ws"><messageEventDefinition/></startEvent>'
    handler = sub("w", start + tasks("close") + flows("ws close"), more='triggeredByEvent="true"')
    inside = nodes("startEvent", "s") + nodes("endEvent", "e") + nodes("parallelGateway", "p1 p2")
    inside += nodes("inclusiveGateway", "j") + tasks("a b") + units + call + handler
    inside += (
        nodes("eventBasedGateway", "g") + message("m") + timer("t", "P1D") + nodes("exclusiveGateway", "x")
    )
    inside += flows("s p1 units j p2 e", "p1 a j", "p1 b p2", "p1 c p2", "p1 g m x p2", "g t x")
    called = nodes("startEvent", "cs") + tasks("called") + nodes("endEvent", "ce") + flows("cs called ce")
    return {"p.bpmn": process(inside), "q.bpmn": process(called, "q")}


def begun() -> Played:
    """The case as it was saved: one item answered, a reminder fired, a token at each join."""
    case = Played(parse.specification(files(), "p"))
    case.values[""]["units"] = [{"id": "u1"}, {"id": "u2"}]
    return case.start().fire("reminder").do("answer", 1, yes=True).do("a").do("b")


@pytest.mark.parametrize("path", sorted(_FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_a_case_saved_long_ago_goes_on_to_its_end(path: Path) -> None:
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    rows = {key: row.encode() for key, row in kept["rows"].items()}
    case = Played(parse.specification(files(), "p"), values=kept["values"], rows=rows)
    case.instance = snapshot.load(case.spec, rows)
    found = run.open_keys(case.instance)
    assert {"tasks": len(found.tasks), "timers": len(found.timers), "messages": len(found.messages)} == kept[
        "open"
    ]
    case.do("answer", yes=False).do("called", seen=1).receive("m")
    assert [fact.outcome for fact in case.told(InstanceEnded)] == ["e"]
    assert case.values[""]["outcome"] == {"who": "u1", "seen": 1}
    assert case.values[""]["answers"] == [
        {"unit": {"id": "u1"}, "yes": False},
        {"unit": {"id": "u2"}, "yes": True},
    ]


def main() -> None:
    """Write the rows of today's format as a new file."""
    case = begun()
    found = run.open_keys(case.instance)
    kept = {
        "open": {"tasks": len(found.tasks), "timers": len(found.timers), "messages": len(found.messages)},
        "values": case.values,
        "rows": {key: row.decode() for key, row in case.rows.items()},
    }
    path = _FOLDER / f"format-{sys.argv[1]}.json"
    path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
