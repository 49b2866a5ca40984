"""Where a process and each sub-process begin."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definitions.checks.model import Model, error
from engine.definitions.diagram import Node, Process
from engine.errors import Finding


def check(model: Model) -> Iterable[Finding]:
    """A process has at most one start without a trigger, an embedded sub-process exactly one and no other."""
    for process in model.all_processes():
        if process.executable or process.nodes:
            yield from _process(process)
        for node in process.nodes.values():
            if node.kind == "subProcess" and not node.triggered:
                yield from _embedded(process, node)


def _starts(process: Process, parent_id: str) -> list[Node]:
    return [node for node in process.inside(parent_id) if node.kind == "startEvent"]


def _process(process: Process) -> Iterable[Finding]:
    starts = _starts(process, "")
    if not starts:
        yield error(
            process, "start", "The process has no start event, so nothing would ever happen. Add one."
        )
    plain = [node for node in starts if not node.events]
    for node in plain[1:]:
        yield error(
            node,
            "start",
            f"The process already starts at {plain[0].id}, and only one of the two would run. Remove one.",
        )


def _embedded(process: Process, node: Node) -> Iterable[Finding]:
    starts = _starts(process, node.id)
    if not starts:
        yield error(node, "start", "The sub-process has no start event. Add one inside it.")
    for start in starts[1:]:
        yield error(
            start, "start", f"The sub-process already starts at {starts[0].id}. Remove one of the two."
        )
    for start in starts[:1]:
        if start.events:
            yield error(
                start,
                "start",
                "A sub-process begins when the token comes to it: its start event has no trigger. Remove it.",
            )
