"""Call activities call a process that is there, and never come back to where they started."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.definitions.checks.model import Model, error
from engine.definitions.diagram import Node
from engine.definitions.routine import called_element
from engine.errors import Finding


def check(model: Model) -> Iterable[Finding]:
    """`calledElement` names an executable process of the bundle; calls form no cycle."""
    calls: dict[str, list[Node]] = {process_id: [] for process_id in model.processes}
    for process, node in model.nodes():
        if node.kind != "callActivity":
            continue
        calls[process.id].append(node)
        called = model.processes.get(called_element(node))
        if not called_element(node):
            yield error(node, "call", "It does not say which process it calls. Set calledElement.")
        elif called is None:
            message = f"The process {called_element(node)!r:.80} that it calls is unknown. Add its file, or name another process."
            yield error(node, "call", message)
        elif not called.executable:
            yield error(
                node,
                "call",
                f"The process {called.id} that it calls is not executable. Mark it as executable.",
            )
    yield from _cycles(calls)


def _cycles(calls: Mapping[str, list[Node]]) -> Iterable[Finding]:
    reach: dict[str, set[str]] = {}
    for start in calls:
        todo, seen = [start], set[str]()
        while todo:
            for node in calls.get(todo.pop(), ()):
                called = called_element(node)
                if called not in seen:
                    seen.add(called)
                    todo.append(called)
        reach[start] = seen
    for start, nodes in calls.items():
        for node in nodes:
            called = called_element(node)
            if called == start or start in reach.get(called, ()):
                message = f"The call leads back to {start} and would never end. Draw the repetition as a loop instead."
                yield error(node, "call-cycle", message)
