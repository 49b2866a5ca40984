"""Drawings of a size that people can read and the engine can hold."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definitions.checks.model import Model, error
from engine.errors import Finding

MOST_NODES = 400  # in one process; longer chains have been seen to exhaust the parser's stack
MOST_FLOWS = 1_500
MOST_IN_ALL = 3_000
MOST_PROCESSES = 100
MOST_LEVELS = 12
MOST_TEXT = 20_000


def check(model: Model) -> Iterable[Finding]:
    """Not too many elements in a process, not too deep, no text beyond reason."""
    for one in model.diagrams:
        if (
            len(one.processes) > MOST_PROCESSES
            or sum(len(process.nodes) for process in one.processes) > MOST_IN_ALL
        ):
            message = (
                f"The file has more than {MOST_PROCESSES} processes or {MOST_IN_ALL} elements. Divide it."
            )
            yield Finding(one.path, 1, "error", "size", "", message)
    for process in model.all_processes():
        if len(process.nodes) > MOST_NODES or len(process.flows) > MOST_FLOWS:
            yield error(
                process,
                "size",
                f"The process has more than {MOST_NODES} elements. Divide it with call activities.",
            )
        for node in process.nodes.values():
            level, outer = 0, node.parent_id
            while outer in process.nodes and level <= MOST_LEVELS:
                level, outer = level + 1, process.nodes[outer].parent_id
            if level > MOST_LEVELS:
                yield error(
                    node,
                    "size",
                    f"Sub-processes stand more than {MOST_LEVELS} levels deep. Use call activities.",
                )
            if len(node.name) > 500 or len(node.documentation) > MOST_TEXT:
                yield error(
                    node,
                    "size",
                    f"The name is over 500 or the documentation over {MOST_TEXT} characters long. Shorten it.",
                )
