"""The order of the steps, changed: a step added on a flow, moved past its neighbour, taken out.

Enters: an open Drawing and the ids of what stands there. Leaves: the same Drawing with flows, references and lines mended, and the ids of
what is new. A step goes with its boundary events and with what only they lead to. Moving never crosses a branch: NotPossible says what is
in the way and where the step could stand instead.
"""

from __future__ import annotations

from itertools import pairwise

from engine import xml
from engine.definitions.diagram import FLOW_NODES, SUB_PROCESSES, TASKS
from engine.definitions.editing import layout, leading, placing
from engine.definitions.editing.drawing import Drawing, NotPossible, insert_after, make
from engine.definitions.editing.layout import Box, Point

SIZES = {"task": layout.TASK, "event": layout.EVENT, "gateway": layout.GATEWAY}


def size_of(kind: str) -> Point:
    """How large a new node of this kind is drawn."""
    return next((size for word, size in SIZES.items() if kind.lower().endswith(word)), layout.TASK)


def add(drawing: Drawing, flow_id: str, kind: str, name: str, *, element_id: str = "") -> str:
    """A new node on a sequence flow; gives its id. What stands behind is shifted where there is no room."""
    if kind not in FLOW_NODES:
        raise NotPossible("not-a-step", flow_id)
    flow = drawing.element(flow_id)
    made = make(kind, element_id or drawing.new_id(name), name=name.strip())
    made_id, source = made.get("id", ""), flow.get("sourceRef", "")
    insert_after(drawing.element(source), made)
    at = put_on(drawing, flow, made_id, made_id, size_of(kind))
    if at is not None:
        layout.add_shape(
            drawing,
            made_id,
            at,
            like=source,
            label=bool(name) and kind not in TASKS,
            expanded=kind in SUB_PROCESSES,
        )
    return made_id


def take_out(drawing: Drawing, element_id: str) -> None:
    """Remove a step; what came before it goes on to what came after. Raises NotPossible at a branch."""
    node = drawing.node(element_id)
    along = belongings(drawing, element_id)
    if node.tag == xml.bpmn("boundaryEvent"):
        leading.delete(drawing, along)
        return
    into, out = drawing.flows(target=element_id), drawing.flows(source=element_id)
    if len(out) > 1 or (not out and len(into) != 1):
        raise NotPossible("branch" if out else "only-step", element_id)
    if node.tag == xml.bpmn("startEvent") or (not out and xml.local(node) == "endEvent"):
        raise NotPossible("only-step", element_id)
    if out:
        _bridge(drawing, element_id, into, out[0])
        along = [*along, out[0].get("id", "")]
    else:
        along = [*along, *(one.get("id", "") for one in into)]
    leading.delete(drawing, along)


def move(drawing: Drawing, element_id: str, *, later: bool) -> None:
    """Let a step change places with the one before it, or after it (`later`). Raises NotPossible at a branch."""
    node = in_a_row(drawing, element_id)
    flows = drawing.flows(source=element_id) if later else drawing.flows(target=element_id)
    beside_id = flows[0].get("targetRef" if later else "sourceRef", "")
    beside = in_a_row(drawing, beside_id, asked=element_id)
    first, second = (node, beside) if later else (beside, node)
    first_id, second_id = first.get("id", ""), second.get("id", "")
    into, middle, out = drawing.flows(target=first_id)[0], flows[0], drawing.flows(source=second_id)[0]
    leading.lead(drawing, into, second_id)
    leading.forget(drawing, middle)
    leading.lead_from(drawing, out, first_id)
    between = leading.connect(drawing, second_id, first_id)
    _change_places(drawing, first_id, second_id, between)


def in_a_row(drawing: Drawing, element_id: str, *, asked: str = "") -> xml.Element:
    """A step with one way in and one way out; `asked` is the step whose neighbour it is. Raises NotPossible for anything else, also for an
    event that an event-based gateway waits for.
    """
    node = drawing.node(element_id)
    into = drawing.flows(target=element_id)
    plain = len(into) == 1 == len(drawing.flows(source=element_id))
    if (
        not plain
        or of_race(drawing, into[0])
        or "Gateway" in xml.local(node)
        or xml.local(node) in {"startEvent", "endEvent", "boundaryEvent"}
    ):
        raise NotPossible("branch", element_id, nearest=asked)
    return node


def of_race(drawing: Drawing, flow: xml.Element) -> bool:
    """Whether the flow leaves an event-based gateway, behind which only events may stand."""
    return xml.local(drawing.node(flow.get("sourceRef", ""))) == "eventBasedGateway"


def close_up(drawing: Drawing, element_id: str) -> None:
    """Let what came before a step in a row go on to what came after; the step itself stays, with no way to it."""
    into, out = drawing.flows(target=element_id), drawing.flows(source=element_id)[0]
    _bridge(drawing, element_id, into, out)
    leading.forget(drawing, out)


