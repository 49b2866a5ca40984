"""Where the drawing shows what: rooms made by shifting neighbours, shapes and lines added and taken away.

Enters: an open Drawing. Leaves: the same Drawing, with only the diagram interchange part (BPMN 2.0 clause 12) changed. What need not move
stays where somebody put it. A drawing without a picture is left without one. Lengths are in the drawing's own unit, a pixel at 100 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from engine import xml
from engine.definitions.editing.drawing import DC, DI, Drawing, append, remove

TASK, EVENT, GATEWAY = (120.0, 80.0), (36.0, 36.0), (50.0, 50.0)
GAP = 40.0
LABEL_HEIGHT = 14.0
SHORT, LETTER = 24, 6.6
"""How long a text is that a label shows on one line, and how wide a letter of it."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its left upper corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


def _di(name: str) -> str:
    return f"{{{xml.BPMNDI}}}{name}"


_BOUNDS, _WAYPOINT = f"{{{DC}}}Bounds", f"{{{DI}}}waypoint"


def shape(drawing: Drawing, element_id: str) -> xml.Element | None:
    """The shape of a node, None where it is not in the picture."""
    return next(
        (one for one in drawing.root.iter(_di("BPMNShape")) if one.get("bpmnElement") == element_id), None
    )


def edge(drawing: Drawing, flow_id: str) -> xml.Element | None:
    """The line of a flow, None where it is not in the picture."""
    return next(
        (one for one in drawing.root.iter(_di("BPMNEdge")) if one.get("bpmnElement") == flow_id), None
    )


def box(drawing: Drawing, element_id: str) -> Box | None:
    """Where a node stands, None where it is not in the picture."""
    found = shape(drawing, element_id)
    return None if found is None else box_of(found)


def box_of(shape: xml.Element) -> Box | None:
    """The bounds of a shape, None where they are missing or no numbers."""
    bounds = shape.find(_BOUNDS)
    try:
        return (
            None
            if bounds is None
            else Box(*(float(bounds.get(name, "")) for name in ("x", "y", "width", "height")))
        )
    except ValueError:
        return None


def points(edge: xml.Element | None) -> list[Point]:
    """The corners of a line, in order; none where one of them is no number."""
    try:
        return (
            []
            if edge is None
            else [(float(one.get("x", "")), float(one.get("y", ""))) for one in edge.iterfind(_WAYPOINT)]
        )
    except ValueError:
        return []


def set_points(edge: xml.Element, corners: Sequence[Point]) -> None:
    """Redraw a line; its label stays."""
    for old in edge.findall(_WAYPOINT):
        remove(old)
    for number, (x, y) in enumerate(straightened(corners)):
        made = etree.Element(_WAYPOINT, x=_number(x), y=_number(y))
        edge.insert(number, made)
    etree.indent(edge, "  ", level=sum(1 for _ in edge.iterancestors()))


def straightened(corners: Sequence[Point]) -> list[Point]:
    """The same line without corners that lie between their neighbours."""
    kept: list[Point] = []
    for one in corners:
        if kept and kept[-1] == one:
            continue
        if len(kept) > 1 and any(kept[-2][axis] == kept[-1][axis] == one[axis] for axis in (0, 1)):
            kept.pop()
        kept.append(one)
    return kept


def add_shape(
    drawing: Drawing, element_id: str, at: Box, *, like: str, label: bool = False, expanded: bool = False
) -> None:
    """Draw a node in the same picture as the node `like`; nothing where that is in none."""
    beside = shape(drawing, like)
    if beside is None:
        return
    made = etree.Element(_di("BPMNShape"), id=f"{element_id}_di", bpmnElement=element_id)
    if expanded:
        made.set("isExpanded", "true")
    _bounds(made, at)
    if label:
        width = 90.0
        below = Box(at.middle[0] - width / 2, at.bottom + 6, width, LABEL_HEIGHT)
        _bounds(etree.SubElement(made, _di("BPMNLabel")), below)
    plane = beside.getparent()
    assert plane is not None
    append(plane, made)


def label(drawing: Drawing, element_id: str, at: Box) -> None:
    """Put the label of a node there."""
    found = shape(drawing, element_id)
    bounds = None if found is None else found.find(f"{_di('BPMNLabel')}/{_BOUNDS}")
    if bounds is not None:
        for name, value in (("x", at.x), ("y", at.y), ("width", at.width), ("height", at.height)):
            bounds.set(name, _number(value))


def fit_label(drawing: Drawing, element_id: str, text: str) -> None:
    """Make the label of a node wide enough for a short text on one line."""
    found = shape(drawing, element_id)
    bounds = None if found is None else found.find(f"{_di('BPMNLabel')}/{_BOUNDS}")
    if bounds is not None and len(text) <= SHORT:
        width = max(float(bounds.get("width", "0")), LETTER * len(text))
        bounds.set("width", _number(width))


