"""A step moved past a branch: where it could stand on the other side, and the move to such a place.

Enters: an open Drawing, a step with one way in and one way out, and the direction. Leaves: sequence flows on which the step fits, the best
first; or the same Drawing with the step on one of them. Places are only offered, never chosen: each changes when the step is done.
"""

from __future__ import annotations

from engine import xml
from engine.definitions.editing import layout, sequence
from engine.definitions.editing.drawing import Drawing, NotPossible
from engine.definitions.editing.layout import Box


def places(drawing: Drawing, element_id: str, *, later: bool) -> tuple[str, ...]:
    """Ids of flows beyond what stands in the way: first where all its ways have met, then the first place on one of them.

    Empty where the step may simply change places with its neighbour, or where there is nothing beyond. Raises NotPossible for what is
    no step in a row.
    """
    flows = _onward(drawing, sequence.in_a_row(drawing, element_id).get("id", ""), later=later)
    beside = _end(flows[0], later=later)
    if _is_in_a_row(drawing, beside):
        return ()
    ways = [one for one in _onward(drawing, beside, later=later) if _end(one, later=later) != element_id]
    met = _where_all_meet(drawing, element_id, ways, later=later) if len(ways) > 1 else None
    best = [one for one in (met, *ways[:1]) if one is not None]
    return tuple(one.get("id", "") for one in best if not sequence.of_race(drawing, one))


def move_to(drawing: Drawing, element_id: str, flow_id: str) -> None:
    """Put the step on that flow, with its boundary events and what only they lead to. NotPossible for a flow that is no place for it."""
    offered = {one for later in (True, False) for one in places(drawing, element_id, later=later)}
    if flow_id not in offered:
        raise NotPossible("branch", element_id)
    along = sequence.belongings(drawing, element_id)
    drawn = layout.box(drawing, element_id)
    size = (drawn.width, drawn.height) if drawn else sequence.size_of(xml.local(drawing.node(element_id)))
    sequence.close_up(drawing, element_id)
    at = sequence.put_on(drawing, drawing.element(flow_id), element_id, element_id, size)
    _draw_at(drawing, element_id, along, at)


def _draw_at(drawing: Drawing, element_id: str, along: list[str], at: Box | None) -> None:
    """Making room may have shifted the step itself: where it stood is read last."""
    stood = layout.box(drawing, element_id)
    if at is not None and stood is not None:
        layout.shift(drawing, along, at.x - stood.x, at.y - stood.y)


def _is_in_a_row(drawing: Drawing, element_id: str) -> bool:
    try:
        sequence.in_a_row(drawing, element_id)
    except NotPossible:
        return False
    return True


def _onward(drawing: Drawing, element_id: str, *, later: bool) -> list[xml.Element]:
    return drawing.flows(source=element_id) if later else drawing.flows(target=element_id)


def _end(flow: xml.Element, *, later: bool) -> str:
    return flow.get("targetRef" if later else "sourceRef", "")


def _where_all_meet(
    drawing: Drawing, element_id: str, ways: list[xml.Element], *, later: bool
) -> xml.Element | None:
    """The flow beyond the nearest node that every way comes to; a way back to the step itself comes here again and is not asked."""
    reached = [_reached(drawing, _end(one, later=later), later=later) for one in ways]
    asked = [one for one in reached if element_id not in one]
    if not asked:
        return None
    for node in asked[0]:
        beyond = _onward(drawing, node, later=later)
        if len(beyond) == 1 and all(node in one for one in asked):
            return beyond[0]
    return None


def _reached(drawing: Drawing, start: str, *, later: bool) -> dict[str, None]:
    """What can be come to from there, itself included, the nearest first."""
    found, todo = {start: None}, [start]
    while todo:
        ends = [_end(one, later=later) for one in _onward(drawing, todo.pop(0), later=later)]
        todo += [one for one in dict.fromkeys(ends) if one not in found]
        found |= dict.fromkeys(ends)
    return found
