"""Where a new step fits on the line of a flow.

Enters: an open Drawing, a flow and the size of what is to stand on it, in pixels at 100 %. Leaves: the place, with the room made for it:
never on top of a line that another flow shares or crosses there, as far as the line has a stretch of its own.
"""

from __future__ import annotations

from itertools import pairwise

from engine import xml
from engine.definitions.editing import layout
from engine.definitions.editing.drawing import Drawing
from engine.definitions.editing.layout import GAP, Box, Point


def place_on(drawing: Drawing, flow: xml.Element, size: Point) -> Box | None:
    """Where a shape of that size fits on the line of a flow; makes the room it needs. None where the flow is not drawn."""
    corners = layout.points(layout.edge(drawing, flow.get("id", "")))
    near = flow.get("targetRef", "")
    target = layout.box(drawing, near)
    if len(corners) < 2 or target is None:
        return None
    width, height = size
    found = _stretch(drawing, flow, corners)
    if found is not None:  # it goes to the right: push what stands behind further
        start, end, y = found
        missing = GAP + width + GAP - (end - start)
        layout.make_room(drawing, near, 0, target.x if (end, y) == corners[-1] else end - 1, missing)
        return Box(end + max(0.0, missing) - GAP - width, y - height / 2, width, height)
    (x0, y0), (x1, y1) = corners[-2], corners[-1]
    if x0 == x1:  # it goes up or down: a band of its own across the drawing
        lower = max(y0, y1)
        layout.make_room(drawing, near, 1, lower - 1, height + GAP)
        return _inside(
            drawing, flow, Box(x0 - min(width / 2, layout.TASK[0] / 2), lower + GAP / 4, width, height)
        )
    return Box((x0 + x1 - width) / 2, (y0 + y1 - height) / 2, width, height)


def _stretch(drawing: Drawing, flow: xml.Element, corners: list[Point]) -> tuple[float, float, float] | None:
    """From where to where, and how high, the line goes to the right for the last time, by itself as far as it does so anywhere. None
    where it goes nowhere to the right.
    """
    level = [(a, b[0]) for a, b in pairwise(corners) if a[1] == b[1] and a[0] < b[0]]
    own = [(*part, a[1]) for a, end in level for part in _own(a[0], end, _met(drawing, flow, a, end))]
    found = own or [(a[0], end, a[1]) for a, end in level]
    return found[-1] if found else None


def _own(start: float, end: float, met: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """What is left of a stretch beside those where other lines are."""
    found = []
    for low, high in sorted(met):
        if low - start > 1:
            found.append((start, low))
        start = max(start, high)
    return [*found, (start, end)] if end - start > 1 else found


def _met(drawing: Drawing, flow: xml.Element, start: Point, end: float) -> list[tuple[float, float]]:
    """From where to where other lines of the same picture run along the level stretch, or cross it."""
    line = layout.edge(drawing, flow.get("id", ""))
    plane = line.getparent() if line is not None else None
    others = [one for one in plane if one is not line] if plane is not None else []
    (left, y), found = start, []
    for other in others:
        for (ax, ay), (bx, by) in pairwise(layout.points(other)):
            low, high = min(ax, bx), max(ax, bx)
            along = ay == by == y and low < end and high > left
            across = ax == bx and min(ay, by) <= y <= max(ay, by) and left <= ax <= end
            if along or across:
                found.append((max(low, left), min(high, end)))
    return found


def _inside(drawing: Drawing, flow: xml.Element, at: Box) -> Box:
    """The same place, with the sub-process around it widened where it would stand out."""
    around = drawing.scope(flow).get("id", "")
    frame = layout.box(drawing, around)
    if frame is not None and at.right + GAP > frame.right:
        layout.make_room(drawing, around, 0, frame.right - 1, at.right + GAP - frame.right)
    return at
