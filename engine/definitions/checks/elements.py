"""The allow-list: what may stand in a diagram. Everything that would be passed over silently, or fail when
the token arrives, is refused.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine import xml
from engine.definitions.checks.model import Model, error, told
from engine.definitions.diagram import FLOW_NODES, SUB_PROCESSES, Diagram, Node
from engine.definitions.vocabulary import INSTEAD, NODES, READER, TOP_LEVEL
from engine.errors import Finding

# Left over by editors: definitions that nothing refers to, or that only refused events refer to.
_UNUSED = frozenset(
    {"signal", "escalation", "interface", "resource", "import", "dataStore", "correlationProperty"}
)
_LISTED = "processes/README.md lists what may be drawn."


def check(model: Model) -> Iterable[Finding]:
    """Flow nodes, event definitions and loop markers are those of the vocabulary; so is everything beside
    them.
    """
    for _, node in model.nodes():
        yield from _node(node)
    for one in model.diagrams:
        yield from _beside(one)


def _node(node: Node) -> Iterable[Finding]:
    if node.kind not in NODES:
        yield error(node, "element", f"A {node.kind} cannot be run. {INSTEAD.get(node.kind, _LISTED)}")
        return
    references = node.element.findall(xml.bpmn("eventDefinitionRef"))
    if len(node.events) > 1 or references:
        yield error(
            node, "element", "An event has one event definition, drawn inside it. Draw one event for each."
        )
    elif node.event not in NODES[node.kind]:
        yield error(node, "element", f"{_what(node)} cannot be run. {INSTEAD.get(node.event, _LISTED)}")
    if node.element.find(xml.bpmn("standardLoopCharacteristics")) is not None:
        yield error(
            node, "element", "A loop marker cannot be run. Draw the loop with a gateway and a flow back."
        )


def _what(node: Node) -> str:
    words = {"startEvent": "start event", "endEvent": "end event", "boundaryEvent": "boundary event"}
    kind = words.get(node.kind, "intermediate event")
    return f"A {node.event} {kind}" if node.event else f"An {kind} without a kind"


def _beside(one: Diagram) -> Iterable[Finding]:
    """Whatever else stands directly in the file, a process or a sub-process."""
    for child in one.root:
        if _is_bpmn(child) and xml.local(child) not in TOP_LEVEL | _UNUSED:
            yield told(
                child, one.path, "element", f"A {xml.local(child)} has no place here. {_instead(child)}"
            )
    for process in one.processes:
        for holder in process.element.iter(xml.bpmn("process"), *(xml.bpmn(kind) for kind in SUB_PROCESSES)):
            for child in holder:
                name = xml.local(child)
                if not _is_bpmn(child):
                    message = f"{name!r:.60} is no BPMN element. Move it into extensionElements or remove it."
                    yield told(child, one.path, "element", message)
                elif name not in READER | FLOW_NODES and not name.endswith("LoopCharacteristics"):
                    yield told(child, one.path, "element", f"A {name} cannot be run. {_instead(child)}")


def _instead(element: xml.Element) -> str:
    return INSTEAD.get(xml.local(element), _LISTED)


def _is_bpmn(element: xml.Element) -> bool:
    return element.tag.startswith(f"{{{xml.BPMN}}}")
