"""Loops in which nothing waits, and inclusive joins that wait for themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.definitions.checks.model import Model, error, warning
from engine.definitions.diagram import Flow, Process
from engine.errors import Finding

_CHANGING = frozenset({"serviceTask", "businessRuleTask", "subProcess", "callActivity"})


def check(model: Model) -> Iterable[Finding]:
    """A loop without a step that waits never rests; one in which no data can change never ends either."""
    for process in model.all_processes():
        yield from _restless(model, process)
        yield from _inclusive(process)


def _restless(model: Model, process: Process) -> Iterable[Finding]:
    running = {
        node.id
        for node in process.nodes.values()
        if not model.waits(process, node) and node.kind != "boundaryEvent"
    }
    for flow, members in _back_flows(process, running):
        names = ", ".join(sorted(members)[:6])
        message = f"This flow closes a loop in which nothing waits ({names}). Let a step in it wait for somebody or for a time."
        changing = any(process.nodes[member].kind in _CHANGING for member in members)
        yield warning(flow, "loop", message) if changing else error(flow, "loop", message)


def _back_flows(process: Process, among: set[str]) -> Iterator[tuple[Flow, set[str]]]:
    """Each flow that leads back along the way by which it was reached, with the elements of that way; depth first, without
    recursion.
    """
    done: set[str] = set()
    entered = [flow.target for flow in process.flows.values() if flow.source not in among]
    starts = [node.id for node in process.nodes.values() if node.kind == "startEvent"]
    for start in (*starts, *entered, *process.nodes):
        if start in done or start not in among:
            continue
        way: list[str] = []
        on_way: set[str] = set()
        todo: list[tuple[str, bool]] = [(start, True)]
        while todo:
            current, entering = todo.pop()
            if not entering:
                on_way.discard(way.pop())
                continue
            if current in done:
                continue
            done.add(current)
            way.append(current)
            on_way.add(current)
            todo.append((current, False))
            for name in process.nodes[current].outgoing:
                flow = process.flows[name]
                if flow.target in on_way:
                    yield flow, set(way[way.index(flow.target) :])
                elif flow.target in among and flow.target in process.nodes:
                    todo.append((flow.target, True))


def _inclusive(process: Process) -> Iterable[Finding]:
    for node in process.nodes.values():
        if node.kind == "inclusiveGateway" and len(node.incoming) > 1 and _reaches(process, node.id, node.id):
            message = "This inclusive join leads back to itself, and may wait for ever. Join the loop with an exclusive gateway."
            yield warning(node, "inclusive-loop", message)


def _reaches(process: Process, start: str, wanted: str) -> bool:
    seen: set[str] = set()
    todo = [start]
    while todo:
        for target in process.next(process.nodes[todo.pop()]):
            if target.id == wanted:
                return True
            if target.id not in seen:
                seen.add(target.id)
                todo.append(target.id)
    return False
