"""Makes SpiffWorkflow specifications out of processes that have passed every check.

Enters: processes by id. Leaves: one Level for each process, with those of its embedded sub-processes inside. Names of nodes
begin with a colon, which no id of a diagram has, so that none ("Start", "End") meets one of SpiffWorkflow's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .activities import DecisionTask, EventSubProcess, ServiceTask, SubProcess, UserTask
from .elements import Element, Process
from .events import BoundaryEvent, CatchEvent, EndEvent, ErrorBoundary, definition_of
from .nodes import EventGateway, ExclusiveGateway, InclusiveGateway, Node, ParallelGateway, PlainNode
from .sets import MultiInstance
from .specification import Level


def weave(processes: Mapping[str, Process]) -> dict[str, Level]:
    """The levels of all processes; calls refer to one another's, recursive ones too."""
    levels = {process_id: Level(process_id) for process_id in processes}
    for process in processes.values():
        _Weaving(process, levels).weave()
    return levels


class _Weaving:
    """One process being woven."""

    def __init__(self, process: Process, processes: Mapping[str, Level]) -> None:
        self.parts = process.levels()
        self.called = processes
        self.levels = {within: Level(f"{process.id}/{within}") for within in self.parts if within}
        self.levels[""] = processes[process.id]

    def weave(self) -> None:
        for within, elements in self.parts.items():
            level = self.levels[within]
            nodes = {element.id: self._node(level, element) for element in elements}
            for node in nodes.values():
                self._connect(node, nodes)
            level.starts = {e.id: nodes[e.id] for e in elements if e.kind == "startEvent"}
            level.handlers = [nodes[e.id] for e in elements if e.event_subprocess]
            level.joins = any(node.joins for node in nodes.values())
            for node in nodes.values():
                if isinstance(node, InclusiveGateway):
                    node.reaching = _reaching(node, nodes)

    def _node(self, level: Level, element: Element) -> Node:
        if element.loop is None:
            return self._single(level, f":{element.id}", element)
        inner = self._single(level, f":{element.id}[]", element)
        return MultiInstance(level, f":{element.id}", element, inner)

    def _single(self, level: Level, name: str, element: Element) -> Node:
        if element.kind == "callActivity":
            return SubProcess(level, name, element, self.called[element.called])
        if element.kind == "subProcess":
            made = EventSubProcess if element.event_subprocess else SubProcess
            return made(level, name, element, self.levels[element.id])
        if element.kind == "intermediateCatchEvent":
            return CatchEvent(level, name, element, event_definition=definition_of(element))
        if element.kind == "boundaryEvent":
            return _boundary(level, name, element)
        return _NODES[element.kind](level, name, element)

    @staticmethod
    def _connect(node: Node, nodes: Mapping[str, Node]) -> None:
        for flow in node.element.outgoing:
            target = nodes[flow.target]
            node.connect(target)
            node.targets.append((flow, target))
        if node.element.kind == "boundaryEvent":
            host = nodes[node.element.attached_to]
            (host.errors if node.element.event == "error" else host.events).append(node)


def _boundary(level: Level, name: str, element: Element) -> Node:
    if element.event == "error":
        return ErrorBoundary(level, name, element)
    definition = definition_of(element)
    return BoundaryEvent(
        level, name, element, event_definition=definition, cancel_activity=element.interrupting
    )


def _reaching(gateway: Node, nodes: Mapping[str, Node]) -> dict[str, frozenset[str]]:
    """From each node, the gateway's flows that can be reached without passing it; a host's events count as its own ways."""
    leading: dict[str, list[str]] = {}
    for node in nodes.values():
        source = node.element.attached_to or node.element.id
        for _flow, target in node.targets:
            leading.setdefault(target.element.id, []).append(node.element.id)
            if source != node.element.id:
                leading[target.element.id].append(source)
    found: dict[str, set[str]] = {}
    for node in nodes.values():
        for flow, target in node.targets:
            if target is gateway:
                for source in {node.element.id, node.element.attached_to or node.element.id}:
                    _mark_back(source, flow.id, gateway.element.id, leading, found)
    return {element_id: frozenset(flows) for element_id, flows in found.items()}


def _mark_back(
    source: str, flow: str, gateway: str, leading: Mapping[str, list[str]], found: dict[str, set[str]]
) -> None:
    waiting = [source]
    while waiting:
        element_id = waiting.pop()
        if element_id == gateway or flow in found.setdefault(element_id, set()):
            continue
        found[element_id].add(flow)
        waiting.extend(leading.get(element_id, ()))


_NODES: dict[str, Callable[[Any, str, Element], Node]] = {
    "startEvent": PlainNode,
    "endEvent": EndEvent,
    "userTask": UserTask,
    "serviceTask": ServiceTask,
    "businessRuleTask": DecisionTask,
    "exclusiveGateway": ExclusiveGateway,
    "parallelGateway": ParallelGateway,
    "inclusiveGateway": InclusiveGateway,
    "eventBasedGateway": EventGateway,
}
