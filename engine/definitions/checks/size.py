"""Drawings of a size that people can read and the engine can hold."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definitions.checks.model import Model, error
from engine.definitions.diagram import Diagram, Node, Process
from engine.errors import Finding

MOST_NODES = 400  # in one process; longer chains have been seen to exhaust the parser's stack
MOST_FLOWS = 1_500
MOST_IN_ALL = 3_000
MOST_PROCESSES = 100
MOST_LEVELS = 12
MOST_INPUTS = 50
MOST_TEXT = 20_000
MOST_CONDITIONS = 200_000


def check(model: Model) -> Iterable[Finding]:
    """Not too many elements in a process, not too deep, no text beyond reason."""
    for one in model.diagrams:
        yield from _file(one)
    for process in model.all_processes():
        if len(process.nodes) > MOST_NODES or len(process.flows) > MOST_FLOWS:
            yield error(
                process,
                "size",
                f"The process has more than {MOST_NODES} elements. Divide it with call activities.",
            )
        for node in process.nodes.values():
            yield from _node(process, node)


def _file(one: Diagram) -> Iterable[Finding]:
    if (
        len(one.processes) > MOST_PROCESSES
        or sum(len(process.nodes) for process in one.processes) > MOST_IN_ALL
    ):
        message = f"The file has more than {MOST_PROCESSES} processes or {MOST_IN_ALL} elements. Divide it."
        yield Finding(one.path, 1, "error", "size", "", message)
    if sum(len(flow.condition or "") for flow in one.flows()) > MOST_CONDITIONS:
        message = f"The conditions of the file are over {MOST_CONDITIONS} characters long in all. Use decision tables."
        yield Finding(one.path, 1, "error", "size", "", message)


def _node(process: Process, node: Node) -> Iterable[Finding]:
    level, outer = 0, node.parent_id
    while outer in process.nodes and level <= MOST_LEVELS:
        level, outer = level + 1, process.nodes[outer].parent_id
    if level > MOST_LEVELS:
        yield error(
            node, "size", f"Sub-processes stand more than {MOST_LEVELS} levels deep. Use call activities."
        )
    if len(node.inputs) > MOST_INPUTS:
        yield error(node, "size", f"It has more than {MOST_INPUTS} inputs. Gather them in a context.")
    if len(node.name) > 500 or len(node.documentation) > MOST_TEXT:
        yield error(
            node,
            "size",
            f"The name is over 500 or the documentation over {MOST_TEXT} characters long. Shorten it.",
        )
