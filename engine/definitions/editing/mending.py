"""What can be done at once about a finding, and the doing of it.

Enters: an open Drawing and a Mend, of those that `offering` has for a finding. Leaves: the Drawing with that changed and nothing else, and
what it brings along. Whether the finding is gone is for `checks`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine import xml
from engine.definitions.editing import (
    layout,
    leading,
    new_forms,
    questions,
    readable,
    sequence,
    steps,
    timing,
)
from engine.definitions.editing.drawing import Drawing, NotPossible, Put, insert_after, make, remove
from engine.definitions.editing.layout import GAP, Box
from engine.definitions.editing.offering import JOINS, Mend, island
from engine.definitions.vocabulary import NAME


@dataclass(frozen=True, slots=True)
class Done:
    """What a change of a drawing brings along: forms to begin with by task, what is gone, and elements with another id than before."""

    put: Put = field(default_factory=Put)
    gone: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()


def mend(drawing: Drawing, act: Mend, *, language: str) -> Done:
    """Do it. Raises NotPossible where it does not fit the drawing as it stands now."""
    doing = ACTS.get(act.kind)
    if doing is None or (act.asks and not act.value.strip()):
        raise NotPossible("no-such-mend", act.element_id)
    before = drawing.ids()
    made = doing(drawing, act, language)
    return made if made is not None else Done(gone=tuple(before - drawing.ids()))


def _role(drawing: Drawing, act: Mend, _: str) -> None:
    steps.set_own(drawing, act.element_id, "role", act.value)


def _named(drawing: Drawing, act: Mend, _: str) -> None:
    steps.rename(drawing, act.element_id, act.value)


def _identified(drawing: Drawing, act: Mend, _: str) -> Done:
    node = drawing.node(act.element_id)
    if not NAME.fullmatch(act.value) or act.value in drawing.ids():
        raise NotPossible("no-such-mend", act.element_id)
    readable.called(drawing, node, act.value)
    for one in drawing.root.iter(xml.bpmn("userTask")):
        before = one.get(xml.own("second_person"), "").split()
        if act.element_id in before:
            after = [act.value if each == act.element_id else each for each in before]
            one.set(xml.own("second_person"), " ".join(after))
    return Done(renamed=((act.element_id, act.value),))


def _asked(drawing: Drawing, act: Mend, _: str) -> Done:
    drawing.node(act.element_id)
    return Done(Put([], {act.element_id: new_forms.NOTE}))


def _default(drawing: Drawing, act: Mend, _: str) -> None:
    if drawing.element(act.value).get("sourceRef") != act.element_id:
        raise NotPossible("no-such-mend", act.element_id)
    steps.set_condition(drawing, act.value, "")


def _unconditional(drawing: Drawing, act: Mend, _: str) -> None:
    flow = drawing.element(act.element_id)
    for one in flow.findall(xml.bpmn("conditionExpression")):
        remove(one)


def _divided(drawing: Drawing, act: Mend, _: str) -> None:
    """A gateway after the step, where its flows now begin: all at once as before, or a choice where there are conditions."""
    node, flows = drawing.node(act.element_id), drawing.flows(source=act.element_id)
    if len(flows) < 2 or xml.local(node).endswith("Gateway"):
        raise NotPossible("no-such-mend", act.element_id)
    chosen = [one for one in flows if one.find(xml.bpmn("conditionExpression")) is not None]
    kind = "exclusiveGateway" if chosen else "parallelGateway"
    made = make(kind, drawing.new_id(f"after_{act.element_id}"))
    made_id = made.get("id", "")
    insert_after(node, made)
    stands = layout.box(drawing, act.element_id)
    width, height = layout.GATEWAY
    if stands is not None:
        targets = [layout.box(drawing, flow.get("targetRef", "")) for flow in flows]
        behind = [one.x for one in targets if one is not None and one.x >= stands.right]
        missing = GAP + width + GAP - (min(behind) - stands.right) if behind else 0.0
        layout.make_room(drawing, act.element_id, 0, stands.right + 1, missing)
    for flow in flows:
        leading.lead_from(drawing, flow, made_id)
    into = leading.connect(drawing, act.element_id, made_id)
    if stands is not None:
        at = Box(stands.right + GAP, stands.middle[1] - height / 2, width, height)
        layout.add_shape(drawing, made_id, at, like=act.element_id)
        layout.add_edge(
            drawing,
            into.get("id", ""),
            [(stands.right, stands.middle[1]), (at.x, at.middle[1])],
            like=act.element_id,
        )
        for flow in flows:
            _from_gateway(drawing, flow, at)
    plain = [one for one in flows if one not in chosen]
    if node.get("default"):
        made.set("default", node.get("default", ""))
        del node.attrib["default"]
    elif chosen and plain:
        made.set("default", plain[0].get("id", ""))


def _from_gateway(drawing: Drawing, flow: xml.Element, at: Box) -> None:
    """The line begins at the gateway: to the right for what stands level with it, else up or down first."""
    line = layout.edge(drawing, flow.get("id", ""))
    corners = layout.points(line)
    if line is None or len(corners) < 2:
        return
    (x, y), (middle_x, middle_y) = corners[-1], at.middle
    if abs(y - middle_y) < 1:
        layout.set_points(line, [(at.right, middle_y), (x, y)])
    else:
        layout.set_points(line, [(middle_x, at.bottom if y > middle_y else at.y), (middle_x, y), (x, y)])


def _due(drawing: Drawing, act: Mend, _: str) -> None:
    event = drawing.element(act.element_id)
    if event.find(xml.bpmn("timerEventDefinition")) is None:
        raise NotPossible("not-a-timer", act.element_id)
    for other in drawing.boundary(event.get("attachedToRef", "")):
        if other is not event:
            steps.set_own(drawing, other.get("id", ""), "deadline", "")
    event.set(xml.own("deadline"), "true")


def _lasting(drawing: Drawing, act: Mend, language: str) -> None:
    timing.set_length(drawing, act.element_id, questions.length(act.value, act.element_id), language=language)


def _less_a_flow(drawing: Drawing, act: Mend, _: str) -> None:
    leading.forget(drawing, drawing.element(act.element_id))


def _less_an_island(drawing: Drawing, act: Mend, _: str) -> None:
    gone = island(drawing, act.element_id)
    if not gone:
        raise NotPossible("no-such-mend", act.element_id)
    leading.delete(drawing, [one.get("id", "") for key in gone for one in drawing.within(key)])


def _less_a_step(drawing: Drawing, act: Mend, _: str) -> None:
    sequence.take_out(drawing, act.element_id)


_END = {"sv": "Klart", "nb": "Ferdig", "en": "Done"}


def _ended(drawing: Drawing, act: Mend, language: str) -> None:
    """An end event after the step, to its right, at the same height."""
    node = drawing.node(act.element_id)
    name = _END.get(language[:2], _END["en"])
    made = make("endEvent", drawing.new_id(f"{act.element_id}_ends"), name=name)
    made_id = made.get("id", "")
    insert_after(node, made)
    flow = leading.connect(drawing, act.element_id, made_id)
    stands = layout.box(drawing, act.element_id)
    if stands is not None:
        width, height = layout.EVENT
        layout.make_room(drawing, act.element_id, 0, stands.right + 1, width + GAP)
        at = Box(stands.right + GAP, stands.middle[1] - height / 2, width, height)
        layout.add_shape(drawing, made_id, at, like=act.element_id, label=True)
        way = [(stands.right, stands.middle[1]), (at.x, at.middle[1])]
        layout.add_edge(drawing, flow.get("id", ""), way, like=act.element_id)


def _joined(drawing: Drawing, act: Mend, _: str) -> None:
    """A gateway of another kind in the same place; conditions and names stay."""
    node = drawing.node(act.element_id)
    if act.value not in JOINS or xml.local(node) not in JOINS:
        raise NotPossible("no-such-mend", act.element_id)
    node.tag = xml.bpmn(act.value)


ACTS: Mapping[str, Callable[[Drawing, Mend, str], Done | None]] = {
    "role": _role,
    "name": _named,
    "id": _identified,
    "form": _asked,
    "default": _default,
    "condition": _unconditional,
    "gateway": _divided,
    "deadline": _due,
    "length": _lasting,
    "flow": _less_a_flow,
    "island": _less_an_island,
    "step": _less_a_step,
    "end": _ended,
    "join": _joined,
}
"""Every act, by its key."""
