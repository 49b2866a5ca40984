"""Sequence flows: from where to where they may lead, where a condition may stand, and that no step splits or ends unseen."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definitions.checks.model import Model, error, warning
from engine.definitions.diagram import GATEWAYS, Flow, Node, Process
from engine.errors import Finding

_CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
_ENDING = frozenset({"endEvent"})


def check(model: Model) -> Iterable[Finding]:
    """BPMN 2.0 clauses 8.4.13 and 10.5: ends have no way out, starts and boundary events no way in, only gateways choose."""
    for process, flow in model.flows():
        source, target = process.nodes.get(flow.source), process.nodes.get(flow.target)
        if source is not None and target is not None:
            yield from _flow(flow, source, target)
    for process, node in model.nodes():
        yield from _ways_out(process, node)
        if not node.outgoing and node.kind not in _ENDING and not node.triggered:
            yield _dead_end(model, node)


def _flow(flow: Flow, source: Node, target: Node) -> Iterable[Finding]:
    if source.kind == "endEvent":
        yield error(
            flow,
            "flow-end",
            f"The end event {source.id} must not have an outgoing flow. Remove it, or make it a step.",
        )
    if target.kind == "startEvent":
        yield error(
            flow,
            "flow-start",
            f"The start event {target.id} must not have an incoming flow. Lead it to the step after.",
        )
    if target.kind == "boundaryEvent":
        yield error(
            flow, "flow-boundary", f"No flow may lead to the boundary event {target.id}. Lead it to a step."
        )
    if source.triggered or target.triggered:
        yield error(
            flow,
            "flow-event-sub-process",
            "An event sub-process stands alone: no flow leads to it or from it. Remove it.",
        )
    if source.parent_id != target.parent_id or flow.parent_id != source.parent_id:
        yield error(
            flow,
            "flow-border",
            "The flow crosses the border of a sub-process. End it inside and go on outside.",
        )
    if flow.condition is not None and source.kind not in _CHOOSING:
        message = (
            f"The condition after {source.id} would be ignored. Draw an exclusive gateway and put it there."
        )
        yield error(flow, "flow-condition", message)


def _ways_out(process: Process, node: Node) -> Iterable[Finding]:
    targets = [process.flows[flow].target for flow in node.outgoing]
    if len(targets) > 1 and node.kind not in GATEWAYS and node.kind != "endEvent":
        yield error(
            node,
            "implicit-split",
            "Several flows leave this step. Draw a parallel or an exclusive gateway after it.",
        )
    if len(set(targets)) < len(targets) and node.kind in {"parallelGateway", "inclusiveGateway"}:
        yield warning(
            node, "double-flow", "Two flows lead to the same element, which would then happen twice."
        )


def _dead_end(model: Model, node: Node) -> Finding:
    message = "The way ends here without an end event. Draw one after it."
    return error(node, "dead-end", message) if model.conventions else warning(node, "dead-end", message)
