"""Boundary events: on what they may stand, and what happens after a repeated one."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definitions.checks.model import Model, error
from engine.definitions.checks.timers import kind_of
from engine.definitions.diagram import Node, Process
from engine.errors import Finding

_HOSTS = frozenset({"userTask", "subProcess", "callActivity"})


def check(model: Model) -> Iterable[Finding]:
    """Only what waits can be interrupted; errors are caught around, never on, a multi-instance; decisions 22 and 23."""
    for process, node in model.nodes():
        host = process.nodes.get(node.attached_to)
        if node.kind == "boundaryEvent" and host is not None:
            yield from _host(node, host)
            if node.event == "timer" and kind_of(node) == "timeCycle":
                yield from _cycle(model, process, node)


def _host(node: Node, host: Node) -> Iterable[Finding]:
    if node.event == "error":
        if host.kind not in {"subProcess", "callActivity"}:
            yield error(
                node,
                "boundary",
                "An error is caught only on a sub-process or a call activity. Draw one around the step.",
            )
        elif host.multi_instance is not None:
            message = f"{host.id} runs for several items. Draw a plain sub-process around it and put the error event on that."
            yield error(node, "boundary", message)
        if not node.interrupting:
            yield error(node, "boundary", "An error always interrupts. Remove cancelActivity.")
    elif host.kind not in _HOSTS or host.triggered:
        yield error(
            node,
            "boundary",
            f"A {host.kind} waits for nothing, so this event could never happen. Put it on a step that waits.",
        )
    if node.event == "message" and not node.interrupting:
        message = "A message that does not interrupt is heard only once. Start what is to happen as a linked process of its own."
        yield error(node, "boundary", message)
    if node.event == "timer" and host.kind == "userTask" and host.multi_instance is not None:
        message = f"{host.id} runs for several items, which would share one timer. Put the task into a sub-process for each item."
        yield error(node, "boundary", message)


def _cycle(model: Model, process: Process, node: Node) -> Iterable[Finding]:
    if node.interrupting:
        yield error(
            node,
            "timer-cycle",
            "A timer that interrupts happens once. Make it a duration, or let it not interrupt.",
        )
        return
    for reached in _branch(process, node):
        if model.waits(process, reached):
            message = f"{reached.id} waits, and open rounds vanish when {node.attached_to} ends. Only automatic steps may repeat."
            yield error(node, "timer-cycle", message)
            return


def _branch(process: Process, node: Node) -> Iterable[Node]:
    seen: dict[str, Node] = {}
    todo = list(process.next(node))
    while todo:
        reached = todo.pop()
        if reached.id not in seen:
            seen[reached.id] = reached
            todo.extend(process.next(reached))
    return seen.values()
