"""References lead somewhere: flows, attachments, default flows, messages, errors, lanes."""

from __future__ import annotations

from collections.abc import Iterable

from engine import xml
from engine.definitions.checks.model import Model, error, told
from engine.definitions.diagram import Diagram, Node, Process, text_of
from engine.errors import Finding


def check(model: Model) -> Iterable[Finding]:
    """Every reference inside a file points to an element of the right kind in the same file."""
    for process, flow in model.flows():
        for word, target in (("sourceRef", flow.source), ("targetRef", flow.target)):
            if target not in process.nodes:
                message = (
                    f"The flow's {word} {target!r:.80} is no element of this process. Draw the flow again."
                )
                yield error(flow, "reference", message)
    for process, node in model.nodes():
        yield from _attached(process, node)
        yield from _default(node)
    for one in model.diagrams:
        yield from _definitions(one)
        yield from _lanes(one)


def _attached(process: Process, node: Node) -> Iterable[Finding]:
    if node.kind != "boundaryEvent":
        return
    host = process.nodes.get(node.attached_to)
    if host is None:
        message = f"attachedToRef {node.attached_to!r:.80} points to nothing. Move the event onto a task or sub-process."
        yield error(node, "reference", message)
    elif host.parent_id != node.parent_id:
        yield error(
            node, "reference", f"{host.id} stands in another sub-process. Move the event onto a neighbour."
        )


def _default(node: Node) -> Iterable[Finding]:
    default = node.element.get("default")
    if default is not None and default not in node.outgoing:
        yield error(
            node,
            "reference",
            f"The default flow {default!r:.80} does not leave this element. Choose another.",
        )


def _definitions(one: Diagram) -> Iterable[Finding]:
    for kind in ("message", "error"):
        known = {element.get("id") for element in one.root.iterfind(xml.bpmn(kind))}
        for definition in one.root.iter(xml.bpmn(f"{kind}EventDefinition")):
            reference = definition.get(f"{kind}Ref")
            if reference is not None and reference.split(":")[-1] not in known:
                message = f"The {kind} {reference!r:.80} is not in the file. Add it, or choose another."
                yield _of_event(definition, one.path, message)
            elif reference is None and kind == "message":
                yield _of_event(
                    definition, one.path, "The event does not say which message it waits for. Choose one."
                )


def _of_event(definition: xml.Element, path: str, message: str) -> Finding:
    event = definition.getparent()
    return told(definition if event is None else event, path, "reference", message)


def _lanes(one: Diagram) -> Iterable[Finding]:
    for process in one.processes:
        for lane in process.element.iter(xml.bpmn("lane")):
            for reference in lane.iterfind(xml.bpmn("flowNodeRef")):
                if text_of(reference) not in process.nodes:
                    message = (
                        f"The lane names {text_of(reference)!r:.80}, which is no element of this process."
                    )
                    yield Finding(
                        one.path, xml.line_of(reference), "warning", "reference", lane.get("id", ""), message
                    )
