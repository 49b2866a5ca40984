"""Every step can be reached from a start."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definitions.checks.model import Model, warning
from engine.definitions.diagram import Process
from engine.errors import Finding


def check(model: Model) -> Iterable[Finding]:
    """A step that nothing leads to is a warning: it does no harm, but somebody thinks it happens."""
    for process in model.all_processes():
        reached = _reached(process)
        for node in process.nodes.values():
            outer = process.nodes.get(node.parent_id)
            if node.id not in reached and (outer is None or outer.id in reached):
                yield warning(
                    node,
                    "unreachable",
                    "Nothing leads here from a start event, so it never happens. Connect or remove it.",
                )


def _reached(process: Process) -> set[str]:
    inside: dict[str, list[str]] = {}
    boundary: dict[str, list[str]] = {}
    for node in process.nodes.values():
        if node.kind == "startEvent" or node.triggered:
            inside.setdefault(node.parent_id, []).append(node.id)
        if node.attached_to:
            boundary.setdefault(node.attached_to, []).append(node.id)
    reached: set[str] = set()
    todo = list(inside.get("", ()))
    while todo:
        found = process.nodes.get(todo.pop())
        if found is None or found.id in reached:
            continue
        reached.add(found.id)
        todo += [one.id for one in process.next(found)]
        todo += boundary.get(found.id, ())
        todo += inside.get(found.id, ()) if found.id else ()
    return reached