def _change_places(drawing: Drawing, first_id: str, second_id: str, between: xml.Element) -> None:
    """In the picture `second` now stands where `first` began, and `first` where `second` ended."""
    one, other = layout.box(drawing, first_id), layout.box(drawing, second_id)
    if one is None or other is None:
        return
    level = one.middle[1] == other.middle[1] and one.right < other.x
    to_first = (
        (one.x - other.x, 0.0)
        if level
        else (one.middle[0] - other.middle[0], one.middle[1] - other.middle[1])
    )
    to_second = (other.right - one.right, 0.0) if level else (-to_first[0], -to_first[1])
    ours, theirs = belongings(drawing, first_id), belongings(drawing, second_id)
    layout.shift(drawing, ours, *to_second)
    layout.shift(drawing, theirs, *to_first)
    start, end = layout.box(drawing, second_id), layout.box(drawing, first_id)
    if start is not None and end is not None:
        way = (
            [(start.right, start.middle[1]), (end.x, end.middle[1])] if level else [start.middle, end.middle]
        )
        layout.add_edge(drawing, between.get("id", ""), way, like=first_id)


def belongings(drawing: Drawing, element_id: str) -> list[str]:
    """The step, its boundary events, all inside it, and what can be reached only from those events, with the flows between."""
    inside = [one.get("id", "") for one in drawing.within(element_id)]
    events = [one.get("id", "") for one in drawing.boundary(element_id)]
    mine = set(inside) | set(events)
    todo = list(events)
    if drawing.node(element_id).tag == xml.bpmn("boundaryEvent"):
        todo = [element_id]
    while todo:
        for flow in drawing.flows(source=todo.pop()):
            target = flow.get("targetRef", "")
            if target not in mine and all(
                one.get("sourceRef") in mine for one in drawing.flows(target=target)
            ):
                mine.add(target)
                todo.append(target)
                mine.update(one.get("id", "") for one in drawing.within(target))
                beside = [one.get("id", "") for one in drawing.boundary(target)]
                mine.update(beside)
                todo.extend(beside)
    first = mine - {element_id} if drawing.node(element_id).tag != xml.bpmn("boundaryEvent") else mine
    flows = [one.get("id", "") for one in drawing.flows() if one.get("sourceRef") in first]
    return [*sorted(mine), *flows]


def put_on(drawing: Drawing, flow: xml.Element, first_id: str, last_id: str, size: Point) -> Box | None:
    """Lead a flow to `first_id`, and from `last_id` on to where it led; gives where to draw what stands between, None for nowhere."""
    target = flow.get("targetRef", "")
    at = placing.place_on(drawing, flow, size)
    old = layout.points(layout.edge(drawing, flow.get("id", "")))
    leading.lead(drawing, flow, first_id)
    onward = leading.connect(drawing, last_id, target)
    if at is not None:
        draw_through(drawing, flow, onward, old, at)
    return at


def draw_through(drawing: Drawing, into: xml.Element, onward: xml.Element, old: list[Point], at: Box) -> None:
    """Divide the corners of a line at the shape that now stands on it."""
    line = layout.edge(drawing, into.get("id", ""))
    if line is None:
        return
    cut = next(
        (number for number, (a, b) in enumerate(pairwise(old)) if _crosses(a, b, at)),
        len(old) - 2,
    )
    a, b = old[cut], old[cut + 1]
    layout.set_points(line, [*old[: cut + 1], _dock(a, b, at, leaving=False)])
    layout.add_edge(
        drawing,
        onward.get("id", ""),
        [_dock(a, b, at, leaving=True), *old[cut + 1 :]],
        like=into.get("sourceRef", ""),
    )


def _crosses(a: Point, b: Point, at: Box) -> bool:
    x, y = at.middle
    level = abs(a[1] - b[1]) < 1 and abs(y - a[1]) < 1 and min(a[0], b[0]) <= x <= max(a[0], b[0])
    upright = abs(a[0] - b[0]) < 1 and abs(x - a[0]) < 1 and min(a[1], b[1]) <= y <= max(a[1], b[1])
    return level or upright


def _dock(a: Point, b: Point, at: Box, *, leaving: bool) -> Point:
    x, y = at.middle
    if abs(a[0] - b[0]) >= abs(a[1] - b[1]):
        return (at.right if (b[0] >= a[0]) == leaving else at.x, y)
    return (x, at.bottom if (b[1] >= a[1]) == leaving else at.y)


def _bridge(drawing: Drawing, element_id: str, into: list[xml.Element], out: xml.Element) -> None:
    """Lead what came in to where the way out led; the lines go through where the step stood."""
    target = out.get("targetRef", "")
    stood = layout.box(drawing, element_id)
    rest = layout.points(layout.edge(drawing, out.get("id", "")))
    for flow in into:
        line = layout.edge(drawing, flow.get("id", ""))
        corners = layout.points(line)
        leading.lead(drawing, flow, target)
        if line is not None and stood is not None and len(corners) > 1 and len(rest) > 1:
            layout.set_points(line, [*corners[:-1], stood.middle, *rest[1:]])


def redock(drawing: Drawing, element_id: str, stood: Box, at: Box) -> None:
    """Let the lines that touched a shape at `stood` touch the larger one at `at`."""
    for ends, first in ((drawing.flows(target=element_id), False), (drawing.flows(source=element_id), True)):
        for flow in ends:
            line = layout.edge(drawing, flow.get("id", ""))
            corners = layout.points(line)
            if line is None or len(corners) < 2:
                continue
            place = 0 if first else -1
            x, y = corners[place]
            x = at.right if x >= stood.right else at.x if x <= stood.x else x
            y = at.bottom if y >= stood.bottom else at.y if y <= stood.y else y
            corners[place] = (x, y)
            layout.set_points(line, corners)
