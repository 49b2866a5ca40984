"""A BPMN file as nodes and flows, each with its line.

Enters: the bytes of a `.bpmn` file. Leaves: a frozen Diagram; BrokenDefinition only where there is no BPMN to
read at all. It is a lenient reading: references may point to nothing and anything may be drawn; `checks` says
what is wrong with it. Nothing is executed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from engine import xml
from engine.errors import BrokenDefinition, Finding

TASKS = frozenset(
    [
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
        "callActivity",
    ]
)
SUB_PROCESSES = frozenset({"subProcess", "adHocSubProcess", "transaction"})
EVENTS = frozenset(
    [
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "implicitThrowEvent",
        "boundaryEvent",
    ]
)
GATEWAYS = frozenset(
    ["exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"]
)
CHOREOGRAPHY = frozenset({"choreographyTask", "subChoreography", "callChoreography"})
FLOW_NODES = TASKS | SUB_PROCESSES | EVENTS | GATEWAYS | CHOREOGRAPHY


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `condition` is None where none is drawn. BPMN 2.0 clause 8.4.13."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None
    parent_id: str
    path: str
    line: int
    element: xml.Element


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node. `parent_id` is the embedded sub-process around it, '' at process level; `own` holds
    Samordna's attributes.

    `events` are the event definitions' names without `EventDefinition` (`timer`, `message` ...), in the order
    drawn.
    """

    id: str
    kind: str
    name: str
    parent_id: str
    process_id: str
    path: str
    line: int
    lane: str
    documentation: str
    own: Mapping[str, str]
    events: tuple[str, ...]
    attached_to: str
    interrupting: bool
    triggered: bool  # an event sub-process
    incoming: tuple[str, ...]
    outgoing: tuple[str, ...]
    element: xml.Element

    @property
    def event(self) -> str:
        """The one event definition, '' where there is none."""
        return self.events[0] if self.events else ""

    @property
    def multi_instance(self) -> xml.Element | None:
        """The multi-instance marker, if drawn."""
        return self.element.find(xml.bpmn("multiInstanceLoopCharacteristics"))

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """The `samordna:input` pairs, name and value."""
        found = self.element.iterfind(f"{xml.bpmn('extensionElements')}/{xml.own('input')}")
        return tuple((one.get("name", ""), one.get("value", "")) for one in found)

    def definition(self) -> xml.Element | None:
        """The event definition as drawn."""
        for child in self.element:
            if child.tag == xml.bpmn(f"{self.event}EventDefinition"):
                return child
        return None


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a file, with everything inside it, in the order of the file."""

    id: str
    name: str
    documentation: str
    executable: bool
    path: str
    line: int
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    own: Mapping[str, str]
    element: xml.Element
    attached: Mapping[str, tuple[Node, ...]]

    def inside(self, parent_id: str) -> tuple[Node, ...]:
        """The nodes that stand directly in a sub-process, or at process level for ''."""
        return tuple(node for node in self.nodes.values() if node.parent_id == parent_id)

    def boundary(self, host_id: str) -> tuple[Node, ...]:
        """The boundary events attached to a node."""
        return self.attached.get(host_id, ())

    def next(self, node: Node) -> tuple[Node, ...]:
        """The nodes that the outgoing flows lead to."""
        targets = (self.flows[flow].target for flow in node.outgoing)
        return tuple(self.nodes[target] for target in targets if target in self.nodes)


@dataclass(frozen=True, slots=True)
class Diagram:
    """One file."""

    path: str
    root: xml.Element
    processes: tuple[Process, ...]

    def nodes(self) -> Iterator[Node]:
        """Every flow node of every process."""
        for process in self.processes:
            yield from process.nodes.values()

    def flows(self) -> Iterator[Flow]:
        """Every sequence flow of every process."""
        for process in self.processes:
            yield from process.flows.values()


def read(data: bytes, path: str) -> Diagram:
    """Read a file; raises BrokenDefinition where it is not XML or not BPMN."""
    root = xml.read(data, path=path)
    if root.tag != xml.bpmn("definitions"):
        name = xml.local(root)
        message = (
            f"The root element is <{name[:60]}>, but BPMN definitions are expected. Choose a BPMN 2.0 file."
        )
        raise BrokenDefinition((Finding(path, xml.line_of(root), "error", "bpmn-root", "", message),))
    return Diagram(path, root, tuple(_process(one, path) for one in root.iterfind(xml.bpmn("process"))))


def attributes(element: xml.Element) -> Mapping[str, str]:
    """Samordna's own attributes of an element, without the namespace."""
    prefix = xml.own("")
    found = {
        str(name)[len(prefix) :]: str(value)
        for name, value in element.attrib.items()
        if str(name).startswith(prefix)
    }
    return MappingProxyType(found)


