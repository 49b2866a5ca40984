"""Gateways: a choice has a condition on each way out but the default, and an event-based gateway leads to events."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definitions.checks.model import Model, error, warning
from engine.definitions.diagram import Node, Process
from engine.errors import Finding


def check(model: Model) -> Iterable[Finding]:
    """BPMN 2.0 clause 10.6."""
    for process, node in model.nodes():
        if node.kind in {"exclusiveGateway", "inclusiveGateway"} and len(node.outgoing) > 1:
            yield from _choice(process, node)
        if node.kind == "eventBasedGateway":
            yield from _events(process, node)
        if node.kind.endswith("Gateway") and len(node.incoming) < 2 and len(node.outgoing) < 2:
            yield warning(node, "gateway-idle", "The gateway neither divides nor joins anything. Remove it.")


def _choice(process: Process, node: Node) -> Iterable[Finding]:
    default = node.element.get("default")
    flows = [process.flows[flow] for flow in node.outgoing]
    for flow in flows:
        if flow.id == default and flow.condition is not None:
            yield warning(
                flow, "default-condition", "The condition on the default flow is never asked. Remove it."
            )
        elif flow.id != default and not flow.condition:
            yield error(
                flow,
                "condition-missing",
                f"This way out of {node.id} has no condition. Add one, or make it the default.",
            )
    if default not in node.outgoing:
        message = "There is no default flow: where no condition holds the case would stop. Mark one way out as the default."
        yield warning(node, "default-missing", message)


def _events(process: Process, node: Node) -> Iterable[Finding]:
    targets = process.next(node)
    if not targets or any(target.kind != "intermediateCatchEvent" for target in targets):
        yield error(
            node,
            "event-gateway",
            "An event-based gateway must lead to catch events only. Draw an event on each way out.",
        )
    for target in targets:
        if len(target.incoming) > 1:
            yield error(
                target,
                "event-gateway",
                "Nothing else may lead to an event after an event-based gateway. Draw another event.",
            )
    if sum(target.event == "timer" for target in targets) > 1:
        yield error(
            node,
            "event-gateway",
            "Only one timer may stand after it: the later would hide the earlier. Keep the earlier.",
        )
