"""Every picture of a routine can be read: steps stand apart, inside what holds them, and a flow passes no step but its two ends.

Diagrams are found, not listed. Lengths are pixels at 100 %.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import pytest

from engine.definitions import diagram
from engine.definitions.diagram import Node
from engine.definitions.editing import layout, sequence
from engine.definitions.editing.drawing import Drawing
from engine.definitions.editing.layout import Box, Point

ROOT = Path(__file__).parent.parent.parent / "processes"
PICTURES = sorted(ROOT.rglob("*.bpmn"))
TOUCH = 0.5
"""How far a line may lie inside an edge that it only touches."""


def test_there_are_pictures() -> None:
    assert PICTURES


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_picture_can_be_read(path: Path) -> None:
    assert _trouble(path.read_bytes(), path.name) == []


@pytest.mark.parametrize(
    ("path", "flow"),
    [
        ("orebro/planning/planning.bpmn", "summons_consent_to_summon_everyone"),
        ("shared/retention/retention.bpmn", "decided_to_decision_made"),
        ("shared/summon_unit/summon_unit.bpmn", "call_due_to_remind_of_call"),
    ],
)
def test_a_step_that_is_added_where_flows_run_together_stands_on_its_own_only(path: str, flow: str) -> None:
    drawing = Drawing((ROOT / path).read_bytes(), path)
    sequence.add(drawing, flow, "userTask", "Nytt steg")
    assert _trouble(drawing.written(), path) == []


def _trouble(data: bytes, path: str) -> list[str]:
    """What cannot be read in a picture."""
    drawing = Drawing(data, path)
    read = diagram.read(data, path)
    nodes = {one.id: one for one in read.nodes()}
    boxes = {name: found for name in nodes if (found := layout.box(drawing, name)) is not None}
    assert sorted(nodes.keys() - boxes.keys()) == [], "not in the picture"
    around = {name: _around(one, nodes) for name, one in nodes.items()}
    trouble = [
        f"{one} lies on {other}"
        for one, other in combinations(boxes, 2)
        if one not in around[other]
        and other not in around[one]
        and one != nodes[other].attached_to
        and other != nodes[one].attached_to
        and _meet(boxes[one], boxes[other])
    ]
    trouble += [
        f"{name} stands out of {one.parent_id}"
        for name, one in nodes.items()
        if one.parent_id in boxes and not _holds(boxes[one.parent_id], boxes[name])
    ]
    for flow in read.flows():
        line = layout.points(layout.edge(drawing, flow.id))
        assert len(line) > 1, f"{flow.id} is not in the picture"
        beside = {flow.source, flow.target} | around[flow.source] | around[flow.target]
        trouble += [
            f"{flow.id} runs through {name}"
            for name, at in boxes.items()
            if name not in beside and any(_through(start, end, at) for start, end in pairwise(line))
        ]
    return trouble


def _around(node: Node, nodes: dict[str, Node]) -> set[str]:
    """The sub-processes that a node stands in."""
    found: set[str] = set()
    while node.parent_id in nodes:
        found.add(node.parent_id)
        node = nodes[node.parent_id]
    return found


def _meet(one: Box, other: Box) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.right <= outer.right
        and inner.bottom <= outer.bottom
    )


def _through(start: Point, end: Point, at: Box) -> bool:
    """Whether the straight line passes the inside of the box: the part of it between the box's four sides is more than a point."""
    enters, leaves = 0.0, 1.0
    for axis, low, high in ((0, at.x + TOUCH, at.right - TOUCH), (1, at.y + TOUCH, at.bottom - TOUCH)):
        length = end[axis] - start[axis]
        if length == 0:
            if not low < start[axis] < high:
                return False
            continue
        first, last = sorted(((low - start[axis]) / length, (high - start[axis]) / length))
        enters, leaves = max(enters, first), min(leaves, last)
    return enters < leaves