def text_of(element: xml.Element | None) -> str:
    """All text inside an element, trimmed; '' for none."""
    return "".join(str(piece) for piece in element.itertext()).strip() if element is not None else ""


def documentation(element: xml.Element) -> str:
    """What `bpmn:documentation` says, paragraphs divided by a blank line."""
    return "\n\n".join(filter(None, (text_of(one) for one in element.iterfind(xml.bpmn("documentation")))))


def _process(element: xml.Element, path: str) -> Process:
    process_id = element.get("id", "")
    flows = {flow.id: flow for flow in reversed([*_flows(element, path)])}
    ends: dict[str, tuple[list[str], list[str]]] = {}
    for flow in reversed(flows.values()):
        ends.setdefault(flow.source, ([], []))[1].append(flow.id)
        ends.setdefault(flow.target, ([], []))[0].append(flow.id)
    lanes = dict(_lanes(element))
    nodes: dict[str, Node] = {}
    for one in element.iter():
        if _kind(one) in FLOW_NODES and one.get("id", "") not in nodes:
            nodes[one.get("id", "")] = _node(
                one, process_id, path, lanes, ends.get(one.get("id", ""), ([], []))
            )
    nodes = _with_lanes_of_parents(nodes)
    attached: dict[str, tuple[Node, ...]] = {}
    for node in nodes.values():
        if node.attached_to:
            attached[node.attached_to] = (*attached.get(node.attached_to, ()), node)
    return Process(
        id=process_id,
        name=element.get("name", ""),
        documentation=documentation(element),
        executable=element.get("isExecutable") in {"true", "1"},
        path=path,
        line=xml.line_of(element),
        nodes=MappingProxyType(nodes),
        flows=MappingProxyType(dict(reversed(flows.items()))),
        own=attributes(element),
        element=element,
        attached=MappingProxyType(attached),
    )


def _kind(element: xml.Element) -> str:
    """The element's name if it is BPMN's, else ''."""
    tag = element.tag
    return tag[len(xml.BPMN) + 2 :] if tag.startswith(f"{{{xml.BPMN}}}") else ""


def _parent(element: xml.Element) -> str:
    """The id of the nearest sub-process around the element, '' at process level."""
    for outer in element.iterancestors():
        if _kind(outer) in SUB_PROCESSES:
            return outer.get("id", "")
    return ""


def _flows(element: xml.Element, path: str) -> Iterator[Flow]:
    for one in element.iter(xml.bpmn("sequenceFlow")):
        condition = one.find(xml.bpmn("conditionExpression"))
        yield Flow(
            id=one.get("id", ""),
            name=one.get("name", ""),
            source=one.get("sourceRef", ""),
            target=one.get("targetRef", ""),
            condition=None if condition is None else text_of(condition),
            parent_id=_parent(one),
            path=path,
            line=xml.line_of(one),
            element=one,
        )


def _lanes(element: xml.Element) -> Iterator[tuple[str, str]]:
    """Node id and the name of its innermost lane: inner lanes come later in the file and replace outer ones."""
    for lane in element.iter(xml.bpmn("lane")):
        for ref in lane.iterfind(xml.bpmn("flowNodeRef")):
            yield text_of(ref), lane.get("name", "")


def _node(
    one: xml.Element, process_id: str, path: str, lanes: Mapping[str, str], ends: tuple[list[str], list[str]]
) -> Node:
    definitions = [kind for child in one if (kind := _kind(child)).endswith("EventDefinition")]
    return Node(
        id=one.get("id", ""),
        kind=_kind(one),
        name=one.get("name", ""),
        parent_id=_parent(one),
        process_id=process_id,
        path=path,
        line=xml.line_of(one),
        lane=lanes.get(one.get("id", ""), ""),
        documentation=documentation(one),
        own=attributes(one),
        events=tuple(kind.removesuffix("EventDefinition") for kind in definitions),
        attached_to=one.get("attachedToRef", "") if _kind(one) == "boundaryEvent" else "",
        interrupting=one.get("cancelActivity", one.get("isInterrupting", "true")) not in {"false", "0"},
        triggered=one.get("triggeredByEvent") in {"true", "1"},
        incoming=tuple(ends[0]),
        outgoing=tuple(ends[1]),
        element=one,
    )


def _with_lanes_of_parents(nodes: dict[str, Node]) -> dict[str, Node]:
    """What stands in a sub-process stands in the sub-process's lane."""
    found: dict[str, Node] = {}
    for key, node in nodes.items():
        lane, outer = node.lane, node.parent_id
        seen: set[str] = set()
        while not lane and outer in nodes and outer not in seen:
            seen.add(outer)
            lane, outer = nodes[outer].lane, nodes[outer].parent_id
        found[key] = node if lane == node.lane else replace(node, lane=lane)
    return found