def add_edge(drawing: Drawing, flow_id: str, corners: Sequence[Point], *, like: str) -> None:
    """Draw a flow in the same picture as the node `like`; nothing where that is in none."""
    beside = shape(drawing, like)
    if beside is None or len(corners) < 2:
        return
    made = etree.Element(_di("BPMNEdge"), id=f"{flow_id}_di", bpmnElement=flow_id)
    plane = beside.getparent()
    assert plane is not None
    append(plane, made)
    set_points(made, corners)


def erase(drawing: Drawing, element_id: str) -> None:
    """Take a node or flow out of every picture."""
    for one in [
        each
        for name in ("BPMNShape", "BPMNEdge")
        for each in drawing.root.iter(_di(name))
        if each.get("bpmnElement") == element_id
    ]:
        remove(one)


def shift(drawing: Drawing, element_ids: Sequence[str], dx: float, dy: float) -> None:
    """Move these nodes and the lines of these flows, with their labels."""
    wanted = frozenset(element_ids)
    for one in drawing.root.iter(_di("BPMNShape"), _di("BPMNEdge")):
        if one.get("bpmnElement") in wanted:
            for place in one.iter(_BOUNDS, _WAYPOINT):
                _move(place, dx, dy)


def make_room(drawing: Drawing, near: str, axis: int, cut: float, length: float) -> None:
    """Shift everything that lies beyond `cut` (its middle, on axis 0 = x, 1 = y) by `length`; what stands around the cut grows.

    Only in the picture where the node `near` stands. Lines follow the shapes that they join.
    """
    beside = shape(drawing, near)
    plane = beside.getparent() if beside is not None else None
    if plane is None or length <= 0:
        return
    around = _containers(drawing)
    hosts = {
        one.get("id", ""): one.get("attachedToRef", "")
        for one in drawing.root.iter(xml.bpmn("boundaryEvent"))
    }
    moved: dict[str, bool] = {}
    shapes = [(one, found) for one in plane.iterfind(_di("BPMNShape")) if (found := box_of(one)) is not None]
    for one, found in shapes:
        name = one.get("bpmnElement", "")
        start, size = ((found.x, found.width), (found.y, found.height))[axis]
        if name in around and start < cut < start + size:
            _grow(one, axis, length)
            moved[name] = False
        else:
            moved[name] = start + (0 if name in around else size / 2) >= cut
    for one, _ in shapes:
        name = one.get("bpmnElement", "")
        host = hosts.get(name, name)
        moved[name] = moved.get(host, moved[name]) if host not in around else moved[name]
        if moved[name]:
            for place in one.iter(_BOUNDS):
                _move(place, *_along(axis, length))
    for line in plane.iterfind(_di("BPMNEdge")):
        _stretch(drawing, line, moved, axis, cut, length)


def _stretch(
    drawing: Drawing, line: xml.Element, moved: dict[str, bool], axis: int, cut: float, length: float
) -> None:
    """Move the corners of a line that lie beyond the cut, and its ends with the shapes that they touch."""
    places = line.findall(_WAYPOINT)
    corners = points(line)
    if not corners:
        return
    flow = next(
        (one for one in drawing.root.iter("*") if one.get("id") == line.get("bpmnElement")),
        None,
    )
    goes = [one[axis] >= cut for one in corners]
    for end, ref in ((0, "sourceRef"), (-1, "targetRef")):
        name = "" if flow is None else flow.get(ref, "")
        if name in moved and name not in _containers(drawing):
            goes[end] = moved[name]
            follow = 1 if end == 0 else -2
            if len(corners) > 2 and corners[follow][axis] == corners[end][axis]:
                goes[follow] = goes[end]
    for place, goes_along in zip(places, goes, strict=True):
        if goes_along:
            _move(place, *_along(axis, length))
    label = line.find(f"{_di('BPMNLabel')}/{_BOUNDS}")
    if label is not None and float(label.get("xy"[axis], "0")) >= cut:
        _move(label, *_along(axis, length))


def _containers(drawing: Drawing) -> frozenset[str]:
    """What may have other shapes inside: sub-processes that are drawn open, pools and lanes."""
    names = (xml.bpmn("participant"), xml.bpmn("lane"), xml.bpmn("subProcess"), xml.bpmn("group"))
    return frozenset(one.get("id", "") for one in drawing.root.iter(*names))


def _along(axis: int, length: float) -> Point:
    return (length, 0.0) if axis == 0 else (0.0, length)


def _move(place: xml.Element, dx: float, dy: float) -> None:
    for name, by in (("x", dx), ("y", dy)):
        if by:
            place.set(name, _number(float(place.get(name, "0")) + by))


def _grow(shape: xml.Element, axis: int, length: float) -> None:
    bounds = shape.find(_BOUNDS)
    assert bounds is not None
    name = ("width", "height")[axis]
    bounds.set(name, _number(float(bounds.get(name, "0")) + length))


def _bounds(parent: xml.Element, at: Box) -> None:
    etree.SubElement(
        parent, _BOUNDS, x=_number(at.x), y=_number(at.y), width=_number(at.width), height=_number(at.height)
    )


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
