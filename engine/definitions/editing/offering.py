"""The acts that take a finding away.

Enters: an open Drawing, the rule and element of a finding, and what brought it about. Leaves: Mends, best first, none where only a
person can say what is meant. Nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine import xml
from engine.definitions.diagram import FLOW_NODES
from engine.definitions.editing import timing
from engine.definitions.editing.drawing import Drawing, NotPossible, slug
from engine.definitions.vocabulary import NAME

ROLE_OF, NAME_OF = "role", "name"
"""What a mend may ask for: a role of the region, or some words."""
JOINS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway"})


@dataclass(frozen=True, slots=True)
class Mend:
    """One act. `kind` is a key of `mending.ACTS`, `element_id` what is changed, `value` what it becomes or which way it concerns.

    `asks` is '' where nothing more need be said; else what somebody chooses first, which then is the `value`.
    """

    kind: str
    element_id: str
    value: str = ""
    asks: str = ""


def offers(drawing: Drawing, rule: str, element_id: str, *, cause: str = "") -> tuple[Mend, ...]:
    """What can be done about a finding at once. `cause` is the element that the game of tokens named beside it."""
    found = _OFFERS.get(rule)
    try:
        return tuple(found(drawing, element_id, cause)) if found else ()
    except NotPossible:
        return ()


def _of_id(drawing: Drawing, element_id: str, _: str) -> Iterator[Mend]:
    node = drawing.node(element_id)
    base = node.get("name", "").strip() or element_id
    readable_id = drawing.new_id(base)
    if NAME.fullmatch(readable_id) and slug(base) != "step":
        yield Mend("id", element_id, readable_id)


def _of_default(drawing: Drawing, element_id: str, _: str) -> Iterator[Mend]:
    """A way without a condition first; else each, whose condition then falls away."""
    gateway = drawing.node(element_id)
    flows = drawing.flows(source=gateway.get("id", ""))
    bare = [one for one in flows if one.find(xml.bpmn("conditionExpression")) is None]
    for flow in bare[:1] or flows:
        yield Mend("default", element_id, flow.get("id", ""))


def _of_condition(drawing: Drawing, flow_id: str, _: str) -> Iterator[Mend]:
    gateway = drawing.node(drawing.element(flow_id).get("sourceRef", ""))
    if not gateway.get("default"):
        yield Mend("default", gateway.get("id", ""), flow_id)


def _of_stray_condition(drawing: Drawing, flow_id: str, _: str) -> Iterator[Mend]:
    source = drawing.element(flow_id).get("sourceRef", "")
    if len(drawing.flows(source=source)) > 1:
        yield Mend("gateway", source)
    else:
        yield Mend("condition", flow_id)


def _of_deadline(drawing: Drawing, element_id: str, _: str) -> Iterator[Mend]:
    """One of the timers is the due date; those that end the step are named first, as a deadline is the last to come."""
    timers = [
        one for one in drawing.boundary(element_id) if one.find(xml.bpmn("timerEventDefinition")) is not None
    ]
    if not timers and xml.local(drawing.element(element_id)) == "boundaryEvent":
        timers = [drawing.element(element_id)]
    for event in timers:
        yield Mend("deadline", event.get("id", ""))


def _of_order(drawing: Drawing, element_id: str, _: str) -> Iterator[Mend]:
    """A plain length becomes one more than the deadline's, where both count the same."""
    event = drawing.element(element_id)
    deadline = timing.deadline_of(drawing, event.get("attachedToRef", ""))
    own, due = (None if one is None else timing.length_of(one) for one in (event, deadline))
    if own is not None and due is not None and own.unit == due.unit and due.count < timing.MOST:
        yield Mend("length", element_id, f"{due.count + 1} {due.unit}")


def _of_double(drawing: Drawing, element_id: str, _: str) -> Iterator[Mend]:
    seen: set[str] = set()
    for flow in drawing.flows(source=element_id):
        if flow.get("targetRef", "") in seen:
            yield Mend("flow", flow.get("id", ""))
            return
        seen.add(flow.get("targetRef", ""))


def _of_island(drawing: Drawing, element_id: str, _: str) -> Iterator[Mend]:
    if island(drawing, element_id):
        yield Mend("island", element_id)


def _of_join(drawing: Drawing, element_id: str, cause: str) -> Iterator[Mend]:
    """A gateway that joins otherwise than the ways were divided becomes one that joins as they were."""
    join = xml.local(drawing.node(element_id))
    split = xml.local(drawing.node(cause)) if cause else ""
    if join == "parallelGateway" and split in JOINS - {join}:
        yield Mend("join", element_id, split)


def _of_twice(drawing: Drawing, _: str, cause: str) -> Iterator[Mend]:
    """The ways meet in a gateway that lets each through: it is to wait for all of them."""
    meeting = drawing.node(cause) if cause else None
    plain = (
        meeting is not None
        and xml.local(meeting) == "exclusiveGateway"
        and len(drawing.flows(source=cause)) == 1
    )
    if plain:
        yield Mend("join", cause, "parallelGateway")
        yield Mend("join", cause, "inclusiveGateway")


def _of_name(drawing: Drawing, element_id: str, _: str) -> Iterator[Mend]:
    drawing.element(element_id)
    yield Mend("name", element_id, asks=NAME_OF)


def _plain(kind: str, asks: str = "") -> Callable[[Drawing, str, str], Iterator[Mend]]:
    def offered(drawing: Drawing, element_id: str, _: str) -> Iterator[Mend]:
        drawing.element(element_id)
        yield Mend(kind, element_id, asks=asks)

    return offered


_OFFERS: Mapping[str, Callable[[Drawing, str, str], Iterator[Mend]]] = {
    "role": _plain("role", ROLE_OF),
    "name": _of_name,
    "readable-id": _of_id,
    "form-missing": _plain("form"),
    "default-missing": _of_default,
    "condition-missing": _of_condition,
    "default-condition": _plain("condition"),
    "flow-condition": _of_stray_condition,
    "implicit-split": _plain("gateway"),
    "timer-deadline": _of_deadline,
    "timer-order": _of_order,
    "double-flow": _of_double,
    "unreachable": _of_island,
    "gateway-idle": _plain("step"),
    "dead-end": _plain("end"),
    "deadlock": _of_join,
    "runs-twice": _of_twice,
}


def island(drawing: Drawing, element_id: str) -> frozenset[str]:
    """The steps that no start event leads to and that hang together with this one, with all inside and on them."""
    node = drawing.node(element_id)
    inside = [one for one in drawing.scope(node) if xml.local(one) in FLOW_NODES]
    nodes = {one.get("id", ""): one for one in inside}
    after: dict[str, set[str]] = {one: set() for one in nodes}
    for flow in drawing.flows():
        if flow.get("sourceRef", "") in nodes and flow.get("targetRef", "") in nodes:
            after[flow.get("sourceRef", "")].add(flow.get("targetRef", ""))
    for one, event in nodes.items():
        host = event.get("attachedToRef", "")
        if host in nodes:
            after[host].add(one)
    begins = [
        key
        for key, one in nodes.items()
        if xml.local(one) == "startEvent" or one.get("triggeredByEvent") == "true"
    ]
    reached = _spread(begins, after)
    beside = {one: {other for other in nodes if other in after[one] or one in after[other]} for one in nodes}
    lost = {one: beside[one] - reached for one in nodes}
    return frozenset() if element_id in reached else frozenset(_spread([element_id], lost))


def _spread(firsts: list[str], after: Mapping[str, set[str]]) -> set[str]:
    found, todo = set(firsts), list(firsts)
    while todo:
        for one in after[todo.pop()] - found:
            found.add(one)
            todo.append(one)
    return found
